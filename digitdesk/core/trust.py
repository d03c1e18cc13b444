"""Which digits of a picture are believed: writing is orderly, texture is not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import inf
from statistics import median

from digitdesk.core.signs import (
    find_brackets,
    find_circles,
    find_slashes,
    is_circle,
    lean,
)
from digitdesk.core.types import Box, DigitReading, Reading

COMPANY = 2
"""So many sure digits make a line a number."""

_LIMIT_IN_COMPANY = 0.9
"""Doubt up to which other ink in a number, cut as a digit, is taken for one."""

_CLUTTER = 0.3
"""Share of the ink that is sure digits, below which a picture is mostly other ink."""

_CLEAR, _CLEAR_FOR_ONE = 0.5, 0.75
"""Such shares from which a lone digit, and a lone stroke, is believed."""

_HAIRLINE, _LEANS_BACK, _LEANS_ON = 28, 0.36, 1.0
"""Slenderness, and lean to the left and to the right per height, from which a lone
stroke is a fold, a hair or a scratch: of the 1s that people wrote for MNIST, none, one
in 200 and one in 500."""

_HIGH_STROKE = 1.5
"""Height of a hairline, in heights of the digits beside it, above which it is no 1."""

_LOW_STROKE = 0.5
"""Height of a lone stroke, in heights of the tallest digit, from which it may be 1; and
of strokes on a line of nothing else, in heights of a digit right beside them."""

_HANGS = 0.2
"""How far below a digit's foot a comma begins at most, in heights of the digit."""

_CERTAIN = 0.8
"""Confidence that a digit needs which nothing beside it confirms."""

_ORDERLY = 0.7
"""Share of a line's ink that is sure digits, for a line amid other ink."""

_LONG_LINE, _MOSTLY = 10, 0.6
"""In a line of so many signs and more this share must be sure digits: else it is text,
some of whose letters look like digits."""

_SIGN, _FLAT = 0.15, 4
"""Least ink of a sign, in parts of the most on its line; and its width at most, in
heights."""


_WORD_GAP = 0.6
"""Gap between words in heights of a sign."""

_LEAST_OF_WORD = 0.3
"""Share of a word's ink that is sure digits, below which its digits are letters."""

_MOST_OF_LABEL = 2
"""With more such words a line is text."""

_LARGE = 0.2
"""Height in parts of the picture's from which one digit may be all that it shows."""

_PIECES, _ALL_OF_IT = 20, 0.6
"""Into how many pieces it may have fallen, and share of their box that is its own."""

_BEYOND_DOUBT = 0.95
"""Confidence that it needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One region of ink as the line's solution has it.

    Attributes
    ----------
    reading : DigitReading
        `accepted` tells whether the line's solution takes it for a digit at all.
    mass : float
        Amount of ink in pixels.
    slenderness : float
        Length over width, if it is a straight stroke.
    confirmed : bool
        Whether the line network hears the same number.
    """

    reading: DigitReading
    mass: float
    slenderness: float = 0.0
    confirmed: bool = False


def judge(
    lines: Sequence[Sequence[Found]],
    picture: Box,
    threshold: float,
    letters: float = 0.0,
    words: Sequence[bool] = (),
) -> list[list[DigitReading]]:
    """Accept or reject each region by its line and by the whole picture.

    Parameters
    ----------
    lines : sequence of sequence of Found
        Regions from left to right.
    picture : Box
        The part of the picture that was searched.
    threshold : float
        Doubt in [0, 1] up to which a digit is sure by itself.
    letters : float
        Amount of ink of letters, in pixels of the searched picture as `Found.mass`.
    words : sequence of bool
        Of each line, whether words stand beside its regions: to these, letters
        anywhere are nothing strange. Empty if there are none.

    Returns
    -------
    list of list of DigitReading
        The same regions, `accepted` decided.
    """
    lines = [_without_signs(_without_long_lines(line, picture)) for line in lines]
    everything = [found for line in lines for found in line]
    share = _sure_share(everything, threshold)
    ink = sum(found.mass for found in everything)
    amid_letters = share * ink / (ink + letters) if ink else share
    sure = [found.reading for found in everything if _is_sure(found, threshold)]
    tallest = max((digit.box.h for digit in sure), default=0)
    alone = [share if word else amid_letters for word in words or [False] * len(lines)]
    digits = [digit.box for digit in sure if digit.digit != 1]
    return [
        [
            replace(found.reading, accepted=found.reading.accepted and doubt_ok)
            for found, doubt_ok in zip(line, passes, strict=True)
        ]
        for line, lone in zip(lines, alone, strict=True)
        for passes in [_passes(line, share, lone, tallest, digits, threshold, picture)]
    ]


def _without_long_lines(line: Sequence[Found], picture: Box) -> list[Found]:
    """Take back hairlines that are far higher than digits: the edges of a sheet.

    Where all are strokes, those that no one draws or the picture's edge cuts: folds.
    """
    digits = [f.reading for f in line if f.reading.accepted and f.reading.digit != 1]
    highest = _HIGH_STROKE * median([digit.box.h for digit in digits] or [0])

    def is_long_line(found: Found) -> bool:
        if digits:
            return found.slenderness > _HAIRLINE and found.reading.box.h > highest
        return _is_line(found) or not is_inside(found.reading, picture)

    return [_refused(found) if is_long_line(found) else found for found in line]


def _without_signs(line: Sequence[Found]) -> list[Found]:
    """Take back the slashes of a date, brackets, and circles."""
    left = list(line)
    for find in (find_brackets, find_slashes, find_circles):
        while True:
            places = [n for n, found in enumerate(left) if found.reading.accepted]
            signs = find([left[number].reading for number in places])
            if signs is None:
                break
            for sign in signs:
                left[places[sign]] = _refused(left[places[sign]])
    return left


def _refused(found: Found) -> Found:
    return replace(found, reading=replace(found.reading, accepted=False))


def _passes(
    line: Sequence[Found],
    share: float,
    share_for_few: float,
    tallest: int,
    digits: Sequence[Box],
    threshold: float,
    picture: Box,
) -> list[bool]:
    sure = [found for found in line if _is_sure(found, threshold)]
    named = [found for found in line if found.confirmed and found.reading.accepted]
    if not sure or _are_commas(sure, digits):
        believed = False
    elif len(named) >= COMPANY and all(found.confirmed for found in sure):
        limit = max(threshold, _LIMIT_IN_COMPANY)
        return _amid_digits(
            line, [found.reading.not_digit <= limit for found in line], threshold
        )
    elif len(sure) == 1:
        believed = _is_lone_digit(sure[0], share_for_few, tallest, threshold, picture)
    else:
        # A row of strokes may be anything, however orderly.
        strokes = all(found.reading.digit == 1 for found in sure)
        orderly = not strokes and _sure_share(line, threshold) >= _ORDERLY
        believed = orderly or share_for_few >= (_CLEAR if strokes else _CLUTTER)
    believed = believed and not _is_text(line, threshold)
    company = len(sure) >= COMPANY and share >= _CLEAR
    limit = max(threshold, _LIMIT_IN_COMPANY) if company else threshold
    passes = [believed and found.reading.not_digit <= limit for found in line]
    passes = _amid_digits(line, passes, threshold)
    left = [found for found, ok in zip(line, passes, strict=True) if ok]
    is_lone = len(left) == 1
    if is_lone and not _is_lone_digit(
        left[0], share_for_few, tallest, threshold, picture
    ):
        return [False] * len(line)
    return passes


def _are_commas(sure: Sequence[Found], digits: Sequence[Box]) -> bool:
    """Whether all on a line are low strokes that hang at digits of another line."""
    return all(
        found.reading.digit == 1
        and any(_hangs_at(digit, found.reading.box) for digit in digits)
        for found in sure
    )


def _hangs_at(digit: Box, stroke: Box) -> bool:
    away = max(digit.x - stroke.right, stroke.x - digit.right)
    below = stroke.y - digit.bottom
    return (
        stroke.h < _LOW_STROKE * digit.h
        and away < digit.h
        and -digit.h < below < _HANGS * digit.h
    )


def _amid_digits(
    line: Sequence[Found], passes: Sequence[bool], threshold: float
) -> list[bool]:
    """Take back what passed in words of letters: the o of a label is no nought."""
    letters = {number for word in _words(line) if _is_letters(line, word, threshold)
               for number in word}  # fmt: skip
    return [ok and number not in letters for number, ok in enumerate(passes)]


def _words(line: Sequence[Found]) -> list[list[int]]:
    """Part a line at its wide gaps; gives the numbers of each word's signs."""
    height = median(found.reading.box.h for found in line)
    words: list[list[int]] = []
    right = -inf
    for number, found in enumerate(line):
        box = found.reading.box
        if box.x - right > _WORD_GAP * height:
            words.append([])
        words[-1].append(number)
        right = max(right, box.right)
    return words


def _is_letters(line: Sequence[Found], word: Sequence[int], threshold: float) -> bool:
    share = _sure_share([line[number] for number in word], threshold)
    return share < _LEAST_OF_WORD


def _is_text(line: Sequence[Found], threshold: float) -> bool:
    words = _words(line)
    label = [word for word in words if _is_letters(line, word, threshold)]
    if len(label) <= _MOST_OF_LABEL:  # and the number that it belongs to
        words = [word for word in words if word not in label]
    judged = [line[number] for word in words for number in word]
    least = _SIGN * max(found.mass for found in line)
    signs = [f for f in judged if f.mass > least and not _is_dash(f.reading.box)]
    sure = sum(_is_sure(found, threshold) for found in signs)
    return len(signs) >= _LONG_LINE and sure < _MOSTLY * len(signs)


def _is_dash(box: Box) -> bool:
    """Whether this is a dash, or a piece of an underline, rather than a letter."""
    return box.w > _FLAT * box.h


def _is_lone_digit(
    found: Found, share: float, tallest: int, threshold: float, picture: Box
) -> bool:
    """Whether one digit alone on its line is one; at the edge it is paper's edge."""
    alone = found.reading
    if alone.not_digit > threshold / 2 or alone.confidence < _CERTAIN:
        return False
    inside = is_inside(alone, picture)
    if alone.digit != 1:
        return inside and share >= _CLEAR
    is_low = alone.box.h < _LOW_STROKE * tallest
    return inside and share >= _CLEAR_FOR_ONE and not is_low and not _is_line(found)


def is_inside(digit: DigitReading, picture: Box) -> bool:
    """Whether the edge of the picture cuts nothing off; a stroke keeps off it."""
    near = max(2, max(picture.w, picture.h) // 400) if digit.digit == 1 else 1
    box = digit.box
    return (
        min(box.x - picture.x, box.y - picture.y) >= near
        and min(picture.right - box.right, picture.bottom - box.bottom) >= near
    )


def _is_line(found: Found) -> bool:
    """Whether a stroke that might be a 1 is drawn as nobody draws one."""
    upright = -_LEANS_BACK <= lean(found.reading.glyph) <= _LEANS_ON
    return not upright or found.slenderness > _HAIRLINE


def _is_sure(found: Found, threshold: float) -> bool:
    return found.reading.accepted and found.reading.not_digit <= threshold


def _sure_share(line: Sequence[Found], threshold: float) -> float:
    """Share of the ink that belongs to sure digits; 1 if there is none at all."""
    total = sum(found.mass for found in line)
    sure = sum(found.mass for found in line if _is_sure(found, threshold))
    return sure / total if total else 1.0


def may_be_whole_picture(reading: Reading) -> bool:
    """Whether what was refused beside one digit, or none, may be pieces of one."""
    if not reading.rejected or len(reading.digits) > 1:
        return False
    pieces = reduce(Box.joined, (piece.box for piece in reading.rejected))
    return not any(
        digit.box.overlap(digit.box.joined(pieces)) >= _ALL_OF_IT
        for digit in reading.digits
    )


def is_whole_picture(
    alone: DigitReading, pieces: Sequence[DigitReading], picture: Box, threshold: float
) -> bool:
    """Whether a digit is all that a picture shows.

    Parameters
    ----------
    alone : DigitReading
        What the picture is if it shows one digit.
    pieces : sequence of DigitReading, not empty
        All that was found on it.
    picture : Box
        The part of the picture that was searched.
    threshold : float
        Doubt in [0, 1] up to which a digit is sure by itself.
    """
    around = reduce(Box.joined, (piece.box for piece in pieces))
    return (
        alone.digit != 1  # a stroke may be anything
        and not is_circle(alone.glyph)
        and alone.confidence >= _BEYOND_DOUBT
        and alone.not_digit <= threshold / 2
        and alone.box.h >= _LARGE * picture.h
        and is_inside(alone, picture)
        and len(pieces) <= _PIECES
        and alone.box.overlap(around) >= _ALL_OF_IT
    )
