"""Read handwritten digits from a picture: a page, a sheet on it, or one large digit."""

from dataclasses import replace

from digitdesk.core.binarise import find_ink
from digitdesk.core.numbers import with_numbers
from digitdesk.core.page import Page
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.second_look import Attempt
from digitdesk.core.sheet import Sheet, find_sheet
from digitdesk.core.single import STAMP_SIDE, read_single
from digitdesk.core.trust import (
    COMPANY,
    is_whole_picture,
    may_be_whole_picture,
)
from digitdesk.core.types import (
    U8,
    Classifier,
    LineReader,
    LineReading,
    Reading,
)
from digitdesk.core.view import View
from digitdesk.core.worth import leaves_ink, worth

__all__ = ["read_picture", "read_single"]

SEARCHED_SIDE = 2048
"""Larger pictures are searched at this longer side, in pixels."""

SMALL_SIDE = 420
"""Pictures with a longer side below this, in pixels, are searched enlarged."""


def read_picture(
    pixels: U8,
    classifier: Classifier,
    settings: PreprocessSettings,
    reader: LineReader | None = None,
) -> Reading:
    """Find and name the digits of a picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; upright.
    classifier : Classifier
        Called once, with every glyph that the picture may hold; where the answer is
        in doubt, again for each line that is cut anew where `reader` hears digits, and
        for a firmer and a laxer cut between paper and ink. Where much ink is refused
        beside one digit or none, again for all of it as one digit. Where nothing is
        read, or little of it believed, a sheet of paper is looked for and read alone.
    settings : PreprocessSettings
        What counts as ink, and where to look.
    reader : LineReader or None
        Asked which lines hold letters, and about whole lines where a number is in
        doubt.

    Returns
    -------
    Reading
        Lines from top to bottom; no line is empty.
    """
    return with_numbers(_read(pixels, classifier, settings, reader))


def _read(
    pixels: U8,
    classifier: Classifier,
    settings: PreprocessSettings,
    reader: LineReader | None,
) -> Reading:
    """Read a picture; numbers are not told apart yet."""
    view = View(pixels, settings.region_of_interest, SEARCHED_SIDE, SMALL_SIDE)
    if max(view.grey.shape) <= STAMP_SIDE * view.scale:
        mask = find_ink(view.grey, settings).mask
        return _read_stamp(pixels, classifier, settings, mask)
    page = Page(view, classifier, settings, reader)
    reading = _read_sheet(pixels, page, page.attempt())
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


def _read_sheet(pixels: U8, page: Page, begun: Attempt) -> Reading:
    """Read a picture, or the sheet on it alone if its surroundings may spoil that."""
    reading = page.believed(begun)
    region, sheet = page.view.region, None
    if len(reading.digits) < COMPANY or leaves_ink(reading):
        sheet = find_sheet(pixels, region)
    if sheet is None or not _spoils(sheet, reading):
        return page.read(begun)
    on_it = sheet.part(reading)
    flat = View(sheet.flattened(pixels), None, SEARCHED_SIDE, SMALL_SIDE)
    inner = replace(page, view=flat).read()
    inner = sheet.placed(inner, region, reading.binary.shape)
    inner = replace(inner, width=reading.width, height=reading.height)
    as_many = len(inner.digits) >= len(on_it.digits)
    if as_many and not leaves_ink(inner) and worth(inner) > worth(on_it):
        return inner
    reading, ink = page.read_cuts(begun)
    shows_all = len(inner.digits) >= max(1, len(reading.digits))
    if shows_all and sheet.is_whole(region):
        return inner
    reading = page.read_edged(reading, ink)
    if not _spoils(sheet, reading):
        return reading
    on_page = sheet.part(reading)
    # Digits that only one of two cuts of the picture shows may be pieces of lines.
    least = min(len(on_it.digits), len(on_page.digits))
    best = inner if len(inner.digits) >= least else on_page
    return best if best.digits else reading


def _read_stamp(
    pixels: U8, classifier: Classifier, settings: PreprocessSettings, mask: U8
) -> Reading:
    """Read a picture so small that it can hold one digit only."""
    reading = read_single(pixels, classifier, settings)
    lines = (LineReading((reading,)),) if reading.accepted else ()
    rejected = () if reading.accepted else (reading,)
    return Reading(pixels.shape[1], pixels.shape[0], lines, rejected, mask)
