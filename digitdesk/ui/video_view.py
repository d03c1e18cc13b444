"""The newest frame with a box and a digit for each region."""

import time

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from digitdesk.core.types import Box, Frame
from digitdesk.ui.focus_ring import FocusRing
from digitdesk.ui.interest import Drag, inside, middle, nudged
from digitdesk.ui.pixels import image_of
from digitdesk.ui.region import Region
from digitdesk.ui.theme import current_colours
from digitdesk.ui.trouble_card import TroubleCard
from digitdesk.ui.video_painter import (
    Placement,
    covered_by,
    paint_badge,
    paint_box,
    paint_hint,
    paint_region_of_interest,
    paint_tag,
)

_SMALLEST_DRAG = 8.0
_NEXT_KEYS = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_PREVIOUS_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Up)


class VideoView(QWidget):
    """Shows frames; tells what the user points at.

    Signals
    -------
    region_chosen(int)
        Identifier of the region that was clicked or reached by the arrow keys.
    region_of_interest_drawn(Box)
        The part of the picture to read, in pixels of the picture.
    drawing_ended()
        The user drew a region of interest or thought better of it.
    reopen_requested()
        The button over a failed source was pressed.
    other_source_requested()
        The other button over a failed source was pressed.
    """

    region_chosen = Signal(int)
    region_of_interest_drawn = Signal(object)
    drawing_ended = Signal()
    reopen_requested = Signal()
    other_source_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._image = QImage()
        self._unpainted = False
        self._regions: tuple[Region, ...] = ()
        self._chosen: int | None = None
        self._interest: Box | None = None
        self._drawing = False
        self._drag: Drag | None = None
        self._draft: Box | None = None
        self._badge = ""
        self._hint = ""
        self._show_rejected = False
        self._latency_ms: float | None = None
        self._trouble = TroubleCard(self)
        self._trouble.reopen_requested.connect(self.reopen_requested)
        self._trouble.other_requested.connect(self.other_source_requested)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        FocusRing(self)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Video"))
        self.setAccessibleDescription(
            self.tr(
                "Click a box, or use the arrow keys, to choose a digit. To read only a "
                "part, press R and drag, or move it by the arrow keys and press Enter."
            )
        )

    def minimumSizeHint(self) -> QSize:
        """Stay usable on a small screen."""
        return QSize(240, 160)

    def sizeHint(self) -> QSize:
        """Ask for a camera picture's shape."""
        return QSize(720, 540)

    @property
    def latency_ms(self) -> float | None:
        """Time from taking the newest painted frame to painting it."""
        return self._latency_ms

    @property
    def badge(self) -> str:
        """The words over the picture."""
        return self._badge

    @property
    def frame(self) -> Frame | None:
        """The frame on show."""
        return self._frame

    def show_frame(self, frame: Frame | None) -> None:
        """Show another frame, or none; what was read before stays until replaced."""
        self._frame = frame
        self._image = QImage() if frame is None else image_of(frame.pixels)
        # Where nobody can see it, the time would be that until somebody looks.
        seen = self.isVisible() and not self.window().isMinimized()
        self._unpainted = frame is not None and seen
        if not self._unpainted:
            self._latency_ms = None
        self.update()

    def show_regions(self, regions: tuple[Region, ...], chosen: int | None) -> None:
        """Show what was read, with one region marked as chosen."""
        self._regions = regions
        self._chosen = chosen
        self.update()

    def show_region_of_interest(self, box: Box | None) -> None:
        """Frame the part that is read; None for all of the picture."""
        self._interest = box
        self.update()

    def show_trouble(self, sentence: str) -> None:
        """Dim the picture and say why nothing new comes; empty if all is well."""
        self._trouble.show_sentence(sentence)
        self.update()

    def show_hint(self, text: str) -> None:
        """Write a sentence where there is no picture to show; empty for none."""
        self._hint = text
        self.update()

    def show_badge(self, text: str) -> None:
        """Write a word such as "Frozen" over the picture; empty for none."""
        self._badge = text
        self.update()

    def set_show_rejected(self, shown: bool) -> None:
        """Show or hide the regions that are no digits."""
        self._show_rejected = shown
        self.update()

    def set_drawing(self, drawing: bool) -> None:
        """Let the next drag, or the arrow keys, place the region of interest."""
        self._drawing = drawing
        self._drag = self._draft = None
        if drawing:
            self.setCursor(Qt.CursorShape.CrossCursor)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.unsetCursor()
        self.update()

    def visible_regions(self) -> tuple[Region, ...]:
        """Return the regions that are shown, in reading order."""
        return tuple(
            region
            for region in self._regions
            if region.reading.accepted
            or self._show_rejected
            or region.id == self._chosen
        )

    def placement(self) -> Placement:
        """Tell where the picture lies in this widget."""
        return Placement.fit(QSizeF(self._image.size()), QSizeF(self.size()))

    def region_at(self, point: QPointF) -> Region | None:
        """Find the smallest shown region under a point of this widget."""
        place = self.placement()
        hits = [
            region
            for region in self.visible_regions()
            if place.to_widget(region.reading.box)
            .adjusted(-4, -4, 4, 4)
            .contains(point)
        ]
        return min(hits, key=lambda r: r.reading.box.w * r.reading.box.h, default=None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, dimmed if it is old, and what was read in it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(current_colours().backdrop))
        place = self.placement()
        if self._image.isNull():
            if not self._trouble.is_shown:
                paint_hint(painter, QRectF(self.rect()), self._hint)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place.area, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._trouble.is_shown:
            # One pixel more all around: soft edges would leave a bright line.
            dimmed = place.area.adjusted(-1, -1, 1, 1)
            painter.fillRect(dimmed, QColor(0, 0, 0, 165))
            return
        self._paint_findings(painter, place)
        if self._unpainted and self._frame is not None:
            self._unpainted = False
            elapsed = time.perf_counter() - self._frame.captured_at_s
            self._latency_ms = elapsed * 1000

    def _paint_findings(self, painter: QPainter, place: Placement) -> None:
        # Longer than a picture, tags may leave it but never the widget's backdrop.
        interest = self._draft or self._interest
        if self._drag is not None:
            paint_region_of_interest(painter, place, self._drag.rectangle)
        elif interest is not None:
            paint_region_of_interest(painter, place, place.to_widget(interest))
        # The chosen one last, and tags over all boxes: a neighbour must not hide them.
        regions = sorted(self.visible_regions(), key=lambda r: r.id == self._chosen)
        for region in regions:
            paint_box(painter, place, region, chosen=region.id == self._chosen)
        for region in regions:
            paint_tag(painter, place, region, chosen=region.id == self._chosen)
        if badge := self._drawing_help() if self._drawing else self._badge:
            around = [covered_by(painter, place, region) for region in regions]
            paint_badge(painter, QRectF(self.rect()), badge, around)

    def hideEvent(self, event: QHideEvent) -> None:
        """Measure nothing while nobody can see it."""
        super().hideEvent(event)
        self._unpainted = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the card with the bad news in the middle."""
        super().resizeEvent(event)
        self._trouble.place_in(QRect(self.rect()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a region, or start to draw the region of interest."""
        if event.button() != Qt.MouseButton.LeftButton or self._image.isNull():
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        point = event.position()
        if self._drawing or shift:
            self._drag = Drag.begin(inside(point, self.placement().area))
            self.update()
        elif region := self.region_at(point):
            self.region_chosen.emit(region.id)
        else:
            self._drag = self._grip(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the region of interest, or show that a box can be clicked."""
        if self._drag is not None:
            self._drag = self._drag.to(event.position(), self.placement().area)
            self.update()
        elif not self._drawing:
            self._point_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish the region of interest; a mere click is none."""
        if self._drag is None or event.button() != Qt.MouseButton.LeftButton:
            return
        drag = self._drag.to(event.position(), self.placement().area)
        self._drag, moved = None, drag.rectangle
        if min(moved.width(), moved.height()) >= _SMALLEST_DRAG:
            self.region_of_interest_drawn.emit(self._to_box(moved))
        self.drawing_ended.emit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from digit to digit, or place the region of interest."""
        if event.key() == Qt.Key.Key_Escape and (self._drawing or self._drag):
            self._drag = self._draft = None
            self.drawing_ended.emit()
            self.update()
        elif self._drawing and not self._image.isNull():
            self._place_by_key(event)
        elif event.key() in _NEXT_KEYS:
            self._choose_neighbour(1)
        elif event.key() in _PREVIOUS_KEYS:
            self._choose_neighbour(-1)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell the likeliest digits of the box under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            region = self.region_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._tip(region), self)
            return True
        return super().event(event)

    def _tip(self, region: Region | None) -> str:
        if region is None or self._trouble.is_shown:
            return ""
        not_digit = self.tr("not a digit {percent}").format(
            percent=f"{100 * region.reading.not_digit:.1f} %"
        )
        return f"{region.ranking}<br>{not_digit}"

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _choose_neighbour(self, step: int) -> None:
        shown = [region.id for region in self.visible_regions()]
        if not shown:
            return
        if self._chosen in shown:
            place = shown.index(self._chosen) + step
        else:
            place = 0 if step > 0 else -1
        self.region_chosen.emit(shown[place % len(shown)])

    def _drawing_help(self) -> str:
        return self.tr("Drag, or arrow keys (with Shift: size) and Enter")

    def _grip(self, point: QPointF) -> Drag | None:
        if self._interest is None:
            return None
        return Drag.take(self.placement().to_widget(self._interest), point)

    def _point_at(self, point: QPointF) -> None:
        """Show by the cursor what a click would do."""
        shape = Qt.CursorShape.ArrowCursor
        if self.region_at(point) is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif (grip := self._grip(point)) is not None:
            shapes = Qt.CursorShape
            shape = shapes.SizeAllCursor if grip.moves else shapes.CrossCursor
        self.setCursor(shape)

    def _place_by_key(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            draft, self._draft = self._draft, None
            if draft is not None:
                self.region_of_interest_drawn.emit(draft)
            self.drawing_ended.emit()
        elif event.key() in _NEXT_KEYS + _PREVIOUS_KEYS:
            size = self._image.size()
            resize = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            start = self._draft or self._interest
            key = Qt.Key(event.key())
            self._draft = (
                middle(size)
                if start is None
                else nudged(start, key, size, resize=resize)
            )
        else:
            event.ignore()
        self.update()

    def _to_box(self, drag: QRectF) -> Box:
        place = self.placement()
        top_left = place.to_picture(drag.topLeft()).toPoint()
        bottom_right = place.to_picture(drag.bottomRight()).toPoint()
        return Box(
            top_left.x(),
            top_left.y(),
            max(1, bottom_right.x() - top_left.x()),
            max(1, bottom_right.y() - top_left.y()),
        )
