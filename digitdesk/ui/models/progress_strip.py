"""What is going on, how far it is, and a button to stop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

_STEPS = 1000


class ProgressStrip(QWidget):
    """One line; hidden while nothing is going on.

    Signals
    -------
    cancel_requested()
        The user does not want to wait any longer.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.clicked.connect(self.cancel_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.addWidget(self._label)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self.cancel)
        self.hide()

    @property
    def text(self) -> str:
        """What is going on; empty while nothing is."""
        return "" if self.isHidden() else self._label.text()

    def show_progress(self, text: str, fraction: float) -> None:
        """Show a task and a fraction in [0, 1]; a negative one means "unknown"."""
        self._label.setText(text)
        self._bar.setRange(0, _STEPS if fraction >= 0 else 0)
        if fraction >= 0:
            self._bar.setValue(round(fraction * _STEPS))
        self.show()
