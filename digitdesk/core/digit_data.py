"""Labelled digits as they travel between files, trainings and widgets."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import U8

Labels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Some digits and what they are.

    Attributes
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9, or `digitdesk.core.practice.NOT_DIGIT` where training allows it.
    """

    glyphs: U8
    labels: Labels


class Part(IntEnum):
    """What a picture is for; TEST never chooses anything."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class DigitData:
    """The pictures of all sources.

    Attributes
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9.
    parts : ndarray of uint8, shape (n,)
        Members of `Part`.
    sources : ndarray of uint8, shape (n,)
        Indices into `titles`.
    titles : tuple of str
        Names of the sources.
    """

    glyphs: U8
    labels: Labels
    parts: NDArray[np.uint8]
    sources: NDArray[np.uint8]
    titles: tuple[str, ...]

    def part(self, part: Part) -> Labelled:
        """Return the pictures of one part, in their order."""
        chosen = self.parts == part
        return Labelled(self.glyphs[chosen], self.labels[chosen])

    def counts(self) -> tuple[int, int, int]:
        """Return how many pictures are for training, validation and test."""
        train, validation, test = np.bincount(self.parts, minlength=3).tolist()
        return train, validation, test
