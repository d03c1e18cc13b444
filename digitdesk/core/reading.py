"""Read handwritten digits from a picture: find, cut, classify in one batch, decide."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitdesk.core.binarise import find_ink
from digitdesk.core.decode import Puzzle, make_puzzle, solve
from digitdesk.core.lines import group
from digitdesk.core.normalise import make_glyph
from digitdesk.core.preprocess import PreprocessSettings, ThresholdMode
from digitdesk.core.regions import Outlines, find_outlines, find_parts
from digitdesk.core.rulings import without_rulings
from digitdesk.core.single import STAMP_SIDE, batch, digit_reading, read_single
from digitdesk.core.trust import Found, is_doubtful, judge, worth
from digitdesk.core.types import (
    U8,
    Classifier,
    LineReading,
    Reading,
    Scores,
)
from digitdesk.core.view import View

__all__ = ["read_picture", "read_single"]

SEARCHED_SIDE = 2048
"""Larger pictures are searched at this longer side, in pixels."""

SMALL_SIDE = 420
"""Pictures with a longer side below this, in pixels, are searched enlarged."""

OTHER_FIRMNESS = (0.7, 1.45)
"""Other cuts that are tried, where the first one leaves doubt."""

CROWD = 200
"""So many pieces of ink are a page of print, or texture, rather than a few numbers."""

LEAST_HEIGHT = 9
"""Lower ink, in pixels of the picture, is too coarse to be read as a digit."""


def read_picture(
    pixels: U8, classifier: Classifier, settings: PreprocessSettings
) -> Reading:
    """Find and name the digits of a picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; upright.
    classifier : Classifier
        Called once, with every glyph that the picture may hold; where the answer is
        in doubt, again for a laxer and a firmer cut between paper and ink.
    settings : PreprocessSettings
        What counts as ink, and where to look.

    Returns
    -------
    Reading
        Lines from top to bottom; no line is empty.
    """
    view = View(pixels, settings.region_of_interest, SEARCHED_SIDE, SMALL_SIDE)
    if max(view.grey.shape) <= STAMP_SIDE * view.scale:
        mask = find_ink(view.grey, settings).mask
        return _read_stamp(pixels, classifier, settings, mask)
    reading = _read(view, classifier, settings, 1.0)
    if settings.mode is not ThresholdMode.AUTO or not is_doubtful(reading):
        return reading
    others = (_read(view, classifier, settings, f) for f in OTHER_FIRMNESS)
    return max([reading, *others], key=worth)


def _read(
    view: View, classifier: Classifier, settings: PreprocessSettings, firmness: float
) -> Reading:
    """Read what one cut between paper and ink shows."""
    ink = find_ink(view.grey, settings, firmness)
    outlines: Outlines | None = find_outlines(ink.mask)
    cleaned = without_rulings(ink.mask, outlines)
    if cleaned is not ink.mask:
        ink, outlines = replace(ink, mask=cleaned), None
    wanted = settings.minimum_ink / 1000 * max(view.grey.shape)
    smallest = max(wanted, LEAST_HEIGHT * view.scale)
    parts = find_parts(ink, smallest / 4, outlines)
    crowded = sum(part.box.h >= smallest for part in parts) > CROWD
    puzzles = [make_puzzle(line, crowded=crowded) for line in group(parts, smallest)]
    found = _solve_all(puzzles, classifier, view)
    judged = judge(found, view.width, view.height, classifier.reject_threshold)
    kept = [tuple(digit for digit in line if digit.accepted) for line in judged]
    return Reading(
        width=view.width,
        height=view.height,
        lines=tuple(LineReading(line) for line in kept if line),
        rejected=tuple(
            digit for line in judged for digit in line if not digit.accepted
        ),
        binary=ink.mask,
    )


def _read_stamp(
    pixels: U8, classifier: Classifier, settings: PreprocessSettings, mask: U8
) -> Reading:
    """Read a picture so small that it can hold one digit only."""
    reading = read_single(pixels, classifier, settings)
    lines = (LineReading((reading,)),) if reading.accepted else ()
    rejected = () if reading.accepted else (reading,)
    return Reading(pixels.shape[1], pixels.shape[0], lines, rejected, mask)


def _solve_all(
    puzzles: Sequence[Puzzle], classifier: Classifier, view: View
) -> list[list[Found]]:
    """Classify the candidates of all lines at once and choose among them."""
    glyphs = [make_glyph(c.whole.ink) for puzzle in puzzles for c in puzzle.candidates]
    scores = classifier.classify(batch(glyphs))
    ends = np.cumsum([0, *(len(puzzle.candidates) for puzzle in puzzles)])
    answers = []
    for puzzle, (start, end) in zip(puzzles, pairwise(ends), strict=True):
        mine = Scores(scores.probabilities[start:end], scores.not_digit[start:end])
        chosen = solve(puzzle, mine)
        answers.append(
            [
                Found(
                    digit_reading(
                        view.outside(puzzle.candidates[i].whole.box),
                        glyphs[start + i],
                        scores,
                        start + i,
                        accepted=is_digit,
                    ),
                    puzzle.candidates[i].whole.mass,
                )
                for i, is_digit in chosen
            ]
        )
    return answers
