"""Read a picture that holds exactly one digit."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitdesk.core.binarise import Ink, find_ink
from digitdesk.core.even_light import cover_of_ink
from digitdesk.core.finding import without_lines
from digitdesk.core.normalise import make_glyph
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.regions import Part, find_parts, joined
from digitdesk.core.types import (
    GLYPH_SIZE,
    U8,
    Box,
    Classifier,
    DigitReading,
    Scores,
)
from digitdesk.core.view import View

_SEARCHED_SIDE = 400
STAMP_SIDE = 40
"""Up to this longer side in pixels a picture is taken as it is, if it is clean."""

_STAMP_PAPER = 0.06
"""Depth below which the grey of a stamp is paper, as a share of the deepest."""

_SPECK = 0.02
"""Ink of the smallest piece that belongs to a digit, as a share of the largest's."""

_BROKEN = 0.2
"""Farthest piece of a broken digit, in heights of its largest piece."""

_INKED = 127
"""Cover from which a pixel belongs to a piece of ink."""

_CLEAN_BORDER, _UNCLEAN = 0.5, 0.1
"""Share of a stamp's border that may be grey; and how likely a stamp with more of it
still is ink as it came."""

_CUT_LOCALLY = 0.3
"""How likely a digit that is cut as on a page is, beside one in even light."""

_Guess = tuple[Part, float]
"""Ink that may be the digit, and how likely its polarity is beforehand."""


def read_single(
    pixels: U8, classifier: Classifier, settings: PreprocessSettings
) -> DigitReading:
    """Name the one digit that fills a picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; from a stamp of 16x16 to a photo.
    classifier : Classifier
        Called once.
    settings : PreprocessSettings
        What counts as ink, and where to look.

    Returns
    -------
    DigitReading
        Always an answer; `accepted` tells whether it is trusted to be a digit.
    """
    view = View(pixels, settings.region_of_interest, _SEARCHED_SIDE)
    guesses = _guesses(view.grey, settings)
    glyphs = [make_glyph(part.ink) for part, _ in guesses]
    scores = classifier.classify(batch(glyphs))
    beforehand = np.array([likely for _, likely in guesses])
    trust = beforehand * (1 - scores.not_digit) * scores.probabilities.max(axis=1)
    best = int(trust.argmax())
    return digit_reading(
        view.outside(guesses[best][0].box),
        glyphs[best],
        scores,
        best,
        accepted=scores.not_digit[best] <= classifier.reject_threshold,
    )


def batch(glyphs: Sequence[U8]) -> U8:
    """Stack glyphs, perhaps none, to an array of shape (n, 28, 28)."""
    return np.array(glyphs, np.uint8).reshape(-1, GLYPH_SIZE, GLYPH_SIZE)


def digit_reading(
    box: Box, glyph: U8, scores: Scores, index: int, *, accepted: bool | np.bool
) -> DigitReading:
    """Collect what is known of one glyph out of a batch's scores."""
    return DigitReading(
        box=box,
        glyph=glyph,
        probabilities=scores.probabilities[index],
        not_digit=float(scores.not_digit[index]),
        accepted=bool(accepted),
    )


def _polarities(grey: U8, settings: PreprocessSettings) -> list[Polarity]:
    """List what the ink may be; the border tells the less where a table lies there."""
    if settings.polarity is not Polarity.AUTO:
        return [settings.polarity]
    both = [Polarity.LIGHT_ON_DARK, Polarity.DARK_ON_LIGHT]
    if max(grey.shape) <= STAMP_SIDE:  # too small for a table around a sheet
        return both
    found = find_ink(grey, settings)
    return [both[0] if found.light_on_dark else both[1]] if found.edged else both


def _border_brightness(grey: U8) -> float:
    """Share of the border that is nearer to white than to black, never 0 or 1."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    middle = (int(grey.min()) + int(grey.max())) / 2
    return min(max(float((border > middle).mean()), 0.02), 0.98)


def _guesses(grey: U8, settings: PreprocessSettings) -> list[_Guess]:
    """Collect what the digit may be, in each polarity that it may have."""
    bright = _border_brightness(grey)
    guesses: list[_Guess] = []
    is_small = max(grey.shape) <= STAMP_SIDE
    for polarity in _polarities(grey, settings):
        light = polarity is Polarity.LIGHT_ON_DARK
        likely = 1 - bright if light else bright
        if is_small:
            stamp, is_clean = _stamp(grey, light_on_dark=light)
            guesses.append((stamp, likely * (1.0 if is_clean else _UNCLEAN)))
            if is_clean:  # nothing can be cut better than it came
                continue
        found = find_ink(grey, replace(settings, polarity=polarity))
        # Across the edge of a shadow or a sheet no light is even.
        is_even = is_small or not found.edged
        if settings.mode is ThresholdMode.AUTO and is_even:
            guesses += _weighed(_even_ink(grey, light_on_dark=light), likely)
            likely *= _CUT_LOCALLY
        guesses += _weighed(found, likely)
    box = Box(0, 0, grey.shape[1], grey.shape[0])
    return guesses or [(Part(box, np.zeros_like(grey), 0), 1.0)]


def _stamp(grey: U8, *, light_on_dark: bool) -> tuple[Part, bool]:
    """Take the whole stamp as ink; say whether its paper is clean."""
    depth = (grey if light_on_dark else 255 - grey).astype(np.float32)
    depth -= depth.min()
    share = depth / max(float(depth.max()), 1.0)
    ink = np.where(share > _STAMP_PAPER, share * 255, 0).astype(np.uint8)
    border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
    is_clean = np.count_nonzero(border) < _CLEAN_BORDER * border.size
    return Part(Box(0, 0, grey.shape[1], grey.shape[0]), ink, 0), bool(is_clean)


def _even_ink(grey: U8, *, light_on_dark: bool) -> Ink:
    """Take the picture as one kind of ink under smooth light."""
    cover = cover_of_ink(grey, light_on_dark=light_on_dark)
    mask = np.where(cover > _INKED, 255, 0).astype(np.uint8)
    return Ink(cover, np.zeros_like(cover), mask, local=False, light_on_dark=True)


def _weighed(ink: Ink, likely: float) -> list[_Guess]:
    """All ink, the largest piece, and that with what lies near it."""
    clean, outlines = without_lines(ink)
    unions = _unions(find_parts(clean, 2.0, outlines))
    # Part of a digit may pass for another digit: all of the ink goes first.
    return [(part, likely * part.mass / unions[0].mass) for part in unions]


def _unions(parts: list[Part]) -> list[Part]:
    if not parts:
        return []
    largest = max(parts, key=lambda part: part.mass)
    if largest.mass == 0:  # cut by a level, not by its depth: all is black, say
        return []
    sizeable = [part for part in parts if part.mass >= _SPECK * largest.mass]
    reach = _BROKEN * largest.box.h
    near = [part for part in sizeable if largest.box.gap(part.box) <= reach]
    return [joined(sizeable), joined(near), largest]
