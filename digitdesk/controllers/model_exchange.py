"""Networks from elsewhere come in, models go out; a program of its own does it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog

from digitdesk.ml.staging import adopt, discard, new_stage
from digitdesk.ml.store import ModelStore
from digitdesk.ui.banner import Banner, Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.models.export_dialog import ExportDialog
from digitdesk.ui.models.page import ModelsPage
from digitdesk.workers.command import CommandOutcome, CommandRun
from digitdesk.workers.tasks import Report, TaskOutcome, Tasks

_IMPORTED, _EXPORTED, _DISCARD = "take over import", "take over export", "discard"
_PATTERN = "*.keras *.h5 *.hdf5 *.tflite *.onnx"


class ModelExchange(QObject):
    """Imports and exports, one at a time. Lives in the GUI thread.

    The other program may load TensorFlow, and a damaged file can crash only it. It
    works in a hidden folder that is taken over or removed when it ends.

    Signals
    -------
    model_imported(Path)
        A new model is in this folder.
    """

    model_imported = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        page: ModelsPage,
        store: ModelStore,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._store = store
        self._tasks = tasks
        self._command = CommandRun(self)
        self._stage = self._target = Path()
        self._ending = _DISCARD
        self._subject = ""
        self._is_cancelled = False
        self._dialog: ExportDialog | None = None
        self._last_target = QDir.homePath()
        self._places: dict[str, Path] = {}
        self._command.ended.connect(self._on_command_ended)
        tasks.task_ended.connect(self._on_task_ended)
        page.import_requested.connect(self._on_import_requested)
        page.file_dropped.connect(self.import_file)
        page.export_requested.connect(self._on_export_requested)

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """End what runs, and remove what it has begun."""
        if self._command.is_running:
            self._is_cancelled = True
            self._command.shutdown(timeout_ms)  # its end discards the stage
        return not self._command.is_running

    @Slot()
    def cancel(self) -> None:
        """End what runs; nothing of it stays."""
        if self._command.is_running:
            self._is_cancelled = True
            self._command.cancel()

    @Slot(object)
    def import_file(self, path: Path | str) -> None:
        """Make a model of a file."""
        if self._command.is_running:
            return
        self._ending, self._target = _IMPORTED, self._store.own_folder
        self._stage = new_stage(self._target)
        self._subject = Path(path).name
        text = self.tr("Importing {name}…").format(name=self._subject)
        self._start(text, "--store", str(self._stage), "import", str(path))

    def export(self, folder: Path, target: Path, *, onnx: bool) -> None:
        """Write a model into a new folder in `target`."""
        if self._command.is_running:
            return
        self._ending, self._target, self._subject = _EXPORTED, target, ""
        self._stage = new_stage(target)
        text = self.tr("Exporting {name}…").format(name=folder.name)
        words = ["--store", str(self._store.own_folder), "export", str(folder)]
        words += [str(self._stage), *(["--onnx"] if onnx else [])]
        self._start(text, *words)

    def _start(self, text: str, *words: str) -> None:
        self._is_cancelled = False
        self._page.show_busy(text)
        self._command.start("models", *words)

    @Slot(object)
    def _on_command_ended(self, outcome: CommandOutcome) -> None:
        if self._is_cancelled or not outcome.succeeded:
            self._page.show_idle()
            self._tasks.submit(_DISCARD, partial(_discard, self._stage))
            if not self._is_cancelled:
                self._window.show_message(self._named(outcome.text), Severity.ERROR)
            return
        take_over = partial(_adopt, self._stage, self._target)
        self._tasks.submit(self._ending, take_over)

    def _named(self, sentence: str) -> str:
        """Say which file it is about, if the sentence does not."""
        if not self._subject or self._subject in sentence:
            return sentence
        text = self.tr("“{name}” was not imported: {why}")
        return text.format(name=self._subject, why=sentence)

    @Slot(object)
    def _on_task_ended(self, outcome: TaskOutcome) -> None:
        if outcome.name not in (_IMPORTED, _EXPORTED):
            return
        self._page.show_idle()
        if not isinstance(outcome.value, Path):
            return  # the manager has told why
        if outcome.name == _IMPORTED:
            text = self.tr("“{name}” is among your models now.")
            text = text.format(name=outcome.value.name)
            self._window.show_message(text, Severity.INFO).close_soon()
            self.model_imported.emit(outcome.value)
            return
        text = self.tr("The model was exported to {folder}")
        text = text.format(folder=outcome.value)
        self._places[text] = outcome.value
        banner = self._window.show_message(
            text, Severity.INFO, self.tr("Show in &folder")
        )
        banner.action_requested.connect(self._on_show_requested)

    @Slot()
    def _on_show_requested(self) -> None:
        banner = self.sender()
        if isinstance(banner, Banner):
            place = str(self._places[banner.text])
            QDesktopServices.openUrl(QUrl.fromLocalFile(place))

    @Slot()
    def _on_import_requested(self) -> None:
        dialog = QFileDialog(self._page, self.tr("Import a network"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        networks = self.tr("Networks ({pattern})").format(pattern=_PATTERN)
        dialog.setNameFilters([networks, self.tr("All files (*)")])
        dialog.fileSelected.connect(self.import_file)
        dialog.open()

    @Slot()
    def _on_export_requested(self) -> None:
        entry = self._page.current
        if entry is None or self._dialog is not None:
            return
        self._dialog = ExportDialog(entry, self._last_target, self._page)
        self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.open()

    @Slot(int)
    def _on_dialog_finished(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        if result == QDialog.DialogCode.Accepted:
            self._last_target = str(dialog.target)
            self.export(dialog.folder, dialog.target, onnx=dialog.onnx)
        dialog.deleteLater()


def _adopt(stage: Path, target: Path, _report: Report) -> Path:
    return adopt(stage, target)


def _discard(stage: Path, _report: Report) -> None:
    discard(stage)
