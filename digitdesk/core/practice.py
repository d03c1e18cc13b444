"""Glyphs as reading makes them, from digits whose names are known: for training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from digitdesk.core.binarise import Ink
from digitdesk.core.digit_data import Labelled
from digitdesk.core.finding import find_puzzles
from digitdesk.core.lines import group
from digitdesk.core.normalise import make_glyph
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.puzzle import CRUMB, Puzzle, make_puzzle
from digitdesk.core.regions import Part, find_parts
from digitdesk.core.types import U8

NOT_DIGIT = 10
"""Label of a glyph that is no digit: a fragment, or more than one digit."""

_CUT = 100
"""Coverage from which a pixel of drawn ink counts as ink."""

_WHOLE, _CLEAN = 0.9, 0.8
"""A digit has at least this share of its own ink, and of its glyph's ink is own."""

_PARTIAL, _MIXED = 0.72, 0.68
"""With less of its own ink, or more foreign ink, a glyph is certainly no digit."""

_REACH = 2
"""Pixels by which ink that was found on paper may miss the ink that was written."""


def practise(
    digits: Sequence[U8],
    labels: Sequence[int],
    offsets: Sequence[tuple[int, int]],
    photograph: Callable[[U8], U8] | None = None,
    room: int = 2,
) -> Labelled:
    """Write digits on one canvas, cut the ink as reading does, label the pieces.

    Parameters
    ----------
    digits : sequence of ndarray of uint8, shape (height, width)
        Ink is bright, 255 where it covers the pixel; digits of about 40 pixels' height
        are cut as those of a page.
    labels : sequence of int
        0 to 9 for each digit, or `NOT_DIGIT` for other signs.
    offsets : sequence of (int, int)
        Column and row of each digit's top left corner, 0 or more; ink may overlap.
    photograph : callable or None
        Turns the canvas (shape (height, width), ink bright) into a grey picture of
        paper of the same shape, in which the ink is then found as on any page. None
        takes the ink as it was written.
    room : int
        Rows and columns of paper below and right of the ink.

    Returns
    -------
    Labelled
        Every candidate that reading would show to the classifier, named 0 to 9 or
        `NOT_DIGIT`, except those too low for a digit, and those of which nobody could
        say whether they are still one.
    """
    written = _Written.on_one_page(digits, offsets, 0 if photograph is None else _REACH,
                                   room)  # fmt: skip
    if photograph is None:
        puzzles = _clean(written.canvas)
    else:
        puzzles = find_puzzles(photograph(written.canvas), PreprocessSettings()).puzzles
    glyphs, names = [], []
    for puzzle in puzzles:
        for candidate in puzzle.candidates:
            if candidate.whole.box.h < CRUMB * puzzle.digit_height:
                continue  # never taken for a digit, whatever the classifier says
            name = _name(candidate.whole, written, labels)
            if name is not None:
                glyphs.append(make_glyph(candidate.whole.ink))
                names.append(name)
    return Labelled(
        np.array(glyphs, np.uint8).reshape(-1, 28, 28), np.array(names, np.uint8)
    )


def _clean(canvas: U8) -> list[Puzzle]:
    """Candidates of ink on paper that is perfectly black."""
    mask = np.where(canvas >= _CUT, 255, 0).astype(np.uint8)
    paper = np.zeros_like(canvas)
    parts = find_parts(Ink(canvas, paper, mask, local=False, light_on_dark=True), 2.0)
    return [make_puzzle(line) for line in group(parts, 3.0)]


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """Each digit's ink alone on its own sheet of the canvas.

    Attributes
    ----------
    canvas : ndarray of uint8, shape (height, width)
        All ink together, with its soft edges.
    layers, wide : ndarray of uint8, shape (digits, height, width)
        Each digit's full ink, and the same up to `reach` pixels around it.
    reach : int
        How far ink that is found may miss it.
    """

    canvas: U8
    layers: U8
    wide: U8
    reach: int

    @classmethod
    def on_one_page(
        cls,
        digits: Sequence[U8],
        offsets: Sequence[tuple[int, int]],
        reach: int,
        room: int,
    ) -> Self:
        placed = list(zip(digits, offsets, strict=True))
        height = max(y + digit.shape[0] for digit, (_, y) in placed) + room
        width = max(x + digit.shape[1] for digit, (x, _) in placed) + room
        layers = np.zeros((len(placed), height, width), np.uint8)
        for layer, (digit, (x, y)) in zip(layers, placed, strict=True):
            layer[y : y + digit.shape[0], x : x + digit.shape[1]] = digit
        full = np.where(layers > _CUT, layers, 0).astype(np.uint8)
        wide = np.stack([_widened(layer, reach) for layer in full])
        return cls(layers.max(axis=0), full, wide, reach)

    def shares(self, whole: Part) -> tuple[int, float, float, float]:
        """Compare a candidate with what was written.

        Returns
        -------
        main : int
            The digit to which most of the candidate's ink belongs.
        has, clean : float
            Share of that digit's ink which the candidate has, and share of the
            candidate's written ink which is that digit's.
        real : float
            Share of the candidate's ink which somebody wrote at all.
        """
        box = whole.box
        ink = np.where(whole.ink > _CUT, np.uint8(255), np.uint8(0))
        inside = slice(box.y, box.bottom), slice(box.x, box.right)
        held = self.wide[:, *inside] & ink
        own = [int(np.count_nonzero(one)) for one in held]
        main = int(np.argmax(own))
        # Where digits overlap the ink belongs to both.
        written = int(np.count_nonzero(held.any(axis=0)))
        layer = self.layers[main]
        page = np.zeros_like(layer)
        page[inside] = ink
        kept = int(np.count_nonzero(layer & _widened(page, self.reach)))
        return (
            main,
            kept / max(int(np.count_nonzero(layer)), 1),
            own[main] / max(written, 1),
            written / max(int(np.count_nonzero(ink)), 1),
        )


def _widened(ink: U8, reach: int) -> U8:
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.dilate(ink, kernel), np.uint8)


def _name(whole: Part, written: _Written, labels: Sequence[int]) -> int | None:
    """Label of a candidate; None if it is neither surely a digit nor surely none."""
    main, has, clean, real = written.shares(whole)
    if labels[main] == NOT_DIGIT:
        return NOT_DIGIT
    if has >= _WHOLE and min(clean, real) >= _CLEAN:
        return labels[main]
    if has < _PARTIAL or min(clean, real) < _MIXED:
        return NOT_DIGIT
    return None
