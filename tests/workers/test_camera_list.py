import builtins
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.workers import camera_list
from digitdesk.workers.camera_list import CameraLister, list_cameras


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_lists_of_every_platform_hold_cameras_only(
    qapp: object, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)  # Qt's list works on Linux, too
    assert all(spec.kind is SourceKind.CAMERA for spec in list_cameras())


def test_linux_gives_names(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(
        "digitdesk.core.sources.camera.named_cameras", lambda: ((2, "Lid"),)
    )
    expected = SourceSpec(kind=SourceKind.CAMERA, index=2, name="Lid")
    assert list_cameras() == (expected,)


def test_without_qts_multimedia_part_cameras_are_tried(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
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
