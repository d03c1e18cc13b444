"""The columns of a page: where they part numbers that stand close together.

Where a table is full, a gap between its columns may be narrow. But it is empty from the
top of the page to its foot, and other rows are parted there.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import Box

_LONG = 2.0
"""Distance of a line's first and last digit, in heights, that tells of its slope."""

_RIVER, _PARTED_ROWS = 0.05, 2
"""Width of what is empty between columns, at least, in heights of a digit; and so many
rows must be parted there, and not fewer than are not."""

_COLUMN_GAP, _COLUMN_GAPS = 0.3, 2.0
"""Such a gap must be wider than so many heights and so many of the line's usual gaps:
digits of right-aligned numbers stand below each other, too."""


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


def parted_by_columns(
    lines: Sequence[Sequence[Box]],
    heights: Sequence[float],
    gaps: Sequence[NDArray[np.float64]],
    parted: Sequence[Sequence[bool]],
) -> list[list[bool]]:
    """Part rows of a table also where its columns are close together.

    Parameters
    ----------
    lines : sequence of sequence of Box
        The digits of each line, from left to right; none is empty.
    heights : sequence of float
        Usual height of each line's digits, in pixels.
    gaps : sequence of ndarray of float64, shape (digits - 1,)
        Between each line's digits, in these heights.
    parted : sequence of sequence of bool
        Which digits begin another number by what is known of their lines.

    Returns
    -------
    list of list of bool
        The same, and those that begin one by what is known of other lines.
    """
    slope = slope_of(lines)
    spans = [[span(box, slope) for box in line] for line in lines]
    begin = [list(line) for line in parted]
    if sum(map(any, begin)) < _PARTED_ROWS:
        return begin
    least = [
        max(_COLUMN_GAP, _COLUMN_GAPS * float(np.median(wide))) if wide.size else inf
        for wide in gaps
    ]
    width = _RIVER * float(np.median(heights))
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
