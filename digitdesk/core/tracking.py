"""One steady answer for each digit while frames come and go."""

from dataclasses import dataclass

from digitdesk.core.types import F32, Box, DigitReading, LineReading, Reading


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
        Number of its line in reading order, from 0; -1 if not accepted.
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
        return DigitReading(
            self.box, self.raw.glyph, self.probabilities, self.not_digit, self.accepted
        )


class Tracker:
    """Follows digits from frame to frame. Keep one per source."""

    def update(self, reading: Reading) -> tuple[TrackedDigit, ...]:
        """Match a frame's regions with the digits that are followed.

        Parameters
        ----------
        reading : Reading
            Of the next frame.

        Returns
        -------
        tuple of TrackedDigit
            In reading order, those not accepted last.
        """
        raise NotImplementedError

    def reset(self) -> None:
        """Forget everything, as for another source."""
        raise NotImplementedError


def tracked_lines(tracked: tuple[TrackedDigit, ...]) -> tuple[LineReading, ...]:
    """Arrange the accepted digits' running answers as lines in reading order."""
    raise NotImplementedError


def smoothed(reading: Reading, tracked: tuple[TrackedDigit, ...]) -> Reading:
    """Give `reading` with the running answers in place of the frame's own."""
    raise NotImplementedError
