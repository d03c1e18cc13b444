"""Signs that look like digits: the slashes of dates, brackets, and circles."""

from collections.abc import Sequence
from itertools import combinations
from math import inf
from statistics import median

import cv2
import numpy as np

from digitdesk.core.types import U8, DigitReading

_DAYS, _YEARS = (1, 2), (2, 4)
"""Digits of a day or a month, and of a year."""

_HIGHER = 1.1
"""Height of a slash or bracket, at least, in heights of the digits."""

_LEANS, _ALIKE = 0.15, 0.2
"""Lean to the right per height of a slash, at least, and the most by which two of them
differ in it."""

_BOW, _ASTRAY = 0.07, 0.06
"""How far the middle of a bracket lies beside its ends, at least, and its ink beside a
parabola on the average at most, in parts of its height."""

_SECTORS, _EVEN = 24, 0.016
"""Into how many directions a circle is parted, and by how much its radius may vary from
one to the next: standard deviation over mean, after an ellipse was made round.
Of 9,136 noughts that people wrote five are as round."""

_ROUND = 0.8
"""Least length of its shorter axis, in parts of the longer one."""

_INKED = 100
"""Grey level from which a glyph's pixel belongs to a stroke."""


def find_brackets(digits: Sequence[DigitReading]) -> tuple[int, int] | None:
    """Find the brackets around a number among what was read as digits.

    Two high strokes that bow away from each other: people's ones bow, too, but hardly
    two of them so.

    Parameters
    ----------
    digits : sequence of DigitReading
        Of one line, from left to right.

    Returns
    -------
    (int, int) or None
        Their places in the line.
    """
    usual = _usual_height(digits)
    bows = [
        _bow(digit) if digit.digit == 1 and digit.box.h >= _HIGHER * usual else 0.0
        for digit in digits
    ]
    opening = [place for place, bow in enumerate(bows) if bow >= _BOW]
    for first in opening:
        closing = [n for n, bow in enumerate(bows) if bow <= -_BOW and n > first + 1]
        if closing:
            return first, closing[0]
    return None


def _usual_height(digits: Sequence[DigitReading]) -> float:
    """Height of the digits that are no strokes; infinite if there are none."""
    heights = [digit.box.h for digit in digits if digit.digit != 1]
    return median(heights) if heights else inf


def _bow(stroke: DigitReading) -> float:
    """How far a stroke's middle lies to the left of its ends; 0 if it is no bow."""
    rows, columns = np.nonzero(stroke.glyph > _INKED)
    height = int(np.ptp(rows)) + 1 if rows.size else 0
    if height <= 3:
        return 0.0
    down = (rows - rows.mean()) / height
    curve = np.polynomial.Polynomial.fit(down, columns / height, 2, domain=[-1, 1])
    astray = float(np.sqrt(np.mean((columns / height - curve(down)) ** 2)))
    return float(curve.coef[2]) / 4 if astray <= _ASTRAY else 0.0


def find_slashes(digits: Sequence[DigitReading]) -> tuple[int, int] | None:
    """Find the two slashes of a date among what was read as digits.

    A slash looks like a 1. In a date there are two, both higher than the digits beside
    them and lower at the foot, both with the same lean, and the digits between them
    are as many as a date has: 3/12/86, 24/7/1999. One such stroke alone may be a 1 in a
    hand whose ones are high: of 1,080 cheque amounts none has two of them so.

    Parameters
    ----------
    digits : sequence of DigitReading
        Of one line, from left to right.

    Returns
    -------
    (int, int) or None
        Their places in the line.
    """
    usual = _usual_height(digits)
    able = [
        place
        for place in range(1, len(digits) - 1)
        if _is_slash(digits[place], (digits[place - 1], digits[place + 1]), usual)
    ]
    for first, second in combinations(able, 2):
        day, month, year = first, second - first - 1, len(digits) - second - 1
        alike = abs(lean(digits[first].glyph) - lean(digits[second].glyph)) < _ALIKE
        if alike and day in _DAYS and month in _DAYS and year in _YEARS:
            return first, second
    return None


def find_circles(digits: Sequence[DigitReading]) -> tuple[int, ...] | None:
    """Find what was read as noughts and is rounder than anybody's: holes, stains.

    Parameters
    ----------
    digits : sequence of DigitReading
        Of one line.

    Returns
    -------
    tuple of int or None
        All places in the line, if there is nothing else on it.
    """
    if not digits or any(digit.digit != 0 for digit in digits):
        return None
    if not all(is_circle(digit.glyph) for digit in digits):
        return None
    return tuple(range(len(digits)))


def is_circle(glyph: U8) -> bool:
    """Whether a glyph, shape (28, 28), is a circle as a compass draws it.

    It may be seen from the side, as an ellipse.
    """
    rows, columns = np.nonzero(glyph)
    if not rows.size:
        return False
    ink = glyph[rows, columns].astype(np.float64)
    middle = np.average([columns, rows], axis=1, weights=ink)
    x, y = columns - middle[0], rows - middle[1]
    turn = np.arctan2(y, x) / (2 * np.pi) + 0.5
    sector = np.floor(turn * _SECTORS).astype(int) % _SECTORS
    inks = np.bincount(sector, ink, minlength=_SECTORS)
    if not inks.all():
        return False
    outline = np.stack(
        [
            np.bincount(sector, ink * along, minlength=_SECTORS) / inks
            for along in (x, y)
        ],
        axis=1,
    )
    centre, axes, angle = cv2.fitEllipse(outline.astype(np.float32))
    if min(axes) < _ROUND * max(axes):
        return False
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    round_again = (outline - centre) @ np.array([[c, -s], [s, c]]) / axes
    radii = np.hypot(*round_again.T)
    return bool(radii.std() <= _EVEN * radii.mean())


def _is_slash(
    stroke: DigitReading, beside: Sequence[DigitReading], usual: float
) -> bool:
    lower = min(digit.box.h for digit in beside)
    return (
        stroke.digit == 1
        and stroke.box.h >= _HIGHER * max(usual, lower)
        and stroke.box.y < min(digit.box.y for digit in beside)
        and stroke.box.bottom > max(digit.box.bottom for digit in beside)
        and lean(stroke.glyph) > _LEANS
    )


def lean(glyph: U8) -> float:
    """How far a stroke, shape (28, 28), leans to the right, per height."""
    spread = cv2.moments(glyph)
    return -spread["mu11"] / max(spread["mu02"], 1e-9)
