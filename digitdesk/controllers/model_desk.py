"""Keeps the list of models: activate, rename, delete, import, export."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from digitdesk.controllers.preferences import Preferences
from digitdesk.core import paths
from digitdesk.ml.store import ModelStore, StoredModel
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.model_list import ModelEntry
from digitdesk.ui.training.page import TrainingPage
from digitdesk.workers.command import CommandOutcome, CommandRun
from digitdesk.workers.jobs import JobOutcome, Jobs
from digitdesk.workers.recognition import Recogniser

_LIST = "list models"
_CHANGE = "change models"
_DELETE = "delete model"


class ModelDesk(QObject):
    """Connects the model list with the store. Lives in the GUI thread."""

    def __init__(
        self,
        window: MainWindow,
        page: TrainingPage,
        store: ModelStore,
        preferences: Preferences,
        recogniser: Recogniser,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._store = store
        self._preferences = preferences
        self._recogniser = recogniser
        self._jobs = jobs
        self._command = CommandRun(self)
        self._command.ended.connect(self._on_command_ended)
        self._trashed: list[Path] = []
        self._subject = Path()
        self._offered = Path()
        self._choose = ""
        jobs.job_done.connect(self._on_job_done)
        view = page.models
        view.activate_requested.connect(self.activate)
        view.rename_requested.connect(self._on_rename_requested)
        view.duplicate_requested.connect(self._on_duplicate_requested)
        view.delete_requested.connect(self._on_delete_requested)
        view.undo_requested.connect(self._on_undo_requested)
        view.reveal_requested.connect(self._on_reveal_requested)
        view.import_requested.connect(self._on_import_requested)
        view.export_requested.connect(self._on_export_requested)

    @property
    def active(self) -> Path:
        """Folder of the model that reads."""
        chosen = self._preferences.settings.model
        return Path(chosen) if chosen else paths.default_model()

    def refresh(self, choose: str = "") -> None:
        """List the models anew, and choose one by its key."""
        self._choose = choose or self._choose
        self._jobs.submit(_LIST, self._store.models)

    def offer(self, folder: Path, name: str) -> None:
        """Ask whether a new model should read."""
        self._offered = folder
        text = self.tr("“{name}” has learnt and is kept among your models.")
        banner = self._window.show_message(
            text.format(name=name), Severity.INFO, self.tr("&Read with it")
        )
        banner.action_requested.connect(self._on_offer_accepted)

    def shutdown(self) -> bool:
        """End an import or export."""
        return self._command.shutdown()

    @Slot(str)
    def activate(self, key: str) -> None:
        """Read with this model from now on, without restart."""
        folder = Path(key)
        is_default = folder == paths.default_model()
        self._preferences.change(model="" if is_default else key)
        self._recogniser.load_model(folder)
        self.refresh()

    @Slot()
    def _on_offer_accepted(self) -> None:
        self.activate(str(self._offered))

    @Slot(str)
    def _on_rename_requested(self, key: str) -> None:
        self._subject = Path(key)
        dialog = QInputDialog(self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Rename model"))
        dialog.setLabelText(self.tr("Name"))
        current = self._page.models.current
        dialog.setTextValue(current.name if current else "")
        dialog.textValueSelected.connect(self._on_name_chosen)
        dialog.open()

    @Slot(str)
    def _on_name_chosen(self, name: str) -> None:
        self._jobs.submit(_CHANGE, partial(self._store.rename, self._subject, name))

    @Slot(str)
    def _on_duplicate_requested(self, key: str) -> None:
        current = self._page.models.current
        name = self.tr("{name} (copy)").format(name=current.name if current else "")
        self._jobs.submit(_CHANGE, partial(self._store.duplicate, Path(key), name))

    @Slot(str)
    def _on_delete_requested(self, key: str) -> None:
        if Path(key) == self.active:
            self.activate(str(paths.default_model()))
        self._jobs.submit(_DELETE, partial(self._store.delete, Path(key)))

    @Slot()
    def _on_undo_requested(self) -> None:
        if self._trashed:
            trashed = self._trashed.pop()
            self._page.models.show_undo(possible=bool(self._trashed))
            self._jobs.submit(_CHANGE, partial(self._store.restore, trashed))

    @Slot(str)
    def _on_reveal_requested(self, key: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(key))

    @Slot()
    def _on_import_requested(self) -> None:
        dialog = QFileDialog(self._page, self.tr("Import a network"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        pattern = "(*.keras *.h5 *.hdf5 *.tflite *.onnx)"
        dialog.setNameFilter(self.tr("Networks {pattern}").format(pattern=pattern))
        dialog.fileSelected.connect(self.import_file)
        dialog.open()

    @Slot(str)
    def import_file(self, path: str) -> None:
        """Make a model of a file, in a program that may load TensorFlow."""
        self._run("import", path)

    @Slot(str)
    def _on_export_requested(self, key: str) -> None:
        self._subject = Path(key)
        dialog = QFileDialog(self._page, self.tr("Export into which folder?"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    @Slot(str)
    def export_to(self, folder: str) -> None:
        """Export the model that was chosen into `folder`."""
        self._run("export", self._subject.name, folder)

    def _run(self, *words: str) -> None:
        if self._command.is_running:
            self._window.show_message(
                self.tr("Another model is being imported or exported; wait for it.")
            )
            return
        self._window.show_message(
            self.tr("Working on the model…"), Severity.INFO
        ).close_soon()
        self._command.start("models", *words)

    @Slot(object)
    def _on_command_ended(self, outcome: CommandOutcome) -> None:
        if not outcome.succeeded:
            self._window.show_message(outcome.text, Severity.ERROR)
            return
        text = self.tr("Done: {folder}").format(folder=outcome.text)
        self._window.show_message(text, Severity.INFO).close_soon()
        self.refresh(choose=outcome.text)

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        if outcome.name not in (_LIST, _CHANGE, _DELETE):
            return
        if outcome.error is not None:
            self._window.show_message(str(outcome.error), Severity.ERROR)
        elif outcome.name == _LIST and isinstance(outcome.value, tuple):
            self._show(outcome.value)
            return
        elif isinstance(outcome.value, Path):
            if outcome.name == _DELETE:
                self._trashed.append(outcome.value)
                self._page.models.show_undo(possible=True)
            else:
                self._choose = str(outcome.value)
        self.refresh()

    def _show(self, models: tuple[StoredModel, ...]) -> None:
        entries = [self._entry(model) for model in models]
        self._page.models.show_models(entries)
        if self._choose:
            self._page.models.choose(self._choose)
            self._choose = ""
        usable = [(entry.key, entry.name) for entry in entries if not entry.trouble]
        current = self._page.models.current
        self._page.evaluation.show_models(usable, current.key if current else "")

    def _entry(self, model: StoredModel) -> ModelEntry:
        details: list[tuple[str, str]] = []
        if model.card is not None:
            card = model.card
            details = [
                (self.tr("Description"), card.description),
                (self.tr("Trained on"), ", ".join(card.training_data)),
                (self.tr("Made on"), card.created),
                (self.tr("Temperature"), f"{card.temperature:.3f}"),
                (self.tr("Reject threshold"), f"{card.reject_threshold:.3f}"),
                (self.tr("Folder"), str(model.folder)),
            ]
            details += [(name, f"{score:.4f}") for name, score in card.scores.items()]
        return ModelEntry(
            key=str(model.folder),
            name=model.name,
            is_own=model.is_own,
            is_active=model.folder == self.active,
            details=tuple(details),
            trouble=model.trouble,
        )
