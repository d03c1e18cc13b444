"""Cut a line of ink into pieces, and list what each and several may be: candidates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitdesk.core.lines import Line
from digitdesk.core.regions import Part, joined
from digitdesk.core.split import split, split_between
from digitdesk.core.types import Box

_MOST_JOINED = 8
_WIDEST = 1.7
"""Width of the widest digit in heights of the line."""

_WIDE = 0.72
"""Width in heights of the line from which a piece may be several digits."""

_GAP = 0.16
"""Widest gap inside a broken digit in heights of the line."""

_CRUMB_REACH = 4
"""The same in sizes of the smaller piece: a speck beside a large digit is dirt."""

_LEAST_LETTER, _LETTERS_OF_WORD = 0.4, 2
"""Height of a small letter in heights of the line, and so many make a word."""

CRUMB = 0.3
"""Pieces lower than this, in heights of the line, are no digit by themselves."""


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
    letters : tuple of Box
        Where letters stand on the line, in pixels of the searched picture.
    """

    pieces: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    digit_height: float
    gap: float
    letters: tuple[Box, ...] = ()

    @property
    def has_words(self) -> bool:
        """Whether letters about as large as digits stand on the line."""
        least = _LEAST_LETTER * self.digit_height
        return sum(letter.h >= least for letter in self.letters) >= _LETTERS_OF_WORD


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
    puzzle = _puzzle(pieces, height, 0.0 if crowded else _GAP * height)
    return replace(puzzle, letters=tuple(x.part.box for x in line.letters))


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
    anew = _puzzle(pieces, puzzle.digit_height, puzzle.gap)
    return replace(anew, letters=puzzle.letters)


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
