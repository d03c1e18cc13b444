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
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        ink.mask, connectivity=8, ltype=cv2.CV_32S
    )
    if count <= 1:
        return []
    boxes = stats[:, :4]
    large = np.flatnonzero(boxes[:, 2:].max(axis=1) >= smallest)
    large = large[large > 0]
    if large.size > _MOST_PARTS:
        by_area = np.argsort(-stats[large, cv2.CC_STAT_AREA], kind="stable")
        large = large[by_area[:_MOST_PARTS]]
    large = large[np.argsort(boxes[large, 0], kind="stable")]
    numbers = np.asarray(labels, np.int32)
    return [_cut_out(ink, numbers, boxes[i], int(i)) for i in large]


def _cut_out(
    ink: Ink, labels: NDArray[np.int32], box: NDArray[np.int32], label: int
) -> Part:
    """One region with the soft edge around it."""
    height, width = ink.mask.shape
    x0, y0 = max(int(box[0]) - 1, 0), max(int(box[1]) - 1, 0)
    x1 = min(int(box[0] + box[2]) + 1, width)
    y1 = min(int(box[1] + box[3]) + 1, height)
    here = labels[y0:y1, x0:x1]
    core = (here == label).astype(np.uint8)
    own = np.asarray(cv2.dilate(core, np.ones((3, 3), np.uint8)), np.uint8)
    own[(here != 0) & (here != label)] = 0
    depth = ink.depth[y0:y1, x0:x1]
    full = float(np.quantile(depth[here == label], _FULL_QUANTILE))
    return Part(Box(x0, y0, x1 - x0, y1 - y0), coverage(depth, full) * own, label)


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
    gain = 255 / ((_FULL_SHARE - _EDGE_SHARE) * max(full, 1.0))
    offset = -_EDGE_SHARE * max(full, 1.0) * gain
    share: U8 = np.clip(depth * gain + offset, 0, 255).astype(np.uint8)
    return share


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
