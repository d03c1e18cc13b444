"""One digit, enlarged, and what was read."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitdesk.core.types import F32, GLYPH_SIZE, U8

_MENTIONED = 3


class GlyphDetail(QWidget):
    """Shows a digit large, its label and the likeliest readings.

    Parameters
    ----------
    parent : QWidget or None
        Qt's parent.
    side : int
        Width and height of the picture in pixels.
    beside : bool
        Whether the text stands beside the picture, not below it.
    """

    def __init__(
        self, parent: QWidget | None = None, *, side: int = 196, beside: bool = False
    ) -> None:
        super().__init__(parent)
        self._side = side
        self._picture = QLabel(self)
        self._picture.setFixedSize(side, side)
        self._picture.setAccessibleName(self.tr("Chosen digit"))
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self) if beside else QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(self._picture)
        layout.addWidget(self._text, 1 if beside else 0)
        if not beside:
            layout.addStretch()
        self.clear()

    @property
    def text(self) -> str:
        """What is said about the digit."""
        return self._text.text()

    def clear(self) -> None:
        """Show nothing but how to choose."""
        self._picture.clear()
        self._text.setText(self.tr("Click a digit to see it enlarged."))

    def show_digit(self, glyph: U8, label: int, said: F32 | None) -> None:
        """Show a glyph of 28x28, what it is, and ten probabilities if known."""
        data = np.ascontiguousarray(glyph)
        form = QImage.Format.Format_Grayscale8
        image = QImage(data.data, GLYPH_SIZE, GLYPH_SIZE, GLYPH_SIZE, form)
        self._picture.setPixmap(QPixmap.fromImage(image.scaled(self._side, self._side)))
        lines = [self.tr("This is a {label}.").format(label=label)]
        if said is not None:
            lines.append(self.tr("The active model says:"))
            best = np.argsort(-said)[:_MENTIONED]
            lines += [f"{digit}   {said[digit]:.1%}" for digit in best]
        self._text.setText("\n".join(lines))
