"""What was taken for what, as a table whose cells can be chosen."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from digitdesk.ui.evaluation.wording import percent
from digitdesk.ui.theme import Sureness, current_colours

_DIGITS = 10
_SMALLEST_CELL = 26
_BEST_CELL = 28
_BOOST = 4.0
"""Errors are rare: their colour grows with the root of their share, this steep."""

_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class ConfusionModel(QAbstractTableModel):
    """Counts, their share of the row, and words for those who do not see colours."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros((_DIGITS, _DIGITS), np.int64)

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show counts of shape (10, 10): rows are what is, columns what was read."""
        self._counts = counts
        self.dataChanged.emit(self.index(0, 0), self.index(_DIGITS - 1, _DIGITS - 1))

    def count(self, label: int, answer: int) -> int:
        """Return how many of one digit were read as another."""
        return int(self._counts[label, answer])

    def share(self, label: int, answer: int) -> float:
        """Return the share of `label` that was read as `answer`; 0 if there is none."""
        return self.count(label, answer) / max(int(self._counts[label].sum()), 1)

    def rowCount(self, parent: _Index = _TOP) -> int:
        """Ten digits."""
        return 0 if parent.isValid() else _DIGITS

    def columnCount(self, parent: _Index = _TOP) -> int:
        """Ten answers."""
        return 0 if parent.isValid() else _DIGITS

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the count, or what it means."""
        label, answer = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            count = self.count(label, answer)
            return f"{count:,}" if count else ""
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            text = self.tr("{label} read as {answer}: {count} digits, {share}")
            return text.format(
                label=label,
                answer=answer,
                count=f"{self.count(label, answer):,}",
                share=percent(self.share(label, answer)),
            )
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Name rows and columns by their digits."""
        if role == Qt.ItemDataRole.DisplayRole:
            return str(section)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            down = orientation is Qt.Orientation.Vertical
            text = self.tr("is {digit}") if down else self.tr("read as {digit}")
            return text.format(digit=section)
        return None


class _CellPainter(QStyledItemDelegate):
    """Fills a cell by its share; the right answers and the errors have hues apart."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        model = index.model()
        if not isinstance(model, ConfusionModel):
            return
        colours = current_colours()
        rect: QRect = option.rect
        share = model.share(index.row(), index.column())
        right = index.row() == index.column()
        fill = QColor(colours.accent if right else Sureness.DOUBTFUL.colour)
        strength = share if right else min(1.0, math.sqrt(share) * _BOOST)
        painter.save()
        painter.fillRect(rect, QColor(colours.panel))
        fill.setAlphaF(strength)
        painter.fillRect(rect, fill)
        painter.setPen(_text_colour(fill, strength))
        text = str(index.data() or "")
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()


def _text_colour(fill: QColor, strength: float) -> QColor:
    """Choose dark or bright text by the colour that is really seen."""
    panel = QColor(current_colours().panel)
    seen = sum(
        weight * (strength * over + (1 - strength) * under)
        for weight, over, under in (
            (0.299, fill.red(), panel.red()),
            (0.587, fill.green(), panel.green()),
            (0.114, fill.blue(), panel.blue()),
        )
    )
    return QColor("#10151c" if seen > 130 else "#ffffff")


class ConfusionMatrix(QTableView):
    """Ten rows of what is, ten columns of what was read.

    Signals
    -------
    cell_chosen(int, int)
        What is and what was read, of a cell that was clicked or reached by the keys.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ConfusionModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_CellPainter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)  # Tab leaves the table, arrows walk in it
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(_SMALLEST_CELL - 4)
            header.setHighlightSections(True)
            header.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setAccessibleDescription(
            self.tr("Rows are what the digits are, columns what was read")
        )
        self.clicked.connect(self._on_clicked)

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show another matrix, with no cell chosen."""
        self._model.show_counts(counts)
        self.selectionModel().clear()
        self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """Give each number room."""
        return QSize(1, 1) * (_DIGITS + 1) * _SMALLEST_CELL

    def sizeHint(self) -> QSize:
        """Ask for little: a scroll area gives what is asked for, not the minimum."""
        return QSize(1, 1) * (_DIGITS + 1) * _BEST_CELL

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the cell that the arrow keys reach; Enter and Space choose it again.

        Getting the focus makes a cell current, too, but that is no choice.
        """
        before = self.currentIndex()
        super().keyPressEvent(event)
        again = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if again or self.currentIndex() != before:
            self._on_clicked(self.currentIndex())

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.cell_chosen.emit(index.row(), index.column())
