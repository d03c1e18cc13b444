"""Written numbers as strips: what the line network learns from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core import pen
from digitdesk.core.strip import DIGIT_HEIGHT, LinePlace, cut_strip
from digitdesk.core.types import F32, U8
from digitdesk.ml.clutter import scene
from digitdesk.ml.line_hand import (
    LineHand,
    bent,
    draw_line,
    paste,
    put_sign,
    rewritten,
)
from digitdesk.ml.paper import inked, paper, photographed

Random = np.random.Generator

STRIP_WIDTH = 224
"""Width of a strip to learn from, in pixels."""

MOST_DIGITS = 12
"""Digits of a strip at most."""

_SIMULATED = {0: 0.25, 1: 0.5, 2: 0.4, 4: 0.35, 5: 0.4, 7: 0.45, 8: 0.25, 9: 0.4}
"""How often a digit is written by the simulated pen: more often those that hands of
other countries than MNIST's write otherwise."""

_CROSSED, _UPSTROKE = 0.45, 0.4
"""How often a bar is drawn through somebody's 7, and an upstroke before their 1."""

_WITHOUT_DIGITS, _CLUTTER = 0.08, 0.04
"""Share of lines that hold letters, signs, scribbles or nothing, and of strips of
something else than paper."""

NO_DIGIT = -1
"""Fills the places of digits that are not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """Written lines and what they say.

    Attributes
    ----------
    pictures : ndarray of uint8, shape (n, STRIP_HEIGHT, STRIP_WIDTH)
        As `digitdesk.core.strip.cut_strip` cuts them.
    digits : ndarray of int8, shape (n, MOST_DIGITS)
        0 to 9 from left to right, then `NO_DIGIT`.
    centres : ndarray of float32, shape (n, MOST_DIGITS)
        Column of the middle of each digit in pixels of the strip.
    """

    pictures: U8
    digits: NDArray[np.int8]
    centres: F32


class Writer:
    """Writes lines of real and simulated digits and photographs them.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Digits to write with; ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9.
    weights : ndarray of float64, shape (n,), or None
        How often each glyph is written beside others of its digit; None writes all
        equally often.
    """

    def __init__(
        self, glyphs: U8, labels: U8, weights: NDArray[np.float64] | None = None
    ) -> None:
        self._glyphs = glyphs
        self._of = [np.flatnonzero(labels == digit) for digit in range(10)]
        weights = np.ones(len(labels)) if weights is None else weights
        # Sums of weights: a binary search draws faster than numpy's choice.
        self._sums = [np.cumsum(weights[of]) for of in self._of]

    def strips(self, count: int, rng: Random) -> Strips:
        """Write `count` lines."""
        lines = [self.strip(rng) for _ in range(count)]
        digits = np.full((count, MOST_DIGITS), NO_DIGIT, np.int8)
        centres = np.zeros((count, MOST_DIGITS), np.float32)
        for row, (_, said, where) in enumerate(lines):
            digits[row, : len(said)] = said[:MOST_DIGITS]
            centres[row, : len(said)] = where[:MOST_DIGITS]
        return Strips(np.stack([line[0] for line in lines]), digits, centres)

    def strip(self, rng: Random) -> tuple[U8, list[int], list[float]]:
        """Write one line; return its strip, its digits and their middle columns."""
        height = float(rng.uniform(17, 40))
        if rng.random() < _CLUTTER:
            return _cluttered(height, rng), [], []
        scale = height / DIGIT_HEIGHT
        page_size = (round(height * 2.6), round(STRIP_WIDTH * scale) + 4)
        ink, said, where, middle = self._written(height, page_size, rng)
        taken = photographed_strip(ink, middle, height, rng)
        columns = [taken.column(x) for x in where]
        seen = [(d, x) for d, x in zip(said, columns, strict=True)
                if 0 <= x < STRIP_WIDTH]  # fmt: skip
        return taken.picture, [d for d, _ in seen], [x for _, x in seen]

    def _written(
        self, height: float, size: tuple[int, int], rng: Random
    ) -> tuple[U8, list[int], list[float], float]:
        """Write a number; return its ink, digits, middle columns and middle row."""
        ink = np.zeros(size, np.uint8)
        hand = LineHand.sample(height, rng)
        said: list[int] = []
        where: list[tuple[float, float]] = []
        top = size[0] / 2 - height / 2 + rng.normal(0, 0.05) * height
        left = float(rng.uniform(0.05, 1.6)) * height
        if rng.random() < 0.25:
            left = put_sign(ink, left, top, hand, rng)
        without = rng.random() < _WITHOUT_DIGITS
        for _ in range(int(rng.integers(0, 8)) if without else 0):
            left = _put_other(ink, left, top, hand, rng)
        if not without:
            left, said, where = self.put_number(
                ink, number(rng), (left, top), hand, rng
            )
        for _ in range(int(rng.choice([0, 1, 2], p=[0.6, 0.25, 0.15]))):
            left = put_sign(ink, left, top, hand, rng)
        middles = [(first + last) / 2 for first, last in where]
        return ink, said, middles, top + height / 2

    def put_number(
        self,
        ink: U8,
        digits: Sequence[int],
        start: tuple[float, float],
        hand: LineHand,
        rng: Random,
    ) -> tuple[float, list[int], list[tuple[float, float]]]:
        """Write digits side by side, as many as find room.

        Parameters
        ----------
        ink : ndarray of uint8, shape (rows, columns)
            What is written on.
        digits : sequence of int
            0 to 9; of more than `MOST_DIGITS` the first ones are written.
        start : (float, float)
            Column of the first digit's left edge, and row of the digits' tops.
        hand : LineHand
            Who writes.
        rng : numpy.random.Generator
            Source of everything that varies.

        Returns
        -------
        left : float
            Where the next sign may stand.
        said : list of int
            The digits that were written.
        where : list of (float, float)
            Columns of their left and right edges.
        """
        left, top = start
        said: list[int] = []
        where: list[tuple[float, float]] = []
        end: tuple[int, int] | None = None
        for digit in digits[:MOST_DIGITS]:
            glyph, rise = self.digit(digit, hand, rng)
            row = round(top + (hand.height - glyph.shape[0]) + rise)
            column = round(left)
            if column + glyph.shape[1] + 2 > ink.shape[1]:
                break
            paste(ink, glyph, column, row)
            run = digit == 0 and said[-1:] == [0] and hand.noughts < 1
            if end is not None and rng.random() < max(hand.joins, 0.5 * run):
                near = row + round(glyph.shape[0] * rng.uniform(0.05, 0.7))
                thick = max(1, round(hand.pen * 0.7))
                cv2.line(ink, end, (column + 1, near), 255, thick, cv2.LINE_AA)
            end = (column + glyph.shape[1] - 2,
                   row + round(glyph.shape[0] * rng.uniform(0.05, 0.95)))  # fmt: skip
            said.append(digit)
            where.append((column, column + glyph.shape[1]))
            away = hand.height * (hand.gap + rng.normal(0, 0.06))
            left = column + glyph.shape[1] + away
            left = max(left, column + max(2.0, 0.45 * glyph.shape[1]))
            if rng.random() < hand.signs:
                left = put_sign(ink, left, top, hand, rng)
                end = None
        return left, said, where

    def digit(self, digit: int, hand: "LineHand", rng: Random) -> tuple[U8, float]:
        """Write one digit; return its ink and how far below the line it stands."""
        height = hand.height * float(np.exp(rng.normal(0, 0.11)))
        if digit == 0:  # quickly written ones are low and wide
            height *= hand.noughts
            hand = replace(hand, aspect=hand.aspect * hand.noughts**-0.8)
        if rng.random() < _SIMULATED.get(digit, 0.15):
            writer = pen.Hand.sample(rng)
            writer = replace(
                writer, aspect=min(writer.aspect * hand.aspect, 1.2),
                slant=float(np.clip(hand.slant + rng.normal(0, 0.06), -0.4, 0.6)),
                pen=float(np.clip(hand.pen / height, 0.03, 0.22)),
            )  # fmt: skip
            drawn = pen.ink(
                pen.write_digit(digit, writer, rng, rare=True),
                writer,
                round(height),
                rng,
            )
            return pen.trimmed(bent(drawn, height, rng)), rng.normal(0, 0.06) * height
        glyph = self._chosen(digit, rng)
        if digit == 7 and rng.random() < _CROSSED:
            glyph = _crossed(glyph, rng)
        elif digit == 1 and rng.random() < _UPSTROKE:
            glyph = _with_upstroke(glyph, rng)
        return rewritten(glyph, height, hand, rng), rng.normal(0, 0.06) * height

    def _chosen(self, digit: int, rng: Random) -> U8:
        """Draw somebody's digit."""
        sums = self._sums[digit]
        at = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        glyph: U8 = self._glyphs[self._of[digit][min(at, sums.size - 1)]]
        return glyph


@dataclass(frozen=True, slots=True, eq=False)
class TakenStrip:
    """A strip of a photographed line.

    Attributes
    ----------
    picture : ndarray of uint8, shape (STRIP_HEIGHT, STRIP_WIDTH)
        As `digitdesk.core.strip.cut_strip` cuts it.
    left : float
        Column of the page at which it begins.
    scale : float
        Pixels of the page per pixel of the strip.
    """

    picture: U8
    left: float
    scale: float

    def column(self, x: float) -> float:
        """Return the strip's column of a column of the page."""
        return (x - self.left) / self.scale


def photographed_strip(
    ink: U8,
    middle: float,
    height: float,
    rng: Random,
    *,
    scales: float = 0.13,
    shifts: float = 0.09,
    seen: float = 1.0,
    blank: float = 0.0,
) -> TakenStrip:
    """Put ink on paper, photograph it and cut the line out.

    Parameters
    ----------
    ink : ndarray of uint8, shape (rows, columns)
        255 where ink covers the page.
    middle : float
        Row of the middle of the digits.
    height : float
        Height of the digits in pixels.
    rng : numpy.random.Generator
        Source of everything that varies.
    scales, shifts : float
        Standard deviations by which the digits' height is taken wrongly, in parts of
        it (a logarithm), and by which the line is cut out too high or low, in heights.
    seen : float
        Height that is taken for the digits' one, in parts of it.
    blank : float
        Share of papers on which nothing is printed.
    """
    size = ink.shape[0], ink.shape[1]
    if blank > 0 and rng.random() < blank:
        page = np.full(size, rng.uniform(120, 250), np.float32)
    else:
        page = paper(size, height, rng)
    page *= 1 - inked(ink, rng)
    grey = photographed(page, rng)
    used = np.flatnonzero(ink.any(axis=0))
    cut = 0
    if used.size and rng.random() < 0.4:  # as pictures of one field are cut
        first = max(0, int(used[0] - rng.uniform(0, 0.4) * height))
        last = round(used[-1] + rng.uniform(0.05, 0.5) * height)
        room = round(rng.uniform(0, 0.35) * height)
        low = max(0, round(middle - height / 2) - room)
        grey = grey[low : round(middle + height / 2) + room, first:last]
        cut = first
        middle -= low
    light_on_dark = rng.random() < 0.06
    if light_on_dark:
        grey = 255 - grey
    seen_height = height * seen * float(np.exp(rng.normal(0, scales)))
    slope = float(rng.normal(0, 0.02))
    left = rng.uniform(-1.2, 0.1) * height if rng.random() < 0.5 else 0.0
    place = LinePlace(
        left=left, right=left + STRIP_WIDTH * seen_height / DIGIT_HEIGHT,
        centre=middle + rng.normal(0, shifts) * height
        - slope * grey.shape[1] / 2, slope=slope, digit_height=seen_height,
    )  # fmt: skip
    picture = cut_strip(grey, place, light_on_dark=light_on_dark)
    return TakenStrip(picture, left + cut, place.scale)


def _cluttered(height: float, rng: Random) -> U8:
    """Cut a strip out of a scene in which nobody wrote."""
    grey = scene(rng)
    left = float(rng.uniform(-height, height))
    place = LinePlace(
        left=left, right=left + STRIP_WIDTH * height / DIGIT_HEIGHT,
        centre=float(rng.uniform(0.2, 0.8)) * grey.shape[0], slope=0.0,
        digit_height=height,
    )  # fmt: skip
    return cut_strip(grey, place, light_on_dark=bool(rng.random() < 0.3))


def number(rng: Random) -> list[int]:
    """Draw a number; round amounts and repeated digits are common on paper."""
    count = int(rng.integers(1, 10))
    digits = [int(d) for d in rng.integers(0, 10, count)]
    if rng.random() < 0.25:
        zeros = int(rng.integers(1, 6))
        digits[-zeros:] = [0] * min(zeros, count)
    if rng.random() < 0.12 and count > 1:
        at = int(rng.integers(1, count))
        digits[at] = digits[at - 1]
    return digits


def _put_other(ink: U8, left: float, top: float, hand: LineHand, rng: Random) -> float:
    """Write a letter, scribble or sign as tall as a digit."""
    kind = rng.random()
    if kind < 0.4:
        return put_sign(ink, left, top, hand, rng)
    writer = pen.Hand.sample(rng)
    strokes = pen.write_letter(writer, rng) if kind < 0.8 else pen.scribble(writer, rng)
    drawn = pen.trimmed(pen.ink(strokes, writer, round(hand.height), rng))
    paste(ink, drawn, round(left), round(top + rng.normal(0, 0.06) * hand.height))
    return float(left + drawn.shape[1] + hand.height * max(hand.gap, 0.0))


def _crossed(glyph: U8, rng: Random) -> U8:
    """Draw a bar through the stem of a 7."""
    row = int(rng.integers(12, 17))
    stem = np.flatnonzero(glyph[row] > 127)
    if not stem.size:
        return glyph
    marked = glyph.copy()
    x, long, drop = float(stem.mean()), rng.uniform(2.5, 6), rng.normal(-0.5, 1)
    thick = 1 if rng.random() < 0.4 else 2
    draw_line(marked, (x - long, row - drop), (x + long, row + drop), thick)
    return marked


def _with_upstroke(glyph: U8, rng: Random) -> U8:
    """Draw a stroke that leads up to the top of a 1."""
    rows = np.flatnonzero((glyph > 127).any(axis=1))
    if rows.size < 10:
        return glyph
    top = float(rows[0])
    x = float(np.flatnonzero(glyph[rows[0]] > 127).mean())
    marked = glyph.copy()
    down = rng.uniform(0.2, 0.85) * rows.size
    across = down * rng.uniform(0.35, 0.9)
    thick = 1 if rng.random() < 0.4 else 2
    draw_line(marked, (x, top + 1), (max(x - across, 1), top + down), thick)
    return marked
