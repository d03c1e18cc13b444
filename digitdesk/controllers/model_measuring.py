"""Models read labelled digits, alone or beside another, and the page shows how well."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog

from digitdesk.core.training_types import DataSource
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.models.entry import ModelEntry
from digitdesk.ui.models.measure_dialog import MeasureChoice, MeasureDialog
from digitdesk.ui.models.page import ModelsPage
from digitdesk.workers.tasks import Report, TaskOutcome, TaskProgress, Tasks

if TYPE_CHECKING:
    from digitdesk.ml.measuring import Measurement

_MEASURE = "measure models"


class ModelMeasuring(QObject):
    """Connects the evaluation's actions with a thread of its own.

    Lives in the GUI thread.
    """

    def __init__(
        self, window: MainWindow, page: ModelsPage, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._entries: tuple[ModelEntry, ...] = ()
        self._before: MeasureChoice | None = None
        self._subject: ModelEntry | None = None
        self._dialog: MeasureDialog | None = None
        self._tasks = Tasks(self)
        self._tasks.progressed.connect(self._on_progressed)
        self._tasks.task_ended.connect(self._on_task_ended)
        page.evaluate_requested.connect(self._on_evaluate_requested)
        page.compare_requested.connect(self._on_compare_requested)

    def show_models(self, entries: tuple[ModelEntry, ...]) -> None:
        """Offer these models to compare with."""
        self._entries = entries

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """Stop the thread; False if that takes too long."""
        return self._tasks.shutdown(timeout_ms)

    @Slot()
    def cancel(self) -> None:
        """Stop reading; nothing is shown."""
        self._tasks.cancel()

    def measure(self, subject: ModelEntry, choice: MeasureChoice) -> None:
        """Let `subject` read digits, and another model if one is chosen."""
        self._before = choice
        words = self.tr("“{name}” reads…")
        self._page.show_busy(self.tr("Reading the digits…"))
        task = partial(_measure, subject.folder, choice.rival, choice.source, words)
        self._tasks.submit(_MEASURE, task)

    @Slot()
    def _on_evaluate_requested(self) -> None:
        entry = self._page.current
        if entry is not None:
            active = next((e for e in self._others(entry) if e.is_active), None)
            self._ask(entry, None if active is None else active.folder)

    @Slot()
    def _on_compare_requested(self) -> None:
        entry = self._page.current
        if entry is None:
            return
        others = sorted(self._others(entry), key=lambda other: not other.is_active)
        if not others:
            text = self.tr("There is no other model to compare with.")
            self._window.show_message(text, Severity.INFO).close_soon()
            return
        self._ask(entry, others[0].folder)

    def _others(self, entry: ModelEntry) -> tuple[ModelEntry, ...]:
        return tuple(
            other
            for other in self._entries
            if other.is_usable and other.folder != entry.folder
        )

    def _ask(self, subject: ModelEntry, rival: Path | None) -> None:
        if self._dialog is not None:
            return
        self._subject = subject
        others = self._others(subject)
        self._dialog = MeasureDialog(subject, others, self._before, self._page)
        self._dialog.choose_rival(rival)
        self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.open()

    @Slot(int)
    def _on_dialog_finished(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        if result == QDialog.DialogCode.Accepted and self._subject is not None:
            self.measure(self._subject, dialog.choice)
        dialog.deleteLater()

    @Slot(object)
    def _on_progressed(self, progress: TaskProgress) -> None:
        self._page.show_busy(progress.task, progress.fraction)

    @Slot(object)
    def _on_task_ended(self, outcome: TaskOutcome) -> None:
        self._page.show_idle()
        if outcome.kind == "refused":
            self._window.show_message(outcome.message, Severity.ERROR)
        if not isinstance(outcome.value, tuple):
            return
        source, found = outcome.value
        self._page.evaluation.show_evaluation(
            found.evaluation,
            found.digits.glyphs,
            name=found.name,
            data=source.title,
            rival=found.rival,
        )
        self._page.show_evaluation_tab()


def _measure(
    folder: Path, rival: Path | None, source: DataSource, words: str, report: Report
) -> tuple[DataSource, "Measurement"]:
    # Imported late: the window must not wait for the interpreter.
    from digitdesk.ml.measuring import digits_to_measure, measure_beside

    digits = digits_to_measure(source, report)
    return source, measure_beside(folder, rival, digits, words, report)
