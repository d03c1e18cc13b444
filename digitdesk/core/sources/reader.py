"""Reads a source in a thread that may be left behind if the source hangs."""

import logging
import threading
import time

from digitdesk.core.latest import LatestValue
from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.factory import FrameSource
from digitdesk.core.types import Frame

logger = logging.getLogger(__name__)

PAUSE_CHECK_S = 0.1


class SourceReader:
    """Opens, reads and closes one source in a daemon thread.

    Drivers and network libraries can hang in a call that nothing can interrupt. Such
    a call hangs this thread alone: whoever started it looks at `quiet_s` and walks
    away. If the call returns later, the source is closed and nothing is delivered.
    As a daemon, the thread never delays the end of the program.

    Parameters
    ----------
    source : FrameSource
        Not yet open; from now on used by the reader's thread alone.
    name : str
        Name of the thread.
    """

    def __init__(self, source: FrameSource, name: str = "source") -> None:
        self.latest: LatestValue[Frame] = LatestValue()
        self.news = threading.Event()
        """Set when there is a frame, or the thread is done."""
        self.error: SourceError | None = None
        """Why reading ended; valid once `done`."""
        self._source = source
        self._stop = threading.Event()
        self._paused = threading.Event()
        self._done = threading.Event()
        self._opened = False
        self._beat_s = time.perf_counter()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Open the source and read it until `stop` or an error."""
        self._beat_s = time.perf_counter()
        self._thread.start()

    def stop(self) -> None:
        """Deliver nothing from now on and close the source as soon as possible."""
        self._stop.set()

    def join(self, timeout_s: float) -> bool:
        """Wait until the source is closed; False if that takes longer."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def set_paused(self, paused: bool) -> None:
        """Leave the source alone, without closing it, or go on."""
        if paused:
            self._paused.set()
        else:
            self._paused.clear()

    def step(self, count: int) -> None:
        """Pass on to the source."""
        self._source.step(count)

    @property
    def opened(self) -> bool:
        """Whether the source was opened."""
        return self._opened

    @property
    def done(self) -> bool:
        """Whether the thread has closed the source and delivers nothing more."""
        return self._done.is_set()

    @property
    def is_alive(self) -> bool:
        """Whether the thread still exists."""
        return self._thread.is_alive()

    @property
    def quiet_s(self) -> float:
        """Seconds since the source last returned from a call."""
        return time.perf_counter() - self._beat_s

    def _run(self) -> None:
        try:
            self._source.open()
            try:
                self._beat_s = time.perf_counter()
                self._opened = True
                self._read()
            finally:
                self._source.close()
        except SourceError as error:
            self.error = error
        except Exception:
            # A source's own mistake must not pass as a quiet end.
            logger.exception("The source failed in an unexpected way")
            self.error = SourceError(
                "The source failed in an unexpected way; the log has the details.",
                Fault.UNREADABLE,
            )
        finally:
            self._done.set()
            self.news.set()

    def _read(self) -> None:
        number = 0
        while not self._stop.is_set():
            if self._paused.is_set():
                self._stop.wait(PAUSE_CHECK_S)
                self._beat_s = time.perf_counter()
                continue
            pixels = self._source.read()
            self._beat_s = time.perf_counter()
            if pixels is None or self._stop.is_set():
                continue
            self.latest.put(Frame(pixels, number, self._beat_s, self._source.scene))
            number += 1
            self.news.set()
