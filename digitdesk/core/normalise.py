"""Bring ink into the form in which MNIST was made."""

import cv2
import numpy as np

from digitdesk.core.types import GLYPH_SIZE, U8

INK_BOX = 20
"""Longer side of the ink inside a glyph, in pixels."""


def normalise(ink: U8, box: int = INK_BOX) -> U8:
    """Fit ink into a 28x28 glyph as the makers of MNIST did.

    The ink's bounding box is scaled, keeping its aspect, so that its longer side is
    `box` pixels, and its centre of mass is laid on the centre of the glyph.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        Ink is bright; grey values are kept as anti-aliasing.
    box : int
        Longer side of the scaled ink in pixels, 1 to 28.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        All zero if there is no ink.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits".
    """
    columns = np.flatnonzero(ink.any(axis=0))
    rows = np.flatnonzero(ink.any(axis=1))
    if columns.size == 0:
        return np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = crop.shape
    scale = box / max(height, width)
    # Averaging source pixels, as INTER_AREA does, can only shrink; small ink is first
    # enlarged smoothly so that both ways end in soft edges.
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(crop, size, interpolation=interpolation)
    mass = cv2.moments(small)
    if mass["m00"] == 0:  # a hair so thin that scaling lost it
        return np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    # Moments count a pixel at its centre, so the glyph's own centre is at 13.5.
    middle = (GLYPH_SIZE - 1) / 2
    left = round(middle - mass["m10"] / mass["m00"])
    top = round(middle - mass["m01"] / mass["m00"])
    left = min(max(left, 0), GLYPH_SIZE - size[0])
    top = min(max(top, 0), GLYPH_SIZE - size[1])
    glyph = np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    glyph[top : top + size[1], left : left + size[0]] = small
    return glyph
