"""Lines that the paper has, not the pen: ruled and squared paper, tables, boxes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.regions import Outlines, find_outlines
from digitdesk.core.types import U8, Box

_Level = TypeVar("_Level", np.uint8, np.uint16)

_STEEPEST = 0.29
"""Slope of the most tilted lines, 16 degrees."""

_COARSE = 0.006
"""First step of the search for the slope."""

_SAMPLE = 3_000
"""Pixels of ink that tell the slope."""

_PAGE_LONG = 0.5
"""Length of a ruling of the whole page in parts of the picture's longer side."""

_PAGE_RUN = 0.06
"""Length of the unbroken straight runs of which such rulings consist, likewise."""

_LEAST_RUN = 28
"""At least so many pixels."""

_LEAST_SIZE = 9
"""Ink smaller than this in both directions, in pixels, tells no digit's height."""

_SLENDER = 5.0
"""Ink that is so many times longer than wide may be a line, and tells none either."""

_WIDE, _TALL = 2.2, 1.6
"""Connected ink that is wider or taller than this, in heights of a digit, may hold
lines."""

_LONG, _HIGH = 3.5, 2.2
"""Length, in heights of a digit, from which a level and an upright line are no
digit's."""

_SIDE = 1.05
"""Shortest side of a box, likewise; ink that is larger in both directions is one, or
holds lines."""

_PIECE = 0.7
"""Shortest piece of a line that is broken, likewise."""

_RUN, _GAP = 0.7, 0.35
"""Length of the runs of which such lines consist, and the widest gap between two."""

_THICK = 0.22
"""Thickest of such lines, likewise."""

_LEAST_THICK = 3
"""Lines of so many pixels are thin in any case."""

_LEAN = 8
"""A line is at least so many times longer than thick."""

_LARGE = 600
"""Longer side in pixels of pictures that may show lines of a single pixel."""

_COVERED = 0.7
"""Share of a line's length that its runs make up; digits in a row have gaps."""

_MOST_MEASURED = 300
"""So many of the largest pieces of ink tell the height of a digit."""

_MOST_CELLS = 3
"""Ink with more holes is a table, squared paper or a pattern, not a digit."""

_ALIKE, _LEAST_ALIKE = 1.7, 3
"""At least so many pieces of ink must be about as high, within this factor."""

_CONTENT = 0.1
"""Height of what stands in a frame, in parts of it; a speck in a 0 is lower."""

_REACH = 3
"""Pixels by which lines that meet may miss each other, beside their thickness; a stroke
of a pen that crosses a line goes farther."""

_ASTRAY = 0.01
"""How far pieces of a line may lie beside it, in parts of the way to them."""

_MOST_STREAKS = 1000

_DIRECTIONS = 3
"""So many times lines are looked for: in perspective not all have one direction."""

_LOW = 0.6
"""Height of a level bar at most, in heights of a digit; a number is higher."""

_FEW_UPRIGHT = 2
"""So many upright lines of a page may be ones of a digit; more are squared paper."""


def without_rulings(mask: U8, outlines: Outlines | None = None) -> U8:
    """Take the paper's straight lines out of ink, and leave strokes that cross them.

    Lines as long as half the page go first. What is left tells how high a digit is;
    then lines go that are too long for a stroke of a digit, and shorter ones where
    both ends meet other lines: walls of tables and boxes.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    outlines : Outlines or None
        Of the mask, if they are known already.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        The mask itself if it holds no such lines.
    """
    outlines = outlines or find_outlines(mask)
    cleaned, height = mask, _digit_height(outlines)
    if outlines.boxes[:, 2:].max(initial=0) > _PAGE_LONG * max(mask.shape):
        cleaned = _without(mask, _of_page(max(mask.shape)))
        if cleaned is not mask:
            height = _lower(height, _digit_height(find_outlines(cleaned)))
    w, h = outlines.boxes[:, 2:].T
    large = (w > _WIDE * height) | (h > _TALL * height)
    large |= (w >= _SIDE * height) & (h >= _SIDE * height)
    if height == 0 or not large.any():
        return cleaned
    # Lines of the page are looked at again: they hold walls that are shorter.
    regions = _regions(mask, outlines.seeds[large])
    x, y, width, tall = cv2.boundingRect(regions)
    inside = slice(y, y + tall), slice(x, x + width)
    left, kind = np.ascontiguousarray(regions[inside]), _beside_digits(height)
    for _ in range(_DIRECTIONS):
        before, left = left, _without(left, kind)
        if left is before:
            break
    if cleaned is not mask or not np.array_equal(left, regions[inside]):
        lines = cv2.subtract(regions[inside], left)
        cleaned = cleaned.copy()
        cleaned[inside] = cv2.subtract(cleaned[inside], lines)
    return _without_bars(cleaned, height)


def _without_bars(mask: U8, height: float) -> U8:
    """Leave out what is as long as a line but thick: the edge of a sheet, a shadow."""
    outlines = find_outlines(mask)
    w, h = outlines.boxes[:, 2:].T
    bars = (h > _HIGH * height) | ((w > _LONG * height) & (h < _LOW * height))
    bars &= outlines.elongations > _SLENDER
    if not bars.any():
        return mask
    return np.asarray(cv2.subtract(mask, _regions(mask, outlines.seeds[bars])))


def _lower(first: float, second: float) -> float:
    """Return the lower height that is known; 0 is none."""
    return min(first or second, second or first)


@dataclass(frozen=True, slots=True)
class _Streak:
    """A straight thin streak of ink.

    Attributes
    ----------
    name : int
        Its pixels' label, from 1.
    length, thickness : float
        In pixels.
    box : Box
        Around it.
    ends : two pairs of int
        Column and row of the first and of the last pixel.
    """

    name: int
    length: float
    thickness: float
    box: Box
    ends: tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class _Streaks:
    """The streaks of one direction.

    Attributes
    ----------
    labels : ndarray of uint16, shape (height, width)
        Name of each pixel's streak; 0 is none.
    found : tuple of _Streak
    """

    labels: NDArray[np.uint16]
    found: tuple[_Streak, ...]

    def names(self) -> list[int]:
        """Names of all streaks."""
        return [streak.name for streak in self.found]

    def near(self, streak: _Streak) -> list[set[int]]:
        """Names of the streaks here that each end of another direction's one meets."""
        reach = _REACH + round(streak.thickness)
        return [
            set(np.unique(self.labels[max(y - reach, 0) : y + reach + 1,
                                      max(x - reach, 0) : x + reach + 1]).tolist())
            for x, y in streak.ends
        ]  # fmt: skip

    def continuing(self, whole: set[int]) -> set[int]:
        """Names of the streaks that lie on the way of one of the whole lines."""
        if not whole:
            return set()
        ends = np.array([streak.ends for streak in self.found], np.float64)
        start, stop = ends[[name - 1 for name in sorted(whole)]].transpose(1, 0, 2)
        along = stop - start
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        away = ends[:, None] - start[:, None]  # streak, line, end, coordinate
        beside = np.abs(away[..., 0] * along[:, None, 1]
                        - away[..., 1] * along[:, None, 0])  # fmt: skip
        allowed = _REACH + _ASTRAY * np.linalg.norm(away, axis=3)
        on_way = (beside <= allowed).all(axis=2).any(axis=1)
        return {
            streak.name for streak, on in zip(self.found, on_way, strict=True) if on
        }


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which streaks are looked for, and which of them are lines.

    Attributes
    ----------
    run, gap : int
        Pixels of the runs that a streak consists of, and of the widest gap between.
    side, thick : float
        Shortest and thickest streak, in pixels.
    lines : callable
        Picks the lines out of the level and the upright streaks.
    """

    run: int
    gap: int
    side: float
    thick: float
    lines: "Callable[[_Streaks, _Streaks], _Names]"


_Names = tuple[list[int], list[int]]
"""Names of level and of upright streaks."""


def _of_page(longer: int) -> _Kind:
    """Lines of at least half the page."""
    run = max(_LEAST_RUN, round(_PAGE_RUN * longer))

    def lines(level: _Streaks, upright: _Streaks) -> _Names:
        bars, walls = level.names(), upright.names()
        return bars, walls if len(walls) > _FEW_UPRIGHT else []

    return _Kind(run, run, _PAGE_LONG * longer, np.inf, lines)


def _beside_digits(height: float) -> _Kind:
    """Lines that no digit of this height has."""

    def lines(level: _Streaks, upright: _Streaks) -> _Names:
        return _framework(level, upright, height)

    run, gap = max(12, round(_RUN * height)), max(3, round(_GAP * height))
    return _Kind(run, gap, _PIECE * height, max(_LEAST_THICK, _THICK * height), lines)


def _framework(level: _Streaks, upright: _Streaks, height: float) -> _Names:
    """Name long streaks, pieces of them, and those of which both ends meet others."""
    directions = (level, upright), (upright, level)
    long = [
        {streak.name for streak in own.found if streak.length >= least * height}
        for (own, _), least in zip(directions, (_LONG, _HIGH), strict=True)
    ]
    meets = [{streak.name: other.near(streak) for streak in own.found}
             for own, other in directions]  # fmt: skip
    kept = [
        {streak.name for streak in own.found if streak.length >= _SIDE * height}
        for own, _ in directions
    ]
    while True:
        loose = [
            {
                name for name in kept[which] - long[which]
                if not all(end & kept[1 - which] for end in meets[which][name])
            } for which in (0, 1)
        ]  # fmt: skip
        if not any(loose):
            break
        kept = [names - gone for names, gone in zip(kept, loose, strict=True)]
    for (own, _), names, whole in zip(directions, kept, long, strict=True):
        names |= own.continuing(whole)
    return sorted(kept[0]), sorted(kept[1])


def _digit_height(outlines: Outlines) -> float:
    """Height that half of the ink does not exceed, frames and lines left out.

    0 if too little is left to tell.
    """
    w, h = outlines.boxes[:, 2:].T
    able = (np.maximum(w, h) >= _LEAST_SIZE) & (outlines.cells <= _MOST_CELLS)
    able &= (outlines.elongations <= _SLENDER) & ~outlines.frames
    chosen = np.flatnonzero(able)
    chosen = chosen[np.argsort(-h[chosen], kind="stable")[:_MOST_MEASURED]]
    boxes = outlines.boxes[chosen].astype(np.float32)
    low, size = boxes[:, :2], boxes[:, 2:]
    middle = low + size / 2
    inside = (middle > low[:, None]) & (middle < (low + size)[:, None])
    share = size[:, 1] / size[:, 1:]
    content = inside.all(axis=2) & (share > _CONTENT) & (share < 1)
    heights = np.sort(size[~content.any(axis=1), 1])
    if heights.size == 0:
        return 0.0
    reached = np.cumsum(heights**2)
    height = float(heights[np.searchsorted(reached, reached[-1] / 2)])
    alike = (heights > height / _ALIKE) & (heights < height * _ALIKE)
    return height if np.count_nonzero(alike) >= _LEAST_ALIKE else 0.0


def _without(mask: U8, kind: _Kind) -> U8:
    """Take the lines of a kind that lie in the most usual directions out of ink."""
    turned = np.ascontiguousarray(mask.T)
    level = _streaks(mask, _slope(mask), kind)
    steep = _streaks(turned, _slope(turned), kind)
    bars, walls = kind.lines(level, _transposed(steep))
    if not bars and not walls:
        return mask
    cleaned = mask.copy()
    _erase(cleaned, level, bars)
    turned = np.ascontiguousarray(cleaned.T)
    _erase(turned, steep, walls)
    return np.ascontiguousarray(turned.T)


def _regions(mask: U8, seeds: NDArray[np.int32]) -> U8:
    """Keep the regions of ink that the seeds lie in."""
    count, labels = cv2.connectedComponents(mask)
    wanted = np.zeros(count, np.uint8)
    wanted[np.asarray(labels)[seeds[:, 1], seeds[:, 0]]] = 255
    return wanted[np.asarray(labels)]


def _slope(mask: U8) -> float:
    """Slope under which the ink gathers on the fewest rows."""
    found = cv2.findNonZero(mask)
    if found is None:
        return 0.0
    columns, rows = np.asarray(found, np.intp).reshape(-1, 2).T
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
    rows: NDArray[np.intp], columns: NDArray[np.intp], slopes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum the squares of how much ink lies on each row, for each slope."""
    levels = np.rint(rows - slopes[:, None] * columns).astype(np.intp)
    levels -= levels.min()
    span = int(levels.max()) + 1
    levels += span * np.arange(len(slopes))[:, None]
    counts = np.bincount(levels.ravel(), minlength=span * len(slopes))
    squares = counts.reshape(len(slopes), span).astype(np.float64) ** 2
    return np.asarray(squares.sum(axis=1))


def _streaks(mask: U8, slope: float, kind: _Kind) -> _Streaks:
    """Find the level streaks of this slope."""
    room = math.ceil(abs(slope) * mask.shape[1])
    straight = _sheared(np.pad(mask, ((room, room), (0, 0))), slope)
    along = np.ones((1, kind.run), np.uint8)
    # Whole pixels make stairs of slanting lines: three rows bridge a step. In small
    # pictures, which are searched enlarged, no line is that thin.
    step = 3 if max(mask.shape) > _LARGE else 1
    thick = cv2.dilate(straight, np.ones((step, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, along)
    runs = np.asarray(cv2.bitwise_and(opened, straight), np.uint8)
    bridged = cv2.dilate(runs, np.ones((3, kind.gap), np.uint8))
    bands = cv2.findContours(bridged, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    labels = np.zeros(straight.shape, np.uint16)
    found: list[_Streak] = []
    for band in bands:
        x, y, w, h = cv2.boundingRect(band)
        if w < kind.side or len(found) == _MOST_STREAKS:
            continue
        own = np.zeros((h, w), np.uint8)
        cv2.drawContours(own, [band], 0, (255,), cv2.FILLED, offset=(-x, -y))
        own &= runs[y : y + h, x : x + w]
        columns, rows = np.nonzero(own.T)  # in the order of their columns
        columns += x
        rows += y - room + np.rint(slope * columns).astype(np.intp)
        streak = _streak(columns, rows, len(found) + 1, kind)
        if streak is not None:
            found.append(streak)
            labels[y : y + h, x : x + w][own != 0] = streak.name
    level = _sheared(labels, -slope)[room : room + len(mask)]
    return _Streaks(level, tuple(found))


def _streak(
    columns: NDArray[np.intp], rows: NDArray[np.intp], name: int, kind: _Kind
) -> _Streak | None:
    """Measure the pixels of a streak; None if it is none of this kind."""
    if columns.size == 0:
        return None
    length = int(columns[-1] - columns[0]) + 1
    inked = 1 + np.count_nonzero(np.diff(columns))
    thickness = columns.size / inked
    if (
        length < max(kind.side, _LEAN * thickness)
        or thickness > kind.thick
        or inked < _COVERED * length
    ):
        return None
    low, high = int(rows.min()), int(rows.max())
    box = Box(int(columns[0]), low, length, high - low + 1)
    ends = (int(columns[0]), int(rows[0])), (int(columns[-1]), int(rows[-1]))
    return _Streak(name, length, thickness, box, ends)


def _transposed(streaks: _Streaks) -> _Streaks:
    """Make upright streaks of the level ones of a transposed picture, or vice versa."""
    found = []
    for streak in streaks.found:
        (x0, y0), (x1, y1) = streak.ends
        box = Box(streak.box.y, streak.box.x, streak.box.h, streak.box.w)
        found.append(replace(streak, box=box, ends=((y0, x0), (y1, x1))))
    return _Streaks(np.ascontiguousarray(streaks.labels.T), tuple(found))


def _erase(ink: U8, streaks: _Streaks, names: Sequence[int]) -> None:
    """Take level streaks out of ink, in place, where no stroke crosses them."""
    for name in names:
        streak = streaks.found[name - 1]
        tall = max(3, round(2 * streak.thickness) + 1)
        box = streak.box
        top, left = max(box.y - tall, 0), max(box.x - 1, 0)
        inside = slice(top, box.bottom + tall), slice(left, box.right + 1)
        around = ink[inside]
        own = np.where(streaks.labels[inside] == name, 255, 0).astype(np.uint8)
        own = np.asarray(cv2.dilate(own, np.ones((3, 1), np.uint8)), np.uint8)
        strokes = cv2.morphologyEx(around, cv2.MORPH_OPEN, np.ones((tall, 1), np.uint8))
        around[cv2.subtract(own, strokes) != 0] = 0


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
