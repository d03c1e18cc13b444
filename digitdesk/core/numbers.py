"""Where on a written line one number ends and the next begins."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from digitdesk.core.types import Box, LineReading

_SPACE, _SPACES = 0.8, 1.5
"""A gap parts numbers if it is wider than so many heights of a digit and so many of
the line's own narrow gaps: some write all digits far apart, or into boxes."""

_NARROW = 0.25
"""Quantile of a line's gaps that says how far apart its digits are written."""

_WIDEST = 3.0
"""A gap of so many heights parts numbers in any case."""

_USUAL_HEIGHT = 0.75
"""Quantile of a line's heights: many write low noughts."""

_BESIDE = 0.5
"""A sign stands between digits if so much of its height, or theirs, is common."""


def begin_numbers(digits: Sequence[Box], signs: Sequence[Box] = ()) -> list[bool]:
    """Tell which digits of a line begin another number than the digit before them.

    Parameters
    ----------
    digits : sequence of Box
        Of one line, from left to right.
    signs : sequence of Box
        Letters and signs, anywhere on the page.

    Returns
    -------
    list of bool
        One per digit; the first one is False.
    """
    gaps = np.array([max(b.x - a.right, 0) for a, b in pairwise(digits)])
    if not gaps.size:
        return [False] * len(digits)
    height = float(np.quantile([box.h for box in digits], _USUAL_HEIGHT))
    narrow = float(np.quantile(gaps, _NARROW, method="lower"))
    least = min(_SPACE * height + _SPACES * narrow, _WIDEST * height)
    parted = [
        bool(gap > least) or any(_stands_between(a, b, sign) for sign in signs)
        for gap, (a, b) in zip(gaps, pairwise(digits), strict=True)
    ]
    return [False, *parted]


def written_out(lines: Iterable[LineReading], between: str = " ") -> str:
    """Return the numbers of lines as text.

    Parameters
    ----------
    lines : iterable of LineReading
        In reading order.
    between : str
        Stands between the numbers of a line.

    Returns
    -------
    str
        One line each.
    """
    return "\n".join(between.join(line.numbers) for line in lines)


def _stands_between(a: Box, b: Box, sign: Box) -> bool:
    if sign.x < a.x + a.w / 2 or sign.right > b.x + b.w / 2:
        return False
    both = a.joined(b)
    rows = min(both.bottom, sign.bottom) - max(both.y, sign.y)
    return rows >= _BESIDE * min(both.h, sign.h)
