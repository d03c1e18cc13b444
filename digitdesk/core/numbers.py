"""Where on a written line one number ends and the next begins."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.columns import parted_by_columns
from digitdesk.core.types import Box, DigitReading, LineReading, Reading

_SPACE, _SPACES = 0.6, 2.0
"""A gap parts numbers if it is wider than so many heights of a digit and so many of
the narrow gaps beside it: some write all digits far apart, or into boxes."""

_NARROW = 0.25
"""Quantile of gaps that says how far apart digits are written."""

_WIDE, _WIDEST = 1.5, 2.0
"""So many heights part numbers if elsewhere on the page digits are written closer, and
in any case: a row of a table may hold nothing but single digits."""

_VALLEYS = (12, 3, 1.5), (5, 2, 2.0)
"""Of so many gaps on a page, so many are wider than all others, and the least of these
is so many times as wide as the next one: then they part numbers, even if they are no
wider than a printed space. At least half of all gaps are within numbers."""

_LEAST_WIDE, _TOUCHING = 0.3, 0.15
"""Least width of such a gap in heights of a digit, and what is added to widths that are
compared: digits that touch have none."""

_WITH_MARK = 1.5
"""So many heights part numbers where a point, a comma or a dash stands between: people
leave room for the thousands."""

_LOW, _HANGS = 0.35, 0.3
"""Height below which other ink is such a mark, and how far below the digits it may
begin, in heights of a digit."""

_USUAL_HEIGHT = 0.75
"""Quantile of a line's heights: many write low noughts."""

_BESIDE = 0.5
"""A sign stands between digits if so much of its height, or theirs, is common."""


def with_numbers(reading: Reading) -> Reading:
    """Tell the numbers of each line apart; those that are stay so."""
    begin = begin_numbers(
        [[digit.box for digit in line.digits] for line in reading.lines],
        [other.box for other in reading.rejected if other.letter],
        [other.box for other in reading.rejected if not other.letter],
    )
    lines = (line.digits for line in reading.lines)
    return replace(reading, lines=tuple(map(parted_line, lines, begin)))


def parted_line(digits: Sequence[DigitReading], begin: Sequence[bool]) -> LineReading:
    """Make a line of digits, of which these begin another number, too."""
    told = zip(digits, begin, strict=True)
    return LineReading(
        tuple(replace(digit, apart=digit.apart or apart) for digit, apart in told)
    )


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
    valley = _valley(every)
    parted = []
    for line, height, wide in zip(lines, heights, gaps, strict=True):
        least = min(_least(wide), least_on_page, _WIDEST) if wide.size else _WIDEST
        if (wide < valley).any():  # else all digits of the line may be far apart
            least = min(least, valley)
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
    return parted_by_columns(lines, heights, gaps, parted)


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


def _valley(gaps: NDArray[np.float64]) -> float:
    """Return the width between a page's narrow gaps and its wide ones; inf if none."""
    told_by = [(fewest, ratio) for most, fewest, ratio in _VALLEYS if gaps.size >= most]
    if not told_by:
        return inf
    fewest, ratio = told_by[0]
    widths = np.sort(gaps)
    narrow, wide = widths[:-1], widths[1:]
    steps = (wide + _TOUCHING) / (narrow + _TOUCHING)
    steps[wide < _LEAST_WIDE] = 0
    steps[: len(gaps) // 2 - 1] = 0
    steps[len(steps) - fewest + 1 :] = 0
    step = int(steps.argmax())
    return float(narrow[step] + wide[step]) / 2 if steps[step] >= ratio else inf


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
