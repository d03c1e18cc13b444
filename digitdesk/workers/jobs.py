"""Small jobs, such as writing a file, in a thread of their own, one after the other."""

import logging
import queue
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.workers.thread import WorkerThread

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class JobOutcome:
    """How a job ended.

    Attributes
    ----------
    name : str
        As given to `Jobs.submit`.
    value : object
        What the job returned; None if it failed.
    error : Exception or None
        What it raised.
    """

    name: str
    value: object = None
    error: Exception | None = None


class JobWorker(QObject):
    """Runs jobs until it is stopped. Lives in the jobs' thread.

    Signals
    -------
    job_done(JobOutcome)
        One job ended.
    finished
        No more jobs will be run.
    """

    job_done = Signal(object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: queue.SimpleQueue[tuple[str, Callable[[], object]] | None] = (
            queue.SimpleQueue()
        )

    def put(self, name: str, job: Callable[[], object]) -> None:
        """Add a job; any thread may."""
        self._waiting.put((name, job))

    def request_stop(self) -> None:
        """Stop after the jobs that wait already: none of them may be lost."""
        self._waiting.put(None)

    @Slot()
    def run(self) -> None:
        """Run jobs until stopped."""
        while (entry := self._waiting.get()) is not None:
            name, job = entry
            try:
                outcome = JobOutcome(name, job())
            except Exception as error:
                logger.warning("Job %s failed", name, exc_info=error)
                outcome = JobOutcome(name, error=error)
            self.job_done.emit(outcome)
        self.finished.emit()


class Jobs(QObject):
    """Owns the jobs' thread. Lives in the GUI thread; `submit` never blocks.

    Signals
    -------
    job_done(JobOutcome)
        One job ended; look at its name.
    """

    job_done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = JobWorker()
        self._worker.job_done.connect(self._on_worker_job_done)
        self._thread = WorkerThread(self._worker, "jobs", self)
        self._thread.start()

    def submit(self, name: str, job: Callable[[], object]) -> None:
        """Run `job` after those that were submitted before.

        Parameters
        ----------
        name : str
            Comes back in the outcome.
        job : callable
            Runs in the jobs' thread: it must touch no widget.
        """
        self._worker.put(name, job)

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """Finish all waiting jobs and stop the thread; False if that takes too long."""
        return self._thread.shutdown(timeout_ms)

    @Slot(object)
    def _on_worker_job_done(self, outcome: JobOutcome) -> None:
        self.job_done.emit(outcome)
