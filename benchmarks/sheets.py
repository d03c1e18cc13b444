"""Sheets with handwriting as people photograph them: ruled, boxed, shaded, tilted."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from benchmarks.marks import amounts, dates, highlighted, ringed, underlined
from benchmarks.photo import (
    BLACK,
    BLUE,
    DARK,
    FORM,
    MARKER,
    NOTE,
    PALE,
    PENCIL,
    WHITE,
    Colour,
    Random,
    Shot,
    draw_line,
    from_the_side,
    lamp,
    on_table,
    photographed,
    shadow,
    turned,
)
from benchmarks.snapshots import snapshot
from benchmarks.writing import (
    HEIGHT,
    Condition,
    Print,
    Written,
    on_paper,
    write,
    write_in_cells,
)
from digitdesk.core.digit_data import Labelled
from digitdesk.core.types import F32


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
    size: float = HEIGHT,
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
    sheet = on_paper(written, rng, printed, pen, paper, strength)
    return photographed(lamp(sheet, rng, least), rng, noise, blur), written.lines


def _other_side_shows(rng: Random, digits: Labelled) -> Shot:
    return _plain(rng, digits, printed=_other_side(digits))


def _labelled(rng: Random, digits: Labelled) -> Shot:
    """Write beside printed words."""
    written = write(rng, digits)
    room = np.zeros((len(written.cover), round(5.2 * written.size)), np.float32)
    wide = replace(written, cover=np.hstack([written.cover, room]))
    return photographed(on_paper(wide, rng, _label, BLUE), rng), written.lines


def _shaded(rng: Random, digits: Labelled, *, least: float) -> Shot:
    written = write(rng, digits)
    sheet = shadow(on_paper(written, rng, pen=BLUE), rng, least)
    return photographed(sheet, rng), written.lines


def _boxed(
    rng: Random, digits: Labelled, *, empty: int = 0, apart: float = 0.0
) -> Shot:
    written, cells = write_in_cells(rng, digits, empty, apart)

    def printed(sheet: F32, _written: Written, _rng: Random) -> None:
        for left, top, right, bottom in cells:
            cv2.rectangle(sheet, (left, top), (right, bottom), (70, 70, 70), 2)

    return photographed(on_paper(written, rng, printed, BLUE), rng), written.lines


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

    return photographed(on_paper(written, rng, printed, BLUE), rng), written.lines


def _dashed(sheet: F32, written: Written, _rng: Random) -> None:
    for line in range(3):
        y = written.base(line) + 0.12 * written.size
        for x in np.arange(20, sheet.shape[1] - 20, 0.3 * written.size):
            draw_line(sheet, (x, y), (x + 0.16 * written.size, y), FORM)


def _note(rng: Random, digits: Labelled) -> Shot:
    """Lay a small yellow note on a desk of any shade."""
    written = write(rng, digits, columns=11)
    note = on_paper(written, rng, paper=NOTE)
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
    scene = on_table(on_paper(written, rng), rng)
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
        return from_the_side(photo, rng, 1 / 16), lines

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
    "commas": amounts,
    "dates": dates,
    "highlighted": partial(_plain, printed=highlighted, pen=BLUE),
    "underlined": underlined,
    "ringed": ringed,
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
    "snapshot": partial(snapshot, table=False, shaded=False),
    "snapshot, shadow": partial(snapshot, table=False, shaded=True),
    "snapshot, table": partial(snapshot, table=True, shaded=False),
    "both of these": partial(snapshot, table=True, shaded=True),
}
"""What the pages of `benchmarks.conditions` look like, by name."""
