"""Places where ink that touches may be cut apart."""

import math
from collections.abc import Sequence
from itertools import pairwise

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

_DEAREST, _LONGEST_WALL = 0.5, 0.75
"""Longest cut through ink, in heights of a digit; two noughts may share a wall."""

_THROUGH = 0.75
"""Ink along this share of a region's height is no place to cut."""

_NOTCH_WIDTH, _NOTCH_DEPTH, _NOTCH_SHIFT = 0.25, 0.08, 0.5
"""How far a notch in an outline is looked around, how deep it is at least, and how far
the lower may be shifted from the upper one, in heights of a digit."""

_SHARED = 0.75
"""Ink beside a cut that belongs to both sides, in widths of the pen."""

_SIDEWAYS_PRICE = 0.02
_ENOUGH_ROWS = 40
"""Rows of a digit that are enough to find cuts; of larger ones they are averaged."""

_BESIDE = 0.2
"""No cut is nearer to a digit's middle, in parts of the way to the next one."""

_STEPS = 2
"""A path may move sideways by this many columns from row to row."""

_Path = NDArray[np.intp]
"""Column of a cut in each row, shape (height,)."""


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
    factor = _factor(digit_height)
    cuts = _cuts(_reduced(part.ink, factor), pen / factor, digit_height / factor)
    return _cut(part, cuts, factor, pen)


def split_between(
    part: Part, digit_height: float, middles: Sequence[float]
) -> list[Part]:
    """Cut a region along the path of least ink between each two digits' middles.

    Parameters
    ----------
    part : Part
        A connected region.
    digit_height : float
        Usual height of a digit here in pixels.
    middles : sequence of float
        Increasing columns inside the region, in pixels of the searched picture.

    Returns
    -------
    list of Part
        From left to right; the region itself for less than two middles.
    """
    if len(middles) < 2:
        return [part]
    factor = _factor(digit_height)
    cost, paths = _paths(_reduced(part.ink, factor))
    cuts: list[_Path] = []
    for left, right in pairwise(middles):
        room = _BESIDE * (right - left)
        first = math.ceil((left + room - part.box.x) / factor)
        last = math.floor((right - room - part.box.x) / factor)
        between = cost[first : max(last, first) + 1]
        if between.size:
            cuts.append(paths[:, first + int(between.argmin())])
    return _cut(part, cuts, factor, stroke_width(part.ink))


def _factor(digit_height: float) -> int:
    return max(1, round(digit_height) // _ENOUGH_ROWS)


def _cut(part: Part, cuts: list[_Path], factor: int, pen: float) -> list[Part]:
    """Cut along paths that were found in ink reduced by a factor."""
    if not cuts:
        return [part]
    chosen = np.stack(cuts, axis=1)
    if factor > 1:
        rows = np.minimum(np.arange(part.box.h) // factor, len(chosen) - 1)
        chosen = chosen[rows] * factor + factor // 2
    return _pieces(part, chosen, pen)


def _cuts(ink: U8, pen: float, digit_height: float) -> list[_Path]:
    cost, paths = _paths(ink)
    dearest = max(2.5 * pen, _DEAREST * digit_height) + 1
    dearest = min(dearest, _THROUGH * ink.shape[0])
    spacing = max(2, round(0.12 * digit_height))
    cuts = _between_notches(ink, digit_height)
    cuts += [paths[:, column] for column in _valleys(cost, dearest, spacing)]
    return _apart(cuts, spacing)


def _reduced(ink: U8, factor: int) -> U8:
    if factor == 1:
        return ink
    size = tuple(max(1, n // factor) for n in ink.shape[::-1])
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)


def _paths(ink: U8) -> tuple[F32, NDArray[np.intp]]:
    """For each column the cheapest path through it at mid-height, row by row."""
    price = ink.astype(np.float32) * (_INK_PRICE / 255)
    price[_holes(ink)] += _HOLE_PRICE
    height, width = price.shape
    middle = height // 2
    # Down and up at once, both to the middle; the shorter way begins on paper.
    halves = price[: middle + 1], price[middle:][::-1]
    longest = max(map(len, halves))
    ways = np.zeros((2, longest, width), np.float32)
    for way, half in zip(ways, halves, strict=True):
        way[longest - len(half) :] = half
    cost, (from_above, from_below) = _descend(ways)
    paths = np.empty((height, width), np.intp)
    paths[middle] = upper = lower = np.arange(width)
    for row in range(1, middle + 1):
        upper = from_above[longest - row][upper]
        paths[middle - row] = upper
    for row in range(1, height - middle):
        lower = from_below[longest - row][lower]
        paths[middle + row] = lower
    return cost[0] + cost[1] - price[middle], paths


def _descend(price: F32) -> tuple[F32, NDArray[np.intp]]:
    """Find the cheapest ways from the first row to each column of the last.

    Parameters
    ----------
    price : ndarray of float32, shape (n, height, width)
        Of each pixel, of `n` pictures.

    Returns
    -------
    cost : ndarray of float32, shape (n, width)
    came : ndarray of intp, shape (n, height, width)
        From which column of the row above.
    """
    count, height, width = price.shape
    moves = np.abs(np.arange(-_STEPS, _STEPS + 1, dtype=np.float32))[:, None]
    best = np.zeros((count, height, width), np.intp)
    beside = np.full((count, width + 2 * _STEPS), np.inf, np.float32)
    total = beside[:, _STEPS:-_STEPS]
    above = np.lib.stride_tricks.sliding_window_view(beside, width, axis=1)
    total[:] = price[:, 0]
    for row in range(1, height):
        here = price[:, None, row]
        # Slanting through ink is longer than straight through it.
        options = above + (_SIDEWAYS_PRICE * moves + 0.4 * moves * here)
        options.argmin(axis=1, out=best[:, row])
        total[:] = options.min(axis=1) + here[:, 0]
    return total, best + np.arange(width) - _STEPS


def _valleys(cost: F32, dearest: float, spacing: int) -> list[int]:
    """Columns where the cost is lowest for `spacing` to both sides, cheapest first."""
    lowest = cv2.erode(cost[None], np.ones((1, 2 * spacing + 1), np.uint8))[0]
    columns = np.flatnonzero((cost <= lowest) & (cost <= dearest))
    inside = [c for c in columns if spacing <= c < cost.size - spacing]
    return sorted((int(c) for c in inside), key=lambda c: float(cost[c]))


def _between_notches(ink: U8, digit_height: float) -> list[_Path]:
    """Straight cuts from a notch in the upper outline to one in the lower."""
    height, width = ink.shape
    solid = ink > 100
    inked = solid.any(axis=0)
    top = np.where(inked, solid.argmax(axis=0), height)
    bottom = np.where(inked, solid[::-1].argmax(axis=0), height)
    reach = max(2, round(_NOTCH_WIDTH * digit_height))
    cuts: list[tuple[float, _Path]] = []
    for upper in _notches(top, reach, _NOTCH_DEPTH * digit_height):
        for lower in _notches(bottom, reach, _NOTCH_DEPTH * digit_height):
            if abs(upper - lower) > _NOTCH_SHIFT * digit_height:
                continue
            ends = (top[upper], height - 1 - bottom[lower])
            path = np.interp(np.arange(height), ends, (upper, lower))
            columns = np.clip(np.round(path), 0, width - 1).astype(np.intp)
            cost = float(ink[np.arange(height), columns].sum(dtype=np.int64)) / 255
            if ends[0] <= ends[1] and cost <= _LONGEST_WALL * digit_height:
                cuts.append((cost, columns))
    return [path for _, path in sorted(cuts, key=lambda cut: cut[0])]


def _notches(distance: NDArray[np.intp], reach: int, depth: float) -> list[int]:
    """Columns where an outline is farthest from its edge, and nearer to both sides."""
    found: list[int] = []
    for column in range(reach, distance.size - reach):
        left = distance[column - reach : column]
        right = distance[column + 1 : column + reach + 1]
        here = distance[column]
        if here < left.max() or here <= right.max():
            continue
        if here - left.min() >= depth and here - right.min() >= depth:
            found.append(column)
    return found


def _apart(cuts: list[_Path], spacing: int) -> list[_Path]:
    """Keep the first cuts of the list that differ enough, from left to right."""
    chosen: list[_Path] = []
    for cut in cuts:
        if len(chosen) == _MOST_CUTS:
            break
        if all(float(np.abs(cut - other).mean()) >= spacing for other in chosen):
            chosen.append(cut)
    return sorted(chosen, key=lambda cut: float(cut.mean()))


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
