"""Which digits to look at: the worst errors, a cell's, or what changed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitdesk.core.comparison import Rival
from digitdesk.core.evaluation import Evaluation
from digitdesk.core.types import U8
from digitdesk.ui.evaluation.glyph_wall import GlyphWall

WORST_COUNT = 50


@dataclass(frozen=True, slots=True)
class Selection:
    """A name, and the indices that belong to it; they are looked up when chosen."""

    title: str
    indices: Callable[[], NDArray[np.int64]]


class PicturePanel(QWidget):
    """A choice of digits, their pictures, and a line about the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._glyphs: U8 = np.zeros((0, 28, 28), np.uint8)
        self._selections: list[Selection] = []
        self._fixed = 0
        self.choice = QComboBox(self)
        self.choice.setAccessibleName(self.tr("Which digits to show"))
        self.wall = GlyphWall(self)
        self._count = QLabel(self)
        self._count.setObjectName("muted")
        self._line = QLabel(self)
        self._line.setWordWrap(True)
        self._line.setMinimumHeight(2 * self._line.fontMetrics().height())
        bar = QHBoxLayout()
        bar.addWidget(self.choice, 1)
        bar.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(bar)
        layout.addWidget(self.wall, 1)
        layout.addWidget(self._line)
        self.choice.currentIndexChanged.connect(self._on_choice_changed)
        self.wall.sentence_changed.connect(self._on_wall_sentence_changed)
        self._on_wall_sentence_changed("")

    @property
    def line(self) -> str:
        """What is said about the current digit."""
        return self._line.text()

    def show_evaluation(
        self, evaluation: Evaluation, glyphs: U8, rival: Rival | None
    ) -> None:
        """Show the worst errors; offer what changed if there is a rival."""
        self._evaluation, self._glyphs = evaluation, glyphs
        self._selections = [
            Selection(
                self.tr("The worst errors"), lambda: evaluation.worst(WORST_COUNT)
            ),
            Selection(
                self.tr("All errors"), lambda: evaluation.worst(evaluation.count)
            ),
        ]
        if rival is not None:
            self._selections += self._changes(evaluation, rival)
        self._fixed = len(self._selections)
        self._fill()
        self.choice.setCurrentIndex(0)
        self._on_choice_changed()

    def show_cell(self, label: int, answer: int) -> None:
        """Show the digits in one cell of the confusion matrix."""
        evaluation = self._evaluation
        if evaluation is None:
            return
        title = self.tr("{label} read as {answer}").format(label=label, answer=answer)
        del self._selections[self._fixed :]
        self._selections.append(
            Selection(title, lambda: evaluation.cell(label, answer))
        )
        self._fill()
        self.choice.setCurrentIndex(self._fixed)
        self._on_choice_changed()

    def _changes(self, evaluation: Evaluation, rival: Rival) -> list[Selection]:
        before = rival.evaluation.right
        gained = self.tr("Only this model reads them, not “{name}”")
        lost = self.tr("Only “{name}” reads them, not this model")
        return [
            Selection(
                text.format(name=rival.name),
                lambda chosen=chosen: np.flatnonzero(chosen),  # type: ignore[misc]  # default binds now
            )
            for text, chosen in (
                (gained, evaluation.right & ~before),
                (lost, before & ~evaluation.right),
            )
        ]

    def _fill(self) -> None:
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([selection.title for selection in self._selections])
        self.choice.blockSignals(False)

    @Slot()
    def _on_choice_changed(self) -> None:
        place = self.choice.currentIndex()
        if not 0 <= place < len(self._selections):
            return
        indices = self._selections[place].indices()
        self.wall.show_digits(self._evaluation, self._glyphs, indices)
        one = len(indices) == 1
        text = self.tr("1 digit") if one else self.tr("{count} digits")
        self._count.setText(text.format(count=f"{len(indices):,}"))

    @Slot(str)
    def _on_wall_sentence_changed(self, sentence: str) -> None:
        hint = self.tr("Click a picture to see what else it was taken for.")
        self._line.setText(sentence or hint)
