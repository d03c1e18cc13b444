"""Read handwritten digits from a picture: find, cut, classify in one batch, decide."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitdesk.core.binarise import find_ink
from digitdesk.core.decode import Puzzle, make_puzzle, solve
from digitdesk.core.lines import group
from digitdesk.core.normalise import make_glyph
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.regions import find_parts
from digitdesk.core.rulings import without_rulings
from digitdesk.core.single import batch, digit_reading, read_single
from digitdesk.core.types import (
    U8,
    Classifier,
    DigitReading,
    LineReading,
    Reading,
    Scores,
)
from digitdesk.core.view import View

__all__ = ["read_picture", "read_single"]

SEARCHED_SIDE = 1600
"""Larger pictures are searched at this longer side, in pixels."""


def read_picture(
    pixels: U8, classifier: Classifier, settings: PreprocessSettings
) -> Reading:
    """Find and name the digits of a picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; upright.
    classifier : Classifier
        Called once, with every glyph that the picture may hold.
    settings : PreprocessSettings
        What counts as ink, and where to look.

    Returns
    -------
    Reading
        Lines from top to bottom; no line is empty.
    """
    view = View(pixels, settings.region_of_interest, SEARCHED_SIDE)
    grey = view.grey
    ink = find_ink(grey, settings)
    ink = replace(ink, mask=without_rulings(ink.mask))
    smallest = max(2.0, settings.minimum_ink / 1000 * max(grey.shape))
    lines = group(find_parts(ink, smallest / 4), smallest)
    puzzles = [make_puzzle(line) for line in lines]
    solved = _solve_all(puzzles, classifier, view)
    kept = [tuple(d for d in line if d.accepted) for line in solved]
    return Reading(
        width=pixels.shape[1],
        height=pixels.shape[0],
        lines=tuple(LineReading(line) for line in kept if line),
        rejected=tuple(d for line in solved for d in line if not d.accepted),
        binary=ink.mask,
    )


def _solve_all(
    puzzles: Sequence[Puzzle], classifier: Classifier, view: View
) -> list[list[DigitReading]]:
    """Classify the candidates of all lines at once and choose among them."""
    glyphs = [make_glyph(c.whole.ink) for puzzle in puzzles for c in puzzle.candidates]
    scores = classifier.classify(batch(glyphs))
    ends = np.cumsum([0, *(len(puzzle.candidates) for puzzle in puzzles)])
    answers = []
    for puzzle, (start, end) in zip(puzzles, pairwise(ends), strict=True):
        mine = Scores(scores.probabilities[start:end], scores.not_digit[start:end])
        answers.append(
            [
                digit_reading(
                    view.outside(puzzle.candidates[i].whole.box),
                    glyphs[start + i],
                    scores,
                    start + i,
                    accepted=is_digit
                    and mine.not_digit[i] <= classifier.reject_threshold,
                )
                for i, is_digit in solve(puzzle, mine)
            ]
        )
    return answers
