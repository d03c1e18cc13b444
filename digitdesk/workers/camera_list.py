"""Which cameras this computer has."""

import logging
import queue
import sys
import threading

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.workers.thread import WorkerThread

logger = logging.getLogger(__name__)


def list_cameras() -> tuple[SourceSpec, ...]:
    """Find the cameras; may take seconds.

    Linux itself lists them. Elsewhere Qt's multimedia part does, and if that does not
    work, they are found by trying, without names.

    Returns
    -------
    tuple of SourceSpec
        Each can be opened, unless it is in use or refused.
    """
    if sys.platform == "linux":
        from digitdesk.core.sources.camera import named_cameras

        return tuple(
            SourceSpec(kind=SourceKind.CAMERA, index=index, name=name)
            for index, name in named_cameras()
        )
    try:
        from PySide6.QtMultimedia import QMediaDevices
    except ImportError:  # the system lacks a library that it needs
        from digitdesk.core.sources.camera import probe_cameras

        return tuple(
            SourceSpec(kind=SourceKind.CAMERA, index=index) for index in probe_cameras()
        )
    return tuple(
        # Qt's and OpenCV's lists come from the system in the same order.
        SourceSpec(kind=SourceKind.CAMERA, index=index, name=device.description())
        for index, device in enumerate(QMediaDevices.videoInputs())
    )


class _ListWorker(QObject):
    """Lists the cameras. Lives in a thread of its own."""

    listed = Signal()
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.answers: queue.SimpleQueue[tuple[SourceSpec, ...]] = queue.SimpleQueue()
        self._wake = threading.Event()

    def request_stop(self) -> None:
        self._wake.set()

    @Slot()
    def run(self) -> None:
        # A driver may hang while it is asked; as a daemon it can be left behind.
        threading.Thread(target=self._list, name="camera list", daemon=True).start()
        self._wake.wait()
        if self.answers.qsize():
            self.listed.emit()
        self.finished.emit()

    def _list(self) -> None:
        try:
            self.answers.put(list_cameras())
        except Exception:
            logger.exception("The cameras could not be listed")
            self.answers.put(())
        finally:
            self._wake.set()


class CameraLister(QObject):
    """Finds the cameras of this computer. Lives in the GUI thread.

    Signals
    -------
    cameras_found(tuple of SourceSpec)
        One per camera, with its name where the system gives one.
    """

    cameras_found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: _ListWorker | None = None
        self._thread: WorkerThread | None = None

    def refresh(self) -> None:
        """Look for cameras in a thread; `cameras_found` follows."""
        if self._thread is not None:
            return  # a search is under way
        self._worker = _ListWorker()
        self._worker.listed.connect(self._on_worker_listed)
        self._thread = WorkerThread(self._worker, "camera list", self)
        self._thread.finished.connect(self._on_thread_finished)
        self._thread.start()

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """End a search under way; False if its thread does not end in time."""
        if self._thread is None or self._thread.shutdown(timeout_ms):
            self._thread = self._worker = None
            return True
        return False

    @Slot()
    def _on_worker_listed(self) -> None:
        if self._worker is not None and self._worker.answers.qsize():
            self.cameras_found.emit(self._worker.answers.get())

    @Slot()
    def _on_thread_finished(self) -> None:
        if self._thread is not None:
            self._thread.deleteLater()
            self._thread = self._worker = None
