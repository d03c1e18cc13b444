"""Ink of a picture that holds little else: smooth light, one pen."""

import cv2
import numpy as np

from digitdesk.core.grey import size_within
from digitdesk.core.types import F32, U8

_FIT_SIDE = 64
"""Longer side in pixels at which the light is fitted."""

_ROUNDS = 12
_INK_WEIGHT = 0.02
"""Weight of pixels on the inked side of the light, against 1 on the other side."""

_SOFT, _FULL = 0.28, 0.80
"""Depths, in parts of the ink's, from which there is some ink and nothing but ink."""

_NOISE_FACTOR = 2.5
"""Ink is deeper than this many times the paper's median stray."""


def cover_of_ink(grey: U8, *, light_on_dark: bool) -> U8:
    """Say how much of each pixel is ink, for smooth light and one kind of ink.

    The light is a parabola fitted by asymmetric least squares, which leaves ink aside
    even where it covers a third of the picture; Otsu's threshold then parts the depths.
    Unlike a local threshold this keeps strokes whole, however wide they are.

    Parameters
    ----------
    grey : ndarray of uint8, shape (height, width)
        0 is black.
    light_on_dark : bool
        Which of the two is ink.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        0 is paper, 255 is ink, between them are the soft edges of strokes.

    References
    ----------
    P. H. C. Eilers, H. F. M. Boelens, "Baseline correction with asymmetric least
    squares smoothing", 2005; N. Otsu, "A threshold selection method from gray-level
    histograms", 1979.
    """
    bright = (255 - grey if light_on_dark else grey).astype(np.float32)
    sigma = max(bright.shape) / 160
    if sigma > 0.4:
        bright = np.asarray(cv2.GaussianBlur(bright, (0, 0), sigma), np.float32)
    depth = np.maximum(_light(bright) - bright, 0)
    scaled = cv2.convertScaleAbs(depth, alpha=255 / max(float(depth.max()), 1))
    _, mask = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    inked = mask != 0
    if not inked.any() or inked.all():
        return np.zeros_like(grey)
    full = float(np.median(depth[inked]))
    stray = float(np.median(depth[~inked]))
    soft = max(_SOFT * full, _NOISE_FACTOR * stray)
    cover = (depth - soft) / max(_FULL * full - soft, 1)
    return np.asarray(cv2.convertScaleAbs(np.clip(cover, 0, 1), alpha=255), np.uint8)


def _light(bright: F32) -> F32:
    """Fit a parabola to the paper, from above."""
    height, width = bright.shape
    size = size_within(bright.shape, _FIT_SIDE)
    small = cv2.resize(bright, size, interpolation=cv2.INTER_AREA)
    values = np.asarray(small, np.float32).ravel()
    basis = _basis(size[1], size[0])
    weight = np.ones_like(values)
    factors = np.zeros(basis.shape[1], np.float32)
    for _ in range(_ROUNDS):
        weighted = basis * weight[:, None]
        ridge = 1e-3 * len(values) * np.eye(basis.shape[1], dtype=np.float32)
        ridge[0, 0] = 0  # brightness itself is free, only its bends are held back
        factors = np.linalg.solve(basis.T @ weighted + ridge, weighted.T @ values)
        stray = values - basis @ factors
        above = np.median(stray[stray > 0]) if (stray > 0).any() else np.float32(1)
        weight = np.where(stray < -2 * above, np.float32(_INK_WEIGHT), np.float32(1))
    return np.asarray((_basis(height, width) @ factors).reshape(height, width))


def _basis(height: int, width: int) -> F32:
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in (height, width))
    xs, ys = np.meshgrid(x, y)
    terms = [np.ones_like(xs), xs, ys, xs * xs, ys * ys, xs * ys]
    return np.stack([term.ravel() for term in terms], axis=1)
