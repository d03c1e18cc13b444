"""Writing on the made sheets: lines of digits, a digit to a cell, ink on paper."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.photo import (
    BLACK,
    WHITE,
    Colour,
    Random,
    Shot,
    bgr,
    enlarged_digit,
    put,
)
from digitdesk.core.digit_data import Labelled
from digitdesk.core.types import F32

HEIGHT = 48
"""Pixels of a digit, where the condition is not about its size."""

PITCH = 2.1
"""From one written line to the next, in heights of a digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What was written on a sheet.

    Attributes
    ----------
    cover : ndarray of float32, shape (height, width)
        Share of each pixel that ink covers.
    lines : list of str
        The digits, line by line.
    size : float
        Height of a digit in pixels.
    """

    cover: F32
    lines: list[str]
    size: float

    def base(self, line: int) -> int:
        """Row on which a line stands."""
        return round(self.size * (1.9 + line * PITCH))


Condition = Callable[[Random, Labelled], Shot]
Print = Callable[[F32, Written, Random], None]
"""Prints on a sheet, shape (height, width, 3), in place."""


def write(
    rng: Random,
    digits: Labelled,
    size: float = HEIGHT,
    gap: float = 0.35,
    columns: float = 16,
) -> Written:
    """Write three lines of three to eight digits; `gap` is in heights."""
    cover = np.zeros((round(size * 8), round(size * columns)), np.float32)
    lines = []
    for line in range(3):
        left, text = size * rng.uniform(0.6, 2), ""
        for _ in range(int(rng.integers(3, 9))):
            ink, label = enlarged_digit(rng, digits, size)
            if left + ink.shape[1] > cover.shape[1] - size / 4:
                break
            base = size * (1.9 + line * PITCH) + rng.normal(0, size * 0.04)
            put(cover, ink, left, base - ink.shape[0])
            text += label
            left += ink.shape[1] + size * max(gap + rng.normal(0, 0.06), -0.2)
        lines.append(text)
    return Written(cover, lines, size)


def write_in_cells(
    rng: Random, digits: Labelled, empty: int, apart: float
) -> tuple[Written, list[tuple[int, int, int, int]]]:
    """Write a digit into each cell of three rows; return the cells' corners too."""
    size = float(HEIGHT)
    wide, tall = 1.5 * size, 1.7 * size
    cover = np.zeros((round(size * 8), round(size * 16)), np.float32)
    lines, cells = [], []
    for line in range(3):
        text, written = "", int(rng.integers(3, 9 - empty))
        for number in range(written + empty):
            left, top = size * 0.6 + number * wide * (1 + apart), line * 2.3 * size + 24
            if left + wide > cover.shape[1] - 4:
                break
            cells.append(
                (round(left), round(top), round(left + wide), round(top + tall))
            )
            if number < written:
                ink, label = enlarged_digit(rng, digits, size)
                astray = rng.normal(0, size * 0.08, 2)
                put(cover, ink, left + (wide - ink.shape[1]) / 2 + astray[0],
                     top + (tall - ink.shape[0]) / 2 + astray[1])  # fmt: skip
                text += label
        lines.append(text)
    return Written(cover, lines, size), cells


def on_paper(
    written: Written,
    rng: Random,
    printed: Print | None = None,
    pen: Colour = BLACK,
    paper: Colour = WHITE,
    strength: float = 0.9,
) -> F32:
    """Colour paper, print on it, and lay the ink over both."""
    sheet = np.ones((*written.cover.shape, 3), np.float32) * bgr(paper)
    if printed is not None:
        printed(sheet, written, rng)
    cover = (written.cover * np.float32(strength))[..., None]
    return np.asarray(sheet * (1 - cover) + bgr(pen) * cover, np.float32)
