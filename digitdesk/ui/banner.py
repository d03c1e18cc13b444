"""Messages inside the window that interrupt nobody."""

from enum import Enum

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from digitdesk.ui.icons import icon

_MOST_BANNERS = 3
_BRIEF_MS = 8000

_NARROW = 56
"""Width in letters below which text and button are one above the other."""


class Severity(Enum):
    """What kind of message it is; the name of its icon."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Banner(QFrame):
    """One message with a button to close it and, if useful, one that helps.

    Signals
    -------
    closed()
        The user has read it.
    action_requested()
        The user pressed the button that helps.
    """

    closed = Signal()
    action_requested = Signal()

    def __init__(
        self,
        text: str,
        severity: Severity,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.severity = severity
        self.live_only = False
        self.setObjectName("banner")
        self.setProperty("severity", severity.value)
        self._icon = QLabel(self)
        self._label = QLabel(text, self)
        self._label.setWordWrap(True)
        policy = self._label.sizePolicy()  # knows that wrapping needs height
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self._label.setSizePolicy(policy)
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message"))
        self._close.clicked.connect(self.closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 5, 6, 5)
        layout.addWidget(self._icon)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.addWidget(self._label, 1)
        if action:
            button = QPushButton(action, self)
            button.clicked.connect(self.action_requested)
            self._body.addWidget(button)
        layout.addLayout(self._body, 1)
        layout.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.closed)
        self.setAccessibleName(text)
        self.draw_icons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the button below the text where there is little room beside it."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction
        self._body.setDirection(
            direction.TopToBottom if narrow else direction.LeftToRight
        )

    def close_soon(self) -> None:
        """Close by itself after some seconds: good news need no answer."""
        self._timer.start(_BRIEF_MS)

    def stop(self) -> None:
        """Forget about closing by itself."""
        self._timer.stop()

    def draw_icons(self) -> None:
        """Draw the icons in the colours of the appearance in use."""
        self._icon.setPixmap(icon(self.severity.value).pixmap(QSize(20, 20)))
        self._close.setIcon(icon("close"))


class BannerStack(QWidget):
    """Holds the newest messages, each text once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        self._banners: list[Banner] = []
        self._is_live = True
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """The messages on show, oldest first."""
        return tuple(banner.text for banner in self._banners)

    def show_message(
        self,
        text: str,
        severity: Severity = Severity.WARNING,
        action: str = "",
        *,
        live_only: bool = False,
    ) -> Banner:
        """Show a message; one with the same text is not shown twice.

        One with a button takes the place of the one before it: whoever shows it
        connects its button.

        Parameters
        ----------
        text : str
            A sentence.
        severity : Severity
            Decides the colour and the icon.
        action : str
            Label of a button that helps; empty for none.
        live_only : bool
            Whether it says something of the camera's picture alone.

        Returns
        -------
        Banner
            The message, to connect its `action_requested`.
        """
        if action:
            self.dismiss(text)
        for banner in self._banners:
            if banner.text == text:
                return banner
        if len(self._banners) == _MOST_BANNERS:
            self._remove(self._banners[0])
        banner = Banner(text, severity, action, self)
        banner.live_only = live_only
        banner.closed.connect(self._on_banner_closed)
        self._banners.append(banner)
        self._layout.addWidget(banner)
        self._show_some()
        return banner

    def set_live(self, is_live: bool) -> None:
        """Say whether the camera's picture is on show."""
        self._is_live = is_live
        self._show_some()

    def dismiss(self, text: str) -> None:
        """Take a message away that is no longer true."""
        for banner in tuple(self._banners):
            if banner.text == text:
                self._remove(banner)

    def draw_icons(self) -> None:
        """Follow the change between light and dark."""
        for banner in self._banners:
            banner.draw_icons()

    def _on_banner_closed(self) -> None:
        banner = self.sender()
        if isinstance(banner, Banner):
            self._remove(banner)

    def _remove(self, banner: Banner) -> None:
        banner.stop()
        self._banners.remove(banner)
        self._layout.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self._show_some()

    def _show_some(self) -> None:
        for banner in self._banners:
            banner.setVisible(self._is_live or not banner.live_only)
        self.setVisible(any(not banner.isHidden() for banner in self._banners))
