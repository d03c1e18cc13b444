"""Sheets with handwriting as people photograph them: ruled, boxed, shaded, tilted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np

from benchmarks.photo import (
    BLACK,
    BLUE,
    DARK,
    FORM,
    MARKER,
    MARKERS,
    NOTE,
    PALE,
    PENCIL,
    WHITE,
    Colour,
    Random,
    Shot,
    bgr,
    draw_line,
    enlarged_digit,
    lamp,
    on_table,
    photographed,
    put,
    shadow,
    turned,
)
from digitdesk.core.digit_data import Labelled
from digitdesk.core.types import F32

_HEIGHT = 48
"""Pixels of a digit, where the condition is not about its size."""

_PITCH = 2.1
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
        return round(self.size * (1.9 + line * _PITCH))


Condition = Callable[[Random, Labelled], Shot]
Print = Callable[[F32, Written, Random], None]
"""Prints on a sheet, shape (height, width, 3), in place."""


def write(
    rng: Random,
    digits: Labelled,
    size: float = _HEIGHT,
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
            base = size * (1.9 + line * _PITCH) + rng.normal(0, size * 0.04)
            put(cover, ink, left, base - ink.shape[0])
            text += label
            left += ink.shape[1] + size * max(gap + rng.normal(0, 0.06), -0.2)
        lines.append(text)
    return Written(cover, lines, size)


def write_in_cells(
    rng: Random, digits: Labelled, empty: int, apart: float
) -> tuple[Written, list[tuple[int, int, int, int]]]:
    """Write a digit into each cell of three rows; return the cells' corners too."""
    size = float(_HEIGHT)
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


def _sheet(
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


def _ruled(colour: Colour, low: float = 0.0) -> Print:
    def printed(sheet: F32, written: Written, _rng: Random) -> None:
        for line in range(4):
            y = written.base(line) + low * written.size
            draw_line(sheet, (0, y), (sheet.shape[1], y), colour)

    return printed


def _squared(colour: Colour, pitch: float, thick: int) -> Print:
    def printed(sheet: F32, written: Written, _rng: Random) -> None:
        height, width = sheet.shape[:2]
        for at in np.arange(0, width, pitch * written.size):
            draw_line(sheet, (at, 0), (at, height), colour, thick)
            draw_line(sheet, (0, at), (width, at), colour, thick)

    return printed


def _table(sheet: F32, written: Written, _rng: Random) -> None:
    dark, right = (60.0, 60.0, 60.0), sheet.shape[1] - 8
    levels = [written.base(line) + 0.45 * written.size for line in range(-1, 3)]
    for level in levels:
        draw_line(sheet, (8, level), (right, level), dark)
    for at in (8, right):
        draw_line(sheet, (at, levels[0]), (at, levels[-1]), dark)


def _label(sheet: F32, written: Written, _rng: Random) -> None:
    """Print a word before each line; the writing moves to the right of it."""
    room = round(5.2 * written.size)
    letters = np.zeros(sheet.shape[:2], np.uint8)
    for line, word in enumerate(("Amount:", "Number:", "Total:")):
        place = (round(written.size / 4), written.base(line))
        cv2.putText(letters, word, place, cv2.FONT_HERSHEY_DUPLEX, written.size / 40,
                    255, 2, cv2.LINE_AA)  # fmt: skip
    sheet *= 1 - np.float32(0.75 / 255) * letters[..., None]
    moved = written.cover.copy()
    written.cover[:, :room] = 0
    written.cover[:, room:] = moved[:, :-room]


def _other_side(digits: Labelled) -> Print:
    def printed(sheet: F32, _written: Written, rng: Random) -> None:
        mirrored = write(rng, digits).cover[:, ::-1, None]
        sheet *= 1 - np.float32(0.18) * mirrored

    return printed


def _plain(
    rng: Random,
    digits: Labelled,
    *,
    size: float = _HEIGHT,
    gap: float = 0.35,
    pen: Colour = BLACK,
    paper: Colour = WHITE,
    strength: float = 0.9,
    noise: float = 3,
    blur: float = 0.7,
    least: float = 0.8,
    printed: Print | None = None,
) -> Shot:
    """Photograph a sheet from above."""
    written = write(rng, digits, size, gap)
    sheet = _sheet(written, rng, printed, pen, paper, strength)
    return photographed(lamp(sheet, rng, least), rng, noise, blur), written.lines


def _other_side_shows(rng: Random, digits: Labelled) -> Shot:
    return _plain(rng, digits, printed=_other_side(digits))


def _labelled(rng: Random, digits: Labelled) -> Shot:
    """Write beside printed words."""
    written = write(rng, digits)
    room = np.zeros((len(written.cover), round(5.2 * written.size)), np.float32)
    wide = replace(written, cover=np.hstack([written.cover, room]))
    return photographed(_sheet(wide, rng, _label, BLUE), rng), written.lines


def _shaded(rng: Random, digits: Labelled, *, least: float) -> Shot:
    written = write(rng, digits)
    sheet = shadow(_sheet(written, rng, pen=BLUE), rng, least)
    return photographed(sheet, rng), written.lines


def _boxed(
    rng: Random, digits: Labelled, *, empty: int = 0, apart: float = 0.0
) -> Shot:
    written, cells = write_in_cells(rng, digits, empty, apart)

    def printed(sheet: F32, _written: Written, _rng: Random) -> None:
        for left, top, right, bottom in cells:
            cv2.rectangle(sheet, (left, top), (right, bottom), (70, 70, 70), 2)

    return photographed(_sheet(written, rng, printed, BLUE), rng), written.lines


def _in_combs(
    rng: Random, digits: Labelled, *, teeth: float, apart: float = 0.0
) -> Shot:
    """Write into a comb: a bar below, and teeth so high, in parts of a cell, if any."""
    written, cells = write_in_cells(rng, digits, 2, apart)

    def printed(sheet: F32, _written: Written, _rng: Random) -> None:
        for left, top, right, bottom in cells:
            draw_line(sheet, (left, bottom), (right, bottom), FORM)
            for x in (left, right) if teeth else ():
                rise = teeth * (bottom - top)
                draw_line(sheet, (x, bottom - rise), (x, bottom), FORM)

    return photographed(_sheet(written, rng, printed, BLUE), rng), written.lines


def _dashed(sheet: F32, written: Written, _rng: Random) -> None:
    for line in range(3):
        y = written.base(line) + 0.12 * written.size
        for x in np.arange(20, sheet.shape[1] - 20, 0.3 * written.size):
            draw_line(sheet, (x, y), (x + 0.16 * written.size, y), FORM)


Sign = Callable[[Random, F32, float, float], float]
"""Draws a sign between digits at a column and a base row; returns how wide it is."""


def _with_signs(
    rng: Random, digits: Labelled, groups: Callable[[Random], list[int]], sign: Sign
) -> Shot:
    """Write groups of digits with a sign between each two."""
    size = float(_HEIGHT)
    cover = np.zeros((round(size * 8), round(size * 16)), np.float32)
    lines = []
    for line in range(3):
        left, text = size * rng.uniform(0.6, 2), ""
        base = size * (1.9 + line * _PITCH)
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
    return photographed(_sheet(written, rng, pen=BLUE), rng), lines


def _comma(rng: Random, cover: F32, left: float, base: float) -> float:
    at, low = (round(left + 5), round(base - 4)), rng.uniform(0.15, 0.3)
    to = round(left), round(base + _HEIGHT * low)
    cv2.line(cover, at, to, (1,), int(rng.integers(3, 6)), cv2.LINE_AA)
    return 0.4 * _HEIGHT


def _slash(rng: Random, cover: F32, left: float, base: float) -> float:
    lean = rng.uniform(0.25, 0.45) * _HEIGHT
    foot = round(left + 2), round(base + _HEIGHT * rng.uniform(0.05, 0.2))
    top = round(left + 2 + lean), round(base - _HEIGHT * rng.uniform(1.15, 1.35))
    cv2.line(cover, foot, top, (1,), int(rng.integers(3, 6)), cv2.LINE_AA)
    return lean + 0.3 * _HEIGHT


def _amount(rng: Random) -> list[int]:
    return [int(rng.integers(2, 6)), 2]


def _date(rng: Random) -> list[int]:
    return [int(rng.integers(1, 3)), int(rng.integers(1, 3)), int(rng.choice([2, 4]))]


def _highlighted(sheet: F32, written: Written, rng: Random) -> None:
    """Draw over each line with a highlighter, of another colour each time."""
    for line in range(3):
        y = written.base(line) - 0.5 * written.size
        colour = MARKERS[int(rng.integers(len(MARKERS)))]
        right = sheet.shape[1] * rng.uniform(0.5, 0.9)
        draw_line(sheet, (20, y), (right, y + rng.uniform(-4, 4)), colour,
                  round(1.1 * written.size))  # fmt: skip


def _marked(rng: Random, digits: Labelled, mark: Callable[..., None]) -> Shot:
    """Draw with the pen around what was written on each line, or below it."""
    written = write(rng, digits)
    for line in range(3):
        base = written.base(line)
        band = written.cover[round(base - 1.2 * written.size) : base]
        across = np.flatnonzero(band.any(axis=0))
        mark(written, rng, int(across[0]), int(across[-1]), base)
    return photographed(_sheet(written, rng, pen=BLUE), rng), written.lines


def _underline(written: Written, rng: Random, left: int, right: int, base: int) -> None:
    columns = np.arange(left - 15, right + 35, 20)
    waves = rng.normal(0, 0.7, len(columns)).cumsum()
    for row in range(int(rng.integers(1, 3))):
        path = np.column_stack([columns, base + 6 + 9 * row + waves])
        cv2.polylines(written.cover, [np.rint(path).astype(np.int32)], isClosed=False,
                      color=(1,), thickness=int(rng.integers(3, 5)),
                      lineType=cv2.LINE_AA)  # fmt: skip


def _ring(written: Written, rng: Random, left: int, right: int, base: int) -> None:
    middle = (left + right) // 2, round(base - written.size / 2)
    tall = 0.95 * written.size
    axes = round(max((right - left) / 2 + 0.4 * written.size, tall)), round(tall)
    cv2.ellipse(written.cover, middle, axes, 0, rng.uniform(-60, 0),
                rng.uniform(300, 340), (1,), 4, cv2.LINE_AA)  # fmt: skip


def _ringed(rng: Random, digits: Labelled) -> Shot:
    """Ring numbers of one or two digits."""
    cover = np.zeros((_HEIGHT * 8, _HEIGHT * 16), np.float32)
    written, lines = Written(cover, [], float(_HEIGHT)), []
    for line in range(3):
        left, text = 1.2 * _HEIGHT, ""
        base = written.base(line)
        for _ in range(3):
            start = left
            for _ in range(int(rng.integers(1, 3))):
                ink, label = enlarged_digit(rng, digits, 0.9 * _HEIGHT)
                put(cover, ink, left, base - ink.shape[0])
                text += label
                left += ink.shape[1] + 0.2 * _HEIGHT
            end = left - 0.2 * _HEIGHT
            _ring(written, rng, round(start), round(end), base)
            left = max(end, start + _HEIGHT) + 1.6 * _HEIGHT
        lines.append(text)
    return photographed(_sheet(written, rng, pen=BLUE), rng), lines


def _note(rng: Random, digits: Labelled) -> Shot:
    """Lay a small yellow note on a desk of any shade."""
    written = write(rng, digits, columns=11)
    note = _sheet(written, rng, paper=NOTE)
    height, width = note.shape[:2]
    shade = np.float32(rng.uniform(50, 235))
    desk = np.full((2 * height, 2 * width, 3), shade, np.float32)
    place = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-8, 8), 1)
    place[:, 2] += (width / 2, height / 2)
    cv2.warpAffine(note, place, desk.shape[1::-1], desk,
                   borderMode=cv2.BORDER_TRANSPARENT)  # fmt: skip
    return photographed(lamp(desk, rng, 0.7), rng), written.lines


def _on_wood(rng: Random, digits: Labelled) -> Shot:
    """Lay a white sheet on a dark table."""
    written = write(rng, digits)
    scene = on_table(_sheet(written, rng), rng)
    return photographed(lamp(scene, rng), rng), written.lines


def _tilted(shot: Condition, degrees: float) -> Condition:
    def tilted(rng: Random, digits: Labelled) -> Shot:
        photo, lines = shot(rng, digits)
        return turned(photo, degrees * rng.choice([-1, 1])), lines

    return tilted


def _askew(shot: Condition) -> Condition:
    """Photograph from the side: each corner moves by up to a sixteenth."""

    def askew(rng: Random, digits: Labelled) -> Shot:
        photo, lines = shot(rng, digits)
        height, width = photo.shape[:2]
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (width, height)
        moved = corners + rng.uniform(-1 / 16, 1 / 16, (4, 2)) * (width, height)
        view = cv2.getPerspectiveTransform(
            corners.astype(np.float32), moved.astype(np.float32)
        )
        seen = cv2.warpPerspective(
            photo, view, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(seen, np.uint8), lines

    return askew


_IN_TABLE = partial(_plain, printed=_table, pen=BLUE)
_ON_SQUARES = partial(_plain, printed=_squared((150.0, 175.0, 205.0), 0.5, 1))

CONDITIONS: Mapping[str, Condition] = {
    "plain": _plain,
    "pencil": partial(_plain, pen=PENCIL, strength=0.45),
    "red on pink": partial(_plain, pen=MARKER, paper=(235.0, 195.0, 205.0)),
    "chalk": partial(_plain, pen=(235.0, 230.0, 225.0), paper=(45.0, 70.0, 55.0)),
    "ruled": partial(_plain, printed=_ruled(PALE), pen=BLUE),
    "ruled through": partial(_plain, printed=_ruled(DARK, -0.1)),
    "squared": _ON_SQUARES,
    "dark squares": partial(_plain, printed=_squared((130.0, 150.0, 190.0), 0.7, 2)),
    "table": _IN_TABLE,
    "row of boxes": _boxed,
    "single boxes": partial(_boxed, apart=0.2),
    "comb": partial(_in_combs, teeth=0.45),
    "dash each": partial(_in_combs, teeth=0, apart=0.25),
    "dashed lines": partial(_plain, printed=_dashed, pen=BLUE),
    "commas": partial(_with_signs, groups=_amount, sign=_comma),
    "dates": partial(_with_signs, groups=_date, sign=_slash),
    "highlighted": partial(_plain, printed=_highlighted, pen=BLUE),
    "underlined": partial(_marked, mark=_underline),
    "ringed": _ringed,
    "printed label": _labelled,
    "empty boxes": partial(_boxed, apart=0.2, empty=2),
    "soft shadow": partial(_shaded, least=0.5),
    "deep shadow": partial(_shaded, least=0.28),
    "lamp": partial(_plain, least=0.25),
    "on a table": _on_wood,
    "small note": _note,
    "other side": _other_side_shows,
    "touching": partial(_plain, gap=-0.02),
    "blurred": partial(_plain, blur=3.2),
    "noisy": partial(_plain, noise=28),
    "12 pixels high": partial(_plain, size=12),
    "200 pixels high": partial(_plain, size=200),
    "tilted 15": _tilted(_plain, 15),
    "boxes, tilted 12": _tilted(partial(_boxed, apart=0.2), 12),
    "squares, tilted 8": _tilted(_ON_SQUARES, 8),
    "table, askew": _askew(_IN_TABLE),
    "boxes, askew": _askew(_boxed),
    "comb, askew": _askew(partial(_in_combs, teeth=0.45)),
}
"""What the pages of `benchmarks.conditions` look like, by name."""
