"""Where on a written line one number ends and the next begins.

Wide gaps, and signs, part numbers. Where a table is full, a gap between its columns may
be narrow; but it is empty from the top of the page to its foot, and other rows are
parted there.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import Box, LineReading, Reading

_SPACE, _SPACES = 0.6, 2.0
"""A gap parts numbers if it is wider than so many heights of a digit and so many of
the narrow gaps beside it: some write all digits far apart, or into boxes."""

_NARROW = 0.25
"""Quantile of gaps that says how far apart digits are written."""

_WIDE, _WIDEST = 1.5, 2.0
"""So many heights part numbers if elsewhere on the page digits are written closer, and
in any case: a row of a table may hold nothing but single digits."""

_WITH_MARK = 1.5
"""So many heights part numbers where a point, a comma or a dash stands between: people
leave room for the thousands."""

_LOW, _HANGS = 0.35, 0.3
"""Height below which other ink is such a mark, and how far below the digits it may
begin, in heights of a digit."""

_USUAL_HEIGHT = 0.75
"""Quantile of a line's heights: many write low noughts."""

_LONG = 2.0
"""Distance of a line's first and last digit, in heights, that tells of its slope."""

_RIVER, _PARTED_ROWS = 0.05, 2
"""Width of what is empty between columns, at least, in heights of a digit; and so many
rows must be parted there, and not fewer than are not."""

_COLUMN_GAP, _COLUMN_GAPS = 0.3, 2.0
"""Such a gap must be wider than so many heights and so many of the line's usual gaps:
digits of right-aligned numbers stand below each other, too."""

_BESIDE = 0.5
"""A sign stands between digits if so much of its height, or theirs, is common."""


def with_numbers(reading: Reading) -> Reading:
    """Tell the numbers of each line apart."""
    begin = begin_numbers(
        [[digit.box for digit in line.digits] for line in reading.lines],
        [other.box for other in reading.rejected if other.letter],
        [other.box for other in reading.rejected if not other.letter],
    )
    lines = tuple(
        LineReading(
            tuple(
                replace(digit, apart=apart)
                for digit, apart in zip(line.digits, parted, strict=True)
            )
        )
        for line, parted in zip(reading.lines, begin, strict=True)
    )
    return replace(reading, lines=lines)


def begin_numbers(
    lines: Sequence[Sequence[Box]],
    letters: Sequence[Box] = (),
    others: Sequence[Box] = (),
) -> list[list[bool]]:
    """Tell which digits of a page begin another number than the digit before them.

    Parameters
    ----------
    lines : sequence of sequence of Box
        The digits of each line, from left to right; none is empty.
    letters : sequence of Box
        Anywhere on the page: they part numbers.
    others : sequence of Box
        Other ink that was read as nothing, anywhere on the page. If it is low, it may
        be a point, a comma or a dash within a number; else it is a sign, as a slash,
        and parts numbers.

    Returns
    -------
    list of list of bool
        One per digit; the first one of a line is False.
    """
    heights = [_height(line) for line in lines]
    gaps = [_gaps(line, height) for line, height in zip(lines, heights, strict=True)]
    every = np.concatenate([[], *gaps])
    least_on_page = max(_WIDE, _least(every)) if every.size else _WIDEST
    parted = []
    for line, height, wide in zip(lines, heights, gaps, strict=True):
        least = min(_least(wide), least_on_page, _WIDEST) if wide.size else _WIDEST
        beside = reduce(Box.joined, line)
        signs = [*letters, *(other for other in others if other.h >= _LOW * height)]
        signs = [sign for sign in signs if _rows(sign, beside) > 0]
        marks = [other for other in others if other.h < _LOW * height]
        begin = [False]
        for gap, (a, b) in zip(wide.tolist(), pairwise(line), strict=True):
            if any(_hangs_between(a, b, mark, _HANGS * height) for mark in marks):
                is_apart = gap > max(least, _WITH_MARK)
            else:
                is_apart = gap > least
            is_apart |= any(_stands_between(a, b, sign) for sign in signs)
            begin.append(is_apart)
        parted.append(begin)
    return _parted_by_columns(lines, gaps, parted)


def slope_of(lines: Sequence[Sequence[Box]]) -> float:
    """Rows per column of a page's lines; longer ones tell more."""
    across, down = 0.0, 0.0
    for line in lines:
        first, last = line[0], line[-1]
        if last.x - first.x > _LONG * first.h:
            across += last.x - first.x
            down += (last.y + last.h / 2) - (first.y + first.h / 2)
    return down / across if across else 0.0


def span(box: Box, slope: float) -> tuple[float, float]:
    """From where to where a digit goes along the lines' direction, in pixels."""
    cosine = 1 / hypot(1, slope)
    left = (box.x + slope * (box.y + box.h / 2)) * cosine
    return left, left + box.w * cosine


def _parted_by_columns(
    lines: Sequence[Sequence[Box]],
    gaps: Sequence[NDArray[np.float64]],
    parted: Sequence[Sequence[bool]],
) -> list[list[bool]]:
    """Part rows of a table also where its columns are close together."""
    slope = slope_of(lines)
    spans = [[span(box, slope) for box in line] for line in lines]
    begin = [list(line) for line in parted]
    if sum(map(any, begin)) < _PARTED_ROWS:
        return begin
    least = [
        max(_COLUMN_GAP, _COLUMN_GAPS * float(np.median(wide))) if wide.size else inf
        for wide in gaps
    ]
    width = _RIVER * float(np.median([_height(line) for line in lines]))
    for left, right in _rivers(spans, width):
        across = [
            (row, place)
            for row, line in enumerate(spans)
            for place, (a, b) in enumerate(pairwise(line), start=1)
            if a[1] <= left and b[0] >= right
        ]
        already = sum(parted[row][place] for row, place in across)
        if already >= max(_PARTED_ROWS, len(across) / 2):
            for row, place in across:
                begin[row][place] |= bool(gaps[row][place - 1] > least[row])
    return begin


def _rivers(
    spans: Sequence[Sequence[tuple[float, float]]], width: float
) -> list[tuple[float, float]]:
    """From where to where nothing stands on any line."""
    rivers = []
    reached = inf
    for left, right in sorted(s for line in spans for s in line):
        if left - reached >= width:
            rivers.append((reached, left))
        reached = right if reached == inf else max(reached, right)
    return rivers


def _height(line: Sequence[Box]) -> float:
    """Usual height of a line's digits in pixels."""
    heights = [box.h for box in line]
    return max(1.0, float(np.quantile(heights, _USUAL_HEIGHT, method="higher")))


def _gaps(line: Sequence[Box], height: float) -> NDArray[np.float64]:
    """Gaps between a line's digits, in heights of a digit."""
    gaps = [max(b.x - a.right, 0) / height for a, b in pairwise(line)]
    return np.array(gaps, np.float64)


def _least(gaps: NDArray[np.float64]) -> float:
    """Return how wide a gap must be to part numbers, where these are the gaps."""
    return _SPACE + _SPACES * float(np.quantile(gaps, _NARROW, method="lower"))


def _stands_between(a: Box, b: Box, sign: Box) -> bool:
    if sign.x < a.x + a.w / 2 or sign.right > b.x + b.w / 2:
        return False
    both = a.joined(b)
    return _rows(both, sign) >= _BESIDE * min(both.h, sign.h)


def _rows(one: Box, other: Box) -> int:
    """How many rows both have in common."""
    return min(one.bottom, other.bottom) - max(one.y, other.y)


def _hangs_between(a: Box, b: Box, mark: Box, below: float) -> bool:
    middle = mark.x + mark.w / 2
    return (
        a.x + a.w / 2 < middle < b.x + b.w / 2
        and mark.bottom > min(a.y, b.y)
        and mark.y < max(a.bottom, b.bottom) + below
    )
