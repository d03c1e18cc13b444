"""The worker behind `Camera`: keeps one source delivering."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.core.latest import LatestValue
from digitdesk.core.sources import (
    Fault,
    FrameSource,
    Rotation,
    SourceError,
    SourceSpec,
    SourceState,
    StateKind,
    make_source,
)
from digitdesk.core.sources.orientation import orient
from digitdesk.core.sources.reader import SourceReader
from digitdesk.core.types import Frame, Scene

logger = logging.getLogger(__name__)

MAX_HUNG = 3
"""So many threads may hang in a source before it is given up."""

_TICK_S = 0.1
_RATE_WINDOW_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes
    ----------
    open_s, read_s : float
        A source that takes longer to open, or to give a picture or a sign of life,
        counts as stalled.
    retry_first_s, retry_most_s : float
        The first pause before trying again; it doubles up to the second figure.
    settled_s : float
        After so long without trouble the pauses start from the first one again.
    close_s : float
        A source that takes longer to close is left behind.
    """

    open_s: float = 20.0
    read_s: float = 5.0
    retry_first_s: float = 0.5
    retry_most_s: float = 10.0
    settled_s: float = 5.0
    close_s: float = 0.7


class CaptureWorker(QObject):
    """Reads a source, reconnects it, turns its pictures. Lives in the capture thread.

    The calls that may hang run in a `SourceReader`; this worker only watches, and so
    it always stops promptly.

    Parameters
    ----------
    spec : SourceSpec
        What to read.
    patience : Patience
        How long to wait for what.
    after : threading.Event or None
        Set when the predecessor has closed its source, which may be the same device.
    make : callable
        Makes the source of a spec.

    Signals
    -------
    frame_ready
        Look into `latest`.
    state_ready
        Look into `states`.
    finished
        `run` has returned.
    """

    frame_ready = Signal()
    state_ready = Signal()
    finished = Signal()

    def __init__(
        self,
        spec: SourceSpec,
        patience: Patience,
        after: threading.Event | None = None,
        make: Callable[[SourceSpec], FrameSource] = make_source,
    ) -> None:
        super().__init__()
        self.latest: LatestValue[Frame] = LatestValue()
        self.states: queue.SimpleQueue[SourceState] = queue.SimpleQueue()
        self.closed = threading.Event()
        """Set when the source is closed or left behind."""
        self._spec = spec
        self._patience = patience
        self._after = after
        self._make = make
        self._turn = (spec.mirror, spec.rotation)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._retry = threading.Event()
        self._turned = threading.Event()
        self._last: Frame | None = None
        self._seen: tuple[Scene, bool, Rotation] | None = None
        self._scene = Scene()
        self._live_since_s: float | None = None
        self._paused = False
        self._reader: SourceReader | None = None
        self._hung: list[SourceReader] = []
        self._times: deque[float] = deque(maxlen=256)
        self._rate_hz = 0.0

    # Called by the owner, in the GUI thread.

    def request_stop(self) -> None:
        """Make `run` return soon."""
        self._stop.set()
        if reader := self._reader:
            reader.stop()
        self._rouse()

    def request_retry(self) -> None:
        """Try again now instead of later."""
        self._retry.set()
        self._wake.set()

    def set_paused(self, paused: bool) -> None:
        """Leave a recording alone, or drop a live source's pictures."""
        self._paused = paused
        if reader := self._reader:
            reader.set_paused(paused and not self._spec.is_live)

    def set_orientation(self, mirror: bool, rotation: Rotation) -> None:
        """Turn and mirror the last frame once more, and the following ones."""
        self._turn = (mirror, rotation)
        self._turned.set()
        self._rouse()

    def step(self, count: int) -> None:
        """Pass on to the source."""
        if reader := self._reader:
            reader.step(count)

    @property
    def rate_hz(self) -> float:
        """Frames per second in the last two seconds."""
        times = self._times
        stale = not times or time.perf_counter() - times[-1] > _RATE_WINDOW_S
        return 0.0 if stale else self._rate_hz

    # The capture thread.

    @Slot()
    def run(self) -> None:
        """Keep the source delivering until `request_stop`."""
        try:
            if self._after is not None:
                self._after.wait(self._patience.close_s)
            pause_s = self._patience.retry_first_s
            while not self._stop.is_set():
                self._report(SourceState(StateKind.OPENING, self._spec))
                error = self._deliver()
                if self._stop.is_set() or error is None:
                    return
                if self._was_settled():
                    pause_s = self._patience.retry_first_s
                pause_s = self._rest(error, pause_s)
        except Exception:
            logger.exception("The capture thread failed")
            sentence = self.tr("Reading the source failed; the log has the details.")
            self._report(SourceState(StateKind.FAILED, self._spec, sentence))
        finally:
            self.closed.set()
            self.finished.emit()

    def _deliver(self) -> SourceError | None:
        """Read one opened source to its end; None if asked to stop."""
        reader = SourceReader(self._make(self._spec), f"source {self._spec.kind}")
        reader.set_paused(self._paused and not self._spec.is_live)
        self._reader = reader
        reader.start()
        try:
            return self._watch(reader)
        finally:
            reader.stop()
            self._reader = None
            if not reader.join(self._patience.close_s):
                # Nobody waits for a source that was closed on purpose.
                level = logging.INFO if self._stop.is_set() else logging.WARNING
                logger.log(level, "The source %s hangs", self._spec.label)
                self._hung.append(reader)

    def _watch(self, reader: SourceReader) -> SourceError | None:
        self._live_since_s = None
        while not self._stop.is_set():
            reader.news.wait(_TICK_S)
            reader.news.clear()
            frame = reader.latest.take()
            if frame is not None:
                if self._live_since_s is None:
                    self._live_since_s = time.perf_counter()
                    self._report(SourceState(StateKind.LIVE, self._spec))
                self._pass_on(frame)
            elif reader.done:
                return reader.error
            self._turn_last()
            waits = self._patience
            if reader.quiet_s > (waits.read_s if reader.opened else waits.open_s):
                return self._stalled(reader.opened)
        return None

    def _pass_on(self, frame: Frame) -> None:
        self._count(frame.captured_at_s)
        if self._paused and self._spec.is_live:
            return
        self._last = frame
        self._show(frame)

    def _show(self, frame: Frame) -> None:
        self._turned.clear()  # first: the next wish must not get lost
        turn = self._turn
        pixels, scene = orient(frame.pixels, *turn), self._turned_scene(frame, *turn)
        if self.latest.put(replace(frame, pixels=pixels, scene=scene)):
            self.frame_ready.emit()

    def _turned_scene(self, frame: Frame, mirror: bool, rotation: Rotation) -> Scene:
        """Begin another scene with another turn: all places have changed."""
        seen = (frame.scene, mirror, rotation)
        if seen != self._seen:
            self._seen, self._scene = seen, replace(frame.scene)
        return self._scene

    def _turn_last(self) -> None:
        """Show the last frame anew if it is to be turned; another may never come."""
        if self._turned.is_set() and self._last is not None:
            self._show(replace(self._last, captured_at_s=time.perf_counter()))

    def _was_settled(self) -> bool:
        """Whether pictures came for so long that the trouble is a new one."""
        since_s = self._live_since_s
        settled_s = self._patience.settled_s
        return since_s is not None and time.perf_counter() - since_s > settled_s

    def _rest(self, error: SourceError, pause_s: float) -> float:
        """Report the end of delivery and wait; return the pause after the next one."""
        self._hung = [reader for reader in self._hung if reader.is_alive]
        self._retry.clear()
        if error.fault is Fault.ENDED:
            self._report(SourceState(StateKind.ENDED, self._spec, error.sentence))
        elif self._spec.is_live and error.is_temporary and len(self._hung) < MAX_HUNG:
            self._report_trouble(StateKind.RECONNECTING, error, pause_s)
            if not self._asked(pause_s):
                return min(pause_s * 2, self._patience.retry_most_s)
            return self._patience.retry_first_s
        else:
            self._report_trouble(StateKind.FAILED, error)
        self._asked()
        return self._patience.retry_first_s

    def _asked(self, timeout_s: float | None = None) -> bool:
        """Wait until asked to try again or to stop; False if nobody did in time."""
        end_s = time.perf_counter() + (timeout_s or 0.0)
        left_s = timeout_s
        while self._wake.wait(left_s):
            self._wake.clear()
            if self._stop.is_set() or self._retry.is_set():
                return True
            self._turn_last()
            if timeout_s is not None:
                left_s = max(0.0, end_s - time.perf_counter())
        return False

    def _stalled(self, opened: bool) -> SourceError:
        if opened:
            sentence = self.tr(
                "{source} stopped delivering pictures. Check its connection."
            )
        else:
            sentence = self.tr("{source} does not answer. Check its connection.")
        return SourceError(sentence.format(source=self._spec.label), Fault.STALLED)

    def _count(self, time_s: float) -> None:
        times = self._times
        times.append(time_s)
        while times[0] < time_s - _RATE_WINDOW_S:
            times.popleft()
        if len(times) > 1:
            self._rate_hz = (len(times) - 1) / (times[-1] - times[0])

    def _report_trouble(
        self, kind: StateKind, error: SourceError, retry_in_s: float = 0
    ) -> None:
        self._report(
            SourceState(kind, self._spec, error.sentence, error.fault, retry_in_s)
        )

    def _report(self, state: SourceState) -> None:
        if not self._stop.is_set():
            self.states.put(state)
            self.state_ready.emit()

    def _rouse(self) -> None:
        """Let the capture thread look around, whatever it waits for."""
        self._wake.set()
        if reader := self._reader:
            reader.news.set()
