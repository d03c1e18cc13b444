"""Upright lines of the paper between digits: the walls of a table's cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.columns import slope_of
from digitdesk.core.types import U8, Box

_TALL, _COVERED, _SEEN = 0.9, 0.85, 0.4
"""A wall goes through so much of a strip that is so many heights of a digit tall, ink
left out that may hide it; so much of the strip must be wall."""

_AROUND = 4.0
"""Heights of a digit by which a strip goes on before and after a line's digits."""

_ASKEW = 0.08
"""How far a wall may lean within a strip, in heights of a digit."""

_MIDDLE = 1 / 3
"""A wall within this part of a digit's width goes through it, else beside it."""

_CELL = 2.0
"""Width of a table's cell in the middle of all, likewise. Squared paper and boxes for
single digits are narrower: their lines part no numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class _Strip:
    """What stands along one line, in heights of its digits from its beginning.

    Attributes
    ----------
    walls : ndarray of float64, shape (walls,)
        From left to right.
    digits : ndarray of float64, shape (digits, 2)
        Left and right end of each.
    """

    walls: NDArray[np.float64]
    digits: NDArray[np.float64]

    def between(self) -> list[bool]:
        """Whether a wall stands before each digit, and after the one before it."""
        left, right = self._middles()
        within = [(self.walls > a) & (self.walls < b)
                  for a, b in zip(right[:-1], left[1:], strict=True)]  # fmt: skip
        return [False, *(bool(walls.any()) for walls in within)]

    def through(self) -> int:
        """How many digits have a wall in their middle."""
        left, right = self._middles()
        walls = self.walls[:, None]
        return int(((walls >= left) & (walls <= right)).any(axis=0).sum())

    def _middles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        middle, half = self.digits.mean(axis=1), np.diff(self.digits)[:, 0] / 2
        return middle - _MIDDLE * half, middle + _MIDDLE * half


def behind_walls(
    lines: Sequence[Sequence[Box]], rulings: U8, ink: U8
) -> list[list[bool]]:
    """Tell before which digits of a page a wall stands that parts numbers.

    Parameters
    ----------
    lines : sequence of sequence of Box
        The digits of each line, from left to right; none is empty.
    rulings : ndarray of uint8, shape (height, width)
        255 where a line of the paper was, in the same pixels.
    ink : ndarray of uint8, shape (height, width)
        255 where other ink is.

    Returns
    -------
    list of list of bool
        One per digit; the first one of a line is False.
    """
    slope = slope_of(lines)
    strips = [_strip(line, slope, rulings, ink) for line in lines]
    begin = [strip.between() for strip in strips]
    cells = np.concatenate([[], *(np.diff(strip.walls) for strip in strips)])
    walled = sum(map(sum, begin))
    through = sum(strip.through() for strip in strips)
    if 2 * through > walled or (cells.size and np.median(cells) < _CELL):
        return [[False] * len(line) for line in lines]
    return begin


def _strip(line: Sequence[Box], slope: float, rulings: U8, ink: U8) -> _Strip:
    height = max(1.0, float(np.median([box.h for box in line])))
    own = slope_of([line]) or slope
    along = np.array([1.0, own]) / np.hypot(1, own)
    middle = np.array([(box.x + box.w / 2, box.y + box.h / 2) for box in line])
    start = middle[0] - _AROUND * height * along
    places = (middle - start) @ along
    tall = max(1, round(_TALL * height))
    wide = round(places[-1] + _AROUND * height)
    across = np.array([-along[1], along[0]])
    back = np.column_stack([along, across, start - tall / 2 * across])
    spread = np.ones((1, 2 * round(_ASKEW * height) + 1), np.uint8)

    def flat(mask: U8) -> NDArray[np.bool]:
        strip = cv2.warpAffine(
            mask, back, (wide, tall), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        )
        return np.asarray(cv2.dilate(strip, spread), np.uint8) > 0

    wall = flat(rulings)
    seen, hidden = wall.mean(axis=0), (flat(ink) & ~wall).mean(axis=0)
    is_wall = (seen >= _SEEN) & (seen >= _COVERED * (1 - hidden))
    covered = np.concatenate([[0], is_wall, [0]])
    change = np.diff(covered.astype(np.int8))
    walls = (np.flatnonzero(change == 1) + np.flatnonzero(change == -1)) / 2
    half = np.array([box.w / 2 for box in line])
    digits = np.column_stack([places - half, places + half])
    return _Strip(walls / height, digits / height)
