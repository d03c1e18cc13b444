"""Read handwritten digits from a picture: find, cut, classify in one batch, decide."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from digitdesk.core.binarise import Ink, find_ink
from digitdesk.core.decode import solve
from digitdesk.core.finding import find_puzzles
from digitdesk.core.normalise import make_glyph
from digitdesk.core.numbers import with_numbers
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.second_look import Attempt, Offer, look_again
from digitdesk.core.sheet import Sheet, find_sheet
from digitdesk.core.single import (
    STAMP_SIDE,
    batch,
    digit_reading,
    read_single,
)
from digitdesk.core.trust import (
    COMPANY,
    is_whole_picture,
    judge,
    may_be_whole_picture,
)
from digitdesk.core.types import (
    U8,
    Classifier,
    LineReader,
    LineReading,
    Reading,
    Scores,
)
from digitdesk.core.view import View
from digitdesk.core.worth import is_doubtful, leaves_ink, shows_more, worth

__all__ = ["read_picture", "read_single"]

SEARCHED_SIDE = 2048
"""Larger pictures are searched at this longer side, in pixels."""

SMALL_SIDE = 420
"""Pictures with a longer side below this, in pixels, are searched enlarged."""

OTHER_FIRMNESS = (1.45, 0.7)
"""Other cuts between paper and ink, tried in turn as long as doubt is left."""

_OTHER = {False: Polarity.LIGHT_ON_DARK, True: Polarity.DARK_ON_LIGHT}
"""Polarity that a picture does not seem to have, by whether its ink is light."""


def read_picture(
    pixels: U8,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None = None,
) -> Reading:
    """Find and name the digits of a picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; upright.
    classifier : Classifier
        Called once, with every glyph that the picture may hold; where the answer is
        in doubt, again for each line that is cut anew where `lines` hears digits, and
        for a firmer and a laxer cut between paper and ink. Where much ink is refused
        beside one digit or none, again for all of it as one digit. Where nothing is
        read, or little of it believed, a sheet of paper is looked for and read alone.
    settings : PreprocessSettings
        What counts as ink, and where to look.
    lines : LineReader or None
        Asked which lines hold letters, and about whole lines where a number is in
        doubt.

    Returns
    -------
    Reading
        Lines from top to bottom; no line is empty.
    """
    return with_numbers(_read(pixels, classifier, settings, lines))


def _read(
    pixels: U8,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
) -> Reading:
    """Read a picture; numbers are not told apart yet."""
    view = View(pixels, settings.region_of_interest, SEARCHED_SIDE, SMALL_SIDE)
    if max(view.grey.shape) <= STAMP_SIDE * view.scale:
        mask = find_ink(view.grey, settings).mask
        return _read_stamp(pixels, classifier, settings, mask)
    begun = _attempt(view, classifier, settings, lines)
    reading = _read_sheet(pixels, begun, view, classifier, settings, lines)
    if not may_be_whole_picture(reading):
        return reading
    alone = read_single(pixels, classifier, settings)
    pieces = [*reading.digits, *reading.rejected]
    if is_whole_picture(alone, pieces, view.region, classifier.reject_threshold):
        return replace(reading, lines=(LineReading((alone,)),), rejected=())
    return reading


def _spoils(sheet: Sheet, reading: Reading) -> bool:
    """Whether what lies beside a sheet is mostly no digits: else people wrote there."""
    on_it = sheet.part(reading)
    digits_beside = len(reading.digits) - len(on_it.digits)
    return digits_beside <= len(reading.rejected) - len(on_it.rejected)


def _read_sheet(
    pixels: U8,
    begun: Attempt,
    view: View,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
) -> Reading:
    """Read a picture, or the sheet on it alone if its surroundings may spoil that."""
    reading = _reading(begun, view, classifier.reject_threshold)
    sheet = None
    if len(reading.digits) < COMPANY or leaves_ink(reading):
        sheet = find_sheet(pixels, view.region)
    if sheet is None or not _spoils(sheet, reading):
        return _read_page(view, classifier, settings, lines, begun)
    on_it = sheet.part(reading)
    flat = View(sheet.flattened(pixels), None, SEARCHED_SIDE, SMALL_SIDE)
    inner = _read_page(flat, classifier, settings, lines)
    inner = sheet.placed(inner, view.region, reading.binary.shape)
    inner = replace(inner, width=reading.width, height=reading.height)
    as_many = len(inner.digits) >= len(on_it.digits)
    if as_many and not leaves_ink(inner) and worth(inner) > worth(on_it):
        return inner
    reading, ink = _read_cuts(view, classifier, settings, lines, begun)
    shows_all = len(inner.digits) >= max(1, len(reading.digits))
    if shows_all and sheet.is_whole(view.region):
        return inner
    reading = _read_edged(reading, ink, view, classifier, settings, lines)
    if not _spoils(sheet, reading):
        return reading
    on_page = sheet.part(reading)
    # Digits that only one of two cuts of the picture shows may be pieces of lines.
    least = min(len(on_it.digits), len(on_page.digits))
    best = inner if len(inner.digits) >= least else on_page
    return best if best.digits else reading


def _read_page(
    view: View,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
    begun: Attempt | None = None,
) -> Reading:
    """Read a picture that may hold any number of digits; its first cut may be known."""
    reading, ink = _read_cuts(view, classifier, settings, lines, begun)
    return _read_edged(reading, ink, view, classifier, settings, lines)


def _read_cuts(
    view: View,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
    begun: Attempt | None = None,
) -> tuple[Reading, Ink]:
    """Cut between paper and ink as often as doubt asks for; gives the best cut, too."""
    threshold = classifier.reject_threshold
    attempts = [begun or _attempt(view, classifier, settings, lines)]
    first = _reading(attempts[0], view, threshold)
    reading = _second_look(attempts, first, view, classifier, lines)
    for firmness in OTHER_FIRMNESS if settings.mode is ThresholdMode.AUTO else ():
        if not is_doubtful(reading):
            break
        other = _attempt(view, classifier, settings, lines, firmness)
        instead = _reading(other, view, threshold)
        # The best one leads: where lines are worth the same, it is believed.
        if worth(instead) > worth(first):
            attempts.insert(0, other)
            first = instead
        else:
            attempts.append(other)
        reading = _second_look(attempts, first, view, classifier, lines)
    return reading, attempts[0].ink


def _read_edged(
    reading: Reading,
    ink: Ink,
    view: View,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
) -> Reading:
    """Read a picture otherwise if ink was left in it and its light has edges."""
    if settings.mode is not ThresholdMode.AUTO or not ink.edged:
        return reading
    # A shadow's end or a table can mislead both: which kind is ink, and how dark it is.
    if len(reading.digits) < COMPANY and settings.polarity is Polarity.AUTO:
        turned = replace(settings, polarity=_OTHER[ink.light_on_dark])
        reading = _read_anew(reading, view, classifier, turned, lines)
    if reading.digits and not leaves_ink(reading):
        return reading
    usual = PreprocessSettings()
    local = replace(
        settings, mode=ThresholdMode.ADAPTIVE, offset=usual.offset,
        block_percent=usual.block_percent,
    )  # fmt: skip
    return _read_anew(reading, view, classifier, local, lines)


def _read_anew(
    reading: Reading,
    view: View,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
) -> Reading:
    """Read a picture with other settings, if that shows more digits."""
    attempt = _attempt(view, classifier, settings, lines)
    first = _reading(attempt, view, classifier.reject_threshold)
    instead = _second_look([attempt], first, view, classifier, lines)
    return instead if shows_more(instead, reading, view.region) else reading


def _second_look(
    attempts: Sequence[Attempt],
    first: Reading,
    view: View,
    classifier: Classifier,
    lines: LineReader | None,
) -> Reading:
    """Read doubtful lines of the first attempt again, if a line network is there."""
    if lines is None:
        return first
    seen = look_again(attempts, first, view, lines, classifier)
    if seen == attempts[0].found:
        return first
    return _reading(replace(attempts[0], found=seen), view, classifier.reject_threshold)


def _attempt(
    view: View,
    classifier: Classifier,
    settings: PreprocessSettings,
    lines: LineReader | None,
    firmness: float = 1.0,
) -> Attempt:
    """Look for digits in what one cut between paper and ink shows."""
    seen = find_puzzles(
        view.grey, settings, scale=view.scale, firmness=firmness, reader=lines
    )
    parts = [c.whole for puzzle in seen.puzzles for c in puzzle.candidates]
    parts += [letter.part for letter in seen.letters]
    glyphs = [make_glyph(part.ink) for part in parts]
    scores = classifier.classify(batch(glyphs))
    ends = np.cumsum([0, *(len(puzzle.candidates) for puzzle in seen.puzzles)])
    offers = []
    for puzzle, (start, end) in zip(seen.puzzles, pairwise(ends), strict=True):
        mine = Scores(scores.probabilities[start:end], scores.not_digit[start:end])
        offers.append(Offer(puzzle, mine, glyphs[start:end]))
    found = [offer.found(solve(offer.puzzle, offer.scores), view) for offer in offers]
    letters = []
    for at, letter in enumerate(seen.letters, int(ends[-1])):
        box = view.outside(letter.part.box)
        by_itself = digit_reading(box, glyphs[at], scores, at, accepted=False)
        doubt = max(by_itself.not_digit, letter.probability)
        letters.append(replace(by_itself, not_digit=doubt, letter=True))
    letter_ink = sum(letter.part.mass for letter in seen.letters)
    return Attempt(seen.ink, tuple(offers), tuple(found), tuple(letters), letter_ink)


def _reading(attempt: Attempt, view: View, threshold: float) -> Reading:
    """Decide which of the digits that were found are believed."""
    words = [offer.puzzle.has_words for offer in attempt.offers]
    judged = judge(attempt.found, view.region, threshold, attempt.letter_ink, words)
    kept = [tuple(digit for digit in line if digit.accepted) for line in judged]
    refused = (digit for line in judged for digit in line if not digit.accepted)
    return Reading(
        width=view.width,
        height=view.height,
        lines=tuple(LineReading(line) for line in kept if line),
        rejected=(*refused, *attempt.letters),
        binary=attempt.ink.mask,
    )


def _read_stamp(
    pixels: U8, classifier: Classifier, settings: PreprocessSettings, mask: U8
) -> Reading:
    """Read a picture so small that it can hold one digit only."""
    reading = read_single(pixels, classifier, settings)
    lines = (LineReading((reading,)),) if reading.accepted else ()
    rejected = () if reading.accepted else (reading,)
    return Reading(pixels.shape[1], pixels.shape[0], lines, rejected, mask)
