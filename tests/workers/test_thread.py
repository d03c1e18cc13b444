import subprocess
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal, Slot
from pytestqt.qtbot import QtBot

from digitdesk.workers.thread import WorkerThread


class Clerk(QObject):
    """Waits for `request_stop`, or for more if stubborn."""

    finished = Signal()

    def __init__(self, *, stubborn: bool = False) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.release = threading.Event()
        self.ran_in: QThread | None = None
        if not stubborn:
            self.release.set()

    def request_stop(self) -> None:
        self.stop.set()

    @Slot()
    def run(self) -> None:
        self.ran_in = QThread.currentThread()
        self.stop.wait(20)
        self.release.wait(20)
        self.finished.emit()


def test_the_worker_runs_in_a_thread_of_its_own(qtbot: QtBot) -> None:
    clerk = Clerk()
    thread = WorkerThread(clerk, "clerk")
    thread.start()
    qtbot.waitUntil(lambda: clerk.ran_in is not None)
    assert thread.is_running
    assert clerk.ran_in is not QCoreApplication.instance().thread()  # type: ignore[union-attr]  # qtbot made one
    assert thread.shutdown(5000)
    assert not thread.is_running


def test_the_end_is_announced_in_the_gui_thread(qtbot: QtBot) -> None:
    thread = WorkerThread(Clerk(), "clerk")
    with qtbot.waitSignal(thread.finished):
        thread.start()
        thread.request_stop()
    assert not thread.is_running


def test_a_stubborn_worker_is_reported_and_never_killed(
    qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("clerk did not end within 50 ms")
    clerk = Clerk(stubborn=True)
    thread = WorkerThread(clerk, "clerk")
    thread.start()
    qtbot.waitUntil(lambda: clerk.ran_in is not None)
    assert not thread.shutdown(50)
    assert thread.is_running
    clerk.release.set()
    assert thread.shutdown(5000)


def test_shutting_down_what_never_started_is_fine(qtbot: QtBot) -> None:
    assert WorkerThread(Clerk(), "clerk").shutdown(100)


def test_two_hundred_rounds(qtbot: QtBot) -> None:
    for _ in range(200):
        thread = WorkerThread(Clerk(), "clerk")
        thread.start()
        assert thread.shutdown(5000)


def test_this_version_of_pyside_counts_its_references(qtbot: QtBot) -> None:
    # PySide6 6.12.0 lost a reference to True at every emit; Python 3.11 then dies
    # after some hundred frames.
    clerk = Clerk()
    before = sys.getrefcount(True)
    for _ in range(100):
        clerk.finished.emit()
    assert sys.getrefcount(True) > before - 50


def test_the_program_ends_well_while_a_worker_is_still_busy() -> None:
    program = (
        "import logging, threading\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from digitdesk.workers.thread import WorkerThread\n"
        "from tests.workers.test_thread import Clerk\n"
        "logging.disable()\n"
        "app = QCoreApplication([])\n"
        "clerk = Clerk(stubborn=True)\n"
        "thread = WorkerThread(clerk, 'clerk')\n"
        "thread.start()\n"
        "timer = threading.Timer(1, clerk.release.set)\n"
        "timer.daemon = True  # it must not keep the program itself\n"
        "timer.start()\n"
        "print(thread.shutdown(50))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")
