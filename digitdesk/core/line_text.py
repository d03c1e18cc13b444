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

_RESCALED, _TINY = 8, 1e-300
"""After so many columns probabilities are brought back to 1, unless they are 0."""

Digits = tuple[int, ...]


def log_probabilities(
    answers: F32, numbers: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """Logarithms of the probabilities of numbers, over all ways to place their digits.

    Parameters
    ----------
    answers : ndarray of float32, shape (columns, 11)
        Logarithms of probabilities; each row's sum to 1. At least one column.
    numbers : sequence of sequence of int
        At least one; 0 to 9 each, one of them may be empty.

    Returns
    -------
    ndarray of float64, shape (numbers,)
        0 at most; minus infinity where the columns are too few.
    """
    answers, silence = _without_pauses(answers)
    lengths = np.array([len(number) for number in numbers])
    states = np.full((len(numbers), 2 * int(lengths.max()) + 1), BLANK)
    for row, number in enumerate(numbers):
        states[row, 1 : 2 * len(number) : 2] = number
    shares = np.exp(answers.astype(np.float64))[:, states]
    # Two more in front: before the first state is nothing.
    ways = np.zeros((len(numbers), states.shape[1] + 2))
    ways[:, 2:4] = shares[0, :, :2]
    # A digit may follow another one without a blank only if they differ.
    leaps = np.zeros(states.shape)
    leaps[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    scales = np.full((len(numbers), 1), silence)
    for column, said in enumerate(shares[1:]):
        ways[:, 2:] = (ways[:, 2:] + ways[:, 1:-1] + leaps * ways[:, :-2]) * said
        if column % _RESCALED == 0:
            largest = np.maximum(ways.max(axis=1, keepdims=True), _TINY)
            ways /= largest
            scales += np.log(largest)
    rows = np.arange(len(numbers))
    found = ways[rows, 2 * lengths + 2] + ways[rows, 2 * lengths + 1]
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(found) + scales[:, 0])


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
    # Against blank, so that columns between digits cost nothing.
    gain = answers[:, :BLANK] - answers[:, BLANK:]
    before = np.zeros(len(answers))  # of the digits so far, in the columns to the left
    chosen = []
    for digit in digits:
        here = before + gain[:, digit]
        best = np.maximum.accumulate(here)
        leads = np.concatenate([[True], here[1:] > best[:-1]])
        columns = np.where(leads, np.arange(len(answers)), 0)
        chosen.append(np.maximum.accumulate(columns))
        before = np.concatenate([[-np.inf], best[:-1]])
    found = np.zeros(len(digits), np.intp)
    end = len(answers)
    for row in range(len(digits) - 1, -1, -1):
        end = found[row] = chosen[row][end - 1]
    return found


def _without_pauses(answers: F32) -> tuple[F32, float]:
    """Take out columns that are surely blank, but for one between others.

    Returns
    -------
    answers : ndarray of float32, shape (columns, 11)
        At least one is left.
    silence : float
        Logarithm of the probability that the others are blank.
    """
    quiet = answers[:, BLANK] > np.log(_QUIET)
    again = quiet & np.concatenate([[False], quiet[:-1]])
    return answers[~again], float(answers[again, BLANK].sum())
