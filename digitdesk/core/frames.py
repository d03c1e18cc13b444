"""What is drawn around ink: printed boxes, and the rings of a pen."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.regions import Outlines
from digitdesk.core.types import U8

_MOST = 300
"""Of more boxes, or rings, on a page only the highest are looked into."""

_IN_BOX = 0.25
"""Height of a digit that stands in a box, at least, in parts of the box."""

_IN_RING, _FILLS_RING = 0.3, 0.8
"""The same of a digit in a ring, and its height at most."""

_ROUND = 0.75
"""Width of a ring in parts of its height, at least; a nought is mostly narrower."""

_SECTORS, _CLOSED = 24, 19
"""Into how many directions a ring is parted, and in how many of them it is seen from
its middle: the ends of a pen's ring seldom meet."""

_INNER, _OUTER, _ASTRAY = 0.7, 1.25, 0.08
"""How far out a ring's ink lies, where 1 is an ellipse that fills its box, and the
share of it that may lie elsewhere: the ends of the stroke."""


def printed_boxes(outlines: Outlines) -> NDArray[np.intp]:
    """Find the boxes that touch nothing: something else stands in them, or nothing.

    Nobody's nought is a quadrangle: none of the 9,800 is that may be learned from.

    Parameters
    ----------
    outlines : Outlines
        Of the ink.

    Returns
    -------
    ndarray of intp, shape (n,)
        Their numbers.
    """
    frames = _highest(np.flatnonzero(outlines.frames), outlines)
    within = _within(outlines, frames)
    size = outlines.boxes[:, 2:]
    sizeable = size[:, 1] > _IN_BOX * size[frames, None, 1]
    chosen = (within & sizeable).any(axis=1) | outlines.empty[frames]
    boxes: NDArray[np.intp] = frames[chosen]
    return boxes


def rings_around_ink(mask: U8, outlines: Outlines) -> NDArray[np.intp]:
    """Find the rings that a pen drew around digits and that do not touch them.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    outlines : Outlines
        Of the mask.

    Returns
    -------
    ndarray of intp, shape (n,)
        Their numbers. A nought with a dot in it is none: the dot is too low.
    """
    w, h = outlines.boxes[:, 2:].T
    able = np.flatnonzero((w >= _ROUND * h) & (outlines.cells <= 1) & ~outlines.frames)
    able = _highest(able, outlines)
    share = h / np.maximum(h[able, None], 1)
    content = _within(outlines, able) & (share > _IN_RING) & (share < _FILLS_RING)
    chosen = [
        number
        for number, inside in zip(able.tolist(), content, strict=True)
        if inside.any() and _is_ring(mask, outlines, number)
    ]
    return np.array(chosen, np.intp)


def _highest(numbers: NDArray[np.intp], outlines: Outlines) -> NDArray[np.intp]:
    heights = outlines.boxes[numbers, 3]
    ordered: NDArray[np.intp] = numbers[np.argsort(-heights, kind="stable")[:_MOST]]
    return ordered


def _within(outlines: Outlines, around: NDArray[np.intp]) -> NDArray[np.bool]:
    """Whether each region lies in the box of each of some; shape (some, all)."""
    low = outlines.boxes[:, :2]
    high = low + outlines.boxes[:, 2:]
    inside = (low > low[around, None]) & (high < high[around, None])
    return np.asarray(inside.all(axis=2))


def _is_ring(mask: U8, outlines: Outlines, number: int) -> bool:
    """Whether ink goes around the middle of its box, everywhere about as far out."""
    x, y, w, h = outlines.boxes[number].tolist()
    region = mask[y : y + h, x : x + w].copy()
    seed = outlines.seeds[number] - (x, y)
    cv2.floodFill(region, None, seed.tolist(), (1,), flags=8)
    rows, columns = np.nonzero(region == 1)
    across, down = (2 * columns + 1) / w - 1, (2 * rows + 1) / h - 1
    far = np.hypot(across, down)
    astray = (far < _INNER) | (far > _OUTER)
    angles = np.arctan2(down, across)
    sectors = np.floor((angles / (2 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    closed = np.unique(sectors).size >= _CLOSED
    return closed and float(astray.mean()) <= _ASTRAY
