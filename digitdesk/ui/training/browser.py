"""Look at the digits that networks learn from."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.digit_data import DigitData, Labels, Part
from digitdesk.core.types import F32
from digitdesk.ui.training.glyph_detail import GlyphDetail
from digitdesk.ui.training.glyph_grid import GlyphGrid
from digitdesk.ui.training.no_digits import NoDigits


class DataBrowser(QWidget):
    """The collage of all digits, with filters and an enlarged view.

    Signals
    -------
    answers_requested()
        The active model should read all digits; `show_answers` takes what it says.
    export_requested()
        The collage should be kept as a file.
    data_requested()
        The user wants to choose what to look at.
    """

    answers_requested = Signal()
    export_requested = Signal()
    data_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: DigitData | None = None
        self._answers: Labels | None = None
        self._probabilities: F32 | None = None
        self.grid = GlyphGrid(self)
        self.detail = GlyphDetail(self)
        self.nothing = NoDigits(self)
        self.nothing.data_requested.connect(self.data_requested)
        self._view = QStackedWidget(self)
        self._why_missing = ""
        self.digit = QComboBox(self)
        self.part = QComboBox(self)
        self.source = QComboBox(self)
        self.misread = QCheckBox(self.tr("Read &wrongly by the active model"), self)
        self._count = QLabel(self)
        self._export = QPushButton(self)
        self._export.setToolTip(
            self.tr("Save the digits from the first row on show on as one picture")
        )
        self._fill_choices()
        self._lay_out()
        for box in (self.digit, self.part, self.source):
            box.currentIndexChanged.connect(self._filter)
        self.misread.toggled.connect(self._on_misread_toggled)
        self.grid.chosen.connect(self._on_grid_chosen)
        self._export.clicked.connect(self.export_requested)
        self._filter()

    def show_data(self, data: DigitData) -> None:
        """Show these digits; what was read of others is forgotten."""
        self._data, self._answers, self._probabilities = data, None, None
        self._list_sources(data.titles)
        self.grid.show_digits(data.glyphs, data.labels)
        self._filter()

    def show_missing(self, why: str) -> None:
        """Show no digits, but why: a sentence."""
        self._data = self._answers = self._probabilities = None
        self._why_missing = why
        self._list_sources(())
        self._filter()

    def _list_sources(self, titles: tuple[str, ...]) -> None:
        self.misread.setChecked(False)
        self.source.clear()
        self.source.addItem(self.tr("All sources"), -1)
        for number, title in enumerate(titles):
            self.source.addItem(title, number)

    @Slot()
    def forget_answers(self) -> None:
        """Show no answers any more: another model is the active one."""
        self.misread.setChecked(False)
        if self._data is None or self._answers is None:
            return
        self._answers = self._probabilities = None
        self.grid.show_digits(self._data.glyphs, self._data.labels)
        self._filter()

    def show_answers(self, probabilities: F32) -> None:
        """Show what the active model says of all digits, shape (n, 10)."""
        if self._data is None or len(probabilities) != len(self._data.labels):
            return
        self._probabilities = probabilities
        self._answers = probabilities.argmax(axis=1).astype(np.uint8)
        chosen = self.grid.chosen_index
        self.grid.show_digits(self._data.glyphs, self._data.labels, self._answers)
        self._filter()
        self.grid.choose(chosen)

    def chosen_indices(self) -> NDArray[np.int64]:
        """Return the indices of the digits that pass the filters."""
        data = self._data
        if data is None:
            return np.zeros(0, np.int64)
        passing = np.ones(len(data.labels), bool)
        for box, values in (
            (self.digit, data.labels),
            (self.part, data.parts),
            (self.source, data.sources),
        ):
            wanted = box.currentData()
            if wanted is not None and wanted >= 0:
                passing &= values == wanted
        if self.misread.isChecked() and self._answers is not None:
            passing &= self._answers != data.labels
        return np.flatnonzero(passing)

    def _fill_choices(self) -> None:
        self.digit.addItem(self.tr("All digits"), -1)
        for digit in range(10):
            self.digit.addItem(str(digit), digit)
        self.part.addItem(self.tr("All parts"), -1)
        self.part.addItem(self.tr("Training"), int(Part.TRAIN))
        self.part.addItem(self.tr("Validation"), int(Part.VALIDATION))
        self.part.addItem(self.tr("Test"), int(Part.TEST))
        self._list_sources(())
        for box, name in (
            (self.digit, self.tr("Digit")),
            (self.part, self.tr("Part")),
            (self.source, self.tr("Source")),
        ):
            box.setAccessibleName(name)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        for widget in (self.digit, self.part, self.source, self.misread):
            bar.addWidget(widget)
        bar.addStretch()
        bar.addWidget(self._count)
        bar.addWidget(self._export)
        split = QSplitter(self)
        split.addWidget(self.grid)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([700, 240])
        self._view.addWidget(split)
        self._view.addWidget(self.nothing)
        layout = QVBoxLayout(self)
        layout.addLayout(bar)
        layout.addWidget(self._view, 1)

    @Slot()
    def _filter(self) -> None:
        indices = self.chosen_indices()
        self.grid.show_only(indices)
        text = self.tr("{count} digits").format(count=f"{len(indices):,}")
        self._count.setText(text if self._data else "")
        saved = self.grid.collage_count
        text = self.tr("&Export these {count}…") if saved else self.tr("&Export…")
        self._export.setText(text.format(count=saved))
        self._export.setEnabled(len(indices) > 0)
        for widget in (self.digit, self.part, self.source, self.misread):
            widget.setEnabled(self._data is not None)
        self.detail.clear()
        if self._data is None:
            self.nothing.show_missing(self._why_missing)
        else:
            self.nothing.show_filtered()
        self._view.setCurrentIndex(0 if len(indices) else 1)

    @Slot(bool)
    def _on_misread_toggled(self, wanted: bool) -> None:
        if wanted and self._answers is None:
            self.answers_requested.emit()
        self._filter()

    @Slot(int)
    def _on_grid_chosen(self, index: int) -> None:
        if self._data is None:
            return
        said = None if self._probabilities is None else self._probabilities[index]
        label = int(self._data.labels[index])
        self.detail.show_digit(self._data.glyphs[index], label, said)
        if self._probabilities is None:
            self.answers_requested.emit()
