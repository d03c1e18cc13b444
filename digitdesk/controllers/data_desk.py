"""Loads the chosen digits, lets models read them, and shows what came out."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout

from digitdesk.controllers.active_model import ActiveModel
from digitdesk.controllers.data_loader import DataLoader, is_at_hand
from digitdesk.core.digit_data import DigitData, Labelled, Part
from digitdesk.core.files import write_atomically
from digitdesk.core.training_types import DataSource
from digitdesk.core.types import F32
from digitdesk.ui.banner import Severity
from digitdesk.ui.file_choice import first_folder
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.glyph_grid import GlyphGrid
from digitdesk.ui.training.page import TrainingPage
from digitdesk.workers.tasks import Report, TaskOutcome, TaskProgress, Tasks

if TYPE_CHECKING:
    from digitdesk.ml.measuring import Measurement

_LOAD, _READ, _MEASURE = "load digits", "read digits", "measure model"
_PREVIEW, _EXPORT = "vary digits", "save collage"
_PREVIEWED = 100
_AT_ONCE = 5000


class DataDesk(QObject):
    """Connects the data, the browser and the evaluation. Lives in the GUI thread.

    Attributes
    ----------
    tasks : Tasks
        What runs beside the window.
    loader : DataLoader
        What keeps the digits; for tasks alone.
    preview_grid : GlyphGrid or None
        Where varied digits are shown while that dialog is open.
    """

    def __init__(
        self,
        window: MainWindow,
        page: TrainingPage,
        active: ActiveModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._active = active
        self.tasks = tasks = Tasks(self)  # reading 70,000 digits takes seconds
        self.loader = DataLoader()
        self._data: DigitData | None = None
        # The model whose answers are waited for or shown; none for other digits.
        self._asked: Path | None = None
        self._sources: tuple[DataSource, ...] = ()
        self.preview_grid: GlyphGrid | None = None
        self._shows = {
            _LOAD: self._show_data,
            _READ: self._show_answers,
            _MEASURE: self._show_measurement,
            _PREVIEW: self._show_varied,
            _EXPORT: self._show_saved,
        }
        tasks.task_ended.connect(self._on_task_ended)
        tasks.progressed.connect(self._on_task_progressed)
        page.busy.cancel_requested.connect(tasks.cancel)
        page.setup.sources_changed.connect(self.load)
        page.setup.preview_requested.connect(self._on_preview_requested)
        page.browser.answers_requested.connect(self._on_answers_requested)
        page.browser.export_requested.connect(self._on_export_requested)
        page.tabs.currentChanged.connect(self.load)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._on_application_state_changed)
        active.recogniser.model_loaded.connect(self._on_model_loaded)
        self.load()

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """Cancel what runs; False if that takes too long."""
        return self.tasks.shutdown(timeout_ms)

    @Slot()
    def load(self) -> None:
        """Load the chosen digits anew if they changed, unless they must be fetched."""
        sources = self._page.setup.config.sources
        if not all(map(is_at_hand, sources)):
            self._sources = ()
            text = self.tr(
                "MNIST is not on this computer yet: training fetches its 11 MB, once. "
                "Without a connection, add a file of your own."
            )
            self._page.setup.show_data_state(text)
            self._page.progress.show_obstacle("")
            self._forget_data(text)
            return
        if sources != self._sources:
            self._sources = sources
            self._page.setup.show_data_state("")
        self.submit(_LOAD, partial(self.loader.load, sources))

    def _forget_data(self, why: str) -> None:
        self._data = self._asked = None
        self._page.browser.show_missing(why)

    def submit(self, name: str, task: Callable[[Report], object]) -> None:
        """Run a task of the page's beside the window; see `Tasks.submit`."""
        self._page.busy.show_progress(self._doing(name), -1.0)
        self.tasks.submit(name, task)

    def _doing(self, name: str) -> str:
        return {
            _LOAD: self.tr("Reading the digits…"),
            _READ: self.tr("The active model reads all digits…"),
            _MEASURE: self.tr("Measuring the model on the test pictures…"),
        }.get(name, self.tr("One moment…"))

    def measure(self, folder: Path, sources: tuple[DataSource, ...]) -> None:
        """Let a model read the sources' test part beside the model in use."""
        words = self.tr("“{name}” reads the test part")
        self._page.evaluation.show_words(self._doing(_MEASURE))
        self.submit(
            _MEASURE,
            partial(_measure, self.loader, sources, folder, self._active.folder, words),
        )

    @Slot()
    def _on_answers_requested(self) -> None:
        folder = self._active.folder
        if self._data is not None and self._asked != folder:
            self._asked = folder
            self.submit(_READ, partial(_read, folder, self._data))

    @Slot()
    def _on_model_loaded(self) -> None:
        # The model that was asked may be loaded only now, at the program's start.
        if self._asked not in (None, self._active.folder):
            self._asked = None
            self._page.browser.forget_answers()

    @Slot()
    def _on_preview_requested(self) -> None:
        if self._data is None:
            self.load()
            self._window.show_message(
                self.tr("Choose data that are on this computer first."), Severity.INFO
            ).close_soon()
            return
        dialog = QDialog(self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Varied digits; click for others"))
        dialog.resize(640, 660)
        grid = GlyphGrid(dialog)
        QVBoxLayout(dialog).addWidget(grid)
        grid.chosen.connect(self._vary)
        grid.destroyed.connect(self._on_preview_gone)
        self.preview_grid = grid
        dialog.open()
        self._vary()

    @Slot()
    def _on_preview_gone(self) -> None:
        self.preview_grid = None

    @Slot()
    def _vary(self) -> None:
        if self._data is not None:
            self.submit(_PREVIEW, partial(_varied, self._data))

    @Slot()
    def _on_export_requested(self) -> None:
        place = f"{first_folder()}/collage.png"
        dialog = QFileDialog(self._page, self.tr("Export collage"), place)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(self.export_collage)
        dialog.open()

    @Slot(str)
    def export_collage(self, path: str) -> None:
        """Save the collage that is on show."""
        collage = self._page.browser.grid.collage()
        self.submit(_EXPORT, partial(_save, collage, path))

    @Slot(object)
    def _on_task_progressed(self, progress: TaskProgress) -> None:
        self._page.busy.show_progress(f"{progress.task}…", progress.fraction)

    @Slot(object)
    def _on_task_ended(self, outcome: TaskOutcome) -> None:
        self._page.busy.setVisible(self.tasks.is_busy)
        if outcome.name not in self._shows:
            return  # somebody else's
        if outcome.kind == "done":
            self._shows[outcome.name](outcome.value)
            return
        if outcome.name == _READ:
            self._asked = None
        if outcome.name == _LOAD:
            self._show_unloaded(outcome.message)
        elif outcome.name == _MEASURE:
            self._page.evaluation.show_words(
                outcome.message or self.tr("The measurement was cancelled.")
            )
        elif outcome.kind == "refused":
            self._window.show_message(outcome.message, Severity.ERROR)

    def _show_unloaded(self, why: str) -> None:
        """Say why the digits cannot be used; nothing if it was only cancelled."""
        if not self._sources:
            return  # others were chosen meanwhile
        self._sources = ()
        words = self.tr("These digits cannot be used.") if why else ""
        words = words or self.tr("These digits are not loaded.")
        self._page.setup.show_data_state(words)
        self._page.progress.show_obstacle(why)
        self._forget_data(why)

    @Slot(Qt.ApplicationState)
    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        # Who comes back from the file manager may have mended the data.
        is_active = state is Qt.ApplicationState.ApplicationActive
        if is_active and self._page.progress.obstacle:
            self.load()

    def _show_data(self, value: object) -> None:
        # An answer may come when other digits are chosen already.
        if isinstance(value, DigitData) and self._sources:
            if value is not self._data:
                self._data, self._asked = value, None
                self._page.browser.show_data(value)
            train, check, test = (f"{count:,}" for count in value.counts())
            text = self.tr("{train} to learn from, {check} to check, {test} to test.")
            text = text.format(train=train, check=check, test=test)
            self._page.setup.show_data_state(text)
            self._page.progress.show_obstacle(_obstacle(value))

    def _show_answers(self, value: object) -> None:
        # They may come when another model is the active one, or other digits are shown.
        if isinstance(value, tuple):
            folder, data, probabilities = value
            if folder == self._active.folder and data is self._data:
                self._page.browser.show_answers(probabilities)

    def _show_measurement(self, value: object) -> None:
        if isinstance(value, tuple):
            data, found = value
            self._page.evaluation.show_evaluation(
                found.evaluation,
                found.digits.glyphs,
                name=found.name,
                data=data,
                rival=found.rival,
            )

    def _show_varied(self, value: object) -> None:
        if self.preview_grid is not None and isinstance(value, Labelled):
            self.preview_grid.show_digits(value.glyphs, value.labels)

    def _show_saved(self, value: object) -> None:
        text = self.tr("The collage is kept in {path}").format(path=value)
        self._window.show_message(text, Severity.INFO).close_soon()


def _measure(
    loader: DataLoader,
    sources: tuple[DataSource, ...],
    folder: Path,
    active: Path,
    words: str,
    report: Report,
) -> tuple[str, "Measurement"]:
    from digitdesk.ml.measuring import measure_beside

    data = loader.load(sources, report)
    digits = data.part(Part.TEST)
    title = ", ".join(data.titles)
    return title, measure_beside(folder, active, digits, words, report)


def _read(folder: Path, data: DigitData, report: Report) -> tuple[Path, DigitData, F32]:
    from digitdesk.ml.predictor import Predictor

    predictor = Predictor.load(folder)
    glyphs, read = data.glyphs, []
    for start in range(0, len(glyphs), _AT_ONCE):
        report(f"{predictor.card.name} reads all digits", start / len(glyphs))
        part = glyphs[start : start + _AT_ONCE]
        read.append(predictor.classify(part).probabilities)
    return folder, data, np.concatenate(read)


def _varied(data: DigitData, _report: Report) -> Labelled:
    from digitdesk.ml.augment import Augmenter
    from digitdesk.ml.batches import GENTLE

    dice = np.random.default_rng()
    chosen = dice.choice(len(data.labels), min(_PREVIEWED, len(data.labels)))
    chosen = chosen[np.argsort(data.labels[chosen], kind="stable")]
    seed = int(dice.integers(2**31))
    varied = Augmenter(GENTLE, seed).batch(data.glyphs[chosen])
    return Labelled(varied, data.labels[chosen])


def _obstacle(data: DigitData) -> str:
    """Say what the data lack for a training; empty if nothing."""
    from digitdesk.ml.data_formats import DataError
    from digitdesk.ml.dataset import check_trainable

    try:
        check_trainable(data)
    except DataError as error:
        return str(error)
    return ""


def _save(picture: QImage, path: str, _report: Report) -> str:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    kind = Path(path).suffix
    writer = QImageWriter(buffer, QByteArray(kind[1:].encode()))
    if not writer.write(picture):
        raise OSError(
            f"DigitDesk cannot write “{kind}” files: give “{Path(path).name}” a name "
            "that ends with .png or .jpg."
        )
    try:
        write_atomically(Path(path), bytes(buffer.data().data()))
    except OSError as error:
        why = error.strerror or str(error)
        raise OSError(f"“{path}” cannot be saved: {why}.") from error
    return path
