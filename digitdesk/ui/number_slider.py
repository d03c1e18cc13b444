"""A slider and a spin box that show the same number."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QSpinBox, QWidget


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
        self._spin = QSpinBox(self)
        self._spin.setRange(low, high)
        self._spin.setAccessibleName(name)
        self._spin.setKeyboardTracking(False)
        # As wide for every range, so that sliders below each other line up.
        width = self._spin.fontMetrics().horizontalAdvance("-100") + 34
        self._spin.setMinimumWidth(width)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._spin)
        self.setFocusProxy(self._spin)
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
