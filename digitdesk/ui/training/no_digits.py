"""What stands in the place of the digits while there are none to look at."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget


class NoDigits(QFrame):
    """Says why no digits are on show, and what to do.

    Signals
    -------
    data_requested()
        The user wants to choose data.
    """

    data_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._title = self._label()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._title.setFont(font)
        self._text = self._label()
        self._choose = QPushButton(self.tr("&Choose data"), self)
        self._choose.clicked.connect(self.data_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 16, 32, 16)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)

    @property
    def text(self) -> str:
        """All that is said."""
        return f"{self._title.text()}\n{self._text.text()}"

    def show_missing(self, why: str) -> None:
        """Say that no digits are loaded; `why` is a sentence, or empty."""
        self._title.setText(self.tr("No digits to look at yet"))
        how = self.tr(
            "Choose data under Learn: an archive, IDX files, a folder per class or "
            "your own samples. What they hold is shown here."
        )
        self._text.setText(f"{why}\n\n{how}" if why else how)
        self._choose.show()

    def show_filtered(self) -> None:
        """Say that the filters let no digit pass."""
        self._title.setText(self.tr("No digit is like that"))
        self._text.setText(self.tr("Choose other filters above."))
        self._choose.hide()

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)  # a path may look like markup
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label
