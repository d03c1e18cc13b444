"""Glyphs made for training: written digits in rare forms, and what is no digit."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from digitdesk.core import pen
from digitdesk.core.normalise import make_glyph, normalise
from digitdesk.core.types import GLYPH_SIZE, U8
from digitdesk.ml.likeness import Flags

_HERSHEY = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_ITALIC | cv2.FONT_HERSHEY_COMPLEX,
)
_LETTERS = "ACEFHJKLMNPRTUVWXYacdefhkmnprtuvwxy&%#@?$+=<>{}"
"""Characters that no handwritten digit is mistaken for."""


def pen_digits(count: int, rng: np.random.Generator) -> tuple[U8, U8]:
    """Write `count` digits with the simulated pen, all forms equally often.

    Returns
    -------
    glyphs : ndarray of uint8, shape (count, 28, 28)
    labels : ndarray of uint8, shape (count,)
        0 to 9.
    """
    labels = rng.integers(0, 10, count).astype(np.uint8)
    glyphs = [_written(pen.write_digit(int(d), h, rng, rare=True), h, rng)
              for d, h in ((d, pen.Hand.sample(rng)) for d in labels)]  # fmt: skip
    return np.stack(glyphs), labels


def stroke_digit(strokes: list[pen.Stroke], rng: np.random.Generator) -> U8:
    """Draw recorded pen strokes (y down, any unit) as a glyph with a random pen."""
    everything = np.concatenate(strokes)
    low, high = everything.min(axis=0), everything.max(axis=0)
    unit = max(float((high - low).max()), 1e-6)
    return _written([(stroke - low) / unit for stroke in strokes],
                    pen.Hand.sample(rng), rng)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way to make what is no digit, and how often it is taken."""

    share: float
    make: Callable[[np.random.Generator], U8]
    doubtful: bool = False


class NotDigits:
    """Makes glyphs that are no digits, from real digits and from nothing.

    Parameters
    ----------
    digits : ndarray of uint8, shape (n, 28, 28)
        Real digits, of which pairs and fragments are made.
    glyphs : ndarray of uint8, shape (m, 28, 28)
        Real signs that are no digits; may be empty.
    """

    def __init__(self, digits: U8, glyphs: U8) -> None:
        self._digits = digits
        self._glyphs = glyphs
        self._kinds: list[_Kind] = [
            _Kind(0.20, self.pair),
            _Kind(0.12, self.fragment, doubtful=True),
            _Kind(0.06, self.pair_with_rest, doubtful=True),
            _Kind(0.12, self.printed_letter),
            _Kind(0.10, self.written_letter),
            _Kind(0.30, self.scribble, doubtful=True),
            _Kind(0.06, self.blot),
            _Kind(0.10 * bool(len(glyphs)), self.sign, doubtful=True),
        ]

    def sample(self, count: int, rng: np.random.Generator) -> tuple[U8, Flags]:
        """Make glyphs that are no digits.

        Returns
        -------
        glyphs : ndarray of uint8, shape (count, 28, 28)
            Ink is bright.
        doubtful : ndarray of bool, shape (count,)
            True for kinds that come out as a digit now and then: half an 8 is a 3.
        """
        shares = np.array([kind.share for kind in self._kinds])
        chosen = rng.choice(len(shares), count, p=shares / shares.sum())
        glyphs = np.stack([self._kinds[kind].make(rng) for kind in chosen])
        return glyphs, np.array([self._kinds[kind].doubtful for kind in chosen])

    def pair(self, rng: np.random.Generator) -> U8:
        """Write two digits side by side that touch or overlap a little."""
        return _wide(lambda: self._beside(rng, 1.0))

    def pair_with_rest(self, rng: np.random.Generator) -> U8:
        """Make a digit and a good part of its neighbour: a cut in the wrong place."""
        return _wide(lambda: self._beside(rng, float(rng.uniform(0.35, 0.7))))

    def fragment(self, rng: np.random.Generator) -> U8:
        """Make a part of a digit that does not look like a 1 (nor like anything)."""
        return _wide(lambda: self._part(rng))

    def printed_letter(self, rng: np.random.Generator) -> U8:
        """Print a letter or sign in one of the Hershey fonts."""
        canvas = np.zeros((120, 140), np.uint8)
        text = _LETTERS[int(rng.integers(len(_LETTERS)))]
        if rng.random() < 0.15:
            text += _LETTERS[int(rng.integers(len(_LETTERS)))]
        font = _HERSHEY[int(rng.integers(len(_HERSHEY)))]
        cv2.putText(canvas, text, (20, 80), font, 2, 255, int(rng.integers(2, 10)),
                    cv2.LINE_AA)  # fmt: skip
        return normalise(canvas)

    def written_letter(self, rng: np.random.Generator) -> U8:
        """Write a letter or sign."""
        hand = pen.Hand.sample(rng)
        return _written(pen.write_letter(hand, rng), hand, rng)

    def scribble(self, rng: np.random.Generator) -> U8:
        """Scribble: wild pulls of the pen, hatching, coils, spirals."""
        hand = pen.Hand.sample(rng)
        return _written(pen.scribble(hand, rng), hand, rng)

    def sign(self, rng: np.random.Generator) -> U8:
        """Choose one of the real signs."""
        chosen: U8 = self._glyphs[int(rng.integers(len(self._glyphs)))]
        return chosen

    def blot(self, rng: np.random.Generator) -> U8:
        """Make a dot, bar, corner, patch of texture or piece of a grid."""
        side = 60
        canvas = np.zeros((side, side), np.uint8)
        kind = int(rng.integers(4))
        if kind == 0:
            axes = tuple(int(v) for v in rng.integers(5, 28, 2))
            cv2.ellipse(canvas, (30, 30), axes, int(rng.integers(180)), 0, 360, 255, -1)
        elif kind == 1:
            thick = int(rng.integers(2, 12))
            drop = int(rng.integers(-8, 9))
            cv2.line(canvas, (4, 30), (56, 30 + drop), 255, thick)
        elif kind == 2:
            size = int(rng.integers(3, 14))
            coarse = rng.random((size, size)).astype(np.float32)
            texture = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
            canvas[texture > rng.uniform(0.4, 0.7)] = 255
        else:
            x, y = (int(v) for v in rng.integers(10, 50, 2))
            thick = int(rng.integers(1, 7))
            cv2.line(canvas, (x, 0), (x, side), 255, thick)
            cv2.line(canvas, (0, y), (side, y), 255, thick)
        return normalise(canvas)

    def _digit(self, rng: np.random.Generator) -> U8:
        chosen: U8 = self._digits[int(rng.integers(len(self._digits)))]
        return chosen

    def _part(self, rng: np.random.Generator) -> U8:
        """Cut a digit in two and keep one side."""
        digit = self._digit(rng)
        axis = int(rng.random() > 0.65)
        first, last = _extent(digit, axis)
        at = first + round((last - first) * rng.uniform(0.3, 0.65))
        if axis == 0:
            return digit[:, :at] if rng.random() < 0.5 else digit[:, at:]
        return digit[:at] if rng.random() < 0.5 else digit[at:]

    def _beside(self, rng: np.random.Generator, part: float) -> U8:
        """Write two digits so that they touch; keep `part` of one of them."""
        first, second = (_crop(self._digit(rng)) for _ in range(2))
        grow = rng.uniform(0.75, 1.3)
        second = cv2.resize(second, None, fx=grow, fy=grow).astype(np.uint8)
        if part < 1:
            keep = max(2, round(second.shape[1] * part))
            second = second[:, :keep]
            if rng.random() < 0.5:
                first, second = second, first
        overlap = int(rng.integers(-1, 4))
        height = max(first.shape[0], second.shape[0]) + 6
        canvas = np.zeros((height, first.shape[1] + second.shape[1] + 4), np.uint8)
        top = int(rng.integers(0, height - first.shape[0] + 1))
        canvas[top : top + first.shape[0], : first.shape[1]] = first
        left = max(0, first.shape[1] - overlap)
        top = int(rng.integers(0, height - second.shape[0] + 1))
        window = canvas[top : top + second.shape[0], left : left + second.shape[1]]
        np.maximum(window, second[:, : window.shape[1]], out=window)
        return canvas


def _written(strokes: list[pen.Stroke], hand: pen.Hand, rng: np.random.Generator) -> U8:
    return make_glyph(pen.ink(strokes, hand, 3 * GLYPH_SIZE, rng))


def _wide(make: Callable[[], U8]) -> U8:
    """Make ink until it is wide enough not to look like a 1, and normalise it."""
    while True:
        ink = _crop(make())
        if ink.size and ink.shape[1] > 0.5 * ink.shape[0]:
            return normalise(ink)


def _extent(ink: U8, axis: int) -> tuple[int, int]:
    """First and one past the last column (axis 0) or row (axis 1) with ink."""
    used = np.flatnonzero(ink.any(axis=axis))
    return (int(used[0]), int(used[-1]) + 1) if used.size else (0, 0)


def _crop(ink: U8) -> U8:
    left, right = _extent(ink, 0)
    top, bottom = _extent(ink, 1)
    return ink[top:bottom, left:right]
