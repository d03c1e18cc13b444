"""How the video and what was read in it are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from digitdesk.core.types import Box
from digitdesk.ui.region import Region
from digitdesk.ui.theme import Sureness, current_colours

_HALO = QColor(0, 0, 0, 110)
_SHADE = QColor(0, 0, 0, 130)
_APART = 10.0
"""Of a badge from the edges."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in a widget: scaled with its aspect, centred.

    Attributes
    ----------
    area : QRectF
        The picture in the widget's coordinates.
    scale : float
        Widget pixels per picture pixel.
    """

    area: QRectF
    scale: float

    @staticmethod
    def fit(picture: QSizeF, widget: QSizeF) -> "Placement":
        """Make the picture as large as the widget allows."""
        if picture.isEmpty() or widget.isEmpty():
            return Placement(QRectF(), 1.0)
        scale = min(
            widget.width() / picture.width(), widget.height() / picture.height()
        )
        width, height = picture.width() * scale, picture.height() * scale
        left = (widget.width() - width) / 2
        top = (widget.height() - height) / 2
        return Placement(QRectF(left, top, width, height), scale)

    def to_widget(self, box: Box) -> QRectF:
        """Place a box of the picture in the widget."""
        return QRectF(
            self.area.x() + box.x * self.scale,
            self.area.y() + box.y * self.scale,
            box.w * self.scale,
            box.h * self.scale,
        )

    def to_picture(self, point: QPointF) -> QPointF:
        """Find the picture's point under a point of the widget."""
        return (point - self.area.topLeft()) / self.scale


def _frame_of(place: Placement, region: Region) -> QRectF:
    return place.to_widget(region.reading.box).adjusted(-2, -2, 2, 2)


def paint_box(
    painter: QPainter, place: Placement, region: Region, *, chosen: bool
) -> None:
    """Draw a region's box."""
    look = region.sureness
    box = _frame_of(place, region)
    width = 3.0 if chosen else 2.0
    if look is Sureness.REJECTED and not chosen:
        width = 1.2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # The halo keeps the line visible on ink, paper and wood alike.
    painter.setPen(QPen(_HALO, width + 2))
    painter.drawRoundedRect(box, 3, 3)
    if chosen:
        painter.setPen(QPen(QColor("#ffffff"), width + 3))
        painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QPen(QColor(look.colour), width, look.line))
    painter.drawRoundedRect(box, 3, 3)


def paint_tag(
    painter: QPainter, place: Placement, region: Region, *, chosen: bool
) -> None:
    """Draw the tag with a region's digit; a rejected one has it only when chosen."""
    look = region.sureness
    if look is Sureness.REJECTED and not chosen:
        return
    font = _tag_font(painter, place, region)
    tag = _tag_of(place, region, font)
    path = QPainterPath()
    path.addRoundedRect(tag, 4, 4)
    painter.fillPath(path, QColor(look.colour))
    painter.setFont(font)
    painter.setPen(QColor(look.ink))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, region.label)


def _tag_font(painter: QPainter, place: Placement, region: Region) -> QFont:
    font = QFont(painter.font())
    height = _frame_of(place, region).height()
    font.setPixelSize(round(min(max(height * 0.34, 12), 22)))
    font.setBold(True)
    return font


def _tag_of(place: Placement, region: Region, font: QFont) -> QRectF:
    box = _frame_of(place, region)
    metrics = QFontMetricsF(font)
    # Small digits stand close together: a tag must leave room for the next one.
    room = min(max(0.3 * box.width(), 2), 9)
    width, height = metrics.horizontalAdvance(region.label) + room, metrics.height() + 1
    left = box.center().x() - width / 2
    tag = QRectF(left, box.top() - height - 1, width, height)
    if tag.top() < 0:  # no room above; below, it would cover the next line's tag
        tag.moveTop(box.top())
    return tag


def covered_by(painter: QPainter, place: Placement, region: Region) -> QRectF:
    """Tell where a region's box and tag lie in the widget."""
    tag = _tag_of(place, region, _tag_font(painter, place, region))
    return _frame_of(place, region).united(tag)


def paint_region_of_interest(
    painter: QPainter, place: Placement, rectangle: QRectF
) -> None:
    """Dim what is not read, and frame what is."""
    outside = QPainterPath()
    outside.addRect(place.area)
    inside = QPainterPath()
    inside.addRect(rectangle)
    painter.fillPath(outside.subtracted(inside), _SHADE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_HALO, 3))
    painter.drawRect(rectangle)
    painter.setPen(QPen(QColor("#ffffff"), 1.5, Qt.PenStyle.DashLine))
    painter.drawRect(rectangle)


def paint_hint(painter: QPainter, area: QRectF, text: str) -> None:
    """Write a sentence into the middle of an empty widget."""
    painter.setPen(QColor(current_colours().muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(24, 24, -24, -24), flags, text)


def paint_badge(
    painter: QPainter, area: QRectF, text: str, around: Sequence[QRectF]
) -> None:
    """Write a word such as "Frozen" where it covers least.

    Parameters
    ----------
    painter : QPainter
        Of the widget.
    area : QRectF
        Where there is room, in the widget's coordinates.
    text : str
        A few words.
    around : sequence of QRectF
        What is not to be covered; see `covered_by`.
    """
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    badge = _least_covering(
        QSizeF(metrics.horizontalAdvance(text) + 20, metrics.height() + 8),
        area.adjusted(_APART, _APART, -_APART, -_APART),
        around,
    )
    path = QPainterPath()
    path.addRoundedRect(badge, badge.height() / 2, badge.height() / 2)
    painter.fillPath(path, QColor(20, 24, 30, 205))
    painter.setPen(QColor("#ffffff"))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


def _least_covering(size: QSizeF, area: QRectF, others: Sequence[QRectF]) -> QRectF:
    """Place a rectangle at an edge of `area`: below if that covers nothing."""
    across = area.width() - size.width()
    down = area.height() - size.height()
    places = [
        QRectF(QPointF(area.x() + x * across, area.y() + y * down), size)
        for y in (1.0, 0.0)
        for x in (0.5, 0.0, 1.0)
    ]
    return min(places, key=lambda place: sum(_common(place, other) for other in others))


def _common(first: QRectF, second: QRectF) -> float:
    both = first.intersected(second)
    return both.width() * both.height()
