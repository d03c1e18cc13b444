"""Which digits a model should read, and which other model reads them too."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.ui.models.entry import ModelEntry


@dataclass(frozen=True, slots=True)
class MeasureChoice:
    """What the user wants: digits, and the model to compare with, if any."""

    source: DataSource
    rival: Path | None = None


class MeasureDialog(QDialog):
    """Asks for labelled digits; `choice` has the answer once it was accepted."""

    def __init__(
        self,
        subject: ModelEntry,
        others: tuple[ModelEntry, ...],
        before: MeasureChoice | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Evaluate “{name}”").format(name=subject.name))
        self.kind = QComboBox(self)
        for kind, text in (
            (SourceKind.NPZ, self.tr("File mnist.npz or another .npz file")),
            (SourceKind.IDX, self.tr("IDX files, as MNIST was published")),
            (SourceKind.FOLDER, self.tr("Folder with a folder for each digit")),
            (SourceKind.MNIST, self.tr("MNIST, downloaded if it is not here")),
        ):
            self.kind.addItem(text, kind)
        self.path = QLineEdit(self)
        self.path.setClearButtonEnabled(True)
        self.browse = QPushButton(self.tr("&Browse…"), self)
        self.rival = QComboBox(self)
        self.rival.addItem(self.tr("Nothing"), None)
        for entry in others:
            text = self.tr("{name} (in use)") if entry.is_active else "{name}"
            self.rival.addItem(text.format(name=entry.name), entry.folder)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.path.textChanged.connect(self._on_kind_changed)
        self.browse.clicked.connect(self._on_browse_clicked)
        self._start_with(before)

    @property
    def choice(self) -> MeasureChoice:
        """What was chosen; only valid if the OK button is enabled."""
        rival = self.rival.currentData()
        path = "" if self._wanted is SourceKind.MNIST else self.path.text().strip()
        source = DataSource(self._wanted, path)
        return MeasureChoice(source, rival if isinstance(rival, Path) else None)

    def choose_rival(self, folder: Path | None) -> None:
        """Choose what to compare with."""
        for row in range(self.rival.count()):
            if self.rival.itemData(row) == folder:
                self.rival.setCurrentIndex(row)

    @property
    def _wanted(self) -> SourceKind:
        return SourceKind(self.kind.currentData())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        form = QFormLayout()
        form.addRow(self.tr("&Digits"), self.kind)
        place = QLabel(self.tr("&Place"))
        place.setBuddy(self.path)
        form.addRow(place, row)
        form.addRow(self.tr("&Compare with"), self.rival)
        self.path.setAccessibleName(self.tr("File or folder of the digits"))
        hint = QLabel(
            self.tr("If the digits come with a test part, only that is read: the model "
                    "may have learned from the others.")
        )  # fmt: skip
        hint.setWordWrap(True)
        hint.setObjectName("muted")
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addStretch()
        layout.addWidget(self._buttons)
        self.setMinimumWidth(480)
        self.path.setFocus()

    def _start_with(self, before: MeasureChoice | None) -> None:
        if before is not None:
            self.kind.setCurrentIndex(self.kind.findData(before.source.kind))
            self.path.setText(before.source.path)
        self._on_kind_changed()

    @Slot()
    def _on_kind_changed(self) -> None:
        with_path = self._wanted is not SourceKind.MNIST
        self.path.setEnabled(with_path)
        self.browse.setEnabled(with_path)
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("&Evaluate"))
        ok.setEnabled(not with_path or bool(self.path.text().strip()))

    @Slot()
    def _on_browse_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Digits to read"), self.path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._wanted is SourceKind.FOLDER:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if self._wanted is SourceKind.NPZ:
            dialog.setNameFilter(self.tr("Arrays (*.npz)"))
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()
