"""Bring ink into the form in which MNIST was made."""

import cv2
import numpy as np

from digitdesk.core.grey import averaged
from digitdesk.core.types import GLYPH_SIZE, U8

INK_BOX = 20
"""Longer side of the ink inside a glyph, in pixels."""

_THINNEST = 1.6
_WANTED = 2.2
"""Stroke widths in pixels of the glyph: below the first, strokes grow to the second."""

_LARGE = 80
"""Longer side in pixels to which larger ink is first brought."""


def make_glyph(ink: U8) -> U8:
    """Turn the ink of one digit into what the classifier sees.

    As `normalise`, but a thin pen's strokes, which scaling would turn into a pale
    hair, are thickened first.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        Ink is bright, paper is 0.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        All zero if there is no ink.
    """
    ink = trim(ink)
    longer = max(ink.shape)
    if longer > _LARGE:
        ink = _brightened(_reduced(ink))
        longer = max(ink.shape)
    shrink = INK_BOX / max(longer, 1)
    width = stroke_width(ink)
    if 0 < width * shrink < _THINNEST:
        grow = round(_WANTED / shrink - width)
        if grow > 0:
            room = cv2.copyMakeBorder(ink, grow, grow, grow, grow, cv2.BORDER_CONSTANT)
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grow + 1, grow + 1))
            ink = np.asarray(cv2.dilate(room, kernel), np.uint8)
    return _brightened(normalise(ink))


def _reduced(ink: U8) -> U8:
    """Bring large ink to a longer side of `_LARGE` pixels."""
    step = max(ink.shape) // _LARGE
    height, width = (max(1, round(n * _LARGE / max(ink.shape))) for n in ink.shape)
    if step > 1:
        ink = averaged(ink, step, cv2.BORDER_CONSTANT)
    smaller = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(smaller, np.uint8)


def normalise(ink: U8, box: int = INK_BOX) -> U8:
    """Fit ink into a 28x28 glyph as the makers of MNIST did.

    The ink's bounding box is scaled, keeping its aspect, so that its longer side is
    `box` pixels, and its centre of mass is laid on pixel (14, 14).

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
    glyph = np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    crop = trim(ink)
    height, width = crop.shape
    if crop.size == 0:
        return glyph
    scale = box / max(height, width)
    # Averaging source pixels, as INTER_AREA does, can only shrink; small ink is first
    # enlarged smoothly so that both ways end in soft edges.
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(crop, size, interpolation=interpolation)
    mass = cv2.moments(small)
    if mass["m00"] == 0:  # a hair so thin that scaling lost it
        return glyph
    # Measured: MNIST's centres of mass lie on pixel 14, not between 13 and 14. With
    # this a digit of MNIST comes out exactly as it went in.
    middle = GLYPH_SIZE / 2
    left = round(middle - mass["m10"] / mass["m00"])
    top = round(middle - mass["m01"] / mass["m00"])
    left = min(max(left, 0), GLYPH_SIZE - size[0])
    top = min(max(top, 0), GLYPH_SIZE - size[1])
    glyph[top : top + size[1], left : left + size[0]] = small
    return glyph


def trim(ink: U8) -> U8:
    """Cut the empty margins off.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        Paper is 0.

    Returns
    -------
    ndarray of uint8, shape (trimmed height, trimmed width)
        A view; of size 0 if there is no ink.
    """
    x, y, width, height = cv2.boundingRect(ink) if ink.size else (0, 0, 0, 0)
    return ink[y : y + height, x : x + width]


def stroke_width(ink: U8) -> float:
    """Mean width of the strokes in pixels: twice the area over the outline.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        Ink is bright; grey edges count by their share.

    Returns
    -------
    float
        0 if there is no ink.
    """
    solid = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    # The sum of absolute slopes is the length of the outline, seen along an axis;
    # an outline in any direction is on average 4 / pi times shorter than both sums.
    across = cv2.sumElems(cv2.absdiff(solid[:, 1:], solid[:, :-1]))[0]
    down = cv2.sumElems(cv2.absdiff(solid[1:], solid[:-1]))[0]
    outline = (across + down) * np.pi / 4
    return float(2 * cv2.sumElems(solid)[0] / outline) if outline else 0.0


def _brightened(ink: U8) -> U8:
    """Stretch pale strokes so that their middle is white, as in MNIST."""
    peak = int(ink.max(initial=0))
    if not 0 < peak < 250:
        return ink
    return np.asarray(cv2.convertScaleAbs(ink, alpha=255 / peak), np.uint8)
