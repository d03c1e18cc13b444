"""Written numbers as strips: what the line network learns from."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core import pen
from digitdesk.core.strip import DIGIT_HEIGHT, LinePlace, cut_strip
from digitdesk.core.types import F32, U8
from digitdesk.ml.clutter import scene
from digitdesk.ml.paper import inked, paper, photographed

Random = np.random.Generator

STRIP_WIDTH = 224
"""Width of a strip to learn from, in pixels."""

MOST_DIGITS = 12
"""Digits of a strip at most."""

_SIMULATED = {0: 0.25, 1: 0.5, 2: 0.4, 4: 0.35, 5: 0.4, 7: 0.45, 8: 0.25, 9: 0.4}
"""How often a digit is written by the simulated pen: more often those that hands of
other countries than MNIST's write otherwise."""

_BEND = 0.06
"""Largest standard deviation by which parts of a digit stray, in heights of it."""

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
        page = paper(page_size, height, rng)
        page *= 1 - inked(ink, rng)
        grey = photographed(page, rng)
        used = np.flatnonzero(ink.any(axis=0))
        if used.size and rng.random() < 0.4:  # as pictures of one field are cut
            first = max(0, int(used[0] - rng.uniform(0, 0.4) * height))
            last = round(used[-1] + rng.uniform(0.05, 0.5) * height)
            room = round(rng.uniform(0, 0.35) * height)
            low = max(0, round(middle - height / 2) - room)
            grey = grey[low : round(middle + height / 2) + room, first:last]
            where = [x - first for x in where]
            middle -= low
        light_on_dark = rng.random() < 0.06
        if light_on_dark:
            grey = 255 - grey
        seen_height = height * float(np.exp(rng.normal(0, 0.13)))
        slope = float(rng.normal(0, 0.02))
        left = rng.uniform(-1.2, 0.1) * height if rng.random() < 0.5 else 0.0
        place = LinePlace(
            left=left, right=left + STRIP_WIDTH * seen_height / DIGIT_HEIGHT,
            centre=middle + rng.normal(0, 0.09) * height
            - slope * grey.shape[1] / 2, slope=slope, digit_height=seen_height,
        )  # fmt: skip
        picture = cut_strip(grey, place, light_on_dark=light_on_dark)
        columns = [(x - left) / place.scale for x in where]
        seen = [(d, x) for d, x in zip(said, columns, strict=True)
                if 0 <= x < STRIP_WIDTH]  # fmt: skip
        return picture, [d for d, _ in seen], [x for _, x in seen]

    def _written(
        self, height: float, size: tuple[int, int], rng: Random
    ) -> tuple[U8, list[int], list[float], float]:
        """Write a number; return its ink, digits, middle columns and middle row."""
        ink = np.zeros(size, np.uint8)
        hand = _Hand.sample(height, rng)
        said: list[int] = []
        where: list[float] = []
        top = size[0] / 2 - height / 2 + rng.normal(0, 0.05) * height
        left = float(rng.uniform(0.05, 1.6)) * height
        if rng.random() < 0.25:
            left = _put_sign(ink, left, top, hand, rng)
        end: tuple[int, int] | None = None
        without = rng.random() < _WITHOUT_DIGITS
        for _ in range(int(rng.integers(0, 8)) if without else 0):
            left = _put_other(ink, left, top, hand, rng)
        for digit in () if without else _number(rng):
            if len(said) == MOST_DIGITS:
                break
            glyph, rise = self._digit(digit, hand, rng)
            row = round(top + (height - glyph.shape[0]) + rise)
            column = round(left)
            if column + glyph.shape[1] + 2 > size[1]:
                break
            _paste(ink, glyph, column, row)
            run = digit == 0 and said[-1:] == [0] and hand.noughts < 1
            if end is not None and rng.random() < max(hand.joins, 0.5 * run):
                start = (
                    column + 1,
                    row + round(glyph.shape[0] * rng.uniform(0.05, 0.7)),
                )
                cv2.line(
                    ink, end, start, 255, max(1, round(hand.pen * 0.7)), cv2.LINE_AA
                )
            end = (column + glyph.shape[1] - 2,
                   row + round(glyph.shape[0] * rng.uniform(0.05, 0.95)))  # fmt: skip
            said.append(digit)
            where.append(column + glyph.shape[1] / 2)
            left = column + glyph.shape[1] + height * (hand.gap + rng.normal(0, 0.06))
            left = max(left, column + max(2.0, 0.45 * glyph.shape[1]))
            if rng.random() < hand.signs:
                left = _put_sign(ink, left, top, hand, rng)
                end = None
        for _ in range(int(rng.choice([0, 1, 2], p=[0.6, 0.25, 0.15]))):
            left = _put_sign(ink, left, top, hand, rng)
        return ink, said, where, top + height / 2

    def _digit(self, digit: int, hand: "_Hand", rng: Random) -> tuple[U8, float]:
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
            return pen.trimmed(_bent(drawn, height, rng)), rng.normal(0, 0.06) * height
        glyph = self._chosen(digit, rng)
        if digit == 7 and rng.random() < _CROSSED:
            glyph = _crossed(glyph, rng)
        elif digit == 1 and rng.random() < _UPSTROKE:
            glyph = _with_upstroke(glyph, rng)
        return _rewritten(glyph, height, hand, rng), rng.normal(0, 0.06) * height

    def _chosen(self, digit: int, rng: Random) -> U8:
        """Draw somebody's digit."""
        sums = self._sums[digit]
        at = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        glyph: U8 = self._glyphs[self._of[digit][min(at, sums.size - 1)]]
        return glyph


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


@dataclass(frozen=True, slots=True)
class _Hand:
    """How one line is written, in pixels where lengths are meant."""

    height: float
    slant: float
    aspect: float
    pen: float
    gap: float
    joins: float
    signs: float
    noughts: float

    @classmethod
    def sample(cls, height: float, rng: Random) -> "_Hand":
        return cls(
            height=height,
            slant=float(rng.normal(0.08, 0.22)),
            aspect=float(np.clip(rng.normal(0.95, 0.17), 0.6, 1.4)),
            pen=height * float(np.clip(rng.lognormal(np.log(0.085), 0.35), 0.04, 0.2)),
            gap=float(rng.choice([-0.08, 0.02, 0.12, 0.3], p=[0.25, 0.35, 0.25, 0.15])),
            joins=float(rng.choice([0, 0.15, 0.6], p=[0.7, 0.2, 0.1])),
            signs=float(rng.choice([0, 0.15, 0.35], p=[0.45, 0.35, 0.2])),
            noughts=float(rng.uniform(0.5, 0.85)) if rng.random() < 0.3 else 1.0,
        )


def _number(rng: Random) -> list[int]:
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


def _rewritten(glyph: U8, height: float, hand: _Hand, rng: Random) -> U8:
    """Bring a glyph to the size, slant and pen of a line."""
    turn, slant = np.deg2rad(rng.normal(0, 5)), hand.slant + rng.normal(0, 0.08)
    aspect = hand.aspect * float(np.exp(rng.normal(0, 0.1)))
    c, s = np.cos(turn), np.sin(turn)
    shape = np.array([[c, -s], [s, c]]) @ [[aspect, -slant], [0, 1]]
    shape = shape * (height / 20)
    side = round(28 * height / 20 * 1.7)
    offset = (side - 1) / 2 - shape @ (13.5, 13.5)
    large = cv2.warpAffine(
        glyph, np.column_stack([shape, offset]), (side, side), flags=cv2.INTER_CUBIC
    )
    # A glyph's skirts are as wide as its enlargement; a pen's edge is sharp.
    level = np.clip((large.astype(np.float32) - 90) * 2.2, 0, 255).astype(np.uint8)
    level = _bent(level, height, rng)
    return pen.trimmed(_with_pen(level, hand.pen * float(rng.uniform(0.85, 1.15))))


def _bent(ink: U8, height: float, rng: Random) -> U8:
    """Bend a digit smoothly: no hand writes it twice alike."""
    most = height * float(rng.uniform(0, _BEND))
    coarse = rng.normal(0, most, (2, 4, 4)).astype(np.float32)
    rows, columns = ink.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    bend_x, bend_y = (
        cv2.resize(c, (columns, rows), interpolation=cv2.INTER_CUBIC) for c in coarse
    )
    return np.asarray(
        cv2.remap(ink, x + bend_x, y + bend_y, cv2.INTER_LINEAR), np.uint8
    )


def _with_pen(ink: U8, pen_px: float) -> U8:
    """Thicken or thin strokes towards a pen's width, as far as they stay whole."""
    area = float((ink > 127).sum())
    depth = cv2.distanceTransform((ink > 127).astype(np.uint8), cv2.DIST_L2, 3)
    ridge = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0)]
    if not ridge.size or not area:
        return ink
    change = round((pen_px - (2 * float(np.median(ridge)) - 1)) / 2)
    if change == 0:
        return ink
    size = 2 * min(abs(change), 3) + 1 if abs(change) > 1 else 2
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if change > 0:
        return np.asarray(cv2.dilate(ink, kernel), np.uint8)
    thin = cv2.erode(ink, kernel)
    return np.asarray(thin if (thin > 127).sum() > 0.45 * area else ink, np.uint8)


def _put_sign(ink: U8, left: float, top: float, hand: _Hand, rng: Random) -> float:
    """Write a point, comma, dash, stroke or letter; return where the next may stand."""
    height = hand.height
    kind = rng.random()
    thick = max(1, round(hand.pen * rng.uniform(0.8, 1.3)))
    if kind < 0.18:
        writer = pen.Hand.sample(rng)
        letter = pen.write_letter(writer, rng)
        drawn = pen.trimmed(
            pen.ink(letter, writer, round(height * rng.uniform(0.5, 1.1)), rng)
        )
        _paste(ink, drawn, round(left), round(top + rng.uniform(-0.1, 0.4) * height))
        return float(left + drawn.shape[1] + height * max(hand.gap, 0.05))
    base = top + height * rng.uniform(0.75, 1.1)
    if kind < 0.68:  # point or comma
        drop = rng.uniform(0, 0.3) * height * (rng.random() < 0.5)
        ends = (left + thick, base), (left + thick - drop * 0.4, base + drop)
        step = 2.2 * thick + max(hand.gap, 0) * height * 0.6
    else:  # dash, or one above another
        base = top + height * rng.uniform(0.35, 0.9)
        long = height * float(np.exp(rng.uniform(np.log(0.2), np.log(2))))
        ends = (left + 1, base), (left + long, base + rng.normal(0, 0.06) * height)
        step = long + 0.15 * height
        if rng.random() < 0.3:
            lower = [(x, y + 0.25 * height) for x, y in ends]
            _line(ink, lower[0], lower[1], thick)
    _line(ink, ends[0], ends[1], thick)
    return left + step


def _put_other(ink: U8, left: float, top: float, hand: _Hand, rng: Random) -> float:
    """Write a letter, scribble or sign as tall as a digit."""
    kind = rng.random()
    if kind < 0.4:
        return _put_sign(ink, left, top, hand, rng)
    writer = pen.Hand.sample(rng)
    strokes = pen.write_letter(writer, rng) if kind < 0.8 else pen.scribble(writer, rng)
    drawn = pen.trimmed(pen.ink(strokes, writer, round(hand.height), rng))
    _paste(ink, drawn, round(left), round(top + rng.normal(0, 0.06) * hand.height))
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
    _line(marked, (x - long, row - drop), (x + long, row + drop), thick)
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
    _line(marked, (x, top + 1), (max(x - across, 1), top + down), thick)
    return marked


def _line(
    ink: U8, start: tuple[float, float], end: tuple[float, float], thick: int
) -> None:
    points = [(round(x), round(y)) for x, y in (start, end)]
    cv2.line(ink, points[0], points[1], 255, thick, cv2.LINE_AA)


def _paste(ink: U8, part: U8, left: int, top: int) -> None:
    """Add ink; what lies outside is lost."""
    first_row, first_column = max(0, -top), max(0, -left)
    window = ink[max(0, top) : top + part.shape[0], max(0, left) : left + part.shape[1]]
    part = part[first_row:, first_column:][: window.shape[0], : window.shape[1]]
    np.maximum(window, part, out=window)
