"""A page that is built when it is first looked at."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class LatePage(QWidget):
    """Keeps the place of a page whose parts take long to load.

    Signals
    -------
    first_shown()
        Somebody looks: `fill` should be called.
    """

    first_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_asked = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def fill(self, content: QWidget) -> None:
        """Show the page itself."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(content)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the content once."""
        super().showEvent(event)
        if not self._is_asked:
            self._is_asked = True
            self.first_shown.emit()
