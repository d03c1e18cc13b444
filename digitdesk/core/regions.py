"""Pieces of ink: connected, measured, cut out."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.binarise import Ink
from digitdesk.core.types import U8, Box

_MOST_PARTS = 3000
"""A picture with more pieces holds texture; only the largest are looked at."""

_FULL_QUANTILE = 0.75
"""Quantile of a region's depths that is its full ink."""

_EDGE_SHARE, _FULL_SHARE = 0.2, 0.85
"""Shares of the full ink's depth that count as paper and as ink; grey in between."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A piece of ink.

    Attributes
    ----------
    box : Box
        In pixels of the searched picture.
    ink : ndarray of uint8, shape (box.h, box.w)
        Coverage by this piece's ink, 255 is full.
    source : int
        Pieces cut from one connected region share this number.
    """

    box: Box
    ink: U8
    source: int

    @property
    def mass(self) -> float:
        """Amount of ink in pixels."""
        return float(self.ink.sum(dtype=np.int64)) / 255

    @property
    def centre_x(self) -> float:
        """Middle of the box, in pixels."""
        return self.box.x + self.box.w / 2

    @property
    def centre_y(self) -> float:
        """Middle of the box, in pixels."""
        return self.box.y + self.box.h / 2


def find_parts(ink: Ink, smallest: float) -> list[Part]:
    """Cut every connected region of ink out of the picture.

    Parameters
    ----------
    ink : Ink
        What `find_ink` found.
    smallest : float
        Regions whose box is smaller than this in both directions, in pixels, are
        dirt.

    Returns
    -------
    list of Part
        From left to right.
    """
    contours, tree = cv2.findContours(ink.mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline, (_, _, _, parent) in zip(contours, _first_of(tree), strict=True):
        box = Box(*cv2.boundingRect(outline))
        if parent < 0 and max(box.w, box.h) >= smallest:  # with a parent: a hole
            x, y = outline[0, 0]
            found.append((box, int(x), int(y)))
    found.sort(key=lambda region: region[0].w * region[0].h, reverse=True)
    return [
        _cut_out(ink, box, (x, y), number)
        for number, (box, x, y) in enumerate(sorted(found[:_MOST_PARTS]))
    ]


def _first_of(tree: cv2.typing.MatLike | None) -> NDArray[np.int32]:
    """Return the links of the contours; none if there is no contour."""
    return np.zeros((0, 4), np.int32) if tree is None else np.asarray(tree[0], np.int32)


def _cut_out(ink: Ink, box: Box, seed: tuple[int, int], number: int) -> Part:
    """Cut the region that `seed` is in out with the soft edge around it."""
    height, width = ink.mask.shape
    x0, y0 = max(box.x - 1, 0), max(box.y - 1, 0)
    x1, y1 = min(box.right + 1, width), min(box.bottom + 1, height)
    labels = cv2.connectedComponents(ink.mask[y0:y1, x0:x1], ltype=cv2.CV_16U)[1]
    own_label = labels[seed[1] - y0, seed[0] - x0]
    core = np.where(labels == own_label, 255, 0).astype(np.uint8)
    own = np.asarray(cv2.dilate(core, np.ones((3, 3), np.uint8)), np.uint8)
    own[(labels != 0) & (core == 0)] = 0
    depth = ink.depth[y0:y1, x0:x1]
    full = _quantile(depth[core != 0], _FULL_QUANTILE)
    own &= coverage(depth, full)
    return Part(Box(x0, y0, x1 - x0, y1 - y0), own, number)


def _quantile(values: U8, share: float) -> float:
    """Quantile of bytes by counting, which is quicker than sorting."""
    reached = np.cumsum(np.bincount(values, minlength=256))
    return float(np.searchsorted(reached, share * reached[-1]))


def coverage(depth: U8, full: float) -> U8:
    """Share of each pixel that ink covers, 0 to 255.

    Parameters
    ----------
    depth : ndarray of uint8, shape (height, width)
        As in `Ink`.
    full : float
        Depth of ink that covers the whole pixel.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        Paper is exactly 0.
    """
    full = max(full, 1.0)
    shares = np.arange(256, dtype=np.float32) / full
    stretched = (shares - _EDGE_SHARE) * (255 / (_FULL_SHARE - _EDGE_SHARE))
    return np.asarray(cv2.LUT(depth, np.clip(stretched, 0, 255).astype(np.uint8)))


def joined(parts: Sequence[Part]) -> Part:
    """All of `parts` as one piece; at least one is needed."""
    if len(parts) == 1:
        return parts[0]
    x = min(part.box.x for part in parts)
    y = min(part.box.y for part in parts)
    right = max(part.box.right for part in parts)
    bottom = max(part.box.bottom for part in parts)
    ink = np.zeros((bottom - y, right - x), np.uint8)
    for part in parts:
        top, left = part.box.y - y, part.box.x - x
        place = ink[top : top + part.box.h, left : left + part.box.w]
        np.maximum(place, part.ink, out=place)
    return Part(Box(x, y, right - x, bottom - y), ink, parts[0].source)
