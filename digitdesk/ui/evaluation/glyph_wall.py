"""Pictures of some of the digits, each with what was read and how surely."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from digitdesk.core.evaluation import Evaluation
from digitdesk.core.types import GLYPH_SIZE, U8
from digitdesk.ui.evaluation.wording import percent
from digitdesk.ui.pixels import image_of
from digitdesk.ui.theme import Sureness, current_colours

_SIDE = 2 * GLYPH_SIZE
_MARGIN = 4
_SPACING = 4
_MENTIONED = 3

_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class WallModel(QAbstractListModel):
    """Some digits of an evaluation, in any order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.evaluation: Evaluation | None = None
        self.glyphs: U8 = np.zeros((0, GLYPH_SIZE, GLYPH_SIZE), np.uint8)
        self.indices: NDArray[np.int64] = np.zeros(0, np.int64)

    def show_digits(
        self, evaluation: Evaluation | None, glyphs: U8, indices: NDArray[np.int64]
    ) -> None:
        """Show the digits with these indices."""
        self.beginResetModel()
        self.evaluation, self.glyphs, self.indices = evaluation, glyphs, indices
        self.endResetModel()

    def rowCount(self, parent: _Index = _TOP) -> int:
        """One row a digit."""
        return 0 if parent.isValid() else len(self.indices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what was read, in short or in full."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.caption(index.row())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.sentence(index.row())
        return None

    def caption(self, row: int) -> str:
        """Return label, answer and confidence in short."""
        evaluation, i = self.evaluation, int(self.indices[row])
        if evaluation is None:
            return ""
        label, answer = int(evaluation.labels[i]), int(evaluation.answers[i])
        sure = percent(float(evaluation.probabilities[i, answer]), 0)
        return f"{label} → {answer}\n{sure}" if label != answer else f"{label}\n{sure}"

    def is_right(self, row: int) -> bool:
        """Tell whether the digit was read right."""
        evaluation, i = self.evaluation, int(self.indices[row])
        return evaluation is None or bool(evaluation.labels[i] == evaluation.answers[i])

    def sentence(self, row: int) -> str:
        """Return all that is known of one digit."""
        evaluation, i = self.evaluation, int(self.indices[row])
        if evaluation is None:
            return ""
        said = evaluation.probabilities[i]
        best = np.argsort(-said)[:_MENTIONED]
        text = self.tr("No. {number}: a {label}, read as {answers}; not a digit: {no}.")
        return text.format(
            number=f"{i + 1:,}",
            label=int(evaluation.labels[i]),
            answers=", ".join(f"{n} ({percent(float(said[n]), 1)})" for n in best),
            no=percent(float(evaluation.not_digit[i]), 1),
        )


class _GlyphPainter(QStyledItemDelegate):
    """Draws the glyph with its caption below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        metrics = option.fontMetrics
        width = max(_SIDE, metrics.horizontalAdvance("0 → 0  ")) + 2 * _MARGIN
        return QSize(width, _SIDE + 2 * metrics.height() + 3 * _MARGIN)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        model = index.model()
        if not isinstance(model, WallModel):
            return
        colours = current_colours()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.chosen))
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        picture = QRect(0, 0, _SIDE, _SIDE)
        picture.moveCenter(rect.center())
        picture.moveTop(rect.top() + _MARGIN)
        glyph = model.glyphs[int(model.indices[index.row()])]
        painter.drawImage(picture, image_of(glyph))
        if not model.is_right(index.row()):
            painter.setPen(QPen(QColor(Sureness.DOUBTFUL.colour), 2))
            painter.drawRect(picture.adjusted(0, 0, -1, -1))
        self._draw_caption(painter, rect, picture.bottom(), model, index.row())
        painter.restore()

    def _draw_caption(
        self, painter: QPainter, rect: QRect, top: int, model: WallModel, row: int
    ) -> None:
        colours = current_colours()
        words, _, sure = model.caption(row).partition("\n")
        line = painter.fontMetrics().height()
        place = QRect(rect.left(), top + _MARGIN, rect.width(), line)
        font = QFont(painter.font())
        font.setBold(True)
        plain = QFont(painter.font())
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        painter.setFont(plain)
        painter.setPen(QColor(colours.muted))
        painter.drawText(place.translated(0, line), Qt.AlignmentFlag.AlignCenter, sure)


class GlyphWall(QListView):
    """As many pictures in a row as there is room for; scrolls, walks by arrow keys.

    Signals
    -------
    sentence_changed(str)
        All that is known of the digit that is current now; empty for none.
    """

    sentence_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = WallModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_GlyphPainter(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setUniformItemSizes(True)
        self.setSpacing(_SPACING)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Pictures of digits"))
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    @property
    def indices(self) -> NDArray[np.int64]:
        """Indices, in the evaluation, of the digits on show."""
        return self._model.indices

    def show_digits(
        self, evaluation: Evaluation | None, glyphs: U8, indices: NDArray[np.int64]
    ) -> None:
        """Show the digits of an evaluation with these indices, in this order.

        Parameters
        ----------
        evaluation : Evaluation or None
            None shows nothing.
        glyphs : ndarray of uint8, shape (n, 28, 28)
            Of all digits of the evaluation.
        indices : ndarray of int64, shape (m,)
            Which to show.
        """
        self._model.show_digits(evaluation, glyphs, indices)
        self.scrollToTop()
        self.sentence_changed.emit("")

    def sentence(self, row: int) -> str:
        """Return all that is known of one digit on show."""
        return self._model.sentence(row)

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        text = self._model.sentence(current.row()) if current.isValid() else ""
        self.sentence_changed.emit(text)
