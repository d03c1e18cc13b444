"""Listen to a written line: ask a line network, and again where it is not sure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.line_text import (
    BLANK,
    Digits,
    likely_numbers,
    log_probabilities,
    placed,
)
from digitdesk.core.strip import ANSWER_STEP, LinePlace, cut_strip
from digitdesk.core.types import F32, U8, LineReader

_NAMED = 8
"""So many numbers are followed through the answers, and named."""

_CLEAR = 0.5
"""Probability of the likeliest number from which the line is not asked about again."""

_SHIFTS = (-0.08, 0.08)
"""How much higher and lower the line is cut out then, in heights of a digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What a line network says of one line, asked once or more.

    Attributes
    ----------
    place : LinePlace
        Where the line lies.
    answers : tuple of ndarray of float32, shape (columns, 11)
        Logarithms of probabilities, each time that it was asked.
    numbers : list of tuple of int
        The likeliest ones by all answers together, the likeliest first; one may be
        empty.
    """

    place: LinePlace
    answers: tuple[F32, ...]
    numbers: list[Digits]
    _known: dict[Digits, NDArray[np.float64]]

    @classmethod
    def of(
        cls, place: LinePlace, answers: tuple[F32, ...], numbers: Iterable[Digits]
    ) -> Self:
        """Sort some numbers, at least one, by what all answers together say."""
        named = list(dict.fromkeys(numbers))
        each = np.stack([log_probabilities(said, named) for said in answers], axis=1)
        order = np.argsort(-each.mean(axis=1), kind="stable")[:_NAMED].tolist()
        return cls(place, answers, [named[i] for i in order],
                   dict(zip(named, each, strict=True)))  # fmt: skip

    @property
    def silence(self) -> float:
        """Probability that there is no digit."""
        return float(np.exp(np.mean([said[:, BLANK].sum() for said in self.answers])))

    def log_probability(self, number: Digits) -> float:
        """Logarithm of the probability of a number: the mean over all answers."""
        return float(self._each(number).mean())

    def middles(self, number: Digits) -> list[float]:
        """Say in which columns of the picture the digits of a number stand."""
        columns = ANSWER_STEP * placed(self._clearest(number), number)
        return [
            self.place.left + (column + (ANSWER_STEP - 1) / 2) * self.place.scale
            for column in columns.tolist()
        ]

    def at_digits(self, number: Digits) -> F32:
        """Return the answers at the digits of a number, shape (digits, 11)."""
        answers = self._clearest(number)
        return answers[placed(answers, number)]

    def _clearest(self, number: Digits) -> F32:
        """Return the answers in which a number is heard best."""
        return self.answers[int(self._each(number).argmax())]

    def _each(self, number: Digits) -> NDArray[np.float64]:
        """Logarithms of the probability of a number by each of the answers."""
        if number not in self._known:
            heard = [log_probabilities(said, [number])[0] for said in self.answers]
            self._known[number] = np.array(heard)
        return self._known[number]


def listen(
    grey: U8, place: LinePlace, network: LineReader, *, light_on_dark: bool
) -> Hearing:
    """Ask a line network what a line says.

    Where it is not sure of any number it is asked twice more, with the line cut out a
    little higher and lower: what it errs in differs.

    Parameters
    ----------
    grey : ndarray of uint8, shape (height, width)
        The picture.
    place : LinePlace
        Where the line lies on it.
    network : LineReader
        Called once, or three times.
    light_on_dark : bool
        Whether the ink is the lighter part.
    """

    def ask(shift: float) -> F32:
        moved = replace(place, centre=place.centre + shift * place.digit_height)
        return network.answers(cut_strip(grey, moved, light_on_dark=light_on_dark))

    first = ask(0.0)
    hearing = Hearing.of(place, (first,), likely_numbers(first, _NAMED))
    if hearing.log_probability(hearing.numbers[0]) >= log(_CLEAR):
        return hearing
    more = [ask(shift) for shift in _SHIFTS]
    numbers = [number for said in more for number in likely_numbers(said, _NAMED)]
    return Hearing.of(place, (first, *more), [*hearing.numbers, *numbers])
