"""Listen to a written line: ask a line network, and again where it is not sure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import log

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.line_text import (
    BLANK,
    Digits,
    likely_numbers,
    log_probabilities,
    placed,
)
from digitdesk.core.strip import ANSWER_STEP, SOFT_EDGE, LinePlace, cut_strip
from digitdesk.core.types import F32, U8, Box, LineReader

_NAMED = 8
"""So many numbers are followed through the answers, and named."""

_CLEAR = 0.5
"""Probability of the likeliest number from which the line is not asked about again."""

_SHIFTS = (-0.08, 0.08)
"""How much higher and lower the line is cut out then, in heights of a digit."""


class Hearing:
    """What a line network says of one line, asked once or more.

    Parameters
    ----------
    place : LinePlace
        Where the line lies.
    answers : sequence of ndarray of float32, shape (columns, 11)
        Logarithms of probabilities, each time that it was asked.
    numbers : iterable of tuple of int
        Which may be said, at least one; one may be empty.

    Attributes
    ----------
    numbers : list of tuple of int
        Eight of them at most: the likeliest by all answers together come first.
    """

    def __init__(
        self, place: LinePlace, answers: Sequence[F32], numbers: Iterable[Digits]
    ) -> None:
        self._place, self._answers = place, answers
        named = list(dict.fromkeys(numbers))
        each = np.stack([log_probabilities(said, named) for said in answers], axis=1)
        self._each: dict[Digits, NDArray[np.float64]]
        self._each = dict(zip(named, each, strict=True))
        order = np.argsort(-each.mean(axis=1), kind="stable")
        self.numbers = [named[at] for at in order[:_NAMED].tolist()]

    @property
    def silence(self) -> float:
        """Probability that there is no digit."""
        return float(np.exp(np.mean([said[:, BLANK].sum() for said in self._answers])))

    def log_probability(self, number: Digits) -> float:
        """Logarithm of the probability of a number: the mean over all answers."""
        return float(self._said_of(number).mean())

    def middles(self, number: Digits) -> list[float]:
        """Say in which columns of the picture the digits of a number stand."""
        columns = ANSWER_STEP * placed(self._clearest(number), number)
        return [
            self._place.left + (column + (ANSWER_STEP - 1) / 2) * self._place.scale
            for column in columns.tolist()
        ]

    def at_digits(self, number: Digits) -> F32:
        """Return the answers at the digits of a number, shape (digits, 11)."""
        answers = self._clearest(number)
        return answers[placed(answers, number)]

    def _clearest(self, number: Digits) -> F32:
        """Return the answers in which a number is heard best."""
        return self._answers[int(self._said_of(number).argmax())]

    def _said_of(self, number: Digits) -> NDArray[np.float64]:
        """Logarithms of the probability of a number by each of the answers."""
        if number not in self._each:
            heard = [log_probabilities(said, [number])[0] for said in self._answers]
            self._each[number] = np.array(heard)
        return self._each[number]


def listen(
    grey: U8,
    place: LinePlace,
    network: LineReader,
    *,
    light_on_dark: bool,
    letters: Sequence[Box] = (),
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
    letters : sequence of Box
        What is not heard on the line, in pixels of `grey`.
    """

    def ask(shift: float) -> F32:
        moved = replace(place, centre=place.centre + shift * place.digit_height)
        strip = cut_strip(grey, moved, light_on_dark=light_on_dark)
        for box in letters:
            strip[moved.on_strip(box, SOFT_EDGE)] = 0
        return network.answers(strip)

    answers = [ask(0.0)]
    numbers = likely_numbers(answers[0], _NAMED)
    hearing = Hearing(place, answers, numbers)
    if hearing.log_probability(hearing.numbers[0]) >= log(_CLEAR):
        return hearing
    for shift in _SHIFTS:
        answers.append(ask(shift))
        numbers += likely_numbers(answers[-1], _NAMED)
    return Hearing(place, answers, numbers)
