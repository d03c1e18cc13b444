"""What stands in the place of the curves before there are any."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget


class Invitation(QFrame):
    """Says in three steps how to teach a network, and what comes after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QGridLayout(self)
        layout.setContentsMargins(32, 16, 32, 16)
        layout.setVerticalSpacing(12)
        layout.setHorizontalSpacing(16)
        layout.setRowStretch(0, 1)
        title = self._label(self.tr("Teach a network to read digits"), 1.7, bold=True)
        layout.addWidget(title, 1, 0, 1, 2)
        steps = (
            self.tr(
                "Choose <b>data</b>: MNIST, files, folders or your own samples. Look "
                "at them under <i>Digits</i>."
            ),
            self.tr(
                "Choose a <b>network</b> and how it learns, or leave the choices as "
                "they are: they are quick and good."
            ),
            self.tr(
                "Press <b>Train</b> and watch the curves. Stop when you like: the best "
                "is kept."
            ),
        )
        for row, text in enumerate(steps, start=2):
            number = self._label(str(row - 1), 1.5, bold=True)
            number.setAlignment(Qt.AlignmentFlag.AlignTop)
            layout.addWidget(number, row, 0)
            layout.addWidget(self._label(text), row, 1)
        after = self.tr(
            "Then <i>Evaluation</i> shows what it reads wrongly, and <i>Models</i> "
            "lets it read what the camera sees."
        )
        layout.addWidget(self._label(after), 5, 0, 1, 2)
        layout.setRowStretch(6, 2)
        layout.setColumnStretch(1, 1)

    def _label(self, text: str, size: float = 1.1, *, bold: bool = False) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * size)
        font.setBold(bold)
        label.setFont(font)
        return label
