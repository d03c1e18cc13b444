"""Where a model goes, and in which forms."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from digitdesk.ui.models.entry import ModelEntry


class ExportDialog(QDialog):
    """Asks for a folder and the forms; look at `target` and `onnx` once accepted."""

    def __init__(
        self, entry: ModelEntry, target: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = entry.folder
        self.setWindowTitle(self.tr("Export “{name}”").format(name=entry.name))
        tflite, keras, self.onnx_box = (QCheckBox(self) for _ in range(3))
        tflite.setText(
            self.tr("LiteRT (.tflite), with card, example script and golden digits")
        )
        keras.setText(self.tr("Keras (.keras)"))
        self.onnx_box.setText(self.tr("&ONNX (.onnx); takes a little longer"))
        for box, there in ((tflite, True), (keras, entry.has_keras)):
            box.setChecked(there)
            box.setEnabled(False)  # these cost nothing and are always written
        self.onnx_box.setEnabled(entry.has_keras)
        self._hint = QLabel(
            self.tr("This model has no Keras file, which ONNX would be made of.")
        )
        self._hint.setWordWrap(True)
        self._hint.setObjectName("muted")
        self._hint.setHidden(entry.has_keras)
        self.path = QLineEdit(target, self)
        self.path.setAccessibleName(self.tr("Folder to export into"))
        self.browse = QPushButton(self.tr("&Browse…"), self)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(self.tr("A new folder is made in:")))
        layout.addLayout(row)
        for widget in (tflite, keras, self.onnx_box, self._hint):
            layout.addWidget(widget)
        layout.addWidget(self._buttons)
        self.setMinimumWidth(480)
        self.path.textChanged.connect(self._on_path_changed)
        self.browse.clicked.connect(self._on_browse_clicked)
        self._on_path_changed()

    @property
    def target(self) -> Path:
        """The folder that the new folder goes into."""
        return Path(self.path.text().strip()).expanduser().absolute()

    @property
    def onnx(self) -> bool:
        """Whether an ONNX file is wanted, too."""
        return self.onnx_box.isChecked()

    @Slot()
    def _on_path_changed(self) -> None:
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("&Export"))
        ok.setEnabled(bool(self.path.text().strip()))

    @Slot()
    def _on_browse_clicked(self) -> None:
        dialog = QFileDialog(self, self.tr("Export into"), self.path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()
