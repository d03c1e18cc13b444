"""Sheets photographed in a hurry: pen, paper, light and table, all at random."""

from functools import partial

import numpy as np

from benchmarks.photo import (
    BLACK,
    BLUE,
    MARKER,
    NOTE,
    PALE,
    PENCIL,
    WHITE,
    Colour,
    Random,
    Shot,
    draw_line,
    enlarged_digit,
    from_the_side,
    lamp,
    on_table,
    photographed,
    put,
    shadow,
)
from benchmarks.writing import Print, Written, on_paper
from digitdesk.core.digit_data import Labelled
from digitdesk.core.types import F32

_SIZES = (960, 1280), (1280, 960), (720, 1280)
"""Height and width of the photos."""

_MARGIN = 0.09
"""Width of the margin that is left without writing, in parts of a sheet's width."""

_PENS: tuple[Colour, ...] = (BLACK, BLUE, PENCIL, MARKER, (40.0, 110.0, 60.0))
_PAPERS: tuple[Colour, ...] = (
    WHITE, NOTE, (240.0, 235.0, 215.0), (215.0, 225.0, 235.0)
)  # fmt: skip
_RED, _SQUARES = (220.0, 90.0, 90.0), (150.0, 175.0, 205.0)


def snapshot(rng: Random, digits: Labelled, *, table: bool, shaded: bool) -> Shot:
    """Photograph one to six lines of writing, 22 to 90 pixels high, from the side.

    Parameters
    ----------
    rng : Generator
        Chooses all else.
    digits : Labelled
        What is written with.
    table : bool
        Whether the whole sheet is seen, on a wooden table.
    shaded : bool
        Whether a shadow falls across.
    """
    height, width = _SIZES[int(rng.integers(len(_SIZES)))]
    size = float(np.exp(rng.uniform(np.log(22), np.log(90))))
    written = _write(rng, digits, size, np.zeros((height, width), np.float32))
    pen, paper = _PENS[rng.integers(len(_PENS))], _PAPERS[rng.integers(len(_PAPERS))]
    printed = _print_of(rng)
    scene = on_paper(written, rng, printed, pen, paper, rng.uniform(0.6, 0.95))
    scene = on_table(scene, rng) if table else scene
    scene = lamp(scene, rng, rng.uniform(0.4, 1))
    scene = shadow(scene, rng, rng.uniform(0.35, 0.8)) if shaded else scene
    seen = from_the_side(scene, rng, 1 / 20)
    photo = photographed(seen, rng, rng.uniform(1, 9), rng.uniform(0.4, 1.6))
    return photo, written.lines


def _write(rng: Random, digits: Labelled, size: float, cover: F32) -> Written:
    height, width = cover.shape
    margin, slope = _MARGIN * width, rng.uniform(-0.06, 0.06)
    gap, pitch = rng.uniform(0.05, 0.5), rng.uniform(1.5, 3) * size
    base = rng.uniform(1.5, 3) * size + _MARGIN * height
    lines: list[str] = []
    most = int(rng.integers(1, 7))
    while base < height * (1 - _MARGIN) - size / 2 and len(lines) < most:
        left, text = margin + rng.uniform(0.3, 2) * size, ""
        for _ in range(int(rng.integers(1, 11))):
            ink, label = enlarged_digit(rng, digits, size)
            if left + ink.shape[1] > width - margin:
                break
            foot = base + slope * left + rng.normal(0, 0.05) * size
            put(cover, ink, left, foot - ink.shape[0])
            text += label
            left += ink.shape[1] + size * max(gap + rng.normal(0, 0.08), 0)
        lines += [text] if text else []
        base += pitch
    return Written(cover, lines, size)


def _print_of(rng: Random) -> Print | None:
    """Choose what the paper's maker printed: nothing, lines, squares, or a margin."""
    kind = int(rng.integers(4))
    step = rng.uniform(0.4, 0.9) if kind == 2 else rng.uniform(0.8, 2)
    return None if kind == 0 else partial(_lines, kind=kind, step=step)


def _lines(
    sheet: F32, written: Written, _rng: Random, *, kind: int, step: float
) -> None:
    height, width = sheet.shape[:2]
    colour = _SQUARES if kind == 2 else PALE
    for y in np.arange(20, height, step * written.size):
        draw_line(sheet, (0, y), (width, y), colour, 1)
    for x in np.arange(20, width, step * written.size) if kind == 2 else ():
        draw_line(sheet, (x, 0), (x, height), colour, 1)
    if kind == 3:
        x = (_MARGIN - 0.02) * width
        draw_line(sheet, (x, 0), (x, height), _RED, 2)
