"""Ask about a doubtful line as a whole, and believe the number that all agree on best.

Cutting ink into digits fails where a cut breaks a nought or digits run together. A
line network reads without cutting, but shows no glyphs. So numbers are proposed by
both, the ink is cut once more where the network hears digits, each number is spelled
with the candidates of every cut, and the one wins that the network and the classifier
together find the most likely.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import exp, inf, log
from statistics import median

import numpy as np

from digitdesk.core.binarise import Ink
from digitdesk.core.decode import Explanation, spell
from digitdesk.core.hearing import Hearing, listen
from digitdesk.core.line_text import BLANK, Digits
from digitdesk.core.lines import STEEPEST
from digitdesk.core.normalise import make_glyph
from digitdesk.core.puzzle import Puzzle, cut_at
from digitdesk.core.single import batch, digit_reading
from digitdesk.core.strip import ROOM_BESIDE, LinePlace
from digitdesk.core.trust import Found
from digitdesk.core.types import (
    F32,
    U8,
    Box,
    Classifier,
    DigitReading,
    LineReader,
    Reading,
    Scores,
)
from digitdesk.core.view import View
from digitdesk.core.worth import MOST_UNREAD, SIZEABLE

_NETWORK_WEIGHT = 1.5
"""Weight of the network's logarithm of a number's probability beside the cuts'."""

_SURE = 0.98
"""Product of the trust in a line's digits from which it needs no second look."""

_FEW_LINES, _FEW_PIECES, _CONVINCED = 6, 14, 0.5
"""Where nothing was believed at all, lines are asked about if they are few; those have
so many sizeable pieces at most, and their numbers need this probability."""

_FEW_BESIDE = 24
"""So few lines are asked about where others were believed: more may be wood."""

_EMPTY = 0.9
"""Probability of no digit at all from which a doubtful line is given up."""

_USUAL_HEIGHT = 0.7
"""Quantile of a line's heights by which it is scaled: many write low noughts."""

_SHARED = 0.5
"""Share of its height that a line of another cut has in common with this one."""

_LEAST, _LEAST_DIGIT = 1e-4, 1e-3
"""Probabilities below which nobody's word counts less."""

_LEVEL = 1.001
"""Just above 1: the chosen digit stays the most probable one."""


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What one line may be cut to, and what the classifier says of it.

    Attributes
    ----------
    puzzle : Puzzle
        The candidates.
    scores : Scores
        Of the candidates.
    glyphs : list of ndarray of uint8, shape (28, 28)
        Of the candidates.
    """

    puzzle: Puzzle
    scores: Scores
    glyphs: list[U8]

    def found(self, chosen: Explanation, view: View) -> tuple[Found, ...]:
        """Collect what is known of chosen candidates; see `decode.solve`."""
        return tuple(
            Found(
                digit_reading(
                    view.outside(self.puzzle.candidates[i].whole.box), self.glyphs[i],
                    self.scores, i, accepted=is_digit,
                ),
                self.puzzle.candidates[i].whole.mass,
                self.puzzle.candidates[i].whole.slenderness,
            )
            for i, is_digit in chosen
        )  # fmt: skip

    @property
    def box(self) -> Box:
        """Around all pieces, in pixels of the searched picture."""
        return reduce(Box.joined, (piece.box for piece in self.puzzle.pieces))


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What one cut between paper and ink shows.

    Attributes
    ----------
    ink : Ink
        The cut.
    offers : tuple of Offer
        One for each line of ink.
    found : tuple of tuple of Found
        What each line's solution holds.
    letters : tuple of DigitReading
        What else stands on the lines.
    letter_ink : float
        Amount of ink of these in pixels.
    """

    ink: Ink
    offers: tuple[Offer, ...]
    found: tuple[tuple[Found, ...], ...]
    letters: tuple[DigitReading, ...] = ()
    letter_ink: float = 0.0


def look_again(
    attempts: Sequence[Attempt],
    reading: Reading,
    view: View,
    reader: LineReader,
    classifier: Classifier,
) -> tuple[tuple[Found, ...], ...]:
    """Read the doubtful lines of a picture with the help of a line network.

    Parameters
    ----------
    attempts : sequence of Attempt
        The most convincing one first; its lines are looked at.
    reading : Reading
        What that one says.
    view : View
        The searched picture.
    reader : LineReader
        Called once for each doubtful line, three times if it is not sure of it.
    classifier : Classifier
        Called for digits that are cut out anew, where the line network hears them.

    Returns
    -------
    tuple of tuple of Found
        To take the place of the first attempt's.
    """
    believed = {digit.box for digit in reading.digits}
    first = attempts[0]
    return tuple(
        _line(attempts, number, believed, view, reader, classifier)
        or first.found[number]
        for number in range(len(first.offers))
    )


def _line(
    attempts: Sequence[Attempt],
    number: int,
    believed: set[Box],
    view: View,
    reader: LineReader,
    classifier: Classifier,
) -> tuple[Found, ...] | None:
    """Read one line again; None if there is no need or nothing better.

    A number in which the network hears nothing loses its digits: they were doubtful.
    Where one digit or none was believed, the network may name a number if it is sure.
    """
    first = attempts[0]
    found = first.found[number]
    digits = [f.reading for f in found if f.reading.box in believed]
    is_number = len(digits) > 1
    few = _FEW_BESIDE if believed else _FEW_LINES
    if not is_number and (digits or len(first.offers) <= few):
        digits = _suspects(found)
    if len(digits) < 2 or (is_number and not _is_doubtful(found, digits)):
        return None
    place = _place(digits, first.offers[number], view)
    hearing = listen(
        view.grey, place, reader, light_on_dark=first.ink.light_on_dark,
        letters=first.offers[number].puzzle.letters,
    )  # fmt: skip
    if hearing.silence > _EMPTY:
        return _refused(found) if is_number else None
    offers = [first.offers[number]]
    offers += [o for attempt in attempts[1:] if (o := _same_line(attempt, offers[0]))]
    numbers = [number for number in hearing.numbers if number]
    if numbers:
        middles = hearing.middles(numbers[0])
        offers.append(_cut_anew(offers[0].puzzle, middles, classifier))
    numbers = list(dict.fromkeys([tuple(d.digit for d in digits), *numbers]))
    best = _most_likely(offers, numbers, hearing)
    if best is None:
        return None
    proposed, offer, chosen = best
    if not is_number and hearing.log_probability(proposed) < log(_CONVINCED):
        return None
    return _agreed(offer.found(chosen, view), proposed, hearing)


def _most_likely(
    offers: Sequence[Offer], numbers: list[Digits], hearing: Hearing
) -> tuple[Digits, Offer, Explanation] | None:
    """Return the best number, the line that spells it best, and how it does."""
    heard = [_NETWORK_WEIGHT * hearing.log_probability(number) for number in numbers]
    best: tuple[Digits, Offer, Explanation] | None = None
    best_worth = -inf
    for offer in offers:
        spelled = spell(offer.puzzle, offer.scores, numbers)
        for number, said, (seen, chosen) in zip(numbers, heard, spelled, strict=True):
            if seen + said > best_worth:
                best, best_worth = (number, offer, chosen), seen + said
    return best


def _cut_anew(
    puzzle: Puzzle, middles: Sequence[float], classifier: Classifier
) -> Offer:
    """Cut a line between known middles of digits."""
    anew = cut_at(puzzle, middles)
    glyphs = [make_glyph(candidate.whole.ink) for candidate in anew.candidates]
    return Offer(anew, classifier.classify(batch(glyphs)), glyphs)


def _refused(found: Sequence[Found]) -> tuple[Found, ...]:
    return tuple(replace(f, reading=replace(f.reading, accepted=False)) for f in found)


def _suspects(found: Sequence[Found]) -> list[DigitReading]:
    """Return what may be the digits of a line of which one or none was believed."""
    tallest = max(f.reading.box.h for f in found)
    sizeable = [f.reading for f in found if f.reading.box.h > SIZEABLE * tallest]
    if len(sizeable) > _FEW_PIECES:
        return []
    accepted = [reading for reading in sizeable if reading.accepted]
    return accepted if len(accepted) > 1 else sizeable


def _is_doubtful(found: Sequence[Found], digits: Sequence[DigitReading]) -> bool:
    height = median(digit.box.h for digit in digits)
    if all(digit.digit == 1 for digit in digits):
        return True  # strokes side by side may be joints of bricks, or folds
    unread = sum(
        f.reading not in digits and f.reading.box.h > SIZEABLE * height for f in found
    )
    if unread > MOST_UNREAD * len(digits):
        return False
    trust = sum(
        log(max(digit.confidence * (1 - digit.not_digit), _LEAST)) for digit in digits
    )
    return unread > 0 or trust < log(_SURE)


def _place(digits: Sequence[DigitReading], offer: Offer, view: View) -> LinePlace:
    """Where the line lies on the searched picture: through its digits' middles."""
    boxes = [view.inside(digit.box) for digit in digits]
    height = float(np.quantile([box.h for box in boxes], _USUAL_HEIGHT))
    x = np.array([box.x + box.w / 2 for box in boxes])
    y = np.array([box.y + box.h / 2 for box in boxes])
    slope = 0.0
    if np.ptp(x) > 3 * height:
        slope = float(np.clip(np.polyfit(x, y, 1)[0], -STEEPEST, STEEPEST))
    around = offer.box
    left = around.x - ROOM_BESIDE * height
    return LinePlace(
        left=left, right=around.right + ROOM_BESIDE * height,
        centre=float(np.median(y - slope * (x - left))), slope=slope,
        digit_height=max(height, 1.0),
    )  # fmt: skip


def _same_line(attempt: Attempt, wanted: Offer) -> Offer | None:
    """Return the line of another cut that lies where this one does, if any."""
    target = wanted.box
    best, most = None, 0.0
    for offer in attempt.offers:
        box = offer.box
        down = min(box.bottom, target.bottom) - max(box.y, target.y)
        across = min(box.right, target.right) - max(box.x, target.x)
        if down > _SHARED * min(box.h, target.h) and across > most:
            best, most = offer, float(across)
    return best


def _agreed(
    found: Sequence[Found], proposed: Digits, hearing: Hearing
) -> tuple[Found, ...]:
    """Multiply what classifier and network say of each digit.

    None is doubted more than the whole number is. Where both rather see another digit
    than the number has, the two digits draw level.
    """
    heard = exp(hearing.log_probability(proposed))
    said = iter(zip(proposed, hearing.at_digits(proposed), strict=True))
    return tuple(
        replace(
            f,
            reading=_combined(f.reading, *next(said), 1 - heard),
            confirmed=heard >= _CONVINCED,
        )
        if f.reading.accepted
        else f
        for f in found
    )


def _combined(
    reading: DigitReading, digit: int, answer: F32, most: float
) -> DigitReading:
    seen = np.log(np.maximum(reading.probabilities, _LEAST_DIGIT))
    digits = seen + _NETWORK_WEIGHT * answer[:BLANK]
    product = np.exp(digits - digits.max())
    # The number as a whole was chosen; a single column may say otherwise.
    product[digit] = max(product[digit], _LEVEL * np.delete(product, digit).max())
    doubt = reading.not_digit * float(np.exp(answer[BLANK]))
    trust = (1 - reading.not_digit) * (1 - float(np.exp(answer[BLANK])))
    return replace(
        reading,
        probabilities=np.asarray(product / product.sum(), np.float32),
        not_digit=min(doubt / max(doubt + trust, _LEAST), most),
    )
