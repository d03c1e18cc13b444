"""Explain a line of ink as digits: the most convincing way wins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.puzzle import CRUMB, Puzzle
from digitdesk.core.types import Scores

Explanation = list[tuple[int, bool]]
"""Indices of candidates from left to right, and whether each is taken for a digit; the
others are single pieces that belong to none."""

_SKIP_BODY, _SKIP_CRUMB = np.log(0.02), np.log(0.6)
"""What it costs that a piece is no digit."""
_CUT_PRICE = np.log(0.3)
"""What it costs to take ink that touches for two digits."""

_PIECE_WEIGHT = 0.3
"""How much each further piece adds to the weight of a candidate's doubt."""

_HEIGHT_SPREAD, _LOW_ONE_SPREAD = 0.35, 0.2
"""Standard deviation of the logarithm of a digit's height over the line's; a low
upright stroke is rather a fragment than a one."""

_LEAST_EXPLAINED = 0.65
"""Share of connected ink that must become digits, for any of it to be one."""

_LEAST_PROBABILITY = 1e-4

_LEAST_SPELLED = 1e-3
"""Least probability that a candidate is the wanted digit, where a number is given: a
classifier that is sure of something else may be mistaken, and no whole number is to
fail by one digit alone."""

_NO_DIGIT = 10
"""Fills up shorter numbers; nothing is worth to be it."""


def solve(puzzle: Puzzle, scores: Scores) -> Explanation:
    """Choose the candidates that explain the line best.

    Parameters
    ----------
    puzzle : Puzzle
        A line and its candidates.
    scores : Scores
        Of its candidates, in their order.

    Returns
    -------
    Explanation
        Accounts for all ink.
    """
    count = len(puzzle.pieces)
    rows = np.arange(len(puzzle.candidates))
    worths = _worths(puzzle, scores, _LEAST_PROBABILITY)
    # Of the digits, the one that the classifier names.
    digits = worths[rows, scores.probabilities.argmax(axis=1)].tolist()
    best = [0.0] + [-np.inf] * count
    choice: Explanation = [(-1, False)] * (count + 1)
    for index, (as_digit, skipped) in enumerate(
        zip(digits, _skips(puzzle).tolist(), strict=True)
    ):
        candidate = puzzle.candidates[index]
        is_digit = as_digit >= skipped
        total = best[candidate.first] + max(as_digit, skipped)
        if total > best[candidate.last]:
            best[candidate.last] = total
            choice[candidate.last] = (index, is_digit)
    chosen = []
    at = count
    while at > 0:
        chosen.append(choice[at])
        at = puzzle.candidates[choice[at][0]].first
    return _explained(chosen[::-1], puzzle)


def spell(
    puzzle: Puzzle, scores: Scores, numbers: Sequence[Sequence[int]]
) -> list[tuple[float, Explanation]]:
    """Choose the candidates that explain the line best as each of some numbers.

    Parameters
    ----------
    puzzle, scores
        As for `solve`.
    numbers : sequence of sequence of int
        At least one; 0 to 9 each, from left to right.

    Returns
    -------
    list of (float, Explanation)
        For each number the logarithm of the trust in its best explanation, and this;
        minus infinity and nothing if the line holds too few candidates.
    """
    count, longest = len(puzzle.pieces), max(map(len, numbers))
    wanted = np.full((len(numbers), longest), _NO_DIGIT)
    for row, number in enumerate(numbers):
        wanted[row, : len(number)] = number
    worths = _worths(puzzle, scores, _LEAST_SPELLED)
    worths = np.column_stack([worths, np.full(len(worths), -np.inf)])[:, wanted]
    skips = _skips(puzzle)
    # Of every piece and length: the worth of what lies before, explained as so many
    # of the number's digits.
    best = np.full((count + 1, len(numbers), longest + 1), -np.inf)
    best[0, :, 0] = 0.0
    choice = np.full(best.shape, -1)
    named = np.zeros(best.shape, np.bool)
    as_digit = np.full(best.shape[1:], -np.inf)
    for index, candidate in enumerate(puzzle.candidates):
        before, after = best[candidate.first], best[candidate.last]
        as_digit[:, 1:] = before[:, :-1] + worths[index]
        skipped = before + skips[index]
        total = np.maximum(as_digit, skipped)
        better = total > after
        after[better] = total[better]
        choice[candidate.last][better] = index
        named[candidate.last][better] = (as_digit >= skipped)[better]
    found: list[tuple[float, Explanation]] = []
    for row, number in enumerate(numbers):
        worth = float(best[count, row, len(number)])
        chosen: Explanation = []
        at, left = count, len(number)
        while at > 0 and worth > -np.inf:
            index, is_digit = int(choice[at, row, left]), bool(named[at, row, left])
            chosen.append((index, is_digit))
            at, left = puzzle.candidates[index].first, left - is_digit
        found.append((worth, chosen[::-1]))
    return found


def _worths(puzzle: Puzzle, scores: Scores, least: float) -> NDArray[np.float64]:
    """Logarithms of the trust in each candidate as each digit, shape (candidates, 10).

    Doubt weighs more, the larger a candidate is; `least` is the least probability.
    """
    chosen = puzzle.candidates
    likely = scores.probabilities * (1 - scores.not_digit[:, None])
    trust = np.log(np.maximum(likely.astype(np.float64), least))
    pieces = np.array([candidate.last - candidate.first for candidate in chosen])
    trust *= (1 + _PIECE_WEIGHT * (pieces - 1))[:, None]
    height = np.array([candidate.whole.box.h for candidate in chosen])
    relative = (height / puzzle.digit_height)[:, None]
    low_one = (relative < 1) & (np.arange(10) == 1)
    spread = np.where(low_one, _LOW_ONE_SPREAD, _HEIGHT_SPREAD)
    trust -= (np.log(relative) / spread) ** 2 / 2
    trust[relative[:, 0] < CRUMB] = -np.inf
    return np.asarray(trust + _cut_prices(puzzle)[:, None])


def _skips(puzzle: Puzzle) -> NDArray[np.float64]:
    """Worth of each candidate as no digit, which only a single piece may be."""
    small = CRUMB * puzzle.digit_height
    worths = [
        (_SKIP_CRUMB if candidate.whole.box.h < small else _SKIP_BODY)
        if candidate.last - candidate.first == 1 else -np.inf
        for candidate in puzzle.candidates
    ]  # fmt: skip
    return np.array(worths) + _cut_prices(puzzle)


def _cut_prices(puzzle: Puzzle) -> NDArray[np.float64]:
    """Charge for a cut if ink of the same region lies to the left."""
    sources = [piece.source for piece in puzzle.pieces]
    prices = []
    for candidate in puzzle.candidates:
        first = candidate.first
        # Seldom more than the neighbour: a crumb may lie between two halves.
        before = sources[max(first - 2, 0) : first]
        is_cut = not set(before).isdisjoint(sources[first : candidate.last])
        prices.append(_CUT_PRICE if is_cut else 0.0)
    return np.array(prices)


def _explained(
    chosen: list[tuple[int, bool]], puzzle: Puzzle
) -> list[tuple[int, bool]]:
    """Give up digits cut out of connected ink of which much is left over: scribbles."""
    used: dict[int, float] = {}
    total: dict[int, float] = {}
    for index, is_digit in chosen:
        candidate = puzzle.candidates[index]
        for piece in puzzle.pieces[candidate.first : candidate.last]:
            total[piece.source] = total.get(piece.source, 0.0) + piece.mass
            used[piece.source] = used.get(piece.source, 0.0) + piece.mass * is_digit
    sources = [
        puzzle.pieces[puzzle.candidates[index].first].source for index, _ in chosen
    ]
    return [
        (index, is_digit and used[source] >= _LEAST_EXPLAINED * total[source])
        for (index, is_digit), source in zip(chosen, sources, strict=True)
    ]
