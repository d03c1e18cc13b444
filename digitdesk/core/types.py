"""The values that travel between the parts of DigitDesk."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

GLYPH_SIZE = 28
"""Side of a glyph, the network's input, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the frames in a row that belong together show.

    Only readings of one scene may be averaged. Scenes are told apart by identity: a
    source begins another one with each frame that has nothing to do with the one
    before, such as another page.

    Attributes
    ----------
    name : str
        Of the file, where one source has many; else empty.
    place, count : int
        Which of how many files, from 1; 0 where there is but one.
    unreadable : tuple of str
        Names of the files that were left out so far, since they could not be read.
    """

    name: str = ""
    place: int = 0
    count: int = 0
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture from a source.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; upright. Owned by the frame: nobody writes into it.
    number : int
        Counts the source's frames from 0.
    captured_at_s : float
        `time.perf_counter` in seconds when the picture was taken, or turned anew.
    scene : Scene
        What it belongs to; by default it stands alone.
    """

    pixels: U8
    number: int
    captured_at_s: float
    scene: Scene = field(default_factory=Scene)


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An upright rectangle in pixels; (`x`, `y`) is its top left corner."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """First column right of the box."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """First row below the box."""
        return self.y + self.h

    def gap(self, other: "Box") -> int:
        """Pixels between this box and another, along the wider gap; 0 if they touch."""
        across = max(self.x - other.right, other.x - self.right, 0)
        down = max(self.y - other.bottom, other.y - self.bottom, 0)
        return max(across, down)

    def overlap(self, other: "Box") -> float:
        """Share of both boxes' area that is common to them, 0 to 1."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        common = max(across, 0) * max(down, 0)
        return common / max(self.w * self.h + other.w * other.h - common, 1)

    def joined(self, other: "Box") -> "Box":
        """Smallest box around this one and another."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a classifier says of `n` glyphs.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (n, 10)
        Each row sums to 1: which digit it is, if it is one.
    not_digit : ndarray of float32, shape (n,)
        In [0, 1]: how sure the classifier is that it is no digit at all.
    """

    probabilities: F32
    not_digit: F32


class Classifier(Protocol):
    """Anything that names digits; the shipped one is `digitdesk.ml.predictor`."""

    @property
    def reject_threshold(self) -> float:
        """A glyph whose `not_digit` exceeds this figure in [0, 1] is rejected."""
        ...

    def classify(self, glyphs: U8) -> Scores:
        """Score `glyphs`, uint8 of shape (n, 28, 28), ink bright; n may be 0."""
        ...


class LineReader(Protocol):
    """Anything that reads a whole line; ours is `digitdesk.ml.line_predictor`."""

    def answers(self, strip: U8) -> F32:
        """Read a strip of `digitdesk.core.strip`, uint8 of shape (40, width).

        Returns
        -------
        ndarray of float32, shape (columns, 11)
            Logarithms of the probabilities of the ten digits and of "blank", for
            every `digitdesk.core.strip.ANSWER_STEP` pixels of the strip.
        """
        ...

    def letters(self, strip: U8) -> F32:
        """Tell letters from digits on such a strip.

        Returns
        -------
        ndarray of float32, shape (columns,)
            Logarithms of the odds of a letter against a digit, for every
            `digitdesk.core.strip.LETTER_STEP` pixels of the strip; of no meaning
            where there is no ink.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class DigitReading:
    """One region of ink and what the classifier made of it.

    Attributes
    ----------
    box : Box
        Where it is, in pixels of the upright picture.
    glyph : ndarray of uint8, shape (28, 28)
        Exactly what the classifier saw; 0 is paper, 255 is ink.
    probabilities : ndarray of float32, shape (10,)
        Sums to 1.
    not_digit : float
        In [0, 1].
    accepted : bool
        False if the region was rejected as "not a digit".
    letter : bool
        Whether it was rejected as part of a word.
    apart : bool
        Whether another number of its line ends before it.
    """

    box: Box
    glyph: U8
    probabilities: F32
    not_digit: float
    accepted: bool
    letter: bool = False
    apart: bool = False

    @property
    def digit(self) -> int:
        """The most probable digit, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Probability of `digit`, in [0, 1]."""
        return float(self.probabilities.max())

    def top(self, count: int = 3) -> tuple[tuple[int, float], ...]:
        """Name the most probable digits.

        Parameters
        ----------
        count : int
            How many, 1 to 10.

        Returns
        -------
        tuple of (int, float)
            Digit and probability in [0, 1], the most probable first; of equally
            probable ones the lower digit.
        """
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return tuple((int(digit), float(self.probabilities[digit])) for digit in order)


@dataclass(frozen=True, slots=True, eq=False)
class LineReading:
    """The digits of one written line, from left to right."""

    digits: tuple[DigitReading, ...]

    @property
    def text(self) -> str:
        """The digits as a string, such as ``"0471"``."""
        return "".join(self.numbers)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The digits of each number of the line, such as ``("04", "71")``."""
        return tuple(
            "".join(str(reading.digit) for reading in number)
            for number in self.by_number()
        )

    def by_number(self) -> tuple[tuple[DigitReading, ...], ...]:
        """Group the digits by the number to which they belong."""
        numbers: list[list[DigitReading]] = []
        for reading in self.digits:
            if reading.apart or not numbers:
                numbers.append([])
            numbers[-1].append(reading)
        return tuple(map(tuple, numbers))


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """All that was read in one picture.

    Attributes
    ----------
    width, height : int
        Size of the upright picture in pixels.
    lines : tuple of LineReading
        In reading order; accepted digits only.
    rejected : tuple of DigitReading
        Regions of ink that are no digits.
    binary : ndarray of uint8, shape (binary height, binary width)
        The binarised picture as it was searched; 0 is paper, 255 is ink. It covers
        the picture (or the region of interest) and may be smaller than it.
    """

    width: int
    height: int
    lines: tuple[LineReading, ...]
    rejected: tuple[DigitReading, ...] = ()
    binary: U8 = field(default_factory=lambda: np.zeros((0, 0), np.uint8))

    @property
    def digits(self) -> tuple[DigitReading, ...]:
        """The accepted digits of all lines in reading order."""
        return tuple(digit for line in self.lines for digit in line.digits)

    @property
    def text(self) -> str:
        """The lines' digits, one line each."""
        return "\n".join(line.text for line in self.lines)
