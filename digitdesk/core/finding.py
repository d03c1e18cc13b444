"""From a grey picture to what might be digits on it: ink, parts, lines, candidates."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitdesk.core.binarise import Ink, find_ink
from digitdesk.core.letters import without_letters
from digitdesk.core.lines import Letter, group
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.puzzle import Puzzle, make_puzzle
from digitdesk.core.regions import Outlines, find_outlines, find_parts
from digitdesk.core.rulings import without_rulings
from digitdesk.core.types import U8, Box, LineReader

_CROWD = 200
"""So many pieces of ink are a page of print, or texture, rather than a few numbers."""

_LEAST_HEIGHT = 9
"""Lower ink, in pixels of the picture, is too coarse to be read as a digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What one cut between paper and ink shows.

    Attributes
    ----------
    ink : Ink
        Without rulings.
    puzzles : list of Puzzle
        Of the lines that may hold digits, from top to bottom.
    letters : list of Letter
        Of all lines.
    """

    ink: Ink
    puzzles: list[Puzzle]
    letters: list[Letter]


def without_lines(ink: Ink) -> tuple[Ink, Outlines | None]:
    """Take the paper's lines out of ink; gives its outlines if there were none."""
    outlines = find_outlines(ink.mask)
    cleaned = without_rulings(ink.mask, outlines)
    if cleaned is ink.mask:
        return ink, outlines
    rulings = np.asarray(cv2.subtract(ink.mask, cleaned), np.uint8)
    return replace(ink, mask=cleaned, rulings=rulings), None


def _lies_within(inner: Box, outer: Box) -> bool:
    """Whether a box does not reach beyond another."""
    left_top = inner.x >= outer.x and inner.y >= outer.y
    return left_top and inner.right <= outer.right and inner.bottom <= outer.bottom


def find_puzzles(
    grey: U8,
    settings: PreprocessSettings,
    *,
    scale: float = 1.0,
    firmness: float = 1.0,
    reader: LineReader | None = None,
) -> Finding:
    """Find ink and list what might be a digit, line by line.

    Parameters
    ----------
    grey : ndarray of uint8, shape (height, width)
        What is searched.
    settings : PreprocessSettings
        What counts as ink.
    scale : float
        Searched pixels per pixel of the picture.
    firmness : float
        As for `find_ink`.
    reader : LineReader or None
        Tells letters from digits: its `letters` is called once for each line, and its
        `answers` for those that seem to hold letters alone.

    Returns
    -------
    Finding
        What may be digits, and what is no digit but letters.
    """
    ink, outlines = without_lines(find_ink(grey, settings, firmness))
    wanted = settings.minimum_ink / 1000 * max(grey.shape)
    smallest = max(wanted, _LEAST_HEIGHT * scale)
    # Crumbs at the picture's edge come from what lies outside.
    rim = Box(2, 2, grey.shape[1] - 4, grey.shape[0] - 4)
    parts = [
        part for part in find_parts(ink, smallest / 4, outlines)
        if max(part.box.w, part.box.h) >= smallest or _lies_within(part.box, rim)
    ]  # fmt: skip
    crowded = sum(part.box.h >= smallest for part in parts) > _CROWD
    lines = group(parts, smallest)
    if reader is not None:
        light = ink.light_on_dark
        lines = [without_letters(line, grey, reader, light_on_dark=light)
                 for line in lines]  # fmt: skip
    return Finding(
        ink,
        [make_puzzle(line, crowded=crowded) for line in lines if line.parts],
        [letter for line in lines for letter in line.letters],
    )
