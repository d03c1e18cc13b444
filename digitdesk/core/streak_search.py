"""Look for straight thin streaks of ink, and leave out those that are lines."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.streaks import Streak, Streaks
from digitdesk.core.types import U8, Box

_Level = TypeVar("_Level", np.uint8, np.uint16)

_STEEPEST = 0.29
"""Slope of the most tilted streaks, 16 degrees."""

_COARSE = 0.006
"""First step of the search for the slope."""

_SAMPLE = 3_000
"""Pixels of ink that tell the slope."""

_FRACTION = 16
"""Bits behind the point of rows that are counted; 15 are left in front of it."""

_COVERED = 0.7
"""Share of a streak's length that its runs make up; digits in a row have gaps."""

_ALONE = 0.25
"""Least part of a streak that no stroke crosses."""

_STROKE_ON = 1.5
"""Thickness of a streak, in parts of its usual one, where a stroke crosses it."""

_UNEVEN, _WAVY = 0.38, 0.0002
"""Pixels by which an even line strays from a parabola on the average, and those that
are added to them for each pixel of its length."""

_EVEN, _STRAIGHT_FITS = 0.75, 3
"""Part of a line that tells this, and the rounds in which that is found."""

_LARGE = 600
"""Longer side in pixels of pictures that may show lines of a single pixel."""

_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Which streaks are looked for.

    Attributes
    ----------
    run, gap : int
        Pixels of the unbroken runs that a streak consists of, and of the widest gap
        between two.
    shortest, thickest : float
        Of the streaks, in pixels.
    stairs : bool
        Whether there may be slanting lines of a single pixel, which are stairs.
    lean : float
        How many times longer than thick they are, at least.
    to_edge : bool
        Whether streaks go on, behind a digit perhaps, to the edges of the picture.
    """

    run: int
    gap: int
    shortest: float
    thickest: float
    stairs: bool
    lean: float = 8
    to_edge: bool = False


def find_streaks(mask: U8, size: Size) -> Streaks:
    """Find level streaks of the slope that is most usual in the ink.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    size : Size
        Which streaks are meant.

    Returns
    -------
    Streaks
        Perhaps none.
    """
    slope = _slope(_thin(mask, size))
    room = math.ceil(abs(slope) * mask.shape[1])
    straight = _sheared(np.pad(mask, ((room, room), (0, 0))), slope)
    # Whole pixels make stairs of slanting lines: three rows bridge a step.
    rows = np.ones((3 if size.stairs else 1, 1), np.uint8)
    along = np.ones((1, size.run), np.uint8)
    opened = cv2.morphologyEx(cv2.dilate(straight, rows), cv2.MORPH_OPEN, along)
    runs = np.asarray(cv2.bitwise_and(opened, straight), np.uint8)
    bridged = cv2.dilate(runs, np.ones((3, size.gap), np.uint8))
    bands = cv2.findContours(bridged, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    labels = np.zeros(straight.shape, np.uint16)
    found: list[Streak] = []
    for band in bands:
        x, y, w, h = cv2.boundingRect(band)
        if w < size.shortest or len(found) == _MOST:
            continue
        own = np.zeros((h, w), np.uint8)
        cv2.drawContours(own, [band], 0, (255,), cv2.FILLED, offset=(-x, -y))
        own &= runs[y : y + h, x : x + w]
        columns, levels = np.nonzero(own.T)  # in the order of their columns
        columns += x
        levels += y - room + np.rint(slope * columns).astype(np.intp)
        streak = _streak(columns, levels, len(found) + 1, size, mask.shape)
        if streak is not None:
            found.append(streak)
            labels[y : y + h, x : x + w][own != 0] = streak.name
    slanting = _sheared(labels, -slope)[room : room + len(mask)]
    return Streaks(slanting, tuple(found))


def _streak(
    columns: NDArray[np.intp],
    rows: NDArray[np.intp],
    name: int,
    size: Size,
    shape: tuple[int, ...],
) -> Streak | None:
    """Measure the pixels of a streak; None if it is not of this size."""
    if columns.size == 0:
        return None
    length = int(columns[-1] - columns[0]) + 1
    counts = np.bincount(columns - columns[0])
    inked = np.sort(counts[counts > 0])
    # Where a stroke of a pen lies across, a line is no thicker.
    alone, usual = (float(inked[int(q * (inked.size - 1))]) for q in (_ALONE, 0.5))
    thickness = usual if usual <= 2 * alone + 1 else alone
    if (
        length < max(size.shortest, size.lean * thickness)
        or thickness > size.thickest
        or inked.size < _COVERED * length
    ):
        return None
    low, high = int(rows.min()), int(rows.max())
    box = Box(int(columns[0]), low, length, high - low + 1)
    ends = (int(columns[0]), int(rows[0])), (int(columns[-1]), int(rows[-1]))
    middles = np.bincount(columns - columns[0], rows) / np.maximum(counts, 1)
    bare = np.flatnonzero((counts > 0) & (counts < _STROKE_ON * thickness + 1))
    if not _is_straight(bare, middles[bare]):
        return None
    path = _path(bare + columns[0], middles[bare], ends, size, shape)
    return Streak(name, length, thickness, box, ends, path)


def _is_straight(columns: NDArray[np.intp], rows: NDArray[np.float64]) -> bool:
    """Tell the line of a printer, on paper that may be bent, from a row of strokes."""
    if columns.size <= 3:
        return False
    # The middle of the streak at 0, so that nothing is lost in large numbers.
    along = 2 * (columns - columns[0]) / (columns[-1] - columns[0]) - 1
    terms = np.stack([np.ones_like(along), along, along**2])
    even = np.ones(columns.size, np.bool)
    most = round(_EVEN * (columns.size - 1))
    allowed = _UNEVEN + _WAVY * float(columns[-1] - columns[0])
    ridge = 1e-9 * np.eye(3)  # columns beside each other tell no parabola
    for _ in range(_STRAIGHT_FITS):
        known = terms[:, even]
        factors = np.linalg.solve(known @ known.T + ridge, known @ rows[even])
        astray = np.abs(rows - factors @ terms)
        even = astray <= np.partition(astray, most)[most]  # what crosses strays farther
        if np.sqrt(np.mean(astray[even] ** 2)) <= allowed:
            return True  # further rounds only bring it nearer
    return False


def _path(
    columns: NDArray[np.intp],
    rows: NDArray[np.float64],
    ends: tuple[tuple[int, int], tuple[int, int]],
    size: Size,
    shape: tuple[int, ...],
) -> NDArray[np.int32]:
    """Lay a path through the rows of a streak, and on to the picture's edges."""
    (first, start), (last, stop) = ends
    if size.to_edge:
        slope = float(np.polyfit(columns, rows, 1)[0]) if len(rows) > 1 else 0.0
        start, first = round(rows[0] - slope * columns[0]), 0
        stop = round(rows[-1] + slope * (shape[1] - 1 - columns[-1]))
        last = shape[1] - 1
    points = np.column_stack([columns, np.rint(rows)])
    whole = np.vstack([[first, start], points, [last, stop]])
    return whole.astype(np.int32)


def _thin(mask: U8, size: Size) -> U8:
    """Leave out bold strokes where few digits may be: one of them outweighs all."""
    if not size.to_edge:
        return mask
    tall = np.ones((size.run | 1, 1), np.uint8)
    thin = cv2.subtract(mask, cv2.morphologyEx(mask, cv2.MORPH_OPEN, tall))
    return np.asarray(thin if thin.any() else mask, np.uint8)


def _slope(mask: U8) -> float:
    """Slope under which the ink gathers on the fewest rows."""
    found = cv2.findNonZero(mask)
    if found is None:
        return 0.0
    columns, rows = np.asarray(found, np.int32).reshape(-1, 2).T
    every = max(1, rows.size // _SAMPLE)
    rows, columns = rows[::every], columns[::every]
    slope, step = 0.0, _COARSE
    for reach in (round(_STEEPEST / _COARSE), 6):
        steps = np.array(sorted(range(-reach, reach + 1), key=abs))
        tried = slope + step * steps
        slope = float(tried[_sharpness(rows, columns, tried).argmax()])
        step /= 6
    return slope


def _sharpness(
    rows: NDArray[np.int32], columns: NDArray[np.int32], slopes: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Sum the squares of how much ink lies on each row, for each slope."""
    # In whole numbers: rounding what is not whole takes five times as long.
    steps = np.rint(slopes * (1 << _FRACTION)).astype(np.int32)
    middles = (rows << _FRACTION) + (1 << (_FRACTION - 1))
    levels = (middles - steps[:, None] * columns) >> _FRACTION
    levels -= levels.min()
    span = int(levels.max()) + 1
    levels += span * np.arange(len(slopes), dtype=np.int32)[:, None]
    counts = np.bincount(levels.ravel(), minlength=span * len(slopes))
    squares = counts.reshape(len(slopes), span) ** 2
    return np.asarray(squares.sum(axis=1), np.int64)


def _sheared(picture: NDArray[_Level], slope: float) -> NDArray[_Level]:
    """Shift every column up by its share of the slope, in whole pixels."""
    if slope == 0:
        return picture
    height, width = picture.shape
    # Halves are rounded to even rows, which would be taken twice: there are none.
    shear = np.array([[1, 0, 0], [slope, 1, math.copysign(1e-3, slope)]])
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(picture, shear, (width, height), flags=flags)
    return np.asarray(moved, picture.dtype)


Choose = Callable[[Streaks, Streaks], tuple[set[int], set[int]]]
"""Names the lines among level and upright streaks."""


def without_streaks(mask: U8, level: Streaks, upright: Size, choose: Choose) -> U8:
    """Take lines that lie in the most usual directions out of ink.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    level : Streaks
        Those that `find_streaks` found in it.
    upright : Size
        Which upright streaks are looked for.
    choose : callable
        Which of both go.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        The mask itself if none goes.
    """
    steep = find_streaks(np.ascontiguousarray(mask.T), upright)
    bars, walls = choose(level, steep.transposed())
    if not bars and not walls:
        return mask
    cleaned = mask.copy()
    level.erase(cleaned, bars)
    turned = np.ascontiguousarray(cleaned.T)
    steep.erase(turned, walls)
    return np.ascontiguousarray(turned.T)


def may_have_stairs(shape: tuple[int, ...]) -> bool:
    """Whether a picture of this shape is so large that it shows lines of one pixel."""
    return max(shape) > _LARGE
