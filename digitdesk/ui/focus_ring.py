"""A frame around what has the keyboard, where the style draws none."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from digitdesk.ui.theme import current_colours

_WIDTH = 2  # pixels of each of the two lines

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
)


class FocusRing(QWidget):
    """Lies over `target` while that has the focus and the keyboard is in use.

    Who points with the mouse knows where he is, and sees no frame.
    """

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        self._target = target
        self._by_keys = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the focus, the keys and the size of the target."""
        kind = event.type()
        if isinstance(event, QFocusEvent) and kind is QEvent.Type.FocusIn:
            if event.reason() in _BY_KEYS:
                self._by_keys = True
            elif event.reason() is Qt.FocusReason.MouseFocusReason:
                self._by_keys = False  # else as it was: the window came back
            self._show(focused=True)
        elif kind is QEvent.Type.FocusOut:
            self._show(focused=False)
        elif isinstance(event, QKeyEvent) and kind is QEvent.Type.KeyPress:
            self._by_keys = self._by_keys or event.key() not in _MODIFIERS
            self._show(focused=self._target.hasFocus())
        elif kind is QEvent.Type.MouseButtonPress:
            self._by_keys = False
            self.hide()
        elif kind is QEvent.Type.Resize:
            self.setGeometry(self._target.rect())
        return False

    def _show(self, *, focused: bool) -> None:
        self.setVisible(focused and self._by_keys)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw two lines: on a picture one alone might have its colour beside it."""
        painter = QPainter(self)
        colours = current_colours()
        for step, colour in enumerate((colours.accent, colours.panel)):
            pen = QPen(QColor(colour), _WIDTH)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            inset = _WIDTH * (step + 0.5)
            painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))
        painter.end()
