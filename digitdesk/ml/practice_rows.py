"""Rows of digits, written and cut as reading cuts them: glyphs for training."""

import cv2
import numpy as np

from digitdesk.core import pen
from digitdesk.core.digit_data import Labelled
from digitdesk.core.practice import NOT_DIGIT, practise
from digitdesk.core.types import U8
from digitdesk.ml.paper import inked, paper, photographed

_INK = 20  # grey level from which a resampled pixel is ink
_OVERLAPS = (-0.10, 0.0, 0.08, 0.15)
_OVERLAP_SHARES = (0.25, 0.30, 0.30, 0.15)
"""How far neighbours run into each other, in parts of their height, and how often."""

_ON_PAPER = 0.6
"""Share of the rows that are photographed on paper and found there."""

_MOST_ALIKE = 4
"""Candidates of one row resemble each other; no more of a kind are taken."""


def practice_rows(
    digits: U8, labels: U8, wanted: int, fragments: int, rng: np.random.Generator
) -> tuple[U8, U8]:
    """Write rows of two to four digits until there are enough glyphs.

    Parameters
    ----------
    digits : ndarray of uint8, shape (n, 28, 28)
        Ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9.
    wanted : int
        How many glyphs of whole digits to make.
    fragments : int
        How many glyphs of no digit to keep, of those that come about; at most about
        three for each whole digit.
    rng : numpy.random.Generator
        Source of everything that varies.

    Returns
    -------
    glyphs : ndarray of uint8, shape (m, 28, 28)
    labels : ndarray of uint8, shape (m,)
        0 to 9, or `NOT_DIGIT`.
    """
    glyphs, names, found = [], [], 0
    while found < wanted:
        row = _practised(*_row(digits, labels, rng), rng)
        whole = rng.permutation(np.flatnonzero(row.labels != NOT_DIGIT))[:_MOST_ALIKE]
        rest = rng.permutation(np.flatnonzero(row.labels == NOT_DIGIT))[:_MOST_ALIKE]
        chosen = np.concatenate([whole, rest])
        glyphs.append(row.glyphs[chosen])
        names.append(row.labels[chosen])
        found += len(whole)
    everything, all_names = np.concatenate(glyphs), np.concatenate(names)
    whole = np.flatnonzero(all_names != NOT_DIGIT)[:wanted]
    rest = rng.permutation(np.flatnonzero(all_names == NOT_DIGIT))[:fragments]
    chosen = np.concatenate([whole, rest])
    return everything[chosen], all_names[chosen]


def _practised(
    inks: list[U8],
    names: list[int],
    places: list[tuple[int, int]],
    rng: np.random.Generator,
) -> Labelled:
    """Find the digits of a row, as written or on a photographed sheet."""
    if rng.random() >= _ON_PAPER:
        return practise(inks, names, places)
    height = max(ink.shape[0] for ink in inks)
    room = round(height * rng.uniform(0.15, 0.6))
    places = [(x + room, y + room) for x, y in places]
    return practise(
        inks, names, places, lambda canvas: _sheet(canvas, height, rng), room
    )


def _sheet(canvas: U8, height: float, rng: np.random.Generator) -> U8:
    """Photograph ink on paper; half of the pictures are small and enlarged again."""
    size = canvas.shape[::-1]
    if rng.random() < 0.5:
        canvas = np.asarray(
            cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        )
        height /= 2
    rows, columns = canvas.shape
    page = paper((rows, columns), height, rng) * (1 - inked(canvas, rng))
    grey = photographed(page, rng)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _row(
    digits: U8, labels: U8, rng: np.random.Generator
) -> tuple[list[U8], list[int], list[tuple[int, int]]]:
    """Place a few digits, and now and then a dot or dash, side by side."""
    height = rng.uniform(30, 55)
    overlap = rng.choice(_OVERLAPS, p=_OVERLAP_SHARES)
    inks: list[U8] = []
    names: list[int] = []
    places: list[tuple[int, int]] = []
    left = 2
    for index in rng.integers(0, len(digits), int(rng.integers(2, 5))):
        ink = _rewritten(digits[index], height * rng.uniform(0.75, 1.1), rng)
        top = 2 + round(rng.uniform(0, 0.35) * height)
        top += round(max(0.0, height - ink.shape[0]) * rng.choice([0, 0.5, 1]))
        inks.append(ink)
        names.append(int(labels[index]))
        places.append((max(0, left), top))
        left += round(ink.shape[1] - height * (overlap + rng.normal(0, 0.04)))
        if rng.random() < 0.12:
            sign = _sign(height, rng)
            inks.append(sign)
            names.append(NOT_DIGIT)
            places.append((max(0, left), 2 + round(height * rng.uniform(0.3, 1.1))))
            left += sign.shape[1]
    return inks, names, places


def _rewritten(glyph: U8, height: float, rng: np.random.Generator) -> U8:
    """Return a glyph at the size of a page, turned, slanted and with another pen."""
    turn, slant = np.deg2rad(rng.normal(0, 6)), rng.normal(-0.1, 0.22)
    c, s = np.cos(turn), np.sin(turn)
    shape = np.array([[c, -s], [s, c]]) @ [[rng.uniform(0.7, 1.15), slant], [0, 1]]
    shape *= height / 20
    side = int(28 * height / 20 * 1.6)
    offset = (side - 1) / 2 - shape @ (13.5, 13.5)
    matrix = np.column_stack([shape, offset])
    large = cv2.warpAffine(glyph, matrix, (side, side), flags=cv2.INTER_LINEAR)
    change = int(rng.integers(0, 5))
    if change < 2:
        morph = cv2.erode if change == 0 else cv2.dilate
        large = morph(large, np.ones((3, 3), np.uint8))
    if rng.random() < 0.5:
        large = cv2.GaussianBlur(large, (0, 0), float(rng.uniform(0.5, 1.5)))
    return pen.trimmed(np.where(large > _INK, large, 0).astype(np.uint8))


def _sign(height: float, rng: np.random.Generator) -> U8:
    """Draw a point, comma, dash or letter."""
    if rng.random() < 0.3:
        hand = pen.Hand.sample(rng)
        strokes = pen.write_letter(hand, rng)
        return pen.trimmed(pen.ink(strokes, hand, round(height), rng))
    thick = max(2, round(height * rng.uniform(0.06, 0.14)))
    long = round(height * rng.choice([0.02, 0.2, 0.4]))
    canvas = np.zeros((long + 3 * thick, long + 3 * thick), np.uint8)
    drop = round(long * rng.uniform(-0.3, 1.0))
    cv2.line(canvas, (thick, thick), (thick + long, thick + max(0, drop)), 255, thick)
    return pen.trimmed(canvas)
