"""A thread with one worker in it."""

import atexit
import logging
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QThread, Signal, SignalInstance, Slot

logger = logging.getLogger(__name__)

LAST_WAIT_MS = 10_000
"""How long the end of the program waits for a thread that `shutdown` gave up."""


class Worker(Protocol):
    """What `WorkerThread` needs: a QObject without parent that has these."""

    finished: SignalInstance
    """Emitted once, as the last act of `run`."""

    def run(self) -> None:
        """Work until done or stopped; a slot. Runs in the worker's thread."""
        ...

    def request_stop(self) -> None:
        """Make `run` return soon. May be called in any thread."""
        ...

    def moveToThread(self, thread: QThread) -> bool:  # noqa: N802 - Qt's name
        """QObject's."""
        ...


class WorkerThread(QObject):
    """Owns a QThread and the worker that lives in it. Lives in the GUI thread.

    Parameters
    ----------
    worker : Worker
        Moves to the new thread and belongs to this object from now on.
    name : str
        Name of the thread, for logs.
    parent : QObject or None
        Qt parent of this object.

    Signals
    -------
    finished
        The thread has ended; emitted in the GUI thread.
    """

    finished = Signal()

    def __init__(
        self, worker: Worker, name: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._worker = worker
        self._thread = QThread()
        self._thread.setObjectName(name)
        worker.moveToThread(self._thread)
        self._thread.started.connect(worker.run)
        # Direct: a queued quit would wait for the GUI thread, which may be waiting
        # for this very thread.
        worker.finished.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        self._thread.finished.connect(self._on_thread_finished)

    @property
    def is_running(self) -> bool:
        """Whether the thread was started and has not ended."""
        return self._thread.isRunning()

    def start(self) -> None:
        """Start the thread, and `run` in it."""
        self._thread.start()

    def request_stop(self) -> None:
        """Ask the worker to stop; returns at once."""
        self._worker.request_stop()

    def shutdown(self, timeout_ms: int) -> bool:
        """Stop the worker and wait for the end of its thread.

        Parameters
        ----------
        timeout_ms : int
            Longest time to wait.

        Returns
        -------
        bool
            False if the thread still runs. It is left alone; the end of the program
            waits for it once more, because Qt aborts a program that destroys a
            running thread.
        """
        self.request_stop()
        self._thread.quit()
        if self._thread.wait(timeout_ms):
            return True
        logger.error(
            "Thread %s did not end within %d ms", self._thread.objectName(), timeout_ms
        )
        atexit.register(self._thread.wait, LAST_WAIT_MS)  # keeps the thread, too
        return False

    @Slot()
    def _on_thread_finished(self) -> None:
        self._thread.wait()  # it ends within microseconds; then it may be destroyed
        self.finished.emit()
