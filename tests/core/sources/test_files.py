import os
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from PIL import Image

from digitdesk.core.sources import PICTURE_SUFFIXES, Fault, SourceError
from digitdesk.core.sources.files import FolderSource, ImageSource, natural_key
from tests.core.sources.camera_server import plain_picture


def save(folder: Path, **greys: int) -> None:
    folder.mkdir(exist_ok=True)
    for name, grey in greys.items():
        assert cv2.imwrite(str(folder / f"{name}.png"), plain_picture(grey))


def next_grey(source: FolderSource | ImageSource, tries: int = 20) -> int:
    for _ in range(tries):
        if (pixels := source.read()) is not None:
            return int(pixels[0, 0, 0])
    raise AssertionError("no picture came")


def test_names_sort_as_people_sort_them() -> None:
    names = ["page10", "Page2", "page1", "7", "page2b", "x"]
    expected = ["7", "page1", "Page2", "page2b", "page10", "x"]
    assert sorted(names, key=natural_key) == expected


def test_an_image_comes_once_and_then_all_is_quiet(tmp_path: Path) -> None:
    save(tmp_path, only=77)
    source = ImageSource(tmp_path / "only.png")
    source.open()
    assert next_grey(source) == 77
    assert source.read() is None
    source.step(1)
    assert source.read() is None
    source.close()


def test_every_kind_of_picture_in_a_folder_is_shown(tmp_path: Path) -> None:
    grey = Image.fromarray(plain_picture(77))
    for suffix in PICTURE_SUFFIXES:
        grey.save(tmp_path / f"page{suffix}")
    source = FolderSource(tmp_path)
    source.open()
    assert ".gif" in PICTURE_SUFFIXES
    for _ in PICTURE_SUFFIXES:
        assert abs(next_grey(source) - 77) <= 2
        source.step(1)
    assert source.scene.count == len(PICTURE_SUFFIXES)
    assert source.scene.unreadable == ()


def test_a_folder_waits_for_steps_and_goes_round(tmp_path: Path) -> None:
    save(tmp_path, p1=10, p2=20, p10=30)
    source = FolderSource(tmp_path)
    source.open()
    assert next_grey(source) == 10
    assert source.read() is None
    for step, grey in [(1, 20), (1, 30), (1, 10), (-1, 30), (-2, 10)]:
        source.step(step)
        assert next_grey(source) == grey
    source.close()


def test_steps_before_the_first_picture_count_from_it(tmp_path: Path) -> None:
    save(tmp_path, p1=10, p2=20)
    source = FolderSource(tmp_path)
    source.open()
    source.step(1)
    assert next_grey(source) == 20


def test_with_an_interval_a_folder_plays_to_its_end_and_can_be_turned_there(
    tmp_path: Path,
) -> None:
    save(tmp_path, p1=10, p2=20)
    source = FolderSource(tmp_path, interval_s=0.001)
    source.open()
    assert [next_grey(source), next_grey(source)] == [10, 20]
    assert [source.read() for _ in range(3)] == [None] * 3
    source.step(-1)
    assert [next_grey(source), next_grey(source)] == [10, 20]
    source.step(1)
    assert next_grey(source) == 10


def test_the_last_picture_that_can_be_read_is_the_end(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("Left out a picture.*p3")
    save(tmp_path, p1=10, p2=20)
    (tmp_path / "p3.png").write_bytes(b"no picture")
    source = FolderSource(tmp_path, interval_s=0.001)
    source.open()
    assert [next_grey(source), next_grey(source)] == [10, 20]
    assert [source.read() for _ in range(3)] == [None] * 3


def test_a_looping_folder_has_no_end(tmp_path: Path) -> None:
    save(tmp_path, p1=10, p2=20)
    source = FolderSource(tmp_path, interval_s=0.001, loop=True)
    source.open()
    assert [next_grey(source) for _ in range(5)] == [10, 20, 10, 20, 10]


def test_broken_pictures_and_other_files_are_left_out(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("Left out a picture.*p2")
    save(tmp_path, p1=10, p3=30)
    (tmp_path / "p2.png").write_bytes(b"no picture")
    (tmp_path / "p0.txt").write_text("notes")
    (tmp_path / "p00.png").mkdir()
    source = FolderSource(tmp_path)
    source.open()
    assert next_grey(source) == 10
    source.step(1)
    assert next_grey(source) == 30
    source.step(-1)
    assert next_grey(source) == 10


def test_a_folder_that_empties_itself_says_so(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("Left out a picture")
    save(tmp_path, p1=10)
    source = FolderSource(tmp_path)
    source.open()
    (tmp_path / "p1.png").unlink()
    with pytest.raises(SourceError, match="holds no picture"):
        source.read()


@pytest.mark.parametrize("kind", [ImageSource, FolderSource])
def test_what_is_not_there_is_named(
    tmp_path: Path, kind: type[ImageSource | FolderSource]
) -> None:
    with pytest.raises(SourceError, match=r"gone.*does not exist") as caught:
        kind(tmp_path / "gone").open()
    assert caught.value.fault is Fault.NOT_THERE


def test_an_empty_folder_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"PNG, JPEG.* GIF") as caught:
        FolderSource(tmp_path).open()
    assert caught.value.fault is Fault.UNREADABLE


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    save(tmp_path, p1=10)
    with pytest.raises(SourceError, match="is a file"):
        FolderSource(tmp_path / "p1.png").open()


def test_a_file_that_is_no_image_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text("Dear Anna")
    source = ImageSource(path)
    source.open()
    with pytest.raises(SourceError, match="letter") as caught:
        source.read()
    assert caught.value.fault is Fault.UNREADABLE


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root may read everything"
)
def test_permission_refused_has_its_own_words(tmp_path: Path) -> None:
    save(tmp_path, p1=10)
    (tmp_path / "p1.png").chmod(0)
    with pytest.raises(SourceError, match="may not be read") as caught:
        ImageSource(tmp_path / "p1.png").open()
    assert caught.value.fault is Fault.PERMISSION


def test_each_page_of_a_folder_is_a_scene_that_tells_its_place(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("Left out a picture.*p2")
    save(tmp_path, p1=10, p3=30)
    (tmp_path / "p2.png").write_bytes(b"no picture")
    source = FolderSource(tmp_path)
    source.open()
    next_grey(source)
    first = source.scene
    assert source.read() is None
    assert source.scene is first
    assert (first.name, first.place, first.count) == ("p1.png", 1, 3)
    assert first.unreadable == ()

    source.step(1)
    next_grey(source)
    third = source.scene
    assert (third.name, third.place, third.unreadable) == ("p3.png", 3, ("p2.png",))

    save(tmp_path, p2=20)  # somebody mends it
    source.step(-1)
    next_grey(source)
    assert (source.scene.name, source.scene.unreadable) == ("p2.png", ())
    source.step(3)  # round the end, to the same page
    scene = source.scene
    next_grey(source)
    assert source.scene is not scene


def test_who_goes_forth_and_back_meanwhile_gets_the_same_page(tmp_path: Path) -> None:
    save(tmp_path, p1=10, p2=20)
    source = FolderSource(tmp_path)
    source.open()
    source.step(1)
    source.step(-1)
    assert next_grey(source) == 10
    source.step(1)
    source.step(-1)
    assert next_grey(source) == 10
