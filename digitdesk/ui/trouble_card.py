"""The card over a video that has stopped: why, and how to go on."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class TroubleCard(QFrame):
    """Lies over the video; hidden while all is well.

    Signals
    -------
    reopen_requested()
        The user wants to try again now.
    other_requested()
        The user wants another source.
    """

    reopen_requested = Signal()
    other_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = False
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setAccessibleName(self.tr("What is wrong with the source"))
        self._button = QPushButton(self.tr("Reopen"), self)
        self._button.clicked.connect(self.reopen_requested)
        other = QPushButton(self.tr("&Other source…"), self)
        other.clicked.connect(self.other_requested)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        buttons.addWidget(other)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self._label)
        layout.addLayout(buttons)
        self.setObjectName("card")
        self.setAutoFillBackground(True)
        self.hide()

    @property
    def is_shown(self) -> bool:
        """Whether there is bad news, even if the page is not on show now."""
        return self._shown

    def show_sentence(self, sentence: str) -> None:
        """Show the bad news; an empty sentence hides the card."""
        self._shown = bool(sentence)
        self._label.setText(sentence)
        self.setVisible(self._shown)
        parent = self.parentWidget()
        if parent is not None:
            self.place_in(parent.rect())

    def place_in(self, area: QRect) -> None:
        """Lie in the middle of `area`, no wider than it."""
        width = min(420, area.width() - 16)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        height = min(height, area.height())
        place = QRect(0, 0, width, height)
        place.moveCenter(area.center())
        self.setGeometry(place)
