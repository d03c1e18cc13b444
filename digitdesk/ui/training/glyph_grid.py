"""A wall of glyphs that scrolls through any number of them."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from digitdesk.core.digit_data import Labels
from digitdesk.core.types import GLYPH_SIZE, U8
from digitdesk.ui.theme import Sureness, current_colours

COLUMNS = 10
_GAP = 3
_IN_COLLAGE = 100
_LARGEST_CELL = 4 * GLYPH_SIZE


class GlyphGrid(QAbstractScrollArea):
    """Ten glyphs in a row, each with its label in the corner.

    Only what is on show is painted, so 70,000 cost as little as 100.

    Signals
    -------
    chosen(int)
        Index, in the arrays given to `show_digits`, of the glyph that was clicked or
        reached by the arrow keys.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyphs: U8 = np.zeros((0, GLYPH_SIZE, GLYPH_SIZE), np.uint8)
        self._labels: Labels = np.zeros(0, np.uint8)
        self._answers: Labels | None = None
        self._shown: NDArray[np.int64] = np.zeros(0, np.int64)
        self._place = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(COLUMNS * (GLYPH_SIZE // 2 + _GAP) + 20, 80)
        self.setAccessibleName(self.tr("Digits"))

    @property
    def count(self) -> int:
        """How many glyphs can be scrolled through."""
        return len(self._shown)

    @property
    def chosen_index(self) -> int:
        """Index of the chosen glyph; -1 for none."""
        return int(self._shown[self._place]) if self._place >= 0 else -1

    def show_digits(
        self, glyphs: U8, labels: Labels, answers: Labels | None = None
    ) -> None:
        """Show all of these; `answers` (what was read) mark the misread ones."""
        self._glyphs, self._labels, self._answers = glyphs, labels, answers
        self.show_only(np.arange(len(labels)))

    def show_only(self, indices: NDArray[np.int64]) -> None:
        """Show only some of the digits, in this order."""
        self._shown, self._place = indices, -1
        self.verticalScrollBar().setValue(0)
        self._measure()

    def choose(self, index: int) -> None:
        """Choose a digit by its index, if it is among those shown."""
        places = np.flatnonzero(self._shown == index)
        if len(places):
            self._choose(int(places[0]))

    def cell_rect(self, place: int) -> QRect:
        """Where the glyph at a place among the shown ones is, in the viewport."""
        side = self._cell()
        row, column = divmod(place, COLUMNS)
        top = row * (side + _GAP) - self.verticalScrollBar().value()
        return QRect(column * (side + _GAP), top, side, side)

    @property
    def collage_count(self) -> int:
        """How many glyphs `collage` shows."""
        return min(_IN_COLLAGE, self.count)

    def collage(self) -> QImage:
        """Return the hundred glyphs from the first row on show, as a picture.

        Near the end it begins earlier, and shows fewer only if there are fewer.
        """
        last = self.count - self.collage_count
        first = min(self._first_row() * COLUMNS, last)
        side = 2 * GLYPH_SIZE
        whole = COLUMNS * (side + _GAP) - _GAP
        picture = QImage(QSize(whole, whole), QImage.Format.Format_RGB32)
        picture.fill(QColor(current_colours().panel))
        painter = QPainter(picture)
        for number, place in enumerate(range(first, first + self.collage_count)):
            row, column = divmod(number, COLUMNS)
            corner = QPoint(column * (side + _GAP), row * (side + _GAP))
            self._draw(painter, place, QRect(corner, QSize(side, side)))
        painter.end()
        return picture

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows on show."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(current_colours().panel))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rows = self.viewport().height() // (self._cell() + _GAP) + 2
        first = self._first_row() * COLUMNS
        for place in range(first, min(first + rows * COLUMNS, self.count)):
            self._draw(painter, place, self.cell_rect(place))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep ten columns."""
        super().resizeEvent(event)
        self._measure()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the glyph under the pointer."""
        place = self._place_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and place >= 0:
            self._choose(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the end of a click too: it is nobody else's."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, Home and End."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -COLUMNS,
            Qt.Key.Key_Down: COLUMNS,
            Qt.Key.Key_Home: -self.count,
            Qt.Key.Key_End: self.count,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self.count:
            super().keyPressEvent(event)
            return
        place = self._place + step if self._place >= 0 else 0
        self._choose(min(max(place, 0), self.count - 1))

    def _choose(self, place: int) -> None:
        self._place = place
        rect, bar = self.cell_rect(place), self.verticalScrollBar()
        hidden = rect.y() + rect.height() - self.viewport().height()
        if rect.y() < 0:
            bar.setValue(bar.value() + rect.y())
        elif hidden > 0:
            bar.setValue(bar.value() + hidden)
        self.viewport().update()
        self.chosen.emit(self.chosen_index)

    def _place_at(self, point: QPoint) -> int:
        step = self._cell() + _GAP
        row = (point.y() + self.verticalScrollBar().value()) // step
        column = point.x() // step
        place = row * COLUMNS + column
        return place if 0 <= column < COLUMNS and 0 <= place < self.count else -1

    def _cell(self) -> int:
        width = (self.viewport().width() - (COLUMNS - 1) * _GAP) // COLUMNS
        return min(max(width, GLYPH_SIZE // 2), _LARGEST_CELL)

    def _first_row(self) -> int:
        return self.verticalScrollBar().value() // (self._cell() + _GAP)

    def _measure(self) -> None:
        step = self._cell() + _GAP
        height = -(-self.count // COLUMNS) * step
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(step)
        self.viewport().update()

    def _draw(self, painter: QPainter, place: int, rect: QRect) -> None:
        index = int(self._shown[place])
        glyph = np.ascontiguousarray(self._glyphs[index])
        form = QImage.Format.Format_Grayscale8
        image = QImage(glyph.data, GLYPH_SIZE, GLYPH_SIZE, GLYPH_SIZE, form)
        painter.drawImage(rect, image)
        label = str(int(self._labels[index]))
        colour = QColor("#7fd0ff")
        if self._answers is not None and self._answers[index] != self._labels[index]:
            # An arrow, not the colour alone, tells that it was misread.
            label = f"{label}→{int(self._answers[index])}"
            colour = QColor("#ffb454")
            painter.setPen(QPen(QColor(Sureness.DOUBTFUL.colour), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        font = QFont(self.font())
        font.setPixelSize(max(9, rect.height() // 4))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colour)
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect.adjusted(3, 1, 0, 0), flags, label)
        if place == self._place:
            painter.setPen(QPen(QColor(current_colours().accent), 3))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
