"""Straight thin streaks of ink: found, measured, taken out."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import U8, Box

_Level = TypeVar("_Level", np.uint8, np.uint16)

_STEEPEST = 0.29
"""Slope of the most tilted streaks, 16 degrees."""

_COARSE = 0.006
"""First step of the search for the slope."""

_SAMPLE = 3_000
"""Pixels of ink that tell the slope."""

_LEAN = 8
"""A streak is at least so many times longer than thick."""

_COVERED = 0.7
"""Share of a streak's length that its runs make up; digits in a row have gaps."""

_REACH = 3
"""Pixels by which streaks that meet may miss each other, beside their thickness; a
stroke of a pen that crosses a line goes farther."""

_ASTRAY = 0.01
"""How far pieces of a line may lie beside it, in parts of the way to them."""

_ALONE = 0.25
"""Least part of a streak that no stroke crosses."""

_STROKE_ON = 1.5
"""Thickness of a streak, in parts of its usual one, where a stroke crosses it."""

_UNEVEN, _WAVY = 0.38, 0.0002
"""Pixels by which an even line strays from a parabola on the average, and those that
are added to them for each pixel of its length."""

_EVEN, _STRAIGHT_FITS = 0.75, 3
"""Part of a line that tells this, and the rounds in which that is found."""

_CRUMB = 4
"""Length, in its heights, up to which ink on the way of a line is a crumb of it and not
a stroke that somebody drew along the line."""

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
    straight : bool
        Whether streaks must be as even as printed lines, not only chains of runs.
    to_edge : bool
        Whether streaks go on, behind a digit perhaps, to the edges of the picture.
    """

    run: int
    gap: int
    shortest: float
    thickest: float
    stairs: bool
    straight: bool = False
    to_edge: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Streak:
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
    path : ndarray of int32, shape (n, 2)
        Columns and rows of its middle, all along where it was found.
    """

    name: int
    length: float
    thickness: float
    box: Box
    ends: tuple[tuple[int, int], tuple[int, int]]
    path: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Streaks:
    """The streaks of one direction.

    Attributes
    ----------
    labels : ndarray of uint16, shape (height, width)
        Name of each pixel's streak; 0 is none.
    found : tuple of Streak
        By their names, from 1.
    go_on : bool
        Whether they go on between the runs of which they consist.
    """

    labels: NDArray[np.uint16]
    found: tuple[Streak, ...]
    go_on: bool = False

    def transposed(self) -> "Streaks":
        """Make upright streaks of the level ones of a transposed picture."""
        found = []
        for streak in self.found:
            (x0, y0), (x1, y1) = streak.ends
            box = Box(streak.box.y, streak.box.x, streak.box.h, streak.box.w)
            found.append(replace(streak, box=box, ends=((y0, x0), (y1, x1))))
        return Streaks(np.ascontiguousarray(self.labels.T), tuple(found))

    def longer(self, length: float) -> set[int]:
        """Names of the streaks of at least this length in pixels."""
        return {streak.name for streak in self.found if streak.length >= length}

    def met_by(self, streak: Streak) -> list[set[int]]:
        """Names of the streaks here that each end of another direction's one meets."""
        reach = _REACH + round(streak.thickness)
        return [
            set(np.unique(self.labels[max(y - reach, 0) : y + reach + 1,
                                      max(x - reach, 0) : x + reach + 1]).tolist())
            for x, y in streak.ends
        ]  # fmt: skip

    def continuing(self, names: set[int]) -> set[int]:
        """Names of the streaks that lie on the way of one of those that are named."""
        if not names:
            return set()
        ends = np.array([streak.ends for streak in self.found], np.float64)
        start, stop = ends[[name - 1 for name in sorted(names)]].transpose(1, 0, 2)
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

    def erase(self, ink: U8, names: Iterable[int]) -> None:
        """Take level streaks out of ink, in place, where no stroke crosses them."""
        for name in names:
            streak = self.found[name - 1]
            tall = max(3, round(2 * streak.thickness) + 1)
            left, right = streak.path[[0, -1], 0].tolist()
            top, bottom = streak.path[:, 1].min(), streak.path[:, 1].max()
            top = min(int(top), streak.box.y)
            bottom = max(int(bottom) + 1, streak.box.bottom)
            top, left = max(top - tall, 0), max(left - 1, 0)
            inside = slice(top, bottom + tall), slice(left, right + 2)
            around = ink[inside]
            own = np.where(self.labels[inside] == name, 255, 0).astype(np.uint8)
            # Between two strokes of a digit, too, where no run is long enough.
            if self.go_on:
                thick = max(1, round(streak.thickness))
                cv2.polylines(own, [streak.path - (left, top)], False, 255, thick)
            own = np.asarray(cv2.dilate(own, np.ones((3, 1), np.uint8)), np.uint8)
            upright = np.ones((tall, 1), np.uint8)
            strokes = cv2.morphologyEx(around, cv2.MORPH_OPEN, upright)
            around[cv2.subtract(own, strokes) != 0] = 0
            on_way = np.zeros_like(own)
            cv2.polylines(on_way, [streak.path - (left, top)], False, 255, tall + 2)
            _erase_crumbs(around, on_way != 0)


def _erase_crumbs(ink: U8, on_way: NDArray[np.bool]) -> None:
    """Take out, in place, all ink that lies wholly on the way of a line."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(ink)
    within = np.bincount(np.asarray(labels)[on_way], minlength=count)
    crumbs = (within == boxes[:, cv2.CC_STAT_AREA]) & (
        boxes[:, cv2.CC_STAT_WIDTH] <= _CRUMB * boxes[:, cv2.CC_STAT_HEIGHT]
    )
    crumbs[0] = False
    ink[crumbs[np.asarray(labels)]] = 0


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
    return Streaks(slanting, tuple(found), size.to_edge)


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
    inked = np.count_nonzero(counts)
    # Where a stroke of a pen lies across, a line is no thicker.
    alone, usual = np.quantile(counts[counts > 0], (_ALONE, 0.5)).tolist()
    thickness = usual if usual <= 2 * alone + 1 else alone
    if (
        length < max(size.shortest, _LEAN * thickness)
        or thickness > size.thickest
        or inked < _COVERED * length
    ):
        return None
    low, high = int(rows.min()), int(rows.max())
    box = Box(int(columns[0]), low, length, high - low + 1)
    ends = (int(columns[0]), int(rows[0])), (int(columns[-1]), int(rows[-1]))
    middles = np.bincount(columns - columns[0], rows) / np.maximum(counts, 1)
    bare = np.flatnonzero((counts > 0) & (counts < _STROKE_ON * thickness + 1))
    if size.straight and not _is_straight(bare, middles[bare]):
        return None
    path = _path(bare + columns[0], middles[bare], ends, size, shape)
    return Streak(name, length, thickness, box, ends, path)


def _is_straight(columns: NDArray[np.intp], rows: NDArray[np.float64]) -> bool:
    """Tell the line of a printer, on paper that may be bent, from a row of strokes."""
    if columns.size <= 3:
        return False
    even = np.ones(columns.size, np.bool)
    astray = np.zeros(columns.size)
    for _ in range(_STRAIGHT_FITS):
        curve = np.polynomial.Polynomial.fit(columns[even], rows[even], 2)
        astray = np.abs(rows - curve(columns))
        even = astray <= np.quantile(astray, _EVEN)  # what crosses strays farther
    usual = float(np.sqrt(np.mean(astray[even] ** 2)))
    return usual <= _UNEVEN + _WAVY * float(columns[-1] - columns[0])


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


def without_streaks(mask: U8, size: Size, choose: Choose) -> U8:
    """Take lines that lie in the most usual directions out of ink.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    size : Size
        Which streaks are looked for.
    choose : callable
        Which of them go.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        The mask itself if none goes.
    """
    level = find_streaks(mask, size)
    steep = find_streaks(np.ascontiguousarray(mask.T), size)
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
