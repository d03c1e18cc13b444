import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.paths import resources
from digitdesk.core.sources import (
    Fault,
    Rotation,
    SourceError,
    SourceKind,
    SourceSpec,
    SourceState,
    StateKind,
)
from digitdesk.core.types import Frame
from digitdesk.workers.camera import Camera
from digitdesk.workers.capture import Patience
from tests.core.sources.camera_server import CameraServer
from tests.scripted_source import Script, ScriptedSource, unplugged

QUICK = Patience(open_s=0.5, read_s=0.5, retry_first_s=0.05, close_s=0.2)
CAMERA = SourceSpec(kind=SourceKind.CAMERA)
VIDEO = SourceSpec(kind=SourceKind.VIDEO, address="film.avi")
DEMO = SourceSpec(kind=SourceKind.DEMO)


class Viewer:
    """Notes what a camera says."""

    def __init__(self, camera: Camera) -> None:
        self.frames: list[Frame] = []
        self.states: list[SourceState] = []
        camera.frame_captured.connect(self.frames.append)
        camera.state_changed.connect(self.states.append)

    @property
    def kinds(self) -> list[StateKind]:
        return [state.kind for state in self.states]


MakeCamera = Callable[..., tuple[Camera, Viewer]]


@pytest.fixture
def make_camera(qtbot: QtBot) -> Iterator[MakeCamera]:
    made: list[Camera] = []

    def make(*sources: ScriptedSource) -> tuple[Camera, Viewer]:
        camera = Camera()
        if sources:
            camera = Camera(patience=QUICK, make=Script(*sources))
        made.append(camera)
        return camera, Viewer(camera)

    yield make
    for camera in made:
        assert camera.shutdown(5000)


def test_frames_arrive_in_order(make_camera: MakeCamera, qtbot: QtBot) -> None:
    camera, viewer = make_camera(ScriptedSource())
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: len(viewer.frames) >= 5)
    numbers = [frame.number for frame in viewer.frames]
    assert numbers == sorted(set(numbers))
    assert viewer.kinds == [StateKind.OPENING, StateKind.LIVE]
    assert camera.state.spec == CAMERA


def test_a_busy_window_gets_the_newest_frame_only(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    camera, viewer = make_camera(ScriptedSource())
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    before = len(viewer.frames)
    time.sleep(0.3)  # the GUI thread is busy; frames come every millisecond
    qtbot.waitUntil(lambda: len(viewer.frames) > before)
    assert viewer.frames[before].number > viewer.frames[before - 1].number + 20


def test_after_close_nothing_comes(make_camera: MakeCamera, qtbot: QtBot) -> None:
    source = ScriptedSource()
    camera, viewer = make_camera(source)
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    time.sleep(0.05)  # a frame waits, its signal is on the way
    camera.close()
    count = len(viewer.frames)
    assert source.closed.wait(5)
    qtbot.wait(50)
    assert len(viewer.frames) == count
    assert viewer.kinds[-1] is StateKind.CLOSED
    camera.close()
    assert viewer.kinds.count(StateKind.CLOSED) == 1


def test_another_source_takes_over_at_once(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    first, second = ScriptedSource(frames=3), ScriptedSource()
    camera, viewer = make_camera(first, second)
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    camera.open(VIDEO)
    qtbot.waitUntil(lambda: camera.state.kind is StateKind.LIVE)
    assert camera.state.spec == VIDEO
    assert first.closed.is_set()  # a device is free before it is opened again


def test_a_hung_source_neither_blocks_nor_speaks_later(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    source = ScriptedSource(frames=1, hang_in_read=True)
    camera, viewer = make_camera(source)
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    assert camera.shutdown(1000)  # the promise: stopped within a second
    assert not source.closed.is_set()
    count = len(viewer.frames)
    source.release.set()
    assert source.closed.wait(5)  # when the call returns, the device is freed
    qtbot.wait(50)
    assert len(viewer.frames) == count


def test_pause_holds_a_recording_where_it_is(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    source = ScriptedSource()
    camera, viewer = make_camera(source)
    camera.open(VIDEO)
    qtbot.waitUntil(lambda: len(viewer.frames) > 2)
    camera.pause()
    camera.pause()
    assert viewer.kinds[-2:] == [StateKind.LIVE, StateKind.PAUSED]
    qtbot.wait(150)
    shown, given = len(viewer.frames), source.given
    qtbot.wait(150)
    assert (len(viewer.frames), source.given) == (shown, given)
    camera.resume()
    assert viewer.kinds[-1] is StateKind.LIVE
    qtbot.waitUntil(lambda: len(viewer.frames) > shown + 2)


def test_a_source_that_returns_while_paused_stays_paused(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    source = ScriptedSource(frames=300, error=unplugged())
    camera, viewer = make_camera(source, ScriptedSource())
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    camera.pause()
    shown = len(viewer.frames)
    qtbot.waitUntil(lambda: StateKind.RECONNECTING in viewer.kinds)
    qtbot.waitUntil(lambda: viewer.kinds[-1] is StateKind.PAUSED)
    assert len(viewer.frames) == shown


def test_a_new_source_is_not_paused(make_camera: MakeCamera, qtbot: QtBot) -> None:
    camera, viewer = make_camera(ScriptedSource(), ScriptedSource())
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    camera.pause()
    camera.open(CAMERA)
    shown = len(viewer.frames)
    qtbot.waitUntil(lambda: len(viewer.frames) > shown)


def test_an_ended_video_plays_again_when_asked(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    source = ScriptedSource(frames=3, error=SourceError("It ended.", Fault.ENDED))
    camera, viewer = make_camera(source)
    camera.open(VIDEO)
    qtbot.waitUntil(lambda: viewer.kinds[-1:] == [StateKind.ENDED])
    assert viewer.states[-1].sentence == "It ended."
    camera.reopen()
    qtbot.waitUntil(lambda: viewer.kinds.count(StateKind.ENDED) == 2)
    assert source.opens == 2


def test_a_closed_source_opens_again_when_asked(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    camera, viewer = make_camera(ScriptedSource())
    camera.reopen()  # nothing was open yet
    assert viewer.states == []
    camera.open(CAMERA)
    camera.close()
    camera.reopen()
    qtbot.waitUntil(lambda: camera.state.kind is StateKind.LIVE)


def test_turning_needs_no_reopening(make_camera: MakeCamera, qtbot: QtBot) -> None:
    source = ScriptedSource()
    camera, viewer = make_camera(source)
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    assert viewer.frames[0].pixels.shape == (2, 3, 3)
    camera.set_orientation(mirror=False, rotation=Rotation.THREE_QUARTERS)
    qtbot.waitUntil(lambda: viewer.frames[-1].pixels.shape == (3, 2, 3))
    assert source.opens == 1


STILL = SourceSpec(kind=SourceKind.IMAGE, address="page.png")
ENDED = SourceError("It ended.", Fault.ENDED)


@pytest.mark.parametrize(
    ("spec", "error", "last"),
    [
        pytest.param(STILL, None, StateKind.LIVE, id="still picture"),
        pytest.param(VIDEO, ENDED, StateKind.ENDED, id="ended video"),
        pytest.param(VIDEO, unplugged(), StateKind.FAILED, id="lost file"),
    ],
)
def test_the_last_picture_is_turned_where_no_other_comes(
    make_camera: MakeCamera,
    qtbot: QtBot,
    spec: SourceSpec,
    error: SourceError | None,
    last: StateKind,
) -> None:
    source = ScriptedSource(frames=1, error=error)
    camera, viewer = make_camera(source)
    camera.open(spec)
    qtbot.waitUntil(lambda: bool(viewer.frames) and viewer.kinds[-1] is last)
    before = viewer.frames[-1]
    camera.set_orientation(mirror=False, rotation=Rotation.QUARTER)
    qtbot.waitUntil(lambda: viewer.frames[-1].pixels.shape == (3, 2, 3))
    assert viewer.frames[-1].number == before.number
    assert viewer.frames[-1].captured_at_s > before.captured_at_s  # turned just now
    assert source.opens == 1


def test_after_a_pause_a_video_goes_on_with_a_new_frame(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    camera, viewer = make_camera(ScriptedSource())
    camera.open(VIDEO)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    time.sleep(0.05)  # a frame waits in the mailbox
    camera.pause()
    time.sleep(0.2)
    shown, resumed_s = len(viewer.frames), time.perf_counter()
    camera.resume()
    qtbot.waitUntil(lambda: len(viewer.frames) > shown)
    assert viewer.frames[shown].captured_at_s > resumed_s


def test_a_still_picture_that_came_in_a_pause_is_not_lost(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    source = ScriptedSource(frames=1)
    camera, viewer = make_camera(source)
    camera.open(STILL)
    deadline_s = time.monotonic() + 5
    while not source.given and time.monotonic() < deadline_s:
        time.sleep(0.01)  # without Qt's events: nobody looks into the mailbox
    camera.pause()
    qtbot.wait(150)
    assert not viewer.frames
    camera.resume()
    qtbot.waitUntil(lambda: len(viewer.frames) == 1)


def test_steps_reach_the_source(make_camera: MakeCamera, qtbot: QtBot) -> None:
    source = ScriptedSource()
    camera, viewer = make_camera(source)
    camera.step(1)  # nothing is open: nothing happens
    camera.open(CAMERA)
    qtbot.waitUntil(lambda: bool(viewer.frames))
    camera.step(2)
    assert source.steps == 2


def test_the_rate_is_reported(make_camera: MakeCamera, qtbot: QtBot) -> None:
    camera, _ = make_camera()
    with qtbot.waitSignal(camera.rate_measured, timeout=10_000) as caught:
        camera.open(DEMO)
    rate = caught.args[0] if caught.args else -1
    assert 0 <= rate < 40


def test_the_demo_arrives_turned(make_camera: MakeCamera, qtbot: QtBot) -> None:
    camera, viewer = make_camera()
    camera.open(
        SourceSpec(kind=SourceKind.DEMO, rotation=Rotation.QUARTER, mirror=True)
    )
    qtbot.waitUntil(lambda: len(viewer.frames) > 2, timeout=20_000)
    assert viewer.frames[0].pixels.shape == (1280, 720, 3)


@pytest.mark.parametrize(
    "address", ["nowhere.png", ""], ids=["missing file", "no address"]
)
def test_a_real_source_that_fails_says_why(
    make_camera: MakeCamera, qtbot: QtBot, address: str
) -> None:
    camera, viewer = make_camera()
    camera.open(SourceSpec(kind=SourceKind.IMAGE, address=address))
    qtbot.waitUntil(lambda: viewer.kinds[-1:] == [StateKind.FAILED])
    assert viewer.states[-1].sentence


def test_two_hundred_rounds_leave_nothing_behind(
    make_video: Callable[..., Path], qtbot: QtBot
) -> None:
    process = psutil.Process()
    camera = Camera()
    viewer = Viewer(camera)
    video = SourceSpec(kind=SourceKind.VIDEO, address=str(make_video(frames=4)))

    def rounds(count: int) -> tuple[int, int, int]:
        for _ in range(count):
            viewer.frames.clear()
            camera.open(video)
            qtbot.waitUntil(lambda: bool(viewer.frames), timeout=20_000)
            assert camera.shutdown(5000)
        qtbot.wait(20)
        return process.num_threads(), handles(process), process.memory_info().rss

    rounds(20)  # loads what is loaded once
    threads, files, memory = rounds(20)
    threads_after, files_after, memory_after = rounds(160)
    assert threads_after <= threads
    assert files_after <= files
    # What one round leaves behind, 160 times; FFmpeg alone takes more than 1 MB.
    assert memory_after - memory < 16e6


def test_rounds_cut_short_leave_nothing_behind(qtbot: QtBot) -> None:
    camera = Camera()
    for _ in range(50):
        camera.open(DEMO)
        camera.open(CAMERA)
        assert camera.shutdown(5000)

    def readers() -> list[str]:
        # Qt's own threads appear here for good once they have logged something.
        names = [thread.name for thread in threading.enumerate()]
        return [name for name in names if name.startswith("source")]

    qtbot.waitUntil(lambda: not readers(), timeout=20_000)


def handles(process: psutil.Process) -> int:
    """Open files, sockets and pipes of this program."""
    named = "num_handles" if hasattr(process, "num_handles") else "num_fds"
    return int(getattr(process, named)())


def test_a_stream_whose_server_goes_away_comes_back(qtbot: QtBot) -> None:
    first = serving()
    address = first.url("/video", "anna:geheim@")
    camera = Camera(patience=QUICK)
    viewer = Viewer(camera)
    camera.open(SourceSpec(kind=SourceKind.STREAM, address=address))
    qtbot.waitUntil(lambda: len(viewer.frames) > 3, timeout=20_000)
    first.leave()
    qtbot.waitUntil(lambda: StateKind.RECONNECTING in viewer.kinds, timeout=20_000)
    shown = len(viewer.frames)
    again = serving(port=first.server_address[1])
    qtbot.waitUntil(lambda: len(viewer.frames) > shown + 3, timeout=20_000)
    assert camera.shutdown(5000)
    again.leave()
    assert all("geheim" not in state.sentence for state in viewer.states)


def serving(port: int = 0) -> CameraServer:
    server = CameraServer(port)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def test_the_program_ends_while_a_source_hangs() -> None:
    program = (
        "import logging\n"
        "from PySide6.QtCore import QCoreApplication, QTimer\n"
        "from digitdesk.core.sources import SourceKind, SourceSpec\n"
        "from digitdesk.workers.camera import Camera\n"
        "from tests.scripted_source import Script, ScriptedSource\n"
        "logging.disable()\n"
        "app = QCoreApplication([])\n"
        "camera = Camera(make=Script(ScriptedSource(frames=1, hang_in_read=True)))\n"
        "camera.frame_captured.connect(app.quit)\n"
        "camera.open(SourceSpec(kind=SourceKind.CAMERA))\n"
        "app.exec()\n"
        "print(camera.shutdown(1000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_a_picture_that_is_mirrored_is_another_scene(
    make_camera: MakeCamera, qtbot: QtBot
) -> None:
    camera, viewer = make_camera()
    page = resources() / "demo" / "sum.png"
    camera.open(SourceSpec(kind=SourceKind.IMAGE, address=str(page)))
    qtbot.waitUntil(lambda: len(viewer.frames) == 1)
    camera.set_orientation(mirror=True, rotation=Rotation.NONE)
    qtbot.waitUntil(lambda: len(viewer.frames) == 2)
    camera.set_orientation(mirror=True, rotation=Rotation.NONE)
    qtbot.waitUntil(lambda: len(viewer.frames) == 3)
    upright, mirrored, again = (frame.scene for frame in viewer.frames)
    assert upright is not mirrored
    assert mirrored is again
