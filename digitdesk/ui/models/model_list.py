"""The list of models; names are edited in place."""

from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from digitdesk.ui.evaluation.wording import percent
from digitdesk.ui.icons import icon
from digitdesk.ui.models.entry import ModelEntry
from digitdesk.ui.theme import current_colours

_MARGIN = 8
_ICON = 18

_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class ListModel(QAbstractListModel):
    """The entries, in the order of the store.

    Signals
    -------
    name_edited(Path, str)
        The user typed another name; it is shown once the store has it.
    """

    name_edited = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: tuple[ModelEntry, ...] = ()

    def show_entries(self, entries: tuple[ModelEntry, ...]) -> None:
        """Replace all entries."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: _Index = _TOP) -> int:
        """One row a model."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name, or all that the row says."""
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return entry.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{entry.name}, {self.remark(entry)}"
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Hand on a new name."""
        entry = self.entries[index.row()]
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or name == entry.name:
            return False
        self.name_edited.emit(entry.folder, name)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let only the user's own sound models be renamed."""
        flags = super().flags(index)
        entry = self.entries[index.row()]
        if entry.is_own and entry.is_usable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def remark(self, entry: ModelEntry) -> str:
        """Return the second line of a row."""
        parts = [self.tr("yours") if entry.is_own else self.tr("shipped")]
        if entry.is_active:
            parts.insert(0, self.tr("in use"))
        if entry.trouble:
            parts.append(self.tr("cannot be used"))
        elif entry.accuracy is not None:
            parts.append(percent(entry.accuracy))
        return " · ".join(parts)


class _RowPainter(QStyledItemDelegate):
    """Two lines: the name, and what else matters; a tick marks the model in use."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(160, 2 * option.fontMetrics.height() + 2 * _MARGIN)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        model = index.model()
        if not isinstance(model, ListModel):
            return
        entry, colours, rect = (
            model.entries[index.row()],
            current_colours(),
            option.rect,
        )
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.chosen))
            painter.fillRect(QRect(rect.topLeft(), QSize(3, rect.height())),
                             QColor(colours.accent))  # fmt: skip
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        mark = "check" if entry.is_active else "warning" if entry.trouble else ""
        if mark:
            corner = QPoint(rect.left() + _MARGIN, rect.center().y() - _ICON // 2)
            icon(mark).paint(painter, QRect(corner, QSize(_ICON, _ICON)))
        font = QFont(option.font)
        font.setBold(entry.is_active)
        self._draw_line(painter, _line(rect, option, 0), entry.name, font, colours.text)
        self._draw_line(
            painter,
            _line(rect, option, 1),
            model.remark(entry),
            option.font,
            colours.muted,
        )
        painter.restore()

    @staticmethod
    def _draw_line(
        painter: QPainter, place: QRect, text: str, font: QFont, colour: str
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        short = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, short)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:  # noqa: N802 - Qt
        super().setEditorData(editor, index)
        editor.setAccessibleName(self.tr("New name of the model"))
        if isinstance(editor, QLineEdit):
            editor.setFrame(True)

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        place = _line(option.rect, option, 0)
        editor.setGeometry(place.adjusted(-4, -4, 4, 4))


def _line(rect: QRect, option: QStyleOptionViewItem, number: int) -> QRect:
    height = option.fontMetrics.height()
    left = rect.left() + 2 * _MARGIN + _ICON
    top = rect.top() + _MARGIN + number * height
    return QRect(left, top, rect.right() - left - _MARGIN, height)


class ModelList(QListView):
    """All models; the current one is the one that buttons act on.

    Signals
    -------
    current_entry_changed()
        Look at `current_entry`.
    name_edited(Path, str)
        The user gave a model another name.
    """

    current_entry_changed = Signal()
    name_edited = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ListModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_RowPainter(self))
        self.setEditTriggers(
            QListView.EditTrigger.EditKeyPressed | QListView.EditTrigger.SelectedClicked
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setAccessibleName(self.tr("Models"))
        self._model.name_edited.connect(self.name_edited)
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """All models on show."""
        return self._model.entries

    @property
    def current_entry(self) -> ModelEntry | None:
        """The chosen model; None if there is none."""
        row = self.currentIndex().row()
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def show_entries(self, entries: tuple[ModelEntry, ...]) -> None:
        """Show these models; the chosen one stays chosen, or its place does."""
        row, before = self.currentIndex().row(), self.current_entry
        self._model.show_entries(entries)
        if before is not None and self.choose(before.folder):
            return
        active = [i for i, entry in enumerate(entries) if entry.is_active]
        wanted = row if row >= 0 else next(iter(active), 0)
        self.setCurrentIndex(self._model.index(min(wanted, len(entries) - 1)))
        self.current_entry_changed.emit()

    def choose(self, folder: Path) -> bool:
        """Choose a model by its folder; tells whether it is there."""
        for row, entry in enumerate(self.entries):
            if entry.folder == folder:
                self.setCurrentIndex(self._model.index(row))
                self.current_entry_changed.emit()
                return True
        return False

    def edit_name(self) -> None:
        """Open the editor of the chosen model's name."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def _on_current_changed(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self.current_entry_changed.emit()
