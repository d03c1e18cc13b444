import time
from collections.abc import Callable
from pathlib import Path

import pytest

from digitdesk.core.sources import Fault, SourceError
from digitdesk.core.sources.video import VideoSource, check_file

MakeVideo = Callable[..., Path]


def greys(source: VideoSource, count: int) -> list[int]:
    """Grey levels of the next pictures, as numbers of the frames."""
    found: list[int] = []
    while len(found) < count:
        if (pixels := source.read()) is not None:
            found.append(round(float(pixels.mean()) / 20))
    return found


def test_a_video_plays_once_and_says_that_it_ended(make_video: MakeVideo) -> None:
    source = VideoSource(make_video(frames=4, rate_hz=20))
    source.open()
    assert greys(source, 4) == [0, 1, 2, 3]
    with pytest.raises(SourceError, match="has ended") as caught:
        greys(source, 1)
    assert caught.value.fault is Fault.ENDED
    source.close()


def test_a_looping_video_starts_again(make_video: MakeVideo) -> None:
    source = VideoSource(make_video(frames=3, rate_hz=20), loop=True)
    source.open()
    assert greys(source, 7) == [0, 1, 2, 0, 1, 2, 0]
    source.close()


def test_a_video_is_not_faster_than_it_was_filmed(make_video: MakeVideo) -> None:
    source = VideoSource(make_video(frames=6, rate_hz=20))
    source.open()
    start_s = time.perf_counter()
    greys(source, 5)
    # Never too early; how late depends on the machine.
    assert time.perf_counter() - start_s >= 4 / 20
    source.close()


def test_a_slow_viewer_skips_frames_to_keep_up(make_video: MakeVideo) -> None:
    source = VideoSource(make_video(frames=13, rate_hz=50))
    source.open()
    seen = []
    for _ in range(3):
        seen += greys(source, 1)
        time.sleep(0.07)
    assert seen[-1] > 3
    source.close()


def test_after_a_pause_it_goes_on_where_it_stood(make_video: MakeVideo) -> None:
    source = VideoSource(make_video(frames=13, rate_hz=20))
    source.open()
    before = greys(source, 2)[-1]
    time.sleep(0.7)
    assert greys(source, 1)[0] == before + 1
    source.close()


def test_a_file_without_video_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "letter.avi"
    path.write_text("Dear Anna, " * 100)
    with pytest.raises(SourceError, match=r"letter\.avi holds no video") as caught:
        VideoSource(path).open()
    assert caught.value.fault is Fault.UNREADABLE


def test_a_video_cut_off_in_its_first_frame_is_unreadable(
    make_video: MakeVideo,
) -> None:
    path = make_video(frames=4)
    path.write_bytes(path.read_bytes()[:1500])
    source = VideoSource(path)

    def open_and_read() -> None:
        source.open()
        greys(source, 1)

    with pytest.raises(SourceError) as caught:
        open_and_read()
    assert caught.value.fault is Fault.UNREADABLE
    source.close()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist") as caught:
        check_file(tmp_path / "film.avi")
    assert caught.value.fault is Fault.NOT_THERE


def test_reading_a_closed_video_is_an_end() -> None:
    with pytest.raises(SourceError, match="closed"):
        VideoSource(Path("x")).read()


def test_each_round_of_a_looping_video_is_a_scene(make_video: MakeVideo) -> None:
    source = VideoSource(make_video(frames=3, rate_hz=100), loop=True)
    source.open()
    numbers, scenes = greys(source, 1), [source.scene]
    while len(set(scenes)) < 3:
        numbers += greys(source, 1)
        scenes.append(source.scene)
    source.close()
    starts = [n for n in range(1, len(numbers)) if numbers[n] <= numbers[n - 1]]
    assert starts
    assert all(scenes[n] is not scenes[n - 1] for n in starts)
