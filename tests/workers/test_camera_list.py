import builtins
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.workers import camera_list
from digitdesk.workers.camera_list import CameraLister, device_index, list_cameras


@pytest.mark.parametrize(
    ("device_id", "place", "index"),
    [
        (b"/dev/video2", 0, 2),
        (b"/dev/video10", 1, 10),
        (rb"\\?\usb#vid_046d&pid_0825", 1, 1),
        (b"0x8020000005ac8514", 3, 3),
        (b"/dev/video", 4, 4),
    ],
    ids=["Linux", "Linux, two digits", "Windows", "macOS", "no number"],
)
def test_qts_devices_have_opencvs_numbers(
    device_id: bytes, place: int, index: int
) -> None:
    assert device_index(device_id, place) == index


def test_the_real_list_holds_cameras_only(qapp: object) -> None:
    assert all(spec.kind is SourceKind.CAMERA for spec in list_cameras())


def test_without_qts_multimedia_part_cameras_are_tried(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_ = builtins.__import__

    def lacking(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "PySide6.QtMultimedia":
            raise ImportError("libpulse.so.0: cannot open shared object file")
        return import_(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", lacking)
    monkeypatch.setattr(
        "digitdesk.core.sources.camera.probe_cameras", lambda: (0, 2)
    )  # a computer with two cameras
    labels = [spec.label for spec in list_cameras()]
    assert labels == ["Camera 0", "Camera 2"]


def test_the_answer_comes_from_a_thread(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_in: list[threading.Thread] = []
    found = (SourceSpec(kind=SourceKind.CAMERA, name="Lid"),)

    def listing() -> tuple[SourceSpec, ...]:
        asked_in.append(threading.current_thread())
        return found

    monkeypatch.setattr(camera_list, "list_cameras", listing)
    lister = CameraLister()
    for _ in range(2):  # it can be asked again
        with qtbot.waitSignal(lister.cameras_found) as caught:
            lister.refresh()
            lister.refresh()  # one search at a time
        assert caught.args == [found]
        qtbot.waitUntil(lambda: lister._thread is None)
    assert len(asked_in) == 2
    assert threading.main_thread() not in asked_in
    assert lister.shutdown()


def test_a_driver_that_hangs_does_not_keep_the_program(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def hang() -> tuple[SourceSpec, ...]:
        release.wait(30)
        return ()

    monkeypatch.setattr(camera_list, "list_cameras", hang)
    lister = CameraLister()
    lister.refresh()
    assert lister.shutdown(1000)
    release.set()


def test_a_failing_search_finds_nothing_and_says_so_in_the_log(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("could not be listed")

    def fail() -> tuple[SourceSpec, ...]:
        raise OSError("driver trouble")

    monkeypatch.setattr(camera_list, "list_cameras", fail)
    lister = CameraLister()
    with qtbot.waitSignal(lister.cameras_found) as caught:
        lister.refresh()
    assert caught.args == [()]
    qtbot.waitUntil(lambda: lister._thread is None)
