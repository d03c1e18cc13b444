"""Put pieces of ink together to digits: the most convincing way wins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digitdesk.core.lines import Line
from digitdesk.core.regions import Part, joined
from digitdesk.core.split import split, split_between
from digitdesk.core.types import Scores

_MOST_JOINED = 8
_WIDEST = 1.7
"""Width of the widest digit in heights of the line."""

_WIDE = 0.72
"""Width in heights of the line from which a piece may be several digits."""

_GAP = 0.16
"""Widest gap inside a broken digit in heights of the line."""

_CRUMB_REACH = 4
"""The same in sizes of the smaller piece: a speck beside a large digit is dirt."""

_SKIP_BODY, _SKIP_CRUMB = np.log(0.02), np.log(0.6)
CRUMB = 0.3
"""Pieces lower than this, in heights of the line, are no digit by themselves."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """Pieces `first` to `last` - 1 of a line, taken for one digit."""

    first: int
    last: int
    whole: Part


@dataclass(frozen=True, slots=True, eq=False)
class Puzzle:
    """A line cut to pieces, and every way of putting a digit together.

    Attributes
    ----------
    pieces : tuple of Part
        From left to right.
    candidates : tuple of Candidate
        Each piece alone is always among them.
    digit_height, gap : float
        Usual height of a digit, and the widest gap inside a broken one, in pixels.
    """

    pieces: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    digit_height: float
    gap: float


def make_puzzle(line: Line, *, crowded: bool = False) -> Puzzle:
    """List what might be a digit on a line.

    Parameters
    ----------
    line : Line
        Holds at least one part.
    crowded : bool
        Whether the page holds so much ink that gaps are rather between signs than in
        broken digits.

    Returns
    -------
    Puzzle
        Each piece alone is always among the candidates.
    """
    height = line.digit_height
    pieces: list[Part] = []
    for part in line.parts:
        pieces += split(part, height) if part.box.w > _WIDE * height else [part]
    return _puzzle(pieces, height, 0.0 if crowded else _GAP * height)


def cut_at(puzzle: Puzzle, middles: Sequence[float]) -> Puzzle:
    """List what might be a digit where it is known in which columns digits stand.

    Parameters
    ----------
    puzzle : Puzzle
        A line, cut by its looks.
    middles : sequence of float
        Increasing columns of the digits' middles, in pixels of the searched picture.

    Returns
    -------
    Puzzle
        The same ink, each region cut between the middles that lie in it.
    """
    regions: dict[int, list[Part]] = {}
    for piece in puzzle.pieces:
        regions.setdefault(piece.source, []).append(piece)
    pieces: list[Part] = []
    for group in regions.values():
        whole = joined(group)
        inside = [x for x in middles if whole.box.x <= x < whole.box.right]
        pieces += split_between(whole, puzzle.digit_height, inside)
    pieces.sort(key=lambda piece: piece.centre_x)
    return _puzzle(pieces, puzzle.digit_height, puzzle.gap)


def _puzzle(pieces: Sequence[Part], height: float, gap: float) -> Puzzle:
    """Put neighbouring pieces together in every way that may be a digit."""
    candidates = []
    for first in range(len(pieces)):
        for last in range(first + 1, min(first + _MOST_JOINED, len(pieces)) + 1):
            group = pieces[first:last]
            if last - first > 1 and not _may_join(group, height, gap):
                break
            candidates.append(Candidate(first, last, joined(group)))
    return Puzzle(tuple(pieces), tuple(candidates), height, gap)


def solve(puzzle: Puzzle, scores: Scores) -> list[tuple[int, bool]]:
    """Choose the candidates that explain the line best.

    Parameters
    ----------
    puzzle : Puzzle
        A line and its candidates.
    scores : Scores
        Of its candidates, in their order.

    Returns
    -------
    list of (int, bool)
        Indices of the chosen candidates from left to right, and whether each is
        taken for a digit; the others are single pieces that belong to none.
    """
    count = len(puzzle.pieces)
    best = np.full(count + 1, -np.inf)
    best[0] = 0.0
    choice: list[tuple[int, bool]] = [(-1, False)] * (count + 1)
    for index, candidate in enumerate(puzzle.candidates):
        options = [(_worth(candidate, *_best_digit(scores, index), puzzle), True)]
        if candidate.last - candidate.first == 1:
            options.append((_skip(candidate.whole, puzzle.digit_height), False))
        for worth, is_digit in options:
            total = best[candidate.first] + worth + _cut_price(candidate, puzzle)
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
    puzzle: Puzzle, scores: Scores, digits: Sequence[int]
) -> tuple[float, list[tuple[int, bool]]]:
    """Choose the candidates that explain the line best as a given number.

    Parameters
    ----------
    puzzle, scores
        As for `solve`.
    digits : sequence of int
        0 to 9 each, from left to right.

    Returns
    -------
    worth : float
        Logarithm of the trust in this explanation; minus infinity if the line holds
        too few candidates.
    chosen : list of (int, bool)
        As `solve` returns them; empty if there is no explanation.
    """
    count, length = len(puzzle.pieces), len(digits)
    best = np.full((count + 1, length + 1), -np.inf)
    best[0, 0] = 0.0
    choice = np.full((count + 1, length + 1), -1)
    named = np.zeros((count + 1, length + 1), bool)
    wanted = np.array(digits, int)
    for index, candidate in enumerate(puzzle.candidates):
        first, last = candidate.first, candidate.last
        price = _cut_price(candidate, puzzle)
        likely = scores.probabilities[index] * (1 - scores.not_digit[index])
        likely = np.maximum(likely, _LEAST_SPELLED)
        worths = [_worth(candidate, d, float(likely[d]), puzzle) for d in range(10)]
        as_digit = np.full(length + 1, -np.inf)
        as_digit[1:] = best[first, :-1] + np.array(worths)[wanted] + price
        skipped = np.full(length + 1, -np.inf)
        if last - first == 1:
            worth = _skip(candidate.whole, puzzle.digit_height)
            skipped = best[first] + worth + price
        total = np.maximum(as_digit, skipped)
        better = total > best[last]
        best[last] = np.where(better, total, best[last])
        choice[last] = np.where(better, index, choice[last])
        named[last] = np.where(better, as_digit >= skipped, named[last])
    if best[count, length] == -np.inf:
        return -np.inf, []
    chosen = []
    at, left = count, length
    while at > 0:
        index, is_digit = int(choice[at, left]), bool(named[at, left])
        chosen.append((index, is_digit))
        at, left = puzzle.candidates[index].first, left - is_digit
    return float(best[count, length]), chosen[::-1]


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


def _may_join(group: Sequence[Part], height: float, gap: float) -> bool:
    """Whether pieces are near enough to be one broken or cut digit."""
    left = min(part.box.x for part in group)
    right = max(part.box.right for part in group)
    if right - left > _WIDEST * height:
        return False
    last = group[-1]
    size = max(last.box.w, last.box.h)
    return any(
        last.source == other.source
        or last.box.gap(other.box)
        <= min(gap, _CRUMB_REACH * min(size, max(other.box.w, other.box.h)))
        for other in group[:-1]
    )


def _best_digit(scores: Scores, index: int) -> tuple[int, float]:
    """Most probable digit, and how likely it is one and this."""
    digit = int(scores.probabilities[index].argmax())
    probability = float(scores.probabilities[index, digit])
    return digit, probability * (1 - float(scores.not_digit[index]))


def _worth(candidate: Candidate, digit: int, likely: float, puzzle: Puzzle) -> float:
    """Logarithm of the trust in a candidate; doubt weighs more, the larger it is."""
    relative = candidate.whole.box.h / puzzle.digit_height
    if relative < CRUMB:
        return -np.inf
    pieces = candidate.last - candidate.first
    trust = float(np.log(max(likely, _LEAST_PROBABILITY)))
    spread = _LOW_ONE_SPREAD if digit == 1 and relative < 1 else _HEIGHT_SPREAD
    odd_height = (np.log(relative) / spread) ** 2 / 2
    return trust * (1 + _PIECE_WEIGHT * (pieces - 1)) - float(odd_height)


def _cut_price(candidate: Candidate, puzzle: Puzzle) -> float:
    """Charge for a cut if ink of the same region lies to the left."""
    own = {p.source for p in puzzle.pieces[candidate.first : candidate.last]}
    # Seldom more than the neighbour: a crumb may lie between two halves.
    before = puzzle.pieces[max(candidate.first - 2, 0) : candidate.first]
    return float(_CUT_PRICE) if any(p.source in own for p in before) else 0.0


def _skip(piece: Part, height: float) -> float:
    small = piece.box.h < CRUMB * height
    return float(_SKIP_CRUMB if small else _SKIP_BODY)
