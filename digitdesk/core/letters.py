"""Which ink of a written line is letters: words beside numbers are not read."""

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import exp, log
from operator import itemgetter

import numpy as np

from digitdesk.core.hearing import Hearing, listen
from digitdesk.core.lines import Letter, Line
from digitdesk.core.regions import Part
from digitdesk.core.strip import (
    LETTER_STEP,
    ROOM_BESIDE,
    SOFT_EDGE,
    LinePlace,
    cut_strip,
)
from digitdesk.core.types import F32, U8, LineReader

_SIZEABLE, _TALL = 0.35, 0.75
"""Of the parts at least so high, in heights of the line, this share is lower than what
the line is scaled by: small letters are lower than digits."""

_MOST_ODDS = 8.0
"""Logarithm of the odds beyond which a column counts no more."""

_DIGITS_RATHER = 0.75
"""Logarithm of the odds that a sign needs at least to be a letter: most writing that
people let read is numbers."""

_NEAR, _FAR = 2.5, 1.5
"""Price of a change between letters and digits from a sign to the next, and where a
wide gap lies between them."""

_WIDE_GAP = 0.4
"""Such a gap, in heights of a digit."""

_HEARD = 0.5
"""Probability of a number, by the line network, from which a line is no word."""

_WIDEST = 4.0
"""A sign counts as often as it is wider than high, up to this."""


def without_letters(
    line: Line, grey: U8, reader: LineReader, *, light_on_dark: bool
) -> Line:
    """Set the letters of a line apart.

    Parameters
    ----------
    line : Line
        Holds at least one part.
    grey : ndarray of uint8, shape (height, width)
        The picture.
    reader : LineReader
        Its `letters` is called once; what it hears on the line is asked for if that is
        letters alone.
    light_on_dark : bool
        Whether the ink is the lighter part.

    Returns
    -------
    Line
        The same one if it holds no letters; it may be without parts.
    """
    place = _place(line)
    strip = _strip(line, place, grey, light_on_dark=light_on_dark)
    odds = np.clip(reader.letters(strip), -_MOST_ODDS, _MOST_ODDS)
    evidence = [_evidence(part, odds, place) for part in line.parts]
    gaps = [
        b.box.x - a.box.right > _WIDE_GAP * line.digit_height
        for a, b in pairwise(line.parts)
    ]
    are_letters = _likeliest(evidence, gaps)
    if not any(are_letters):
        return line
    if all(are_letters) and _says_number(
        listen(grey, place, reader, light_on_dark=light_on_dark)
    ):
        return line
    return _apart(line, are_letters, evidence)


def _strip(line: Line, place: LinePlace, grey: U8, *, light_on_dark: bool) -> U8:
    """Cut a line out without boxes, ruled lines and what else is none of its ink."""
    strip = cut_strip(grey, place, light_on_dark=light_on_dark)
    alone = np.zeros_like(strip)
    for part in line.parts:
        where = place.on_strip(part.box, SOFT_EDGE)
        alone[where] = strip[where]
    return alone


def _says_number(hearing: Hearing) -> bool:
    """Whether a number is heard clearly."""
    numbers = [number for number in hearing.numbers if number]
    return any(hearing.log_probability(number) > log(_HEARD) for number in numbers)


def _apart(line: Line, are_letters: Sequence[bool], evidence: Sequence[float]) -> Line:
    """Set letters apart; all of a word are letters as likely as it is one."""
    told = list(zip(line.parts, are_letters, evidence, strict=True))
    letters = []
    for is_word, signs in groupby(told, key=itemgetter(1)):
        word = list(signs)
        if is_word:
            odds = float(np.mean([said for _, _, said in word])) + _DIGITS_RATHER
            letters += [Letter(part, 1 / (1 + exp(-odds))) for part, _, _ in word]
    digits = [part for part, is_letter, _ in told if not is_letter]
    return Line(digits, line.slope, letters)


def _place(line: Line) -> LinePlace:
    """Where a line lies: through the middle of its ink."""
    least = _SIZEABLE * line.digit_height
    heights = [part.box.h for part in line.parts if part.box.h >= least]
    usual = np.quantile(heights, _TALL) if heights else line.digit_height
    height = max(float(usual), 1.0)
    left = min(part.box.x for part in line.parts) - ROOM_BESIDE * height
    right = max(part.box.right for part in line.parts) + ROOM_BESIDE * height
    levels = np.array([line.level(part) for part in line.parts])
    order = np.argsort(levels)
    reached = np.cumsum([line.parts[at].mass for at in order])
    middle = levels[order[int(np.searchsorted(reached, reached[-1] / 2))]]
    return LinePlace(
        left=left, right=right, centre=float(middle + line.slope * left),
        slope=line.slope, digit_height=height,
    )  # fmt: skip


def _evidence(part: Part, odds: F32, place: LinePlace) -> float:
    """Logarithm of the odds that a part is letters, less what is asked for at least."""
    first, last = (
        (x - place.left) / place.scale / LETTER_STEP
        for x in (part.box.x, part.box.right)
    )
    start = int(np.clip(np.floor(first), 0, odds.size - 1))
    end = int(np.clip(np.ceil(last), start + 1, odds.size))
    times = float(np.clip(part.box.w / part.box.h, 1, _WIDEST))
    return (float(odds[start:end].mean()) - _DIGITS_RATHER) * times


def _likeliest(evidence: Sequence[float], gaps: Sequence[bool]) -> list[bool]:
    """Tell letters from digits so that they seldom change.

    References
    ----------
    A. Viterbi, "Error bounds for convolutional codes and an asymptotically optimum
    decoding algorithm", 1967.
    """
    best = np.array([0.0, evidence[0]])
    came: list[tuple[int, int]] = []
    for said, wide in zip(evidence[1:], gaps, strict=True):
        price = _FAR if wide else _NEAR
        steps = best[:, None] - price * (1 - np.eye(2))
        came.append((int(steps[:, 0].argmax()), int(steps[:, 1].argmax())))
        best = steps.max(axis=0) + np.array([0.0, said])
    state = int(best.argmax())
    states = [state]
    for before in reversed(came):
        state = before[state]
        states.append(state)
    return [bool(state) for state in reversed(states)]
