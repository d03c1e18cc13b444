"""Reading frames in a thread of its own; the newest one wins."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.core.latest import LatestValue
from digitdesk.core.paths import shipped_models
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.types import Classifier, Frame, LineReader, Reading
from digitdesk.workers.thread import WorkerThread

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionResult:
    """What was read in one frame.

    Attributes
    ----------
    generation : int
        As given to `Recogniser.submit`.
    frame : Frame
        The frame that was read.
    reading : Reading
        What is in it.
    took_ms : float
        How long the reading took, in milliseconds, without waiting for its turn.
    """

    generation: int
    frame: Frame
    reading: Reading
    took_ms: float


@dataclass(frozen=True, slots=True)
class RecognitionFailure:
    """Why there is no reading, or no network for it.

    Attributes
    ----------
    kind : str
        "model": the model could not be loaded; the one before stays in use.
        "lines": whole lines are not looked at, digit by digit goes on.
        "reading": a frame could not be read; the next ones are tried.
    sentence : str
        What is wrong and what to do, fit to be shown.
    generation : int
        Of the frame that could not be read; -1 if it is about no frame.
    """

    kind: Literal["model", "lines", "reading"]
    sentence: str
    generation: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    frame: Frame
    settings: PreprocessSettings
    generation: int


def load_predictor(folder: Path) -> Classifier:
    """Load the model in `folder`. Slow: call it in the recognition thread."""
    # Imported late: the window must not wait for the interpreter.
    from digitdesk.ml.predictor import Predictor

    return Predictor.load(folder)


class RecognitionWorker(QObject):
    """Reads the newest frame, again and again. Lives in the recognition thread.

    Parameters
    ----------
    load : callable
        Makes a classifier of a model's folder.

    Signals
    -------
    result_ready
        Look into `results`.
    event_ready
        Look into `events`: a `RecognitionFailure`, or the card of a loaded model.
    finished
        `run` has returned.
    """

    result_ready = Signal()
    event_ready = Signal()
    finished = Signal()

    def __init__(self, load: Callable[[Path], Classifier] = load_predictor) -> None:
        super().__init__()
        self.jobs: LatestValue[_Job] = LatestValue()
        self.folders: LatestValue[Path] = LatestValue()
        self.results: LatestValue[RecognitionResult] = LatestValue()
        self.events: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.wake = threading.Event()
        self._stop = threading.Event()
        self._load = load
        self._classifier: Classifier | None = None
        self._line_reader: LineReader | None = None
        self._last_failure: RecognitionFailure | None = None

    def request_stop(self) -> None:
        """Make `run` return after the frame that it is reading."""
        self._stop.set()
        self.wake.set()

    @Slot()
    def run(self) -> None:
        """Load models and read frames until `request_stop`."""
        try:
            while not self._stop.is_set():
                self.wake.wait()
                self.wake.clear()
                self._work()
        finally:
            self.finished.emit()

    def _work(self) -> None:
        if (folder := self.folders.take()) is not None:
            self._change_model(folder)
        # Until there is a model the newest frame waits in its mailbox.
        if self._stop.is_set() or self._classifier is None:
            return
        if (job := self.jobs.take()) is not None:
            self._read(job, self._classifier)

    def _change_model(self, folder: Path) -> None:
        try:
            classifier = self._load(folder)
        except Exception as error:
            logger.info("No model in %s", folder, exc_info=True)
            sentence = self.tr("The model “{name}” cannot be used: {reason}")
            self._report(
                RecognitionFailure(
                    "model", sentence.format(name=folder.name, reason=_words(error))
                )
            )
            return
        first = self._classifier is None
        self._classifier = classifier
        self._last_failure = None
        self._report(getattr(classifier, "card", None))
        if first:
            self._load_lines()

    def _read(self, job: _Job, classifier: Classifier) -> None:
        # Imported late: the window must not wait for what it needs.
        from digitdesk.core.reading import read_picture

        start_s = time.perf_counter()
        try:
            pixels = job.frame.pixels
            reading = read_picture(pixels, classifier, job.settings, self._line_reader)
        except Exception as error:
            sentence = self.tr("The picture could not be read: {reason}")
            failure = RecognitionFailure(
                "reading", sentence.format(reason=_words(error)), job.generation
            )
            if failure != self._last_failure:  # once per generation, not per frame
                logger.exception("Frame %d could not be read", job.frame.number)
                self._last_failure = failure
                self._report(failure)
            return
        self._last_failure = None
        took_ms = (time.perf_counter() - start_s) * 1000
        result = RecognitionResult(job.generation, job.frame, reading, took_ms)
        if self.results.put(result):
            self.result_ready.emit()

    def _load_lines(self) -> None:
        from digitdesk.ml.line_predictor import LinePredictor

        try:
            self._line_reader = LinePredictor.load(shipped_models())
        except ValueError as error:
            logger.info("Without the networks for lines", exc_info=True)
            sentence = self.tr(
                "Touching digits are read less well, and words as digits: {reason}"
            )
            self._report(
                RecognitionFailure("lines", sentence.format(reason=_words(error)))
            )

    def _report(self, event: object) -> None:
        self.events.put(event)
        self.event_ready.emit()


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


class Recogniser(QObject):
    """Owns the recognition thread. Lives in the GUI thread; no method blocks it.

    Parameters
    ----------
    parent : QObject or None
        Qt parent.
    load : callable
        Makes a classifier of a model's folder; called in the thread.

    Signals
    -------
    result_ready(RecognitionResult)
        Of the newest frame; answers of an older generation are dropped.
    model_loaded(object)
        The `ModelCard` of the model that reads from now on.
    failed(RecognitionFailure)
        Something went wrong; the thread lives on. Equal failures in a row of one
        generation are reported once.
    """

    result_ready = Signal(object)
    model_loaded = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        load: Callable[[Path], Classifier] = load_predictor,
    ) -> None:
        super().__init__(parent)
        self._generation = 0
        self._started = False
        self._closed = False
        self._resting = False
        self._put_aside: _Job | None = None
        self._worker = RecognitionWorker(load)
        self._worker.result_ready.connect(self._on_worker_result_ready)
        self._worker.event_ready.connect(self._on_worker_event_ready)
        self._thread = WorkerThread(self._worker, "recognition", self)

    def load_model(self, folder: Path) -> None:
        """Load the model in `folder` and use it from the next frame on."""
        self._worker.folders.put(folder)
        self._wake()

    def submit(
        self, frame: Frame, settings: PreprocessSettings, generation: int
    ) -> None:
        """Ask for a reading; replaces a frame that still waits.

        Parameters
        ----------
        frame : Frame
            The picture.
        settings : PreprocessSettings
            How to find ink in it.
        generation : int
            Raise it when older answers lose their meaning (another source, other
            settings); answers with a smaller one than the newest submitted are
            dropped.
        """
        self._generation = max(self._generation, generation)
        self._put_aside = _Job(frame, settings, generation)
        if not self._resting:
            self._read_on()

    def set_resting(self, resting: bool) -> None:
        """Leave the processor to others: read nothing until this is taken back.

        The newest frame submitted meanwhile is then read at once.
        """
        self._resting = resting
        if not resting:
            self._read_on()

    def _read_on(self) -> None:
        job, self._put_aside = self._put_aside, None
        if job is not None:
            self._worker.jobs.put(job)
            self._wake()

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """Stop the thread and wait for it; nothing is reported from now on.

        Parameters
        ----------
        timeout_ms : int
            Longest time to wait.

        Returns
        -------
        bool
            False if the thread still runs; then keep this object.
        """
        self._closed = True
        return self._thread.shutdown(timeout_ms)

    def _wake(self) -> None:
        if not self._started and not self._closed:
            self._started = True
            self._thread.start()
        self._worker.wake.set()

    @Slot()
    def _on_worker_result_ready(self) -> None:
        result = self._worker.results.take()
        if self._closed or result is None:
            return
        if result.generation >= self._generation:
            self.result_ready.emit(result)

    @Slot()
    def _on_worker_event_ready(self) -> None:
        while self._worker.events.qsize() and not self._closed:
            event = self._worker.events.get()
            if isinstance(event, RecognitionFailure):
                self.failed.emit(event)
            else:
                self.model_loaded.emit(event)
