"""How the region of interest follows the pointer and the keyboard."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt

from digitdesk.core.types import Box

_GRIP = 7.0
_STEP = 0.02
_LEAST = 8
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class Drag:
    """A rectangle that hangs on the pointer; all in the widget's coordinates.

    Attributes
    ----------
    rectangle : QRectF
        As it is now.
    anchor : QPointF
        The corner that stays; for a moved rectangle the point where it was taken.
    moves : bool
        The rectangle moves as a whole.
    """

    rectangle: QRectF
    anchor: QPointF
    moves: bool = False

    @staticmethod
    def begin(point: QPointF) -> "Drag":
        """Start a new rectangle."""
        return Drag(QRectF(point, point), point)

    @staticmethod
    def take(rectangle: QRectF, point: QPointF) -> "Drag | None":
        """Take a rectangle by a corner, to resize it, or by an edge, to move it."""
        r = rectangle
        for corner, opposite in (
            (r.topLeft(), r.bottomRight()),
            (r.topRight(), r.bottomLeft()),
            (r.bottomLeft(), r.topRight()),
            (r.bottomRight(), r.topLeft()),
        ):
            if (corner - point).manhattanLength() <= 2 * _GRIP:
                return Drag(r, opposite)
        outer = r.adjusted(-_GRIP, -_GRIP, _GRIP, _GRIP).contains(point)
        inner = r.adjusted(_GRIP, _GRIP, -_GRIP, -_GRIP).contains(point)
        return Drag(r, point, moves=True) if outer and not inner else None

    def to(self, point: QPointF, area: QRectF) -> "Drag":
        """Follow the pointer, but never leave `area`."""
        if self.moves:
            moved = self.rectangle.translated(point - self.anchor)
            left = min(max(moved.left(), area.left()), area.right() - moved.width())
            top = min(max(moved.top(), area.top()), area.bottom() - moved.height())
            moved.moveTo(left, top)
            return Drag(moved, self.anchor + moved.topLeft() - self.rectangle.topLeft(),
                        moves=True)  # fmt: skip
        return Drag(QRectF(self.anchor, inside(point, area)).normalized(), self.anchor)


def inside(point: QPointF, area: QRectF) -> QPointF:
    """Find the point of `area` that is nearest to `point`."""
    return QPointF(
        min(max(point.x(), area.left()), area.right()),
        min(max(point.y(), area.top()), area.bottom()),
    )


def middle(size: QSize) -> Box:
    """Where a region of interest begins that is placed by the keyboard."""
    width, height = size.width(), size.height()
    return Box(width // 4, height // 4, max(1, width // 2), max(1, height // 2))


def nudged(box: Box, key: Qt.Key, size: QSize, *, resize: bool) -> Box:
    """Move a region of interest by an arrow key, or its lower right corner.

    Parameters
    ----------
    box : Box
        In pixels of the picture.
    key : Qt.Key
        One of the four arrows.
    size : QSize
        The picture's.
    resize : bool
        Move the corner alone.

    Returns
    -------
    Box
        Inside the picture.
    """
    step = max(1, round(_STEP * max(size.width(), size.height())))
    dx, dy = (way * step for way in _WAYS[key])
    if resize:
        width = min(max(box.w + dx, _LEAST), size.width() - box.x)
        height = min(max(box.h + dy, _LEAST), size.height() - box.y)
        return Box(box.x, box.y, width, height)
    x = min(max(box.x + dx, 0), size.width() - box.w)
    y = min(max(box.y + dy, 0), size.height() - box.h)
    return Box(x, y, box.w, box.h)
