"""One steady answer for each digit while frames come and go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import F32, Box, DigitReading, LineReading, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSettings:
    """How steady the answers are.

    Attributes
    ----------
    weight : float
        In (0, 1]: part of the newest frame in a running answer; until a digit was
        seen 1 / `weight` times, all its frames count alike.
    accept_above, reject_below : float
        A rejected digit becomes accepted when the running share of frames that accept
        it exceeds the first figure, and rejected again below the second one. So does
        it begin a number of its own, or not.
    reach : float
        A region this many of its own sizes away can still be the same digit.
    patience : int
        A digit is forgotten after not being seen in more frames than that.
    """

    weight: float = 0.15
    accept_above: float = 0.6
    reject_below: float = 0.4
    reach: float = 0.6
    patience: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class TrackedDigit:
    """A digit that was followed over some frames.

    Attributes
    ----------
    id : int
        Stays the same as long as the digit is followed; never used again.
    box : Box
        Where it was seen last.
    probabilities : ndarray of float32, shape (10,)
        Running average; sums to 1.
    not_digit : float
        Running average in [0, 1].
    accepted : bool
        Whether it counts as a digit; changes only on clear evidence.
    raw : DigitReading
        What the newest frame that showed it said.
    age : int
        In how many frames it was seen, from 1.
    missed : int
        For how many frames it has not been seen; 0 if it is in the newest one.
    line : int
        Number of its line in reading order, from 0.
    support : float
        Running share, in [0, 1], of the frames that accept it.
    apart : bool
        Whether it begins another number than the digit before it; as steady.
    apart_support : float
        Running share, in [0, 1], of the frames that see it so.
    """

    id: int
    box: Box
    probabilities: F32
    not_digit: float
    accepted: bool
    raw: DigitReading
    age: int
    missed: int
    line: int
    support: float
    apart: bool
    apart_support: float

    @property
    def digit(self) -> int:
        """The most probable digit of the running answer, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Running probability of `digit`, in [0, 1]."""
        return float(self.probabilities.max())

    def as_reading(self) -> DigitReading:
        """Dress the running answer as a reading, with the newest glyph."""
        return replace(
            self.raw, box=self.box, probabilities=self.probabilities,
            not_digit=self.not_digit, accepted=self.accepted, apart=self.apart,
        )  # fmt: skip


class Tracker:
    """Follows digits from frame to frame. Keep one per source.

    Parameters
    ----------
    settings : TrackerSettings
        How steady the answers are.
    """

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self._settings = settings or TrackerSettings()
        self._tracked: tuple[TrackedDigit, ...] = ()
        self._next_id = 0

    def update(self, reading: Reading) -> tuple[TrackedDigit, ...]:
        """Match a frame's regions with the digits that are followed.

        Parameters
        ----------
        reading : Reading
            Of the next frame.

        Returns
        -------
        tuple of TrackedDigit
            The accepted ones in reading order, then the others.
        """
        regions = [(raw, number) for number, line in enumerate(reading.lines)
                   for raw in line.digits]  # fmt: skip
        regions += [(raw, -1) for raw in reading.rejected]
        matches, shift = self._match([raw.box for raw, _ in regions])
        followed = []
        for place, old in enumerate(self._tracked):
            if place in matches:
                followed.append(self._blend(old, *regions[matches[place]]))
            elif old.missed < self._settings.patience:
                box = Box(old.box.x + shift[0], old.box.y + shift[1],
                          old.box.w, old.box.h)  # fmt: skip
                followed.append(replace(old, box=box, missed=old.missed + 1))
        taken = set(matches.values())
        for place, (raw, line) in enumerate(regions):
            if place not in taken:
                followed.append(self._begin(raw, line))
        self._tracked = _in_reading_order(followed)
        return self._tracked

    def reset(self) -> None:
        """Forget everything, as for another source."""
        self._tracked = ()

    def _match(self, boxes: Sequence[Box]) -> tuple[dict[int, int], tuple[int, int]]:
        """Pair followed digits with boxes; also tell how the page moved."""
        if not self._tracked or not boxes:
            return {}, (0, 0)
        old = _geometry([tracked.box for tracked in self._tracked])
        new = _geometry(boxes)
        pairs = _pair(old, new, self._settings.reach)
        shift = np.zeros(2)
        if pairs:
            # Digits move with their page: knowing its motion, pair once more.
            moves = [new[j, :2] - old[i, :2] for i, j in pairs.items()]
            shift = np.median(moves, axis=0)
            old[:, :2] += shift
            pairs = _pair(old, new, self._settings.reach)
        return pairs, (round(shift[0]), round(shift[1]))

    def _blend(self, old: TrackedDigit, raw: DigitReading, line: int) -> TrackedDigit:
        settings = self._settings
        age = old.age + 1
        weight = max(settings.weight, 1 / age)
        support = old.support + weight * (raw.accepted - old.support)
        apart_support = old.apart_support
        if raw.accepted:  # else the frame does not say
            apart_support += weight * (raw.apart - old.apart_support)
        probabilities = old.probabilities * (1 - weight) + raw.probabilities * weight
        return TrackedDigit(
            id=old.id,
            box=raw.box,
            probabilities=(probabilities / probabilities.sum()).astype(np.float32),
            not_digit=old.not_digit + weight * (raw.not_digit - old.not_digit),
            accepted=self._still(old.accepted, support),
            raw=raw,
            age=age,
            missed=0,
            line=line,
            support=support,
            apart=self._still(old.apart, apart_support),
            apart_support=apart_support,
        )

    def _still(self, was: bool, share: float) -> bool:
        """Tell whether something holds that did, or did not, until now."""
        if was:
            return share >= self._settings.reject_below
        return share > self._settings.accept_above

    def _begin(self, raw: DigitReading, line: int) -> TrackedDigit:
        self._next_id += 1
        return TrackedDigit(
            id=self._next_id,
            box=raw.box,
            probabilities=raw.probabilities,
            not_digit=raw.not_digit,
            accepted=raw.accepted,
            raw=raw,
            age=1,
            missed=0,
            line=line,
            support=float(raw.accepted),
            apart=raw.apart,
            apart_support=float(raw.apart),
        )


def tracked_lines(tracked: Sequence[TrackedDigit]) -> tuple[LineReading, ...]:
    """Arrange the accepted digits' running answers as lines in reading order.

    Parameters
    ----------
    tracked : sequence of TrackedDigit
        As `Tracker.update` gave it.

    Returns
    -------
    tuple of LineReading
        None of them empty.
    """
    lines: dict[int, list[DigitReading]] = {}
    for digit in tracked:
        if digit.accepted:
            lines.setdefault(digit.line, []).append(digit.as_reading())
    return tuple(LineReading(tuple(digits)) for digits in lines.values())


def _geometry(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """Centre x, centre y, width and height of each box, one row each."""
    return np.array(
        [(box.x + box.w / 2, box.y + box.h / 2, box.w, box.h) for box in boxes]
    )


def _pair(
    old: NDArray[np.float64], new: NDArray[np.float64], reach: float
) -> dict[int, int]:
    """Pair rows of two `_geometry` tables greedily, the best pair first.

    A pair's distance is that of the centres in units of the larger box's longer side,
    plus half of the logarithm by which the heights differ: a digit does not suddenly
    grow into the line beside it.
    """
    gaps = old[:, None, :2] - new[None, :, :2]
    size = np.maximum(old[:, None, 2:].max(axis=2), new[None, :, 2:].max(axis=2))
    heights = np.log(np.maximum(old[:, None, 3], 1) / np.maximum(new[None, :, 3], 1))
    distance = np.hypot(gaps[..., 0], gaps[..., 1]) / np.maximum(size, 1)
    distance += np.abs(heights) / 2
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for flat in np.argsort(distance, axis=None):
        i, j = divmod(int(flat), len(new))
        if distance[i, j] > reach:
            break
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _in_reading_order(digits: Sequence[TrackedDigit]) -> tuple[TrackedDigit, ...]:
    """Give every digit a line, and sort."""
    lines: dict[int, list[TrackedDigit]] = {}
    others = []
    for digit in digits:
        if digit.missed == 0 and digit.line >= 0:
            lines.setdefault(digit.line, []).append(digit)
        else:
            others.append(digit)
    ordered = [lines[number] for number in sorted(lines)]
    # What the frame left out joins the line that it stands on, or is one of its own.
    others.sort(key=lambda digit: (not digit.accepted, digit.box.x))
    for digit in others:
        line = _line_beside(digit, ordered)
        if line is None:
            later = (n for n, line in enumerate(ordered) if _top(line) > digit.box.y)
            ordered.insert(next(later, len(ordered)), [digit])
        else:
            line.append(digit)
    placed = [
        replace(digit, line=number)
        for number, line in enumerate(ordered)
        for digit in line
    ]
    placed.sort(key=lambda digit: (not digit.accepted, digit.line, digit.box.x))
    return tuple(placed)


def _line_beside(
    digit: TrackedDigit, lines: Sequence[list[TrackedDigit]]
) -> list[TrackedDigit] | None:
    """Find the line of the digit beside this one, if it stands on one."""

    def distance(other: TrackedDigit) -> float:
        across = other.box.x + other.box.w / 2 - digit.box.x - digit.box.w / 2
        down = other.box.y + other.box.h / 2 - digit.box.y - digit.box.h / 2
        return abs(across) + 4 * abs(down)  # along the line counts less

    every = [(distance(other), n) for n, line in enumerate(lines) for other in line]
    if not every:
        return None
    line = lines[min(every)[1]]
    nearest = min(line, key=distance)
    return line if abs(nearest.box.y - digit.box.y) < nearest.box.h else None


def _top(line: Sequence[TrackedDigit]) -> int:
    return min(digit.box.y for digit in line)
