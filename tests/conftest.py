"""For every test: no log warning, thread, timer or window may be left unexplained."""

import gc
import logging
import os
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Complaints about optional system libraries are none of ours.
os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia*=false")

import pytest

pytest_plugins = ["pytester"]

THREAD_GRACE_MS = 2000


@pytest.fixture
def expect_log() -> Callable[[str], None]:
    """Announce a log warning by a regular expression; it must then come."""
    patterns: list[str] = []

    def expect(pattern: str) -> None:
        patterns.append(pattern)

    expect.patterns = patterns  # type: ignore[attr-defined]  # read by the check below
    return expect


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """Write a video whose frame n has the grey level 20 * n."""

    import cv2
    import numpy as np

    def make(frames: int, rate_hz: float = 100.0) -> Path:
        path = tmp_path / "video.avi"
        fourcc = cv2.VideoWriter.fourcc(*"MJPG")
        writer = cv2.VideoWriter(str(path), fourcc, rate_hz, (64, 48))
        assert writer.isOpened()
        for number in range(frames):
            writer.write(np.full((48, 64, 3), 20 * number, np.uint8))
        writer.release()
        return path

    return make


@pytest.fixture(autouse=True)
def _collected_afterwards() -> Iterator[None]:
    """As in the program, no garbage is collected in the middle of Qt's calls."""
    from digitdesk.workers.garbage import collect_if_due

    gc.disable()
    yield
    collect_if_due()


@pytest.fixture(autouse=True)
def _no_unexpected_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    patterns: list[str] = []
    if "expect_log" in request.fixturenames:
        patterns = request.getfixturevalue("expect_log").patterns
    yield
    warnings = [
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    unexpected = [
        line for line in warnings if not any(re.search(p, line) for p in patterns)
    ]
    missing = [p for p in patterns if not any(re.search(p, line) for line in warnings)]
    assert not unexpected, f"unexpected log warnings: {unexpected}"
    assert not missing, f"expected log warnings that did not come: {missing}"


@pytest.fixture(autouse=True)
def _no_leaks(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    started = _record_starts(monkeypatch)
    yield  # pytest-qt closes its widgets before this goes on
    leaks = [f"{what} started at\n{where}" for what, where in _stop_survivors(started)]
    leaks += _close_windows()
    assert not leaks, "left over: " + "\n".join(leaks)


def _record_starts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, str]]:
    """Note every QThread and QTimer that Python code starts, and where."""
    from PySide6.QtCore import QThread, QTimer

    started: list[tuple[Any, str]] = []

    def record(kind: type[QThread] | type[QTimer]) -> None:
        start = kind.start

        def recorded_start(self: Any, *args: Any) -> None:
            where = "".join(traceback.format_stack(limit=4)[:-1])
            started.append((self, where))
            start(self, *args)

        monkeypatch.setattr(kind, "start", recorded_start)

    record(QThread)
    record(QTimer)
    return started


def _stop_survivors(started: list[tuple[Any, str]]) -> list[tuple[str, str]]:
    """Stop the threads and timers that still run; name them."""
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QThread

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    survivors = []
    for thing, where in started:
        if not shiboken6.isValid(thing):
            continue
        if isinstance(thing, QThread):
            if thing.isRunning():
                thing.quit()
                thing.wait(THREAD_GRACE_MS)
                survivors.append((f"thread {thing.objectName()!r}", where))
        elif thing.isActive():
            thing.stop()
            survivors.append((f"timer {thing.objectName()!r}", where))
    return survivors


def _close_windows() -> list[str]:
    """Close the top-level windows that still show; name them."""
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return []
    left = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    for window in left:
        window.hide()
        window.deleteLater()
    return [f"window {window!r}" for window in left]
