"""The *Network input* dock: the chosen glyph beside the binarised frame."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from digitdesk.core.types import U8, Box
from digitdesk.ui.glyph_view import BinaryView, GlyphView
from digitdesk.ui.region import Region


class InputPanel(QWidget):
    """Shows what the network gets to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = GlyphView(self.tr("Choose a box in the video"), self)
        self._glyph.setAccessibleName(self.tr("Network input, 28 by 28 pixels"))
        self._binary = BinaryView(self.tr("No picture yet"), self)
        self._binary.setAccessibleName(self.tr("Frame as ink and paper"))
        self._caption = QLabel(self)
        self._caption.setObjectName("muted")
        binary_caption = QLabel(self.tr("Ink and paper"), self)
        binary_caption.setObjectName("muted")
        layout = QGridLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self._glyph, 0, 0)
        layout.addWidget(self._binary, 0, 1)
        layout.addWidget(self._caption, 1, 0)
        layout.addWidget(binary_caption, 1, 1)
        layout.setRowStretch(0, 1)
        layout.setColumnStretch(0, 1)
        layout.setColumnStretch(1, 1)
        self._show_caption(None)

    def show_region(self, region: Region | None) -> None:
        """Show the glyph of the chosen region; None if there is none."""
        self._glyph.show_pixels(None if region is None else region.reading.glyph)
        self._show_caption(region)

    def show_binary(self, binary: U8 | None, covered: Box, chosen: Box | None) -> None:
        """Show the binarised picture.

        Parameters
        ----------
        binary : ndarray of uint8, shape (height, width), or None
            0 is paper, 255 is ink; None if nothing has been read yet.
        covered : Box
            The part of the frame that it shows.
        chosen : Box or None
            The region to mark, in pixels of the frame.
        """
        self._binary.show_pixels(binary)
        self._binary.show_box(chosen, covered)

    def _show_caption(self, region: Region | None) -> None:
        text = self.tr("28 × 28 pixels")  # noqa: RUF001 - the multiplication sign
        if region is not None:
            box = region.reading.box
            text = self.tr("28 × 28 from {w} × {h}").format(w=box.w, h=box.h)  # noqa: RUF001 - same
        self._caption.setText(text)
