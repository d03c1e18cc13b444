"""Long jobs in a thread of their own, with progress and a way to cancel them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.core.latest import LatestValue
from digitdesk.workers.jobs import JobOutcome, Jobs

Report = Callable[[str, float], None]
"""Called with what is being done and a fraction in [0, 1], negative if unknown."""


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far a task is; `fraction` is negative if that is unknown."""

    task: str
    fraction: float


@dataclass(frozen=True, slots=True, eq=False)
class TaskOutcome:
    """How a task ended.

    Attributes
    ----------
    name : str
        As given to `Tasks.submit`.
    kind : str
        ``"done"``, ``"refused"`` or ``"cancelled"``.
    value : object
        What the task returned; None if it is not done.
    message : str
        Why it was refused: a sentence.
    """

    name: str
    kind: Literal["done", "refused", "cancelled"]
    value: object = None
    message: str = ""


class _CancelledError(Exception):
    """Ends a task that the user cancelled."""


class Tasks(QObject):
    """Runs tasks one after the other. Lives in the GUI thread; no method blocks it.

    Signals
    -------
    progressed(TaskProgress)
        The running task came further; only the newest of many is told.
    task_ended(TaskOutcome)
        One task ended; look at its name.
    """

    progressed = Signal(object)
    task_ended = Signal(object)
    _news = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = Jobs(self)
        self._jobs.job_done.connect(self._on_job_done)
        self._latest: LatestValue[TaskProgress] = LatestValue()
        self._flags: list[threading.Event] = []
        # Emitted in the jobs' thread, received in this object's.
        self._news.connect(self._on_news)

    @property
    def is_busy(self) -> bool:
        """Whether a task runs or waits."""
        return bool(self._flags)

    def submit(self, name: str, task: Callable[[Report], object]) -> None:
        """Run `task` after those that were submitted before.

        Parameters
        ----------
        name : str
            Comes back in the outcome.
        task : callable
            Runs in the tasks' thread: it must touch no widget. Its `Report` raises
            once the task is cancelled.
        """
        flag = threading.Event()
        self._flags.append(flag)
        self._jobs.submit(name, partial(self._run, name, task, flag))

    def cancel(self) -> None:
        """Cancel the running task and those that wait."""
        for flag in self._flags:
            flag.set()

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """Cancel everything and stop the thread; False if that takes too long."""
        self.cancel()
        return self._jobs.shutdown(timeout_ms)

    def _run(
        self, name: str, task: Callable[[Report], object], flag: threading.Event
    ) -> TaskOutcome:
        """Run in the tasks' thread; errors that speak to the user are no accidents."""
        # Imported late and here: they load OpenCV.
        from digitdesk.ml.data_formats import DataError
        from digitdesk.ml.model_card import ModelError

        def report(what: str, fraction: float) -> None:
            if flag.is_set():
                raise _CancelledError
            if self._latest.put(TaskProgress(what, fraction)):
                self._news.emit()

        try:
            return TaskOutcome(name, "done", task(report))
        except _CancelledError:
            return TaskOutcome(name, "cancelled")
        except (DataError, ModelError, OSError) as error:
            return TaskOutcome(name, "refused", message=str(error))

    @Slot()
    def _on_news(self) -> None:
        progress = self._latest.take()
        if progress is not None and self._flags:
            self.progressed.emit(progress)

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        del self._flags[0]
        self._latest.take()
        if isinstance(outcome.value, TaskOutcome):
            self.task_ended.emit(outcome.value)
            return
        message = str(outcome.error) or type(outcome.error).__name__
        self.task_ended.emit(TaskOutcome(outcome.name, "refused", message=message))
