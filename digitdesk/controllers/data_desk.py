"""Loads the chosen digits, lets models read them, and shows what came out."""

from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout

from digitdesk.controllers.model_desk import ModelDesk
from digitdesk.core.comparison import Comparison, compare
from digitdesk.core.digit_data import DigitData, Labelled, Part
from digitdesk.core.evaluation import Evaluation, evaluate
from digitdesk.core.paths import user_samples
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.core.types import F32, U8
from digitdesk.ml.data_formats import DataError
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.glyph_grid import GlyphGrid
from digitdesk.ui.training.page import TrainingPage
from digitdesk.workers.jobs import JobOutcome, Jobs

_LOAD, _READ, _MEASURE = "load digits", "read digits", "measure model"
_PREVIEW, _EXPORT = "vary digits", "save collage"
_PREVIEWED = 100


class DataDesk(QObject):
    """Connects the data, the browser and the evaluation. Lives in the GUI thread.

    Attributes
    ----------
    preview_grid : GlyphGrid or None
        Where varied digits are shown while that dialog is open.
    """

    def __init__(
        self,
        window: MainWindow,
        page: TrainingPage,
        models: ModelDesk,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._models = models
        self._jobs = jobs
        self._data: DigitData | None = None
        self._sources: tuple[DataSource, ...] = ()
        self._wanted_kind = SourceKind.NPZ
        self.preview_grid: GlyphGrid | None = None
        jobs.job_done.connect(self._on_job_done)
        page.setup.source_requested.connect(self._on_source_requested)
        page.setup.sources_changed.connect(self.load)
        page.setup.preview_requested.connect(self._on_preview_requested)
        page.browser.answers_requested.connect(self._on_answers_requested)
        page.browser.export_requested.connect(self._on_export_requested)
        page.evaluation.evaluation_requested.connect(self.measure)
        page.tabs.currentChanged.connect(self.load)

    @Slot()
    def load(self) -> None:
        """Load the chosen digits, unless they are loaded or would be downloaded."""
        sources = self._page.setup.config.sources
        if sources == self._sources or not all(map(_is_at_hand, sources)):
            return
        self._sources = sources
        self._jobs.submit(_LOAD, partial(_load, sources))

    @Slot(str)
    def measure(self, key: str) -> None:
        """Let a model read the test part, and compare it with the active one."""
        self.load()
        if self._page.setup.config.sources != self._sources:
            sentence = self.tr(
                "MNIST is not here yet: train once, or add a local file on “Learn”."
            )
            self._page.evaluation.show_failure(sentence)
            return
        self._page.evaluation.show_busy()
        job = partial(_measure, self._sources, Path(key), self._models.active)
        self._jobs.submit(_MEASURE, job)

    @Slot()
    def _on_answers_requested(self) -> None:
        if self._data is not None:
            job = partial(_read, self._models.active, self._data.glyphs)
            self._jobs.submit(_READ, job)

    @Slot(object)
    def _on_source_requested(self, kind: SourceKind) -> None:
        if kind is SourceKind.MNIST:
            self._page.setup.add_source(DataSource(kind))
            return
        if kind is SourceKind.SAMPLES:
            self._page.setup.add_source(DataSource(kind, str(user_samples())))
            return
        self._wanted_kind = kind
        dialog = QFileDialog(self._page, self.tr("Add labelled digits"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mode = QFileDialog.FileMode
        is_folder = kind is SourceKind.FOLDER
        dialog.setFileMode(mode.Directory if is_folder else mode.ExistingFile)
        if kind is SourceKind.NPZ:
            dialog.setNameFilter(self.tr("Archives (*.npz)"))
        dialog.fileSelected.connect(self.add_path)
        dialog.open()

    @Slot(str)
    def add_path(self, path: str) -> None:
        """Add the file or folder that was chosen."""
        self._page.setup.add_source(DataSource(self._wanted_kind, path))

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
            self._jobs.submit(_PREVIEW, partial(_varied, self._data))

    @Slot()
    def _on_export_requested(self) -> None:
        dialog = QFileDialog(self._page, self.tr("Export collage"), "collage.png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(self.export_collage)
        dialog.open()

    @Slot(str)
    def export_collage(self, path: str) -> None:
        """Save the collage that is on show."""
        collage = self._page.browser.grid.collage()
        self._jobs.submit(_EXPORT, partial(_save, collage, path))

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        show = {
            _LOAD: self._show_data,
            _READ: self._show_answers,
            _MEASURE: self._show_measurement,
            _PREVIEW: self._show_varied,
            _EXPORT: self._show_saved,
        }.get(outcome.name)
        if show is None:
            return
        if outcome.error is None:
            show(outcome.value)
            return
        if outcome.name == _LOAD:
            self._sources = ()
        if outcome.name == _MEASURE:
            self._page.evaluation.show_failure(str(outcome.error))
        else:
            self._window.show_message(str(outcome.error), Severity.ERROR)

    def _show_data(self, value: object) -> None:
        if isinstance(value, DigitData):
            self._data = value
            self._page.browser.show_data(value)

    def _show_answers(self, value: object) -> None:
        if isinstance(value, np.ndarray):
            self._page.browser.show_answers(value)

    def _show_measurement(self, value: object) -> None:
        if isinstance(value, tuple):
            self._page.evaluation.show_evaluation(*value)

    def _show_varied(self, value: object) -> None:
        if self.preview_grid is not None and isinstance(value, Labelled):
            self.preview_grid.show_digits(value.glyphs, value.labels)

    def _show_saved(self, value: object) -> None:
        text = self.tr("The collage is kept in {path}").format(path=value)
        self._window.show_message(text, Severity.INFO).close_soon()


def _load(sources: tuple[DataSource, ...]) -> DigitData:
    paths = (Path(source.path) for source in sources)
    changed = tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)
    return _load_once(sources, changed)


@lru_cache(maxsize=1)
def _load_once(sources: tuple[DataSource, ...], changed: tuple[int, ...]) -> DigitData:
    """Keep the last digits: the browser and every measurement want them."""
    from digitdesk.ml.dataset import load_data

    return load_data(sources, _ignore)


def _measure(
    sources: tuple[DataSource, ...], folder: Path, active: Path
) -> tuple[Evaluation, Labelled, Comparison | None]:
    """Let a model read the test part; compare it with the active one."""
    from digitdesk.ml.predictor import Predictor

    digits = _load(sources).part(Part.TEST)
    if not len(digits.labels):
        raise DataError("There are no test pictures to measure with: add some.")
    result = evaluate(Predictor.load(folder), digits)
    if folder == active:
        return result, digits, None
    before = evaluate(Predictor.load(active), digits)
    return result, digits, compare(before, result)


def _ignore(task: str, fraction: float) -> None:
    """Tell nobody: reading local files takes a second."""


def _is_at_hand(source: DataSource) -> bool:
    if source.kind is not SourceKind.MNIST or source.path:
        return True
    from digitdesk.ml.download import keras_datasets_folder

    return (keras_datasets_folder() / "mnist.npz").is_file()


def _read(folder: Path, glyphs: U8) -> F32:
    from digitdesk.ml.predictor import Predictor

    return Predictor.load(folder).classify(glyphs).probabilities


def _varied(data: DigitData) -> Labelled:
    from digitdesk.ml.augment import Augmenter
    from digitdesk.ml.batches import GENTLE

    dice = np.random.default_rng()
    chosen = dice.choice(len(data.labels), min(_PREVIEWED, len(data.labels)))
    chosen = chosen[np.argsort(data.labels[chosen], kind="stable")]
    seed = int(dice.integers(2**31))
    varied = Augmenter(GENTLE, seed).batch(data.glyphs[chosen])
    return Labelled(varied, data.labels[chosen])


def _save(picture: QImage, path: str) -> str:
    if not picture.save(path):
        raise OSError(f"The collage cannot be saved as “{path}”.")
    return path
