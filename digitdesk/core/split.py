"""Places where ink that touches may be cut apart."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.normalise import stroke_width, trim
from digitdesk.core.regions import Part
from digitdesk.core.types import F32, U8, Box

_MOST_CUTS = 9
_INK_PRICE = 1.0
_HOLE_PRICE = 0.35
"""Price of paper that ink encloses: who cuts there cuts a loop in two."""

_DEAREST = 0.5
"""Longest cut through ink, in heights of a digit: two noughts may share a wall."""

_SHARED = 0.6
"""Ink beside a cut that belongs to both sides, in widths of the pen."""

_SIDEWAYS_PRICE = 0.02
_STEPS = 2
"""A path may move sideways by this many columns from row to row."""


def split(part: Part, digit_height: float) -> list[Part]:
    """Cut a region into pieces of which digits may be put together again.

    Paths of least ink are sought from top to bottom. The pieces are kept small:
    deciding which of them belong together needs a classifier.

    Parameters
    ----------
    part : Part
        A connected region.
    digit_height : float
        Usual height of a digit here in pixels.

    Returns
    -------
    list of Part
        From left to right; the region itself if no path cuts it.
    """
    pen = stroke_width(part.ink)
    cost, paths = _paths(part.ink)
    dearest = max(2.5 * pen, _DEAREST * digit_height) + 1
    spacing = max(2, round(0.12 * digit_height))
    chosen = _cheapest(cost, dearest, spacing)
    return _pieces(part, paths[:, chosen], pen) if chosen else [part]


def _paths(ink: U8) -> tuple[F32, NDArray[np.intp]]:
    """For each column the cheapest path through it at mid-height, row by row."""
    price = ink.astype(np.float32) * (_INK_PRICE / 255)
    price[_holes(ink)] += _HOLE_PRICE
    height, width = price.shape
    middle = height // 2
    down, from_above = _descend(price[: middle + 1])
    up, from_below = _descend(price[: middle - 1 if middle else None : -1])
    paths = np.empty((height, width), np.intp)
    column = np.arange(width)
    paths[middle] = column
    upper = lower = column
    for row in range(middle, 0, -1):
        upper = from_above[row][upper]
        paths[row - 1] = upper
    for row in range(height - 1 - middle, 0, -1):
        lower = from_below[row][lower]
        paths[height - row] = lower
    return down + up - price[middle], paths


def _descend(price: F32) -> tuple[F32, NDArray[np.intp]]:
    """Cheapest way from the first row to each column of the last, and its columns."""
    height, width = price.shape
    came = np.zeros((height, width), np.intp)
    total = price[0].copy()
    columns = np.arange(width)
    moves = np.arange(-_STEPS, _STEPS + 1)
    charge = (_SIDEWAYS_PRICE * np.abs(moves)).astype(np.float32)[:, None]
    sources = np.clip(columns + moves[:, None], 0, width - 1)
    for row in range(1, height):
        # Slanting through ink is longer than straight through it.
        options = total[sources] + charge + 0.4 * np.abs(moves)[:, None] * price[row]
        best = options.argmin(axis=0)
        came[row] = sources[best, columns]
        total = options[best, columns] + price[row]
    return total, came


def _cheapest(cost: F32, dearest: float, spacing: int) -> list[int]:
    """Columns of local minima of the cost, at least `spacing` apart, in order."""
    chosen: list[int] = []
    for column in np.argsort(cost, kind="stable"):
        if cost[column] > dearest or len(chosen) == _MOST_CUTS:
            break
        inside = spacing <= column < cost.size - spacing
        if inside and all(abs(column - other) >= spacing for other in chosen):
            chosen.append(int(column))
    return sorted(chosen)


def _holes(ink: U8) -> NDArray[np.bool_]:
    """Paper from which no way leads to the edge except through ink."""
    solid = cv2.threshold(ink, 100, 255, cv2.THRESH_BINARY)[1]
    outside = cv2.copyMakeBorder(solid, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    cv2.floodFill(outside, None, (0, 0), (255,))
    inside: NDArray[np.bool_] = np.asarray(outside)[1:-1, 1:-1] == 0
    return inside


def _pieces(part: Part, paths: NDArray[np.intp], pen: float) -> list[Part]:
    """Share the ink out between the paths.

    Where a path runs through ink, both sides get a pen's width of it, for digits that
    share a stroke.
    """
    height, width = part.ink.shape
    owner = (np.arange(width)[None, :, None] > paths[:, None, :]).sum(axis=2)
    crossed = np.zeros_like(part.ink)
    rows = np.arange(height)
    reach = 2 * round(_SHARED * pen) + 1
    pieces = []
    for number in range(paths.shape[1] + 1):
        crossed[:] = 0
        for path in paths[:, max(number - 1, 0) : number + 1].T:
            crossed[rows, path] = part.ink[rows, path]
        shared = cv2.dilate(crossed, np.ones((reach, reach), np.uint8)) > 127
        shared &= np.abs(owner - number) <= 1
        ink = np.where((owner == number) | shared, part.ink, 0).astype(np.uint8)
        if ink[owner == number].max(initial=0) > 127:
            pieces.append(_trimmed(part, ink))
    return pieces or [part]


def _trimmed(part: Part, ink: U8) -> Part:
    left = int(np.flatnonzero(ink.any(axis=0))[0])
    top = int(np.flatnonzero(ink.any(axis=1))[0])
    inner = trim(ink)
    box = Box(part.box.x + left, part.box.y + top, inner.shape[1], inner.shape[0])
    return Part(box, inner, part.source)
