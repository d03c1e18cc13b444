"""Starts, steers and ends the training that the page shows."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QPushButton

from digitdesk.controllers.data_desk import DataDesk
from digitdesk.core import paths
from digitdesk.core.training_types import (
    ConfigError,
    DataSource,
    TrainingJob,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.page import TrainingPage
from digitdesk.workers.training import TrainingProcess


class LearningController(QObject):
    """Connects the form and the progress with the process. Lives in the GUI thread.

    Signals
    -------
    model_made(Path)
        A training has made this model folder.
    running_changed()
        A training has started or ended; see `is_running`.
    """

    model_made = Signal(object)
    running_changed = Signal()

    def __init__(
        self,
        window: MainWindow,
        page: TrainingPage,
        data: DataDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._data = data
        self.process = TrainingProcess(self)
        self._job: TrainingJob | None = None
        self._broken_off: TrainingJob | None = None
        self._closing = False
        self._failure = ""
        self._box: QMessageBox | None = None
        self._answers: dict[QPushButton, partial[None]] = {}
        window.close_guards.append(self._may_close)
        self._connect()

    def _connect(self) -> None:
        view, process = self._page.progress, self.process
        view.start_requested.connect(self._on_start_requested)
        view.pause_requested.connect(process.pause)
        view.resume_requested.connect(process.resume)
        view.stop_requested.connect(self._on_stop_requested)
        view.cancel_requested.connect(self._on_cancel_requested)
        self._page.setup.sources_changed.connect(self._forget_failure)
        process.preparing.connect(view.show_preparing)
        process.training_started.connect(self._on_process_training_started)
        process.batch_reported.connect(view.show_batch)
        process.epoch_reported.connect(view.show_epoch)
        process.pause_changed.connect(self._on_process_pause_changed)
        process.training_ended.connect(self._on_process_training_ended)

    @property
    def is_running(self) -> bool:
        """Whether a network learns."""
        return self.process.is_running

    @property
    def model_name(self) -> str:
        """What the model is called that is, or was last, trained."""
        return self._job.name if self._job else ""

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """What the network learns, or has last learnt, from."""
        return self._job.config.sources if self._job else ()

    def look_for_broken_off(self) -> None:
        """Offer to go on with a training that was broken off."""
        from digitdesk.ml.checkpoint import resumable_jobs

        jobs = resumable_jobs(paths.user_training())
        if jobs:
            self._offer_resume(jobs[-1])

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End the training program; its checkpoint stays."""
        return self.process.shutdown(timeout_ms)

    def start(self, job: TrainingJob) -> None:
        """Start a training, or go on with one."""
        self._job = job
        self._forget_failure()
        self._page.progress.show_running(running=True)
        self.process.start(job)
        self.running_changed.emit()

    @Slot()
    def _forget_failure(self) -> None:
        """Take back what is no longer true, as with other data or another try."""
        if self._failure:
            self._window.banners.dismiss(self._failure)
            self._failure = ""
            self._page.progress.forget_outcome()

    def _offer_resume(self, job: TrainingJob) -> None:
        self._broken_off = job
        text = self.tr("The training of “{name}” was broken off and can go on.")
        banner = self._window.show_message(
            text.format(name=job.name), Severity.INFO, self.tr("&Go on with it")
        )
        banner.action_requested.connect(self._on_resume_accepted)
        banner.action_requested.connect(banner.closed)

    @Slot()
    def _on_resume_accepted(self) -> None:
        if self._broken_off is not None and not self.process.is_running:
            self._page.setup.show_config(self._broken_off.config)
            self.start(self._broken_off)
            self._broken_off = None

    @Slot()
    def _on_start_requested(self) -> None:
        try:
            config = self._page.setup.config
        except ConfigError as error:
            self._window.show_message(str(error))
            return
        folder = paths.user_training() / f"run-{time.time_ns()}"
        self.start(
            TrainingJob(
                config=config,
                run_folder=str(folder),
                models_folder=str(paths.user_models()),
                name=self._page.setup.model_name,
            )
        )

    @Slot()
    def _on_stop_requested(self) -> None:
        self._end(self.process.stop)

    @Slot()
    def _on_cancel_requested(self) -> None:
        """Ask before what was learnt is thrown away."""
        if self._box is not None or not self.process.is_running:
            return
        box = self._new_box(self.tr("Throw away what the network has learnt so far?"))
        role = QMessageBox.ButtonRole
        discard = box.addButton(self.tr("&Discard it"), role.DestructiveRole)
        keep = box.addButton(self.tr("Stop and &keep best"), role.AcceptRole)
        back = box.addButton(self.tr("&Go on learning"), role.RejectRole)
        box.setDefaultButton(back)
        self._answers = {
            discard: partial(self._end, self.process.cancel),
            keep: partial(self._end, self.process.stop),
        }
        box.open()

    def _end(self, way: Callable[[], None]) -> None:
        self._page.progress.show_ending()
        way()

    @Slot(object)
    def _on_process_training_started(self, event: TrainingStarted) -> None:
        epochs = self._job.config.epochs if self._job else 1
        self._page.progress.show_started(event, epochs)
        self._data.load()  # MNIST is here by now

    @Slot(object)
    def _on_process_pause_changed(self, event: object) -> None:
        paused = bool(getattr(event, "paused", False))
        self._page.progress.show_paused(paused=paused)

    @Slot(object)
    def _on_process_training_ended(self, outcome: TrainingOutcome) -> None:
        self.running_changed.emit()
        self._page.progress.show_outcome(outcome)
        if self._box is not None:
            self._box.reject()  # there is nothing to ask about any more
        if self._closing:
            self._window.close()
            return
        if outcome.was_successful():
            self.model_made.emit(Path(outcome.model_folder))
        elif outcome.kind == "failed":
            self._failure = outcome.message
            self._window.show_message(outcome.message, Severity.ERROR)
            if outcome.resumable and self._job is not None:
                self._offer_resume(self._job)

    def _may_close(self) -> bool:
        """Ask before a training is left; the window closes when it has ended."""
        if not self.process.is_running:
            return True
        if self._box is not None:  # it is being asked already
            return False
        box = self._new_box(self.tr("What should become of the training?"))
        role = QMessageBox.ButtonRole
        later = box.addButton(self.tr("Go on &another day"), role.AcceptRole)
        keep = box.addButton(self.tr("Stop and &keep best"), role.AcceptRole)
        discard = box.addButton(self.tr("&Discard it"), role.DestructiveRole)
        box.addButton(self.tr("Do &not close"), role.RejectRole)
        self._answers = {
            later: partial(self._leave, self.process.interrupt),
            keep: partial(self._leave, self.process.stop),
            discard: partial(self._leave, self.process.cancel),
        }
        box.open()
        return False

    def _new_box(self, question: str) -> QMessageBox:
        """Make the one question that is asked at a time; see `_answers`."""
        self._box = box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_box_finished)
        box.buttonClicked.connect(self._on_answered)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("A network is learning"))
        box.setText(question)
        return box

    @Slot(object)
    def _on_answered(self, button: QPushButton) -> None:
        leave = self._answers.get(button)
        if leave is None:
            self._closing = False  # whatever was answered before
        else:
            leave()

    @Slot()
    def _on_box_finished(self) -> None:
        self._box = None

    def _leave(self, way: Callable[[], None]) -> None:
        self._closing = True
        self._end(way)
        if not self.process.is_running:  # it ended while we asked
            self._window.close()
