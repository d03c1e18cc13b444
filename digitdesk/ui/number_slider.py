"""A slider and a spin box that show the same number."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QSpinBox, QWidget

from digitdesk.ui.page_keys import PageKeysFilter


class _Spin(QSpinBox):
    """Leaves the keys that are no part of a number to the window's shortcuts."""

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent):
            text = event.text()
            if text.isprintable() and text and text not in "0123456789+-":
                event.ignore()
                return False
        return super().event(event)


class NumberSlider(QWidget):
    """Lets a user choose a whole number by dragging or by typing.

    Signals
    -------
    value_edited(int)
        The user chose another number; not emitted by `set_value`.
    """

    value_edited = Signal(int)

    def __init__(
        self, name: str, low: int, high: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(low, high)
        self._slider.setPageStep(max(1, (high - low) // 10))
        self._slider.setAccessibleName(name)
        self._slider.setMinimumWidth(70)
        self._spin = _Spin(self)
        self._spin.setRange(low, high)
        self._spin.setAccessibleName(name)
        # As wide for every range, so that sliders below each other line up.
        width = self._spin.fontMetrics().horizontalAdvance("-100") + 34
        self._spin.setMinimumWidth(width)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._spin)
        self.setFocusProxy(self._spin)
        page_keys = PageKeysFilter(self)
        page_keys.protect(self._slider)
        page_keys.protect(self._spin)
        self._slider.valueChanged.connect(self._on_value_changed)
        self._spin.valueChanged.connect(self._on_value_changed)

    @property
    def value(self) -> int:
        """The number on show."""
        return self._spin.value()

    def set_value(self, value: int) -> None:
        """Show a number without telling anyone."""
        for part in (self._slider, self._spin):
            blocked = part.blockSignals(True)
            part.setValue(value)
            part.blockSignals(blocked)

    def _on_value_changed(self, value: int) -> None:
        self.set_value(value)
        self.value_edited.emit(value)
