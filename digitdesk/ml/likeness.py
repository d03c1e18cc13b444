"""Tell ink that really looks like a digit from ink that only deceives a network."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import F32, U8

Flags = NDArray[np.bool]

_DIGITS = 10
_SIDE = 14  # glyphs are compared at this size, a little blurred
_NEIGHBOURS = 3
_CHUNK = 4_000


class DigitLikeness:
    """Compares glyphs with real digits, without learning anything.

    A network that knows digits alone is sure of many a scribble. A glyph that looks
    like a digit is also as near to real digits as most real ones are to each other.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Real digits, at least two of every class. Ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9.
    unusual : float
        Share in (0, 1) of the real digits of a class that count as unusual; what is
        no nearer to its neighbours than these looks like no digit.
    """

    def __init__(self, glyphs: U8, labels: U8, unusual: float = 0.1) -> None:
        held_out = np.zeros(len(labels), bool)
        for digit in range(_DIGITS):
            held_out[np.flatnonzero(labels == digit)[::10]] = True
        patterns = _patterns(glyphs)
        self._of = [patterns[(labels == d) & ~held_out] for d in range(_DIGITS)]
        known = self.similarities(glyphs[held_out])
        own = labels[held_out]
        self._least = np.array(
            [np.quantile(known[own == d, d], unusual) for d in range(_DIGITS)]
        )

    def similarities(self, glyphs: U8) -> F32:
        """Say how near glyphs of shape (n, 28, 28) are to each digit.

        Returns
        -------
        ndarray of float32, shape (n, 10)
            Mean cosine to the three nearest real digits of a class, 0 to 1.
        """
        found = np.empty((len(glyphs), _DIGITS), np.float32)
        for start in range(0, len(glyphs), _CHUNK):
            part = slice(start, start + _CHUNK)
            patterns = _patterns(glyphs[part])
            for digit, real in enumerate(self._of):
                near = min(_NEIGHBOURS, len(real))
                cosines = np.partition(patterns @ real.T, -near, axis=1)
                found[part, digit] = cosines[:, -near:].mean(axis=1)
        return found

    def like(self, glyphs: U8) -> Flags:
        """Say which digits glyphs look like.

        Returns
        -------
        ndarray of bool, shape (n, 10)
            Usually no digit, or one.
        """
        return np.asarray(self.similarities(glyphs) >= self._least)


def looks_like_digit(
    glyphs: U8, likeness: DigitLikeness, judge: Callable[[U8], F32], sure: float
) -> Flags:
    """Tell which glyphs anybody would take for a digit.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Ink is bright.
    likeness : DigitLikeness
        Must find the glyph near to the digit that the judge names.
    judge : callable
        Gives ten probabilities, shape (n, 10), by a network that knows digits alone.
    sure : float
        Probability from which it is taken at its word.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    said = judge(glyphs)
    named = likeness.like(glyphs)[np.arange(len(glyphs)), said.argmax(axis=1)]
    return np.asarray((said.max(axis=1) > sure) & named)


def _patterns(glyphs: U8) -> F32:
    """Reduce glyphs to vectors of length 1, shape (n, 196)."""
    small = np.empty((len(glyphs), _SIDE * _SIDE), np.float32)
    for row, glyph in zip(small, glyphs, strict=True):
        soft = cv2.GaussianBlur(glyph, (0, 0), 1.0)
        row[:] = cv2.resize(soft, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).ravel()
    lengths = np.linalg.norm(small, axis=1, keepdims=True)
    return np.asarray(small / np.maximum(lengths, 1e-6), np.float32)
