"""Small pictures, each pixel visible: the glyph and the binarised frame."""

from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from digitdesk.core.types import GLYPH_SIZE, U8, Box
from digitdesk.ui.pixels import image_of
from digitdesk.ui.theme import current_colours
from digitdesk.ui.video_painter import Placement

_SMALLEST_CELL = 4


class PictureView(QWidget):
    """Base of both: a grey picture in a frame, with a hint while there is none."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self._pixels: U8 | None = None
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        """Stay readable."""
        return QSize(84, 84)

    def sizeHint(self) -> QSize:
        """Give each pixel of a glyph about five pixels of the screen."""
        return QSize(150, 150)

    def show_pixels(self, pixels: U8 | None) -> None:
        """Show a grey picture, or the hint if there is none."""
        if pixels is not None and pixels.size == 0:
            pixels = None
        self._pixels = pixels
        self._image = QImage() if pixels is None else image_of(pixels)
        self.update()

    @property
    def pixels(self) -> U8 | None:
        """What is on show."""
        return self._pixels

    def placement(self) -> Placement:
        """Tell where the picture lies in this widget."""
        return Placement.fit(QSizeF(self._image.size()), QSizeF(self.size()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and what belongs over it."""
        painter = QPainter(self)
        colours = current_colours()
        if self._image.isNull():
            painter.setPen(QPen(QColor(colours.border), 1, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(QColor(colours.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(6, 6, -6, -6), flags, self._hint)
            return
        place = self.placement()
        # No smoothing: these pictures are here to show their very pixels.
        painter.drawImage(place.area, self._image)
        self.paint_over(painter, place)

    def paint_over(self, painter: QPainter, place: Placement) -> None:
        """Draw what belongs over the picture; nothing here."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


class GlyphView(PictureView):
    """What the network sees of one digit, enlarged, with a grid of its pixels."""

    def placement(self) -> Placement:
        """Use a whole number of screen pixels for each pixel where there is room."""
        place = super().placement()
        cell = int(place.scale)
        if cell < 1:
            return place
        side = float(cell * GLYPH_SIZE)
        area = QRectF(0, 0, side, side)
        area.moveCenter(QRectF(self.rect()).center())
        area.moveTo(round(area.x()), round(area.y()))
        return Placement(area, float(cell))

    def paint_over(self, painter: QPainter, place: Placement) -> None:
        """Draw the grid between the pixels."""
        if place.scale < _SMALLEST_CELL:
            return
        left, top = round(place.area.left()), round(place.area.top())
        right, bottom = round(place.area.right()), round(place.area.bottom())
        painter.setPen(QPen(QColor(128, 140, 160, 70), 1))
        for cell in range(1, GLYPH_SIZE):
            offset = round(cell * place.scale)
            painter.drawLine(left + offset, top, left + offset, bottom)
            painter.drawLine(left, top + offset, right, top + offset)


class BinaryView(PictureView):
    """The picture as ink and paper, with the chosen region framed."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(hint, parent)
        self._box: QRectF | None = None

    def show_box(self, box: Box | None, covered: Box) -> None:
        """Frame a region.

        Parameters
        ----------
        box : Box or None
            The region in pixels of the frame.
        covered : Box
            The part of the frame that the binarised picture shows.
        """
        self._box = None
        if box is not None and covered.w and covered.h:
            self._box = QRectF(
                (box.x - covered.x) / covered.w,
                (box.y - covered.y) / covered.h,
                box.w / covered.w,
                box.h / covered.h,
            )
        self.update()

    def paint_over(self, painter: QPainter, place: Placement) -> None:
        """Draw the frame around the chosen region."""
        if self._box is None:
            return
        area = place.area
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#f0b000"), 2))
        painter.drawRect(
            QRectF(
                area.x() + self._box.x() * area.width(),
                area.y() + self._box.y() * area.height(),
                self._box.width() * area.width(),
                self._box.height() * area.height(),
            ).adjusted(-2, -2, 2, 2)
        )
