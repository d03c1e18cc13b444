"""Glyphs as reading makes them, from digits whose names are known: for training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitdesk.core.binarise import Ink
from digitdesk.core.decode import make_puzzle
from digitdesk.core.lines import group
from digitdesk.core.normalise import make_glyph
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


@dataclass(frozen=True, slots=True, eq=False)
class Practice:
    """Labelled glyphs.

    Attributes
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9, or `NOT_DIGIT`.
    """

    glyphs: U8
    labels: U8


def practise(
    digits: Sequence[U8], labels: Sequence[int], offsets: Sequence[tuple[int, int]]
) -> Practice:
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

    Returns
    -------
    Practice
        Every candidate that reading would show to the classifier, except those of
        which nobody could say whether they are still a digit.
    """
    layers = _layers(digits, offsets)
    canvas = layers.max(axis=0)
    mask = np.where(canvas >= _CUT, 255, 0).astype(np.uint8)
    paper = np.zeros_like(canvas)
    parts = find_parts(Ink(canvas, paper, mask, local=False, light_on_dark=True), 2.0)
    glyphs, names = [], []
    for line in group(parts, 3.0):
        for candidate in make_puzzle(line).candidates:
            name = _name(candidate.whole, layers, labels)
            if name is not None:
                glyphs.append(make_glyph(candidate.whole.ink))
                names.append(name)
    return Practice(
        np.array(glyphs, np.uint8).reshape(-1, 28, 28), np.array(names, np.uint8)
    )


def _layers(digits: Sequence[U8], offsets: Sequence[tuple[int, int]]) -> U8:
    """Each digit alone on its own sheet of the canvas."""
    placed = list(zip(digits, offsets, strict=True))
    height = max(y + digit.shape[0] for digit, (_, y) in placed) + 2
    width = max(x + digit.shape[1] for digit, (x, _) in placed) + 2
    layers = np.zeros((len(placed), height, width), np.uint8)
    for layer, (digit, (x, y)) in zip(layers, placed, strict=True):
        layer[y : y + digit.shape[0], x : x + digit.shape[1]] = digit
    return layers


def _name(whole: Part, layers: U8, labels: Sequence[int]) -> int | None:
    """Label of a candidate; None if it is neither surely a digit nor surely none."""
    box = whole.box
    rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
    held = np.where(whole.ink > _CUT, layers[:, rows, columns] > _CUT, False)
    own = held.sum(axis=(1, 2))
    total = (layers > _CUT).sum(axis=(1, 2))
    main = int(own.argmax())
    if labels[main] == NOT_DIGIT:
        return NOT_DIGIT
    has = own[main] / max(total[main], 1)
    # Where digits overlap the ink belongs to both.
    clean = own[main] / max(held.any(axis=0).sum(), 1)
    if has >= _WHOLE and clean >= _CLEAN:
        return labels[main]
    if has < _PARTIAL or clean < _MIXED:
        return NOT_DIGIT
    return None
