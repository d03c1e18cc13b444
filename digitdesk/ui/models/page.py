"""The Models page: which networks there are, and all that can be done with them."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QSplitter, QTabWidget, QToolBar, QVBoxLayout, QWidget

from digitdesk.core.sources import SourceKind, kind_of_file
from digitdesk.ui.evaluation.view import EvaluationView
from digitdesk.ui.icons import icon
from digitdesk.ui.models.card_view import CardView
from digitdesk.ui.models.entry import ModelEntry
from digitdesk.ui.models.model_list import ModelList
from digitdesk.ui.models.progress_strip import ProgressStrip

_NARROW = 900


class ModelsPage(QWidget):
    """A list, the chosen model's card, its evaluation, and actions.

    Signals
    -------
    activate_requested(), duplicate_requested(), delete_requested()
        To be done with the chosen model.
    reveal_requested(), export_requested()
        To be done with the chosen model.
    evaluate_requested(), compare_requested()
        The chosen model should read labelled digits, alone or beside another.
    import_requested()
        A network should be chosen from a file.
    undo_requested()
        The last deletion was a mistake.
    file_dropped(Path)
        A file was dropped: it should become a model.
    name_edited(Path, str)
        A model got another name.
    cancel_requested()
        What is going on should stop.
    """

    activate_requested = Signal()
    duplicate_requested = Signal()
    delete_requested = Signal()
    reveal_requested = Signal()
    export_requested = Signal()
    evaluate_requested = Signal()
    compare_requested = Signal()
    import_requested = Signal()
    undo_requested = Signal()
    file_dropped = Signal(object)
    name_edited = Signal(object, str)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.models = ModelList()
        self.card = CardView()
        self.evaluation = EvaluationView()
        self.progress = ProgressStrip()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.card, self.tr("&Card"))
        self.tabs.addTab(self.evaluation, self.tr("E&valuation"))
        self.tabs.setTabEnabled(1, False)
        self._icon_names: dict[QAction, str] = {}
        self._is_busy = False
        self._make_actions()
        self._lay_out()
        self.models.current_entry_changed.connect(self._on_current_entry_changed)
        self.models.activated.connect(self._on_models_activated)
        self.models.name_edited.connect(self.name_edited)
        self.progress.cancel_requested.connect(self.cancel_requested)
        self._on_current_entry_changed()
        self.draw_icons()

    @property
    def current(self) -> ModelEntry | None:
        """The chosen model."""
        return self.models.current_entry

    def show_models(self, entries: tuple[ModelEntry, ...]) -> None:
        """Show these models."""
        self.models.show_entries(entries)
        self._on_current_entry_changed()

    def show_busy(self, text: str, fraction: float = -1.0) -> None:
        """Show that something is going on; nothing else can be started meanwhile."""
        self._is_busy = True
        self.progress.show_progress(text, fraction)
        self._enable()

    def show_idle(self) -> None:
        """Show that nothing is going on any more."""
        self._is_busy = False
        self.progress.hide()
        self._enable()

    def show_undo(self, *, possible: bool) -> None:
        """Offer to take back a deletion, or not."""
        self.undo.setEnabled(possible)

    def show_evaluation_tab(self) -> None:
        """Bring the evaluation to the front."""
        self.tabs.setTabEnabled(1, True)
        self.tabs.setCurrentWidget(self.evaluation)

    def draw_icons(self) -> None:
        """Draw the icons in the colours of the appearance in use."""
        for action, name in self._icon_names.items():
            action.setIcon(icon(name))

    def _make_actions(self) -> None:
        make = self._make
        self.use = make(self.tr("&Use"), "check", "Ctrl+Return")
        self.use.setToolTip(self.tr("Read with this model from now on (Ctrl+Return)"))
        self.use.triggered.connect(self.activate_requested)
        self.evaluate = make(self.tr("E&valuate…"), "evaluate", "Ctrl+E")
        self.evaluate.triggered.connect(self.evaluate_requested)
        self.compare = make(self.tr("Com&pare…"), "compare", "Ctrl+K")
        self.compare.triggered.connect(self.compare_requested)
        self.rename = make(self.tr("Re&name"), "rename", "F2", in_list=True)
        self.rename.triggered.connect(self.models.edit_name)
        self.duplicate = make(self.tr("Du&plicate"), "copy", "Ctrl+Shift+D")
        self.duplicate.triggered.connect(self.duplicate_requested)
        self.delete = make(self.tr("&Delete"), "trash", "Del", in_list=True)
        self.delete.triggered.connect(self.delete_requested)
        self.undo = make(self.tr("&Undo deletion"), "reset", "Ctrl+Z")
        self.undo.setEnabled(False)
        self.undo.triggered.connect(self.undo_requested)
        self.reveal = make(self.tr("Show in &folder"), "open", "Ctrl+Shift+F")
        self.reveal.triggered.connect(self.reveal_requested)
        self.take_in = make(self.tr("&Import…"), "import", "Ctrl+I")
        self.take_in.triggered.connect(self.import_requested)
        self.export = make(self.tr("E&xport…"), "export", "Ctrl+Shift+E")
        self.export.triggered.connect(self.export_requested)

    def _make(
        self, text: str, icon_name: str, keys: str, *, in_list: bool = False
    ) -> QAction:
        """Make an action; one `in_list` obeys its keys only while the list has them."""
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        if in_list:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        else:
            self.addAction(action)  # obeys while the page is on show
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text.replace('&', '')} ({shown})")
        self._icon_names[action] = icon_name
        return action

    def _lay_out(self) -> None:
        self.bar = QToolBar(self.tr("What to do with the model"))
        self.bar.setIconSize(QSize(20, 20))
        self.bar.setMovable(False)
        self.bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for action in (self.evaluate, self.compare, self.take_in, self.export):
            action.setIconText(action.text().replace("&", "").rstrip("…"))
        self.reveal.setIconText(self.tr("Folder"))
        self.bar.addActions([self.use, self.evaluate, self.compare])
        self.bar.addSeparator()
        self.bar.addActions([self.rename, self.duplicate, self.delete])
        self.bar.addSeparator()
        self.bar.addActions([self.take_in, self.export, self.reveal])
        self.models.addActions(
            [self.use, self.evaluate, self.compare, self.rename, self.duplicate,
             self.delete, self.undo, self.export, self.reveal]
        )  # fmt: skip
        split = QSplitter()
        split.addWidget(self.models)
        split.addWidget(self.tabs)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([250, 900])
        self.models.setMinimumWidth(150)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(split, 1)
        layout.addWidget(self.progress)

    def _enable(self) -> None:
        entry, free = self.current, not self._is_busy
        usable = entry is not None and entry.is_usable
        own = entry is not None and entry.is_own
        active = entry is not None and entry.is_active
        self.use.setEnabled(usable and not active)
        for action in (self.evaluate, self.compare, self.export):
            action.setEnabled(usable and free)
        self.take_in.setEnabled(free)
        self.duplicate.setEnabled(usable)
        self.rename.setEnabled(own and usable)
        self.delete.setEnabled(own)
        self.reveal.setEnabled(entry is not None)

    @Slot()
    def _on_current_entry_changed(self) -> None:
        self.card.show_entry(self.current)
        self._enable()

    @Slot()
    def _on_models_activated(self) -> None:
        if self.use.isEnabled():
            self.activate_requested.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "bar"):
            self.draw_icons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the buttons' words where they have no room."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        narrow = event.size().width() < _NARROW
        self.bar.setToolButtonStyle(
            style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files that may be models; what they are is told on import.

        Pictures go on to the window, which opens them.
        """
        if _dropped(event) is not None and not self._is_busy:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the first file that was dropped."""
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)


def _dropped(event: QDropEvent) -> Path | None:
    pictures = (SourceKind.IMAGE, SourceKind.VIDEO)
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and kind_of_file(path) not in pictures:
            return path
    return None
