"""What people draw beside their digits: signs, underlines, rings, a highlighter."""

from collections.abc import Callable

import cv2
import numpy as np

from benchmarks.photo import (
    BLUE,
    MARKERS,
    Random,
    Shot,
    draw_line,
    enlarged_digit,
    photographed,
    put,
)
from benchmarks.writing import HEIGHT, PITCH, Written, on_paper, write
from digitdesk.core.digit_data import Labelled
from digitdesk.core.types import F32

_Sign = Callable[[Random, F32, float, float], float]
"""Draws a sign between digits at a column and a base row; returns how wide it is."""


def _with_signs(
    rng: Random, digits: Labelled, groups: Callable[[Random], list[int]], sign: _Sign
) -> Shot:
    """Write groups of digits with a sign between each two."""
    size = float(HEIGHT)
    cover = np.zeros((round(size * 8), round(size * 16)), np.float32)
    lines = []
    for line in range(3):
        left, text = size * rng.uniform(0.6, 2), ""
        base = size * (1.9 + line * PITCH)
        for number, count in enumerate(groups(rng)):
            if number:
                left += sign(rng, cover, left, base)
            for _ in range(count):
                ink, label = enlarged_digit(rng, digits, size)
                put(cover, ink, left, base - ink.shape[0])
                text += label
                left += ink.shape[1] + size * 0.25
        lines.append(text)
    written = Written(cover, lines, size)
    return photographed(on_paper(written, rng, pen=BLUE), rng), lines


def _comma(rng: Random, cover: F32, left: float, base: float) -> float:
    at, low = (round(left + 5), round(base - 4)), rng.uniform(0.15, 0.3)
    to = round(left), round(base + HEIGHT * low)
    cv2.line(cover, at, to, (1,), int(rng.integers(3, 6)), cv2.LINE_AA)
    return 0.4 * HEIGHT


def _slash(rng: Random, cover: F32, left: float, base: float) -> float:
    lean = rng.uniform(0.25, 0.45) * HEIGHT
    foot = round(left + 2), round(base + HEIGHT * rng.uniform(0.05, 0.2))
    top = round(left + 2 + lean), round(base - HEIGHT * rng.uniform(1.15, 1.35))
    cv2.line(cover, foot, top, (1,), int(rng.integers(3, 6)), cv2.LINE_AA)
    return lean + 0.3 * HEIGHT


def _amount(rng: Random) -> list[int]:
    return [int(rng.integers(2, 6)), 2]


def _date(rng: Random) -> list[int]:
    return [int(rng.integers(1, 3)), int(rng.integers(1, 3)), int(rng.choice([2, 4]))]


def amounts(rng: Random, digits: Labelled) -> Shot:
    """Write amounts with a comma before the last two digits."""
    return _with_signs(rng, digits, _amount, _comma)


def dates(rng: Random, digits: Labelled) -> Shot:
    """Write dates with slashes."""
    return _with_signs(rng, digits, _date, _slash)


def highlighted(sheet: F32, written: Written, rng: Random) -> None:
    """Draw over each line with a highlighter, of another colour each time."""
    for line in range(3):
        y = written.base(line) - 0.5 * written.size
        colour = MARKERS[int(rng.integers(len(MARKERS)))]
        right = sheet.shape[1] * rng.uniform(0.5, 0.9)
        draw_line(sheet, (20, y), (right, y + rng.uniform(-4, 4)), colour,
                  round(1.1 * written.size))  # fmt: skip


def underlined(rng: Random, digits: Labelled) -> Shot:
    """Underline each line once or twice, by hand."""
    written = write(rng, digits)
    for line in range(3):
        base = written.base(line)
        band = written.cover[round(base - 1.2 * written.size) : base]
        across = np.flatnonzero(band.any(axis=0))
        _underline(written, rng, int(across[0]), int(across[-1]), base)
    return photographed(on_paper(written, rng, pen=BLUE), rng), written.lines


def _underline(written: Written, rng: Random, left: int, right: int, base: int) -> None:
    columns = np.arange(left - 15, right + 35, 20)
    waves = rng.normal(0, 0.7, len(columns)).cumsum()
    for row in range(int(rng.integers(1, 3))):
        path = np.column_stack([columns, base + 6 + 9 * row + waves])
        cv2.polylines(written.cover, [np.rint(path).astype(np.int32)], isClosed=False,
                      color=(1,), thickness=int(rng.integers(3, 5)),
                      lineType=cv2.LINE_AA)  # fmt: skip


def ringed(rng: Random, digits: Labelled) -> Shot:
    """Ring numbers of one or two digits."""
    cover = np.zeros((HEIGHT * 8, HEIGHT * 16), np.float32)
    written, lines = Written(cover, [], float(HEIGHT)), []
    for line in range(3):
        left, text = 1.2 * HEIGHT, ""
        base = written.base(line)
        for _ in range(3):
            start = left
            for _ in range(int(rng.integers(1, 3))):
                ink, label = enlarged_digit(rng, digits, 0.9 * HEIGHT)
                put(cover, ink, left, base - ink.shape[0])
                text += label
                left += ink.shape[1] + 0.2 * HEIGHT
            end = left - 0.2 * HEIGHT
            _ring(written, rng, round(start), round(end), base)
            left = max(end, start + HEIGHT) + 1.6 * HEIGHT
        lines.append(text)
    return photographed(on_paper(written, rng, pen=BLUE), rng), lines


def _ring(written: Written, rng: Random, left: int, right: int, base: int) -> None:
    middle = (left + right) // 2, round(base - written.size / 2)
    tall = 0.95 * written.size
    axes = round(max((right - left) / 2 + 0.4 * written.size, tall)), round(tall)
    cv2.ellipse(written.cover, middle, axes, 0, rng.uniform(-60, 0),
                rng.uniform(300, 340), (1,), 4, cv2.LINE_AA)  # fmt: skip
