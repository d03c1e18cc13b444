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

SMALL_SIDE = 420
"""Pictures with a longer side below this, in pixels, are searched enlarged."""


_COMPANY = 2
"""So many sure digits make a line a number."""

_LIMIT_IN_COMPANY = 0.9
"""Doubt up to which other ink in a number, cut as a digit, is taken for one."""


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
    view = View(pixels, settings.region_of_interest, SEARCHED_SIDE, SMALL_SIDE)
    grey = view.grey
    ink = find_ink(grey, settings)
    ink = replace(ink, mask=without_rulings(ink.mask))
    smallest = max(2.0, settings.minimum_ink / 1000 * max(grey.shape))
    lines = group(find_parts(ink, smallest / 4), smallest)
    puzzles = [make_puzzle(line) for line in lines]
    solved = _solve_all(puzzles, classifier, view)
    kept = [tuple(d for d in line if d.accepted) for line in solved]
    kept = [line for line in kept if not _is_edge(line, pixels)]
    return Reading(
        width=pixels.shape[1],
        height=pixels.shape[0],
        lines=tuple(LineReading(line) for line in kept if line),
        rejected=_others(solved, kept),
        binary=ink.mask,
    )


def _is_edge(line: Sequence[DigitReading], pixels: U8) -> bool:
    """Whether a lone digit at the picture's edge is rather the edge of the paper."""
    if len(line) != 1:
        return False
    box, (height, width) = line[0].box, pixels.shape[:2]
    near = max(2, max(height, width) // 400)
    return (
        min(box.x, box.y) < near
        or box.right > width - near
        or box.bottom > height - near
    )


def _others(
    solved: Sequence[Sequence[DigitReading]], kept: Sequence[Sequence[DigitReading]]
) -> tuple[DigitReading, ...]:
    """List what was found and not kept, marked as rejected."""
    digits = {id(digit) for line in kept for digit in line}
    return tuple(
        replace(digit, accepted=False)
        for line in solved
        for digit in line
        if id(digit) not in digits
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
        chosen = solve(puzzle, mine)
        limit = _limit(chosen, mine, classifier.reject_threshold)
        answers.append(
            [
                digit_reading(
                    view.outside(puzzle.candidates[i].whole.box),
                    glyphs[start + i],
                    scores,
                    start + i,
                    accepted=is_digit and mine.not_digit[i] <= limit,
                )
                for i, is_digit in chosen
            ]
        )
    return answers


def _limit(
    chosen: Sequence[tuple[int, bool]], scores: Scores, threshold: float
) -> float:
    """Highest doubt that passes; the neighbours of sure digits are likely digits."""
    sure = [
        i for i, is_digit in chosen if is_digit and scores.not_digit[i] <= threshold
    ]
    return max(threshold, _LIMIT_IN_COMPANY) if len(sure) >= _COMPANY else threshold
