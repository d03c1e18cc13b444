"""Frames from a source, read in a thread of its own; the newest one wins."""

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from digitdesk.core.sources import (
    FrameSource,
    Rotation,
    SourceKind,
    SourceSpec,
    SourceState,
    StateKind,
    make_source,
)
from digitdesk.workers.capture import CaptureWorker, Patience
from digitdesk.workers.thread import WorkerThread

RATE_INTERVAL_MS = 1000

_STILL = (SourceKind.IMAGE, SourceKind.FOLDER)


class Camera(QObject):
    """Owns the capture thread. Lives in the GUI thread; no method blocks it.

    Each `open` starts a worker of its own and forgets the one before, so that
    nothing of the old source can be mistaken for the new one.

    Parameters
    ----------
    parent : QObject or None
        Qt parent.
    patience : Patience
        How long to wait for what.
    make : callable
        Makes the source of a spec.

    Signals
    -------
    frame_captured(Frame)
        The newest frame, already turned and mirrored. Not emitted while paused and
        never for a source that was closed or replaced.
    state_changed(SourceState)
        The source opened, failed, ended, ...
    rate_measured(float)
        Frames per second that the source delivers, about once a second; 0 if none.
    """

    frame_captured = Signal(object)
    state_changed = Signal(object)
    rate_measured = Signal(float)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        patience: Patience | None = None,
        make: Callable[[SourceSpec], FrameSource] = make_source,
    ) -> None:
        super().__init__(parent)
        self._patience = patience or Patience()
        self._make = make
        self._state = SourceState(StateKind.CLOSED)
        self._worker: CaptureWorker | None = None
        self._thread: WorkerThread | None = None
        self._retired: list[WorkerThread] = []
        self._paused = False
        self._rate_timer = QTimer(self)
        self._rate_timer.setInterval(RATE_INTERVAL_MS)
        self._rate_timer.timeout.connect(self._on_rate_timer_timeout)

    @property
    def state(self) -> SourceState:
        """The last state that was reported."""
        return self._state

    def open(self, spec: SourceSpec) -> None:
        """Open another source in place of the present one. Returns at once."""
        before = self._retire()
        after = before.closed if before is not None else None
        worker = CaptureWorker(spec, self._patience, after, self._make)
        worker.frame_ready.connect(self._on_worker_frame_ready)
        worker.state_ready.connect(self._on_worker_state_ready)
        thread = WorkerThread(worker, f"capture {spec.kind}", self)
        thread.finished.connect(self._on_thread_finished)
        self._worker, self._thread = worker, thread
        self._paused = False
        self._set_state(SourceState(StateKind.OPENING, spec))
        thread.start()
        self._rate_timer.start()

    def close(self) -> None:
        """Stop delivering frames at once; the source closes in its thread."""
        self._retire()
        self._rate_timer.stop()
        self._set_state(SourceState(StateKind.CLOSED, self._state.spec))

    def reopen(self) -> None:
        """Try again now; after an end, start from the beginning."""
        if self._worker is not None:
            self._worker.request_retry()
        elif self._state.spec is not None:
            self.open(self._state.spec)

    def pause(self) -> None:
        """Stop delivering frames; the source stays open."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._set_paused(False)

    def step(self, count: int) -> None:
        """Show the next picture of a folder, or the previous one if negative."""
        if self._worker is not None:
            self._worker.step(count)

    def set_orientation(self, mirror: bool, rotation: Rotation) -> None:
        """Turn and mirror the last frame anew, and all that follow."""
        if self._worker is not None:
            self._worker.set_orientation(mirror, rotation)

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """Close and wait for all threads, as the program ends.

        Parameters
        ----------
        timeout_ms : int
            Longest time to wait.

        Returns
        -------
        bool
            Whether all threads ended; they do even if a source hangs.
        """
        self.close()
        deadline_s = time.monotonic() + timeout_ms / 1000
        for thread in tuple(self._retired):
            left_ms = max(0, round((deadline_s - time.monotonic()) * 1000))
            if thread.shutdown(left_ms):
                self._forget(thread)
        return not self._retired

    def _retire(self) -> CaptureWorker | None:
        worker, self._worker = self._worker, None
        if self._thread is not None:
            self._thread.request_stop()
            self._retired.append(self._thread)
            self._thread = None
        return worker

    def _forget(self, thread: WorkerThread) -> None:
        self._retired.remove(thread)
        thread.deleteLater()

    def _set_paused(self, paused: bool) -> None:
        if self._worker is None or paused == self._paused:
            return
        self._paused = paused
        self._worker.set_paused(paused)
        if self._state.kind in (StateKind.LIVE, StateKind.PAUSED):
            self._set_state(replace(self._state, kind=self._live_kind()))
        if paused:
            return
        if self._state.kind is StateKind.LIVE and self._spec_kind not in _STILL:
            self._worker.latest.take()  # as old as the pause; a new one comes
        self._on_worker_frame_ready()

    @property
    def _spec_kind(self) -> SourceKind | None:
        return None if self._state.spec is None else self._state.spec.kind

    def _live_kind(self) -> StateKind:
        return StateKind.PAUSED if self._paused else StateKind.LIVE

    def _set_state(self, state: SourceState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    @Slot()
    def _on_worker_frame_ready(self) -> None:
        if self._worker is None or self._paused:
            return
        frame = self._worker.latest.take()
        if frame is not None:  # a replaced worker's signal may come late
            self.frame_captured.emit(frame)

    @Slot()
    def _on_worker_state_ready(self) -> None:
        worker = self._worker
        while worker is not None and worker is self._worker and worker.states.qsize():
            state = worker.states.get()
            if state.kind is StateKind.LIVE:
                state = replace(state, kind=self._live_kind())
            self._set_state(state)

    @Slot()
    def _on_rate_timer_timeout(self) -> None:
        if self._worker is not None:
            self.rate_measured.emit(self._worker.rate_hz)

    @Slot()
    def _on_thread_finished(self) -> None:
        thread = self.sender()
        if thread in self._retired:
            self._forget(thread)
