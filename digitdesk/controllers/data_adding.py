"""Adds labelled digits to those that are learnt from, once they have been read."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from digitdesk.controllers.data_desk import DataDesk
from digitdesk.controllers.data_loader import DataLoader, is_at_hand
from digitdesk.core.paths import user_samples
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.page import TrainingPage
from digitdesk.workers.tasks import Report, TaskOutcome

_ADD, _MAKE = "add digits", "make folders"


class DataAdding(QObject):
    """Asks where data are and reads them first. Lives in the GUI thread.

    What cannot be used never gets into the list, where it would take the place of
    what can.
    """

    def __init__(
        self,
        window: MainWindow,
        page: TrainingPage,
        data: DataDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._page = page
        self._data = data
        self._wanted_kind = SourceKind.NPZ
        self._hint = ""
        page.setup.source_requested.connect(self._on_source_requested)
        data.tasks.task_ended.connect(self._on_task_ended)

    @Slot(str)
    def add_path(self, path: str) -> None:
        """Add the file or folder that was chosen, if it can be read."""
        self._try(DataSource(self._wanted_kind, path))

    def _try(self, source: DataSource) -> None:
        chosen = self._page.setup.sources_with(source)
        task = partial(_read_first, self._data.loader, chosen, source)
        self._data.submit(_ADD, task)

    @Slot(object)
    def _on_source_requested(self, kind: SourceKind) -> None:
        if kind is SourceKind.MNIST:
            self._page.setup.add_source(DataSource(kind))
        elif kind is SourceKind.SAMPLES:
            self._try(DataSource(kind, str(user_samples())))
        else:
            self._ask_where(kind)

    def _ask_where(self, kind: SourceKind) -> None:
        self._wanted_kind = kind
        dialog = QFileDialog(self._page, self.tr("Add labelled digits"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mode = QFileDialog.FileMode
        is_folder = kind is SourceKind.FOLDER
        dialog.setFileMode(mode.Directory if is_folder else mode.ExistingFile)
        if kind is SourceKind.NPZ:
            dialog.setNameFilter(self.tr("Archives (*.npz)"))
        dialog.fileSelected.connect(self.add_path)
        dialog.open()

    @Slot(object)
    def _on_task_ended(self, outcome: TaskOutcome) -> None:
        if outcome.name not in (_ADD, _MAKE):
            return
        if outcome.kind == "refused":
            self._window.show_message(outcome.message, Severity.ERROR)
        elif isinstance(outcome.value, DataSource):
            self._window.banners.dismiss(self._hint)
            self._page.setup.add_source(outcome.value)
        elif isinstance(outcome.value, Path):
            self._show_folder(outcome.value)
        elif outcome.kind == "done":
            self._explain_samples()

    def _explain_samples(self) -> None:
        box = QMessageBox(self._page)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Information)
        box.setWindowTitle(self.tr("My own samples"))
        box.setText(self.tr("There are no samples of your own yet."))
        text = self.tr(
            "They belong into the folder\n{folder}\n\nIt holds folders named 0 to 9, "
            "and each of them pictures of that digit: one digit in a picture, as PNG, "
            "JPEG, TIFF, WebP, GIF or BMP. You write or photograph them yourself."
        )
        box.setInformativeText(text.format(folder=user_samples()))
        role = QMessageBox.ButtonRole
        make = box.addButton(self.tr("&Make and open the folder"), role.AcceptRole)
        box.addButton(self.tr("&Not now"), role.RejectRole)
        make.clicked.connect(self._on_make_clicked)
        box.open()

    @Slot()
    def _on_make_clicked(self) -> None:
        self._data.submit(_MAKE, partial(_make_folders, user_samples()))

    def _show_folder(self, folder: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        text = self.tr(
            "Put your pictures into the folders 0 to 9 in {folder}, then add your own "
            "samples once more."
        )
        self._hint = text.format(folder=folder)
        self._window.show_message(self._hint, Severity.INFO)


def _read_first(
    loader: DataLoader,
    chosen: tuple[DataSource, ...],
    source: DataSource,
    report: Report,
) -> DataSource | None:
    """Read the data; None if the samples' folder has none yet."""
    from digitdesk.ml.data_formats import holds_digits

    if source.kind is SourceKind.SAMPLES and not holds_digits(Path(source.path)):
        return None
    # All together: so they need not be read once more after they were added.
    loader.load(chosen if all(map(is_at_hand, chosen)) else (source,), report)
    return source


def _make_folders(folder: Path, _report: Report) -> Path:
    for digit in range(10):
        (folder / str(digit)).mkdir(parents=True, exist_ok=True)
    return folder
