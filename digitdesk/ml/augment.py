"""Change glyphs as paper, pens and hands do."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitdesk.core.normalise import normalise
from digitdesk.core.types import F32, GLYPH_SIZE, U8

_ZOOM = 2  # glyphs are warped at twice their size so that strokes keep soft edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How far glyphs are changed; every figure is a bound or a probability.

    Attributes
    ----------
    rotation_deg : float
        Largest turn to either side, in degrees.
    slant : float
        Largest shear to either side, sideways per height.
    scale : float
        Largest relative change of size.
    aspect : float
        Largest relative change of width against height.
    shift_px : float
        Largest shift to either side, in pixels of the glyph.
    elastic_px : float
        Standard deviation of the elastic displacement, in pixels of the glyph.
    stroke : float
        Probability that strokes become thicker or thinner.
    renormalise : float
        Probability that the changed ink is fitted to the glyph anew, as it would be
        if it had been found on paper.
    blur : float
        Probability of a soft picture.
    contrast : float
        Probability of ink that is not fully dark.
    noise : float
        Probability of a noisy picture.
    remnant : float
        Probability of a piece of a ruled line or of a neighbour in the glyph.
    cut : float
        Probability that a piece of a stroke is missing.
    """

    rotation_deg: float = 15.0
    slant: float = 0.25
    scale: float = 0.12
    aspect: float = 0.15
    shift_px: float = 1.6
    elastic_px: float = 0.8
    stroke: float = 0.4
    renormalise: float = 0.5
    blur: float = 0.25
    contrast: float = 0.25
    noise: float = 0.2
    remnant: float = 0.1
    cut: float = 0.08


PAPER = Augmentation()
"""What paper, pens and cameras do."""

GENTLE = Augmentation(
    rotation_deg=8, slant=0.12, scale=0.08, aspect=0.08, shift_px=1.0, elastic_px=0.6,
    stroke=0.15, renormalise=0.3, blur=0.1, contrast=0.1, noise=0.05, remnant=0.03,
    cut=0.02,
)  # fmt: skip
"""Changes after which a neat digit is still neat."""


class Augmenter:
    """Changes glyphs at random; the same seed gives the same changes.

    Parameters
    ----------
    augmentation : Augmentation
        How far to go.
    seed : int or sequence of int
        Seed of the random numbers.

    References
    ----------
    P. Y. Simard, D. Steinkraus, J. C. Platt, "Best practices for convolutional neural
    networks applied to visual document analysis", ICDAR 2003 (elastic distortions).
    """

    def __init__(
        self, augmentation: Augmentation = PAPER, seed: int | Sequence[int] = 0
    ) -> None:
        self._a = augmentation
        self._rng = np.random.default_rng(seed)
        y, x = np.mgrid[0:GLYPH_SIZE, 0:GLYPH_SIZE].astype(np.float32)
        middle = (GLYPH_SIZE - 1) / 2
        self._x, self._y = x - middle, y - middle

    def batch(self, glyphs: U8) -> U8:
        """Change every glyph of an array of shape (n, 28, 28), uint8, ink bright."""
        changed = [self.one(glyph) for glyph in glyphs]
        return np.array(changed, np.uint8).reshape(glyphs.shape)

    def one(self, glyph: U8) -> U8:
        """Change one glyph, uint8 of shape (28, 28), ink bright."""
        rng, a = self._rng, self._a
        side = _ZOOM * GLYPH_SIZE
        large = cv2.resize(glyph, (side, side), interpolation=cv2.INTER_CUBIC).astype(
            np.uint8
        )
        if rng.random() < a.stroke:
            large = self._change_stroke(large)
        changed = self._warp(large)
        if rng.random() < a.cut:
            changed = self._cut(changed)
        if rng.random() < a.renormalise:
            changed[changed < 24] = 0  # the skirts of a blur are not ink
            changed = normalise(changed)
        if rng.random() < a.remnant:
            changed = self._add_remnant(changed)
        return self._photograph(changed)

    def _change_stroke(self, large: U8) -> U8:
        """Thicken (twice as often) or thin the strokes by up to a pixel."""
        kernel = cv2.getStructuringElement(
            cv2.MORPH_ELLIPSE, (int(self._rng.integers(2, 4)),) * 2
        )
        if self._rng.random() < 0.65:
            return cv2.dilate(large, kernel).astype(np.uint8)
        thin = cv2.erode(large, kernel).astype(np.uint8)
        # A hairline would vanish, and an empty glyph is not that digit any more.
        return (
            thin if int(thin.max()) > 160 and thin.sum() > 0.4 * large.sum() else large
        )

    def _warp(self, large: U8) -> U8:
        """Turn, slant, scale, shift and bend in one resampling."""
        rng, a = self._rng, self._a
        turn = np.deg2rad(rng.uniform(-a.rotation_deg, a.rotation_deg))
        scale = 1 + rng.uniform(-a.scale, a.scale)
        aspect = 1 + rng.uniform(-a.aspect, a.aspect)
        slant = rng.uniform(-a.slant, a.slant)
        c, s = np.cos(turn) / scale, np.sin(turn) / scale
        bend_x, bend_y = self._bend(), self._bend()
        x, y = (
            self._x + rng.uniform(-a.shift_px, a.shift_px),
            self._y + rng.uniform(-a.shift_px, a.shift_px),
        )
        # Half a pixel more than the middle: the blur below moves the ink so far.
        middle = GLYPH_SIZE * _ZOOM / 2
        from_x = ((c * x + s * y) / aspect + slant * y + bend_x) * _ZOOM + middle
        from_y = ((c * y - s * x) * aspect + bend_y) * _ZOOM + middle
        return cv2.remap(
            cv2.blur(large, (2, 2)), from_x.astype(np.float32),
            from_y.astype(np.float32), cv2.INTER_LINEAR,
        ).astype(np.uint8)  # fmt: skip

    def _bend(self) -> F32:
        """Draw a smooth random displacement field in glyph pixels."""
        if self._a.elastic_px == 0:
            return np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.float32)
        size = int(self._rng.integers(3, 7))
        coarse = self._rng.normal(0, self._a.elastic_px, (size, size))
        return cv2.resize(
            coarse.astype(np.float32), (GLYPH_SIZE, GLYPH_SIZE),
            interpolation=cv2.INTER_CUBIC,
        ).astype(np.float32)  # fmt: skip

    def _cut(self, glyph: U8) -> U8:
        """Remove a thin band, as a light streak or a removed ruled line does."""
        rng = self._rng
        at = rng.integers(5, GLYPH_SIZE - 5, 2)
        direction = rng.normal(0, 1, 2)
        direction *= 20 / np.hypot(*direction)
        cut = glyph.copy()
        cv2.line(cut, (at - direction).astype(int).tolist(),
                 (at + direction).astype(int).tolist(), 0, 1)  # fmt: skip
        return cut if cut.sum() > 0.75 * glyph.sum() else glyph

    def _add_remnant(self, glyph: U8) -> U8:
        """Add what is left of a ruled line or of a neighbouring digit at the rim."""
        rng = self._rng
        marked = glyph.copy()
        rim = int(rng.integers(0, 5))
        along = np.sort(rng.integers(0, GLYPH_SIZE, 2))
        if rng.random() < 0.5:
            rim = rim if rng.random() < 0.5 else GLYPH_SIZE - 1 - rim
            ends = (
                (int(along[0]), rim),
                (int(along[1]), rim + int(rng.integers(-1, 2))),
            )
        else:
            rim = rim if rng.random() < 0.5 else GLYPH_SIZE - 1 - rim
            middle = int(along.mean())
            ends = ((rim, middle - 3), (rim + int(rng.integers(-2, 3)), middle + 3))
        cv2.line(marked, *ends, int(rng.integers(100, 255)), 1, cv2.LINE_AA)
        return marked

    def _photograph(self, glyph: U8) -> U8:
        """Blur, fade and add noise as a camera does."""
        rng, a = self._rng, self._a
        picture = glyph.astype(np.float32)
        if rng.random() < a.blur:
            picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 0.9)).astype(
                np.float32
            )
        if rng.random() < a.contrast:
            top = max(float(picture.max()), 1.0)
            picture = top * (picture / top) ** rng.uniform(0.6, 1.7)
            picture *= rng.uniform(0.6, 1.0)
        if rng.random() < a.noise:
            noise = rng.normal(0, rng.uniform(4, 22), picture.shape)
            # The reader leaves paper at exactly 0: noise lives on ink and its edges.
            picture += np.where(picture > 8, noise, 0)
        return np.clip(picture, 0, 255).astype(np.uint8)
