"""The models that can be read with."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model as it is listed.

    Attributes
    ----------
    key : str
        Its folder.
    name : str
        What to call it.
    is_own : bool
        Whether it may be renamed and deleted.
    is_active : bool
        Whether it reads now.
    details : tuple of (str, str)
        Lines of its card.
    trouble : str
        Why it cannot be used; empty if it can.
    """

    key: str
    name: str
    is_own: bool
    is_active: bool
    details: tuple[tuple[str, str], ...] = ()
    trouble: str = ""


class ModelList(QWidget):
    """Lists models with their cards; every button asks for one thing.

    Signals
    -------
    activate_requested(str), rename_requested(str), duplicate_requested(str),
    delete_requested(str), reveal_requested(str), export_requested(str)
        With the key of the chosen model.
    import_requested(), undo_requested()
        A file should be imported; the last deletion should be undone.
    """

    activate_requested = Signal(str)
    rename_requested = Signal(str)
    duplicate_requested = Signal(str)
    delete_requested = Signal(str)
    reveal_requested = Signal(str)
    export_requested = Signal(str)
    import_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[ModelEntry] = []
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Models"))
        self.card = QTextBrowser(self)
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.list.itemActivated.connect(self._on_activate_clicked)
        self.buttons["undo"].setEnabled(False)

    @property
    def current(self) -> ModelEntry | None:
        """The chosen model."""
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def show_models(self, entries: list[ModelEntry]) -> None:
        """List these models, keeping the choice if it is still there."""
        chosen = self.current.key if self.current else ""
        self._entries = entries
        self.list.clear()
        for entry in entries:
            text = f"{'●' if entry.is_active else '○'}  {entry.name}"
            text += "" if entry.is_own else self.tr("   (shipped)")
            text += self.tr("   (damaged)") if entry.trouble else ""
            item = QListWidgetItem(text)
            if entry.is_active:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            self.list.addItem(item)
        keys = [entry.key for entry in entries]
        self.list.setCurrentRow(keys.index(chosen) if chosen in keys else 0)

    def choose(self, key: str) -> None:
        """Choose a model by its key."""
        keys = [entry.key for entry in self._entries]
        if key in keys:
            self.list.setCurrentRow(keys.index(key))

    def show_undo(self, *, possible: bool) -> None:
        """Offer to undo a deletion, or not."""
        self.buttons["undo"].setEnabled(possible)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        for key, text, slot in (
            ("activate", self.tr("&Read with this model"), self._on_activate_clicked),
            ("rename", self.tr("Re&name…"), self._on_rename_clicked),
            ("duplicate", self.tr("D&uplicate"), self._on_duplicate_clicked),
            ("delete", self.tr("&Delete"), self._on_delete_clicked),
            ("undo", self.tr("Und&o delete"), self.undo_requested),
            ("reveal", self.tr("Show in &folder"), self._on_reveal_clicked),
            ("import", self.tr("&Import…"), self.import_requested),
            ("export", self.tr("&Export…"), self._on_export_clicked),
        ):
            button = QPushButton(text, self)
            button.clicked.connect(slot)
            self.buttons[key] = button
            column.addWidget(button)
        column.addStretch()
        split = QSplitter(self)
        split.addWidget(self.list)
        split.addWidget(self.card)
        split.setSizes([320, 420])
        layout = QHBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(column)

    @Slot()
    def _on_row_changed(self) -> None:
        entry = self.current
        usable = entry is not None and not entry.trouble
        for key in ("activate", "duplicate", "export"):
            self.buttons[key].setEnabled(usable)
        own = entry is not None and entry.is_own
        self.buttons["rename"].setEnabled(own and usable)
        self.buttons["delete"].setEnabled(own)
        self.buttons["reveal"].setEnabled(entry is not None)
        self.card.setHtml(_card_html(entry) if entry else "")

    @Slot()
    def _on_activate_clicked(self) -> None:
        if self.current is not None:
            self.activate_requested.emit(self.current.key)

    @Slot()
    def _on_rename_clicked(self) -> None:
        if self.current is not None:
            self.rename_requested.emit(self.current.key)

    @Slot()
    def _on_duplicate_clicked(self) -> None:
        if self.current is not None:
            self.duplicate_requested.emit(self.current.key)

    @Slot()
    def _on_delete_clicked(self) -> None:
        if self.current is not None:
            self.delete_requested.emit(self.current.key)

    @Slot()
    def _on_reveal_clicked(self) -> None:
        if self.current is not None:
            self.reveal_requested.emit(self.current.key)

    @Slot()
    def _on_export_clicked(self) -> None:
        if self.current is not None:
            self.export_requested.emit(self.current.key)


def _card_html(entry: ModelEntry) -> str:
    if entry.trouble:
        return f"<h3>{_escaped(entry.name)}</h3><p>{_escaped(entry.trouble)}</p>"
    rows = "".join(
        f"<tr><td>{_escaped(name)}&nbsp;&nbsp;</td><td>{_escaped(value)}</td></tr>"
        for name, value in entry.details
    )
    return f"<h3>{_escaped(entry.name)}</h3><table>{rows}</table>"


def _escaped(text: str) -> str:
    # A card may come from anywhere; its text must not become markup.
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    return plain.replace(">", "&gt;")
