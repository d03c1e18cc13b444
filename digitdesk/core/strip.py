"""Cut a written line out of a page as the networks for lines see it."""

from dataclasses import dataclass
from math import ceil, floor

import cv2
import numpy as np

from digitdesk.core.grey import averaged
from digitdesk.core.types import F32, U8, Box

STRIP_HEIGHT = 40
"""Height of a strip in pixels."""

DIGIT_HEIGHT = 24
"""Height of a usual digit in a strip, in pixels."""

ANSWER_STEP = 2
"""Pixels of a strip between two answers of a line network; answer k is about the middle
of pixels 2k and 2k + 1."""

LETTER_STEP = 4
"""Pixels of a strip between two answers of a letter network."""

ROOM_BESIDE = 0.6
"""Room left and right of a line's ink, in heights of a digit."""

SOFT_EDGE = 1
"""How far a stroke's soft edge reaches beyond its ink, in pixels of a strip."""

_PAPER_WINDOW = 15
"""Wider than any stroke of a strip, in pixels: what is darkest there is not paper."""

_INK_SHARE = 0.015
"""Share of the strip that is at least as deep as full ink."""

_LEAST_DEPTH = 0.07
"""Depth of the faintest full ink, as a share of the paper's light."""

_FULL = 200
"""Level of full ink in a strip; deeper ink has room above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlace:
    """Where a written line lies on a picture, in pixels.

    Attributes
    ----------
    left, right : float
        First and last column to look at.
    centre : float
        Row of the middle of the digits at column `left`.
    slope : float
        Rows per column.
    digit_height : float
        Usual height of a digit, greater than 0.
    """

    left: float
    right: float
    centre: float
    slope: float
    digit_height: float

    @property
    def scale(self) -> float:
        """Pixels of the picture per pixel of the strip."""
        return self.digit_height / DIGIT_HEIGHT

    def on_strip(self, box: Box, edge: int = 0) -> tuple[slice, slice]:
        """Return rows and columns of the strip that a box of the picture covers.

        Parameters
        ----------
        box : Box
            In pixels of the picture.
        edge : int
            So many pixels of the strip more on each side.
        """
        middle = box.x + box.w / 2 - self.left
        centre = self.centre + self.slope * middle
        rows = [(y - centre) / self.scale + STRIP_HEIGHT / 2
                for y in (box.y, box.bottom)]  # fmt: skip
        columns = [(x - self.left) / self.scale for x in (box.x, box.right)]
        tall, wide = (
            slice(max(0, floor(first) - edge), max(0, ceil(last) + edge))
            for first, last in (rows, columns)
        )
        return tall, wide


def cut_strip(grey: U8, place: LinePlace, *, light_on_dark: bool = False) -> U8:
    """Cut out a line, level it, bring it to one size and even out paper and ink.

    Parameters
    ----------
    grey : ndarray of uint8, shape (height, width)
        The picture; what lies outside of it is paper.
    place : LinePlace
        What to cut out.
    light_on_dark : bool
        Whether the ink is the lighter part.

    Returns
    -------
    ndarray of uint8, shape (STRIP_HEIGHT, width of the line / place.scale)
        0 is paper, about 200 is ink; unlike a mask it keeps faint strokes and the
        paper's pattern.
    """
    scale = place.scale
    width = max(1, round((place.right - place.left) / scale))
    near, x, y = _surroundings(grey, place)
    centre, left, step = place.centre - y, place.left - x, scale
    # Averaging first keeps thin strokes and patterns from aliasing.
    whole = int(scale / 2)
    if whole > 1:  # the last halving brings the exact size
        near = averaged(near, whole, cv2.BORDER_REPLICATE)
        centre, left = centre / whole, left / whole
        scale /= whole
        step = scale
    if scale > 1.3 and min(near.shape) > scale:
        part = 1 / scale
        shrunk = cv2.resize(near, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
        near = np.asarray(shrunk, np.uint8)
        centre, left, step = centre / scale, left / scale, 1.0
    middle = (STRIP_HEIGHT - 1) / 2
    back = np.array(
        [[step, 0, left], [place.slope * step, step, centre - middle * step]],
        np.float64,
    )
    strip = cv2.warpAffine(
        near, back, (width, STRIP_HEIGHT),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    if light_on_dark:
        strip = 255 - strip
    evened = _evened(np.asarray(strip, np.uint8))
    inside = cv2.warpAffine(
        np.ones_like(near), back, (width, STRIP_HEIGHT),
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
    )  # fmt: skip
    return np.asarray(cv2.multiply(evened, inside), np.uint8)


def _surroundings(grey: U8, place: LinePlace) -> tuple[U8, int, int]:
    """Return the part of a picture that a line needs, and its first column and row."""
    room = (STRIP_HEIGHT / 2 + 2) * place.scale
    end = place.centre + place.slope * (place.right - place.left)
    rows = min(place.centre, end) - room, max(place.centre, end) + room
    columns = place.left - room, place.right + room
    (top, bottom), (left, right) = (
        (int(np.clip(low, 0, size - 1)), int(np.clip(np.ceil(high), 1, size)))
        for (low, high), size in zip((rows, columns), grey.shape, strict=True)
    )
    bottom, right = max(bottom, top + 1), max(right, left + 1)
    return grey[top:bottom, left:right], left, top


def _evened(strip: U8) -> U8:
    """Depth of the ink in parts of the deepest, light and shadow taken out."""
    window = np.ones((_PAPER_WINDOW, _PAPER_WINDOW), np.uint8)
    paper = cv2.blur(cv2.morphologyEx(strip, cv2.MORPH_CLOSE, window), (9, 9))
    light = np.maximum(paper, 40).astype(np.float32)
    depth: F32 = (paper.astype(np.float32) - strip.astype(np.float32)) / light
    full = max(float(np.quantile(depth, 1 - _INK_SHARE)), _LEAST_DEPTH)
    return np.asarray(np.clip(depth * (_FULL / full), 0, 255), np.uint8)
