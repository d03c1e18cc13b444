"""Keeps what turns pages and scrolls from changing a setting on the way."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_PAGE_KEYS = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class PageKeysFilter(QObject):
    """Keeps Page Up, Page Down and a passing wheel from a widget with a value.

    The keys turn the pages of a folder. Who presses them and has the focus somewhere
    else than he thinks must not change a setting without noticing, nor must who
    scrolls over it.
    """

    def protect(self, widget: QWidget) -> None:
        """Let `widget` ignore the keys, and the wheel unless it has the focus."""
        # By default the wheel gives the focus, and so would protect nothing.
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore the event, so that it goes on to what is around the widget."""
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            kept = isinstance(event, QKeyEvent) and event.key() in _PAGE_KEYS
        else:
            kept = kind is QEvent.Type.Wheel and not _has_focus(watched)
        if kept:
            event.ignore()
        return kept


def _has_focus(watched: QObject) -> bool:
    return isinstance(watched, QWidget) and watched.hasFocus()
