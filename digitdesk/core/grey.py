"""Small operations on pictures."""

import cv2
import numpy as np

from digitdesk.core.types import F32, U8

_SMALL_SIDE = 160
"""Longer side in pixels at which paper and light are measured."""


def shrunk(picture: U8) -> U8:
    """Reduce a picture to the size at which paper and light are measured.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width)

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Longer side 160 pixels at most.
    """
    size = size_within(picture.shape, _SMALL_SIDE)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def averaged(picture: U8, step: int, border: int) -> U8:
    """Take means over whole squares: many times quicker than over parts of pixels.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width)
    step : int
        Side of a square in pixels, at least 1.
    border : int
        OpenCV's kind of border for what the last squares lack.

    Returns
    -------
    ndarray of uint8, shape (height / step, width / step), both rounded up
    """
    bottom, right = (-side % step for side in picture.shape)
    room = cv2.copyMakeBorder(picture, 0, bottom, 0, right, border)
    size = room.shape[1] // step, room.shape[0] // step
    return np.asarray(cv2.resize(room, size, interpolation=cv2.INTER_AREA), np.uint8)


def sampled(picture: U8, side: int) -> U8:
    """Take every n-th pixel, so that the longer side has `side` pixels at most."""
    size = size_within(picture.shape, side)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(small, np.uint8)


def size_within(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Width and height of a picture of this shape, reduced to a longer side."""
    height, width = shape[:2]
    scale = min(1.0, side / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def resized(picture: U8, shape: tuple[int, ...]) -> U8:
    """Bring a picture to a shape (height, width); itself if it has it."""
    if picture.shape == shape:
        return picture
    return np.asarray(cv2.resize(picture, shape[::-1]), np.uint8)


def quantile(values: U8, share: float) -> float:
    """Quantile of bytes, at least one, by counting, which is quicker than sorting."""
    reached = np.bincount(values, minlength=256).cumsum()
    return float(reached.searchsorted(share * reached[-1]))


def middle(values: F32) -> float:
    """Upper median of at least one value, without the checks of NumPy's."""
    half = values.size // 2
    return float(np.partition(values, half)[half])
