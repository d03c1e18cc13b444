"""The confusion matrix, whose cells can be clicked."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from digitdesk.ui.theme import Sureness, current_colours

_SIDES = 11  # ten digits and a heading


class ConfusionMatrix(QWidget):
    """Rows are what digits are, columns what they were read as.

    Signals
    -------
    cell_chosen(int, int)
        What it is and what was read, of the cell that was clicked.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] = np.zeros((10, 10), np.int64)
        self._chosen: tuple[int, int] | None = None
        self.setMinimumSize(300, 200)
        self.setAccessibleName(self.tr("Confusion matrix"))

    def sizeHint(self) -> QSize:
        """Leave room for five figures a cell."""
        return QSize(440, 400)

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show counts of shape (10, 10)."""
        self._counts, self._chosen = counts, None
        self.update()

    def cell_rect(self, label: int, answer: int) -> QRectF:
        """Where a cell is."""
        width, height = self.width() / _SIDES, self.height() / _SIDES
        corner = QPointF((answer + 1) * width, (label + 1) * height)
        return QRectF(corner.x(), corner.y(), width, height)

    def event(self, event: QEvent) -> bool:
        """Explain the cell under the pointer."""
        if isinstance(event, QHelpEvent):
            cell = self._cell_at(QPointF(event.pos()))
            if cell is not None:
                text = self.tr("{count} times a {label} was read as {answer}")
                count = int(self._counts[cell])
                text = text.format(count=count, label=cell[0], answer=cell[1])
                QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self._cell_at(event.position())
        if cell is not None:
            self._chosen = cell
            self.update()
            self.cell_chosen.emit(*cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all cells; errors are coloured by their number."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(current_colours().panel))
        largest = max(1, int((self._counts * (1 - np.eye(10))).max()))
        bold = QFont(self.font())
        bold.setBold(True)
        for label in range(10):
            painter.setFont(bold)
            painter.setPen(QColor(current_colours().muted))
            side = self.cell_rect(label, -1)
            painter.drawText(side, Qt.AlignmentFlag.AlignCenter, str(label))
            top = self.cell_rect(-1, label)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, str(label))
            painter.setFont(self.font())
            for answer in range(10):
                self._draw(painter, label, answer, largest)
        painter.end()

    def _draw(self, painter: QPainter, label: int, answer: int, largest: int) -> None:
        count = int(self._counts[label, answer])
        rect = self.cell_rect(label, answer).adjusted(1, 1, -1, -1)
        if count:
            right = label == answer
            hue = Sureness.SURE.colour if right else Sureness.DOUBTFUL.colour
            colour = QColor(hue)
            colour.setAlpha(70 if right else 60 + 120 * count // largest)
            painter.fillRect(rect, colour)
        painter.setPen(QColor(current_colours().text if count else "#808080"))
        text = f"{count:,}" if count else "·"
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        if self._chosen == (label, answer):
            painter.setPen(QPen(QColor(current_colours().accent), 2))
            painter.drawRect(rect)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        column = int(point.x() * _SIDES / max(self.width(), 1)) - 1
        row = int(point.y() * _SIDES / max(self.height(), 1)) - 1
        inside = 0 <= row < 10 and 0 <= column < 10
        return (row, column) if inside else None
