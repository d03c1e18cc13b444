"""The part of a picture that is searched, at a size that is quick to search."""

import math

import cv2
import numpy as np

from digitdesk.core.highlight import grey_of
from digitdesk.core.types import U8, Box

_ENLARGED = 2.0


class View:
    """A region of a picture, grey and reduced, and the way back to the picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red; upright.
    region : Box or None
        What to look at; clipped to the picture. None, or a region outside of it, is
        the whole picture.
    longest : int
        Longer side of the searched picture at most, in pixels.
    shortest : int
        Pictures with a longer side below this are enlarged twice, so that gaps of
        one pixel stay open.

    Attributes
    ----------
    grey : ndarray of uint8, shape (searched height, searched width)
        What is searched.
    scale : float
        Searched pixels per pixel of the picture.
    width, height : int
        Of the whole upright picture.
    region : Box
        The part of the upright picture that is searched.
    """

    def __init__(
        self, pixels: U8, region: Box | None, longest: int, shortest: int = 0
    ) -> None:
        self.height, self.width = pixels.shape[:2]
        self.region = _clipped(region, self.width, self.height)
        box = self.region
        part = pixels[box.y : box.bottom, box.x : box.right]
        self.scale = _scale(max(box.w, box.h), longest, shortest)
        if self.scale < 1:
            part = _reduced(part, round(1 / self.scale))
        grey = grey_of(part)
        if self.scale > 1:
            size = round(box.w * self.scale), round(box.h * self.scale)
            grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC))
        self.grey: U8 = grey

    def outside(self, box: Box) -> Box:
        """Where a box of the searched picture lies in the upright one."""
        region = self.region
        x, y = math.floor(box.x / self.scale), math.floor(box.y / self.scale)
        right = min(math.ceil(box.right / self.scale), region.w)
        bottom = min(math.ceil(box.bottom / self.scale), region.h)
        return Box(region.x + x, region.y + y, right - x, bottom - y)

    def inside(self, box: Box) -> Box:
        """Where a box of the upright picture lies in the searched one."""
        x, y = ((box.x - self.region.x) * self.scale,
                (box.y - self.region.y) * self.scale)  # fmt: skip
        return Box(round(x), round(y), round(box.w * self.scale),
                   round(box.h * self.scale))  # fmt: skip


def _scale(side: int, longest: int, shortest: int) -> float:
    if side > longest:
        return 1 / math.ceil(side / longest)
    return _ENLARGED if side < shortest else 1.0


def _reduced(part: U8, factor: int) -> U8:
    """Average blocks of pixels: by whole factors, which is many times quicker."""
    height, width = (max(1, n // factor) for n in part.shape[:2])
    whole = part[: height * factor, : width * factor]
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _clipped(wanted: Box | None, width: int, height: int) -> Box:
    whole = Box(0, 0, width, height)
    if wanted is None:
        return whole
    x, y = min(max(wanted.x, 0), width), min(max(wanted.y, 0), height)
    right, bottom = min(wanted.right, width), min(wanted.bottom, height)
    return Box(x, y, right - x, bottom - y) if right > x and bottom > y else whole
