"""Grey pictures in which marks of a highlighter are as bright as the paper."""

import cv2
import numpy as np

from digitdesk.core.grey import quantile, sampled
from digitdesk.core.types import U8

_SIDE = 200
"""Longer side in pixels at which marks are looked for."""

_BRIGHT = 0.85
"""Brightest channel of a mark, at least, in parts of the paper's."""

_COLOURED, _STRONG = 0.07, 0.4
"""By how much less of it a mark's grey is than the paper's; more is coloured ink."""

_LEAST_WIDE = 5
"""Width of a mark in pixels, at least; strokes of a pen are narrower."""

_LEAST, _MOST = 0.004, 0.6
"""Share of the picture that marks cover; what covers more is coloured paper."""

_OWN = 0.6
"""Share of their area that is coloured so; the rest is ink on it."""

_DARKEST = 0.02
"""Share of a mark's pixels that tells how dark the ink on it is."""

_KEPT = 0.6
"""Depth of the ink that must be left, in parts of what grey shows."""


def grey_of(pixels: U8) -> U8:
    """Make a picture grey, and level what a highlighter marked.

    A marker for highlighting takes light out of some channels but hardly any out of the
    brightest one, where ink is dark too: there that channel is the grey picture. Ink
    that would fade, such as red on pink, keeps its grey.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red.

    Returns
    -------
    ndarray of uint8, shape (height, width)
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    marks = _marks(pixels)
    if marks is None:
        return grey
    size = grey.shape[::-1]
    marked = cv2.resize(marks, size, interpolation=cv2.INTER_NEAREST) != 0
    brightest = _brightest(pixels)
    if _depth(brightest[marked]) < _KEPT * _depth(grey[marked]):
        return grey
    # Beyond the marks as well: their edges are half mark, half paper.
    reach = round(max(size) / _SIDE * _LEAST_WIDE) | 1
    near = cv2.dilate(marks, np.ones((_LEAST_WIDE, _LEAST_WIDE), np.uint8))
    share = cv2.resize(near, size, interpolation=cv2.INTER_LINEAR)
    share = cv2.blur(share, (reach, reach)).astype(np.float32) / 255
    level = grey + share * (brightest.astype(np.float32) - grey)
    return np.asarray(level, np.uint8)


def _marks(pixels: U8) -> U8 | None:
    """Mark what a highlighter coloured, in a reduced picture; None if nothing is."""
    small = sampled(pixels, _SIDE)
    brightest = _brightest(small)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    paper = quantile(brightest.ravel(), 0.7)
    # In parts of 250, so that bytes can be counted.
    share = np.asarray(cv2.divide(grey, brightest, scale=250.0), np.uint8)
    bright = np.asarray(cv2.inRange(brightest, (_BRIGHT * paper,), (255.0,)), np.uint8)
    usual = quantile(share[bright != 0], 0.5)
    least, most = usual - 250 * _STRONG, usual - 250 * _COLOURED
    less = cv2.inRange(share, (least,), (most,))
    coloured = np.asarray(cv2.bitwise_and(less, bright), np.uint8)
    if cv2.countNonZero(coloured) < _OWN * _LEAST * coloured.size:
        return None
    wide = np.ones((_LEAST_WIDE, _LEAST_WIDE), np.uint8)
    # Ink lies on the marks: holes as wide as strokes are closed first.
    marks = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, wide)
    marks = np.asarray(cv2.morphologyEx(marks, cv2.MORPH_OPEN, wide), np.uint8)
    covered = cv2.countNonZero(marks) / marks.size
    own = cv2.mean(coloured, marks)[0] / 255
    if not _LEAST <= covered <= _MOST or own < _OWN:
        return None
    return np.asarray(marks, np.uint8)


def _brightest(pixels: U8) -> U8:
    """Give each pixel's brightest channel."""
    blue, green, red = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def _depth(values: U8) -> float:
    """How much darker than most of a mark the darkest pixels on it are."""
    return quantile(values, 0.5) - quantile(values, _DARKEST)
