"""What the Models page does with the user's models."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from digitdesk.controllers.active_model import ActiveModel
from digitdesk.controllers.model_entries import entries_of, entry_of
from digitdesk.controllers.model_exchange import ModelExchange
from digitdesk.controllers.model_measuring import ModelMeasuring
from digitdesk.core import paths
from digitdesk.ml.store import ModelStore
from digitdesk.ui.banner import Banner, Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.models.page import ModelsPage
from digitdesk.workers.tasks import Report, TaskOutcome, Tasks

_LIST, _CHECK, _CHANGE = "list models", "check model", "change model"
_DELETE, _RESTORE = "delete model", "restore model"
_TRASH_DAYS = 30


@dataclass(frozen=True, slots=True)
class _Deletion:
    """A model in the trash, and the banner's text that offers to bring it back."""

    trashed: Path
    text: str
    was_active: bool


class ModelManager(QObject):
    """Connects the Models page with the store. Lives in the GUI thread.

    The store is asked in a thread of its own; after each change it is listed anew.
    """

    def __init__(
        self,
        window: MainWindow,
        active: ActiveModel,
        store: ModelStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._active = active
        self._store = store
        self._deletions: list[_Deletion] = []
        self._deleting: tuple[str, bool] = ("", False)
        self._wanted: Path | None = None
        self.page = ModelsPage()
        self.tasks = Tasks(self)
        self.exchange = ModelExchange(window, self.page, store, self.tasks, self)
        self.measuring = ModelMeasuring(window, self.page, self)
        self._connect()
        self.tasks.submit(_CHANGE, partial(_empty_old_trash, store))

    def refresh(self, wanted: Path | None = None) -> None:
        """List all models anew, and choose one of them."""
        self._wanted = wanted or self._wanted
        self.tasks.submit(_LIST, partial(_list, self._store))

    def activate(self, folder: Path) -> None:
        """Read with this model from now on, if it can read at all."""
        self.tasks.submit(_CHECK, partial(_check, folder))

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End what runs; False if something hangs."""
        ended = [
            self.exchange.shutdown(timeout_ms),
            self.measuring.shutdown(timeout_ms),
            self.tasks.shutdown(timeout_ms),
        ]
        return all(ended)

    def _connect(self) -> None:
        page = self.page
        page.activate_requested.connect(self._on_activate_requested)
        page.name_edited.connect(self._on_name_edited)
        page.duplicate_requested.connect(self._on_duplicate_requested)
        page.delete_requested.connect(self._on_delete_requested)
        page.undo_requested.connect(self._on_undo_requested)
        page.reveal_requested.connect(self._on_reveal_requested)
        page.cancel_requested.connect(self.exchange.cancel)
        page.cancel_requested.connect(self.measuring.cancel)
        self.tasks.task_ended.connect(self._on_task_ended)
        self.exchange.model_imported.connect(self._on_model_imported)
        # Another page may change the model in use, too.
        self._active.recogniser.model_loaded.connect(self._on_model_loaded)

    @Slot()
    def _on_activate_requested(self) -> None:
        if self.page.current is not None:
            self.activate(self.page.current.folder)

    @Slot(object, str)
    def _on_name_edited(self, folder: Path, name: str) -> None:
        self.tasks.submit(_CHANGE, partial(_rename, self._store, folder, name))

    @Slot()
    def _on_duplicate_requested(self) -> None:
        entry = self.page.current
        if entry is not None:
            name = self.tr("{name} (copy)").format(name=entry.name)
            copy = partial(_duplicate, self._store, entry.folder, name)
            self.tasks.submit(_CHANGE, copy)

    @Slot()
    def _on_delete_requested(self) -> None:
        entry = self.page.current
        if entry is None or self._deleting[0]:
            return
        text = self.tr("“{name}” was deleted.").format(name=entry.name)
        if entry.is_active:
            text += " " + self.tr("The shipped model reads in its place.")
            self._read_with(paths.default_model())
        self._deleting = (text, entry.is_active)
        self.tasks.submit(_DELETE, partial(_delete, self._store, entry.folder))

    @Slot()
    def _on_undo_requested(self) -> None:
        """Bring back what the pressed banner tells of, or else the last one."""
        if not self._deletions:
            return
        banner = self.sender()
        chosen = self._deletions[-1]
        if isinstance(banner, Banner):
            chosen = next((d for d in self._deletions if d.text == banner.text), chosen)
        self._deletions.remove(chosen)
        self._window.banners.dismiss(chosen.text)
        self.page.models.setFocus()  # the banner's button had it
        self.page.show_undo(possible=bool(self._deletions))
        self.tasks.submit(_RESTORE, partial(_restore, self._store, chosen))

    @Slot()
    def _on_reveal_requested(self) -> None:
        if self.page.current is not None:
            folder = QUrl.fromLocalFile(str(self.page.current.folder))
            QDesktopServices.openUrl(folder)

    @Slot(object)
    def _on_model_imported(self, folder: Path) -> None:
        self.refresh(folder)

    @Slot(object)
    def _on_model_loaded(self, _card: object) -> None:
        self.refresh()

    @Slot(object)
    def _on_task_ended(self, outcome: TaskOutcome) -> None:
        if outcome.name == _DELETE:
            deleting, self._deleting = self._deleting, ("", False)
            if isinstance(outcome.value, Path):
                self._offer_undo(_Deletion(outcome.value, *deleting))
        if outcome.kind == "refused":
            self._window.show_message(outcome.message, Severity.ERROR)
        if outcome.name == _LIST:
            self._show(outcome.value)
        elif outcome.name == _CHECK:
            if isinstance(outcome.value, Path):
                self._read_with(outcome.value)
        elif outcome.name == _RESTORE and isinstance(outcome.value, tuple):
            folder, was_active = outcome.value
            if was_active:
                self._read_with(folder)
            self.refresh(folder)
        elif outcome.name in (_CHANGE, _DELETE, _RESTORE):
            made = outcome.value if outcome.name == _CHANGE else None
            self.refresh(made if isinstance(made, Path) else None)

    def _offer_undo(self, deletion: _Deletion) -> None:
        self._deletions.append(deletion)
        self.page.show_undo(possible=True)
        self._window.banners.dismiss(deletion.text)  # of a namesake
        banner = self._window.show_message(
            deletion.text, Severity.INFO, self.tr("&Undo")
        )
        banner.action_requested.connect(self._on_undo_requested)

    def _read_with(self, folder: Path) -> None:
        self._active.activate(folder)
        self.refresh()

    def _show(self, listed: object) -> None:
        if not isinstance(listed, tuple):
            return
        entries = tuple(entry_of(known, self._active.folder) for known in listed)
        self.page.show_models(entries)
        self.measuring.show_models(entries)
        if self._wanted is not None and self.page.models.choose(self._wanted):
            self._wanted = None


def _list(store: ModelStore, _report: Report) -> object:
    return entries_of(store)


def _check(folder: Path, _report: Report) -> Path:
    from digitdesk.ml.predictor import Predictor

    Predictor.load(folder)  # refuses what cannot read
    return folder


def _rename(store: ModelStore, folder: Path, name: str, _report: Report) -> None:
    store.rename(folder, name)


def _duplicate(store: ModelStore, folder: Path, name: str, _report: Report) -> Path:
    return store.duplicate(folder, name)


def _delete(store: ModelStore, folder: Path, _report: Report) -> Path:
    return store.delete(folder)


def _restore(
    store: ModelStore, deletion: _Deletion, _report: Report
) -> tuple[Path, bool]:
    return store.restore(deletion.trashed), deletion.was_active


def _empty_old_trash(store: ModelStore, _report: Report) -> None:
    store.empty_trash(_TRASH_DAYS)
