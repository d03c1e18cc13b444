"""What the answers of a line network say: likely numbers, and how likely one is.

A line network answers, column by column, with a digit or "blank"; a number is what is
left when repeats and blanks are taken out. (A. Graves, S. Fernández, F. Gomez,
J. Schmidhuber, "Connectionist temporal classification", ICML 2006.)
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import F32

BLANK = 10
"""Class of a column that is no digit's middle."""

_QUIET = 0.999
"""Probability of blank from which a column changes nothing."""

Digits = tuple[int, ...]


def log_probability(answers: F32, digits: Sequence[int]) -> float:
    """Logarithm of the probability of a number, over all ways to place its digits.

    Parameters
    ----------
    answers : ndarray of float32, shape (columns, 11)
        Logarithms of probabilities; each row's sum to 1. At least one column.
    digits : sequence of int
        0 to 9 each; may be empty.

    Returns
    -------
    float
        0 at most; minus infinity if the columns are too few.
    """
    states = np.full(2 * len(digits) + 1, BLANK)
    states[1::2] = digits
    ways = np.full(len(states), -np.inf)
    ways[:2] = answers[0, states[:2]]
    # A digit may follow another one without a blank only if they differ.
    leaps = np.zeros(len(states), bool)
    leaps[3::2] = states[3::2] != states[1:-2:2]
    for row in answers[1:].astype(np.float64):
        stay = np.logaddexp(ways, np.concatenate([[-np.inf], ways[:-1]]))
        leap = np.concatenate([[-np.inf, -np.inf], ways[:-2]])[: len(states)]
        ways = np.where(leaps, np.logaddexp(stay, leap), stay) + row[states]
    return float(np.logaddexp.reduce(ways[-2:]))


def likely_numbers(answers: F32, count: int) -> list[Digits]:
    """Name the most likely numbers, by a beam search over prefixes.

    Parameters
    ----------
    answers : ndarray of float32, shape (columns, 11)
        Logarithms of probabilities.
    count : int
        How many to follow and to return at most, 1 or more.

    Returns
    -------
    list of tuple of int
        The most likely first; never empty, but a number may be.
    """
    beam: dict[Digits, tuple[float, float]] = {(): (1.0, 0.0)}
    for row in np.exp(answers.astype(np.float64)):
        if row[BLANK] > _QUIET:
            # Only the next digit may be the last one's repetition now.
            beam = {text: (a + b, 0.0) for text, (a, b) in beam.items()}
            continue
        grown: dict[Digits, tuple[float, float]] = {}
        said = np.flatnonzero(row[:BLANK] > 1e-3)
        for text, (blank, digit) in beam.items():
            _add(grown, text, blank=(blank + digit) * row[BLANK])
            if text:
                _add(grown, text, digit=digit * row[text[-1]])
            for new in said.tolist():
                before = blank if text and new == text[-1] else blank + digit
                _add(grown, (*text, new), digit=before * row[new])
        best = sorted(grown.items(), key=lambda item: -sum(item[1]))[:count]
        total = sum(sum(both) for _, both in best)
        beam = {text: (a / total, b / total) for text, (a, b) in best}
    return list(beam)


def _add(
    grown: dict[Digits, tuple[float, float]],
    text: Digits,
    *,
    blank: float = 0.0,
    digit: float = 0.0,
) -> None:
    before = grown.get(text, (0.0, 0.0))
    grown[text] = before[0] + blank, before[1] + digit


def placed(answers: F32, digits: Sequence[int]) -> NDArray[np.intp]:
    """Say at which column each digit of a number stands most likely.

    Parameters
    ----------
    answers : ndarray of float32, shape (columns, 11)
        Logarithms of probabilities.
    digits : sequence of int
        A number of at least one digit whose probability is above 0.

    Returns
    -------
    ndarray of intp, shape (digits,)
        Increasing columns.
    """
    columns = len(answers)
    best = np.full((len(digits) + 1, columns + 1), -np.inf)
    taken = np.zeros((len(digits) + 1, columns + 1), bool)
    # Against blank, so that columns between digits cost nothing.
    gain = answers[:, :BLANK] - answers[:, BLANK:]
    best[0] = 0.0
    for row, digit in enumerate(digits, 1):
        for column in range(1, columns + 1):
            here = best[row - 1, column - 1] + gain[column - 1, digit]
            taken[row, column] = here > best[row, column - 1]
            best[row, column] = max(here, best[row, column - 1])
    found = np.zeros(len(digits), np.intp)
    row, column = len(digits), columns
    while row > 0:
        if taken[row, column]:
            row -= 1
            found[row] = column - 1
        column -= 1
    return found
