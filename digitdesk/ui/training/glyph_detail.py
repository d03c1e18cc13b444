"""One digit, enlarged, and what was read."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from digitdesk.core.types import F32, GLYPH_SIZE, U8

_MENTIONED = 3
_SIDE = 196  # pixels


class GlyphDetail(QWidget):
    """Shows a digit large, its label and the likeliest readings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._picture.setAccessibleName(self.tr("Chosen digit"))
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.addWidget(self._picture)
        layout.addWidget(self._text)
        layout.addStretch()
        self.clear()

    @property
    def text(self) -> str:
        """What is said about the digit."""
        return self._text.text()

    def clear(self) -> None:
        """Show nothing but how to choose one."""
        self._picture.clear()
        self._text.setText(self.tr("Click a digit to see it enlarged."))

    def show_digit(self, glyph: U8, label: int, said: F32 | None) -> None:
        """Show a glyph of 28x28, what it is, and ten probabilities if known."""
        data = np.ascontiguousarray(glyph)
        form = QImage.Format.Format_Grayscale8
        image = QImage(data.data, GLYPH_SIZE, GLYPH_SIZE, GLYPH_SIZE, form)
        self._picture.setPixmap(QPixmap.fromImage(image.scaled(_SIDE, _SIDE)))
        lines = [self.tr("This is a {label}.").format(label=label)]
        if said is not None:
            lines.append(self.tr("The active model says:"))
            best = np.argsort(-said)[:_MENTIONED]
            lines += [f"{digit}   {said[digit]:.1%}" for digit in best]
        self._text.setText("\n".join(lines))
