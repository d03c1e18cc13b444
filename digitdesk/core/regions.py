"""Pieces of ink: connected, measured, cut out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.binarise import Ink
from digitdesk.core.grey import quantile
from digitdesk.core.types import F32, U8, Box

_MOST_PARTS = 3000
"""A picture with more pieces holds texture; only the largest are looked at."""

_FEW_PARTS = 300
"""With more pieces it is not worth to find out which have a box for themselves."""

_CELL = 6
"""Height of the smallest hole that counts, in pixels."""

_INSIDE = 0.55
"""Least part of a frame's width and height that the paper inside of it has."""

_STRAIGHT = 0.02
"""How far a frame's sides may bend, in parts of its circumference."""

_OWN = 128
"""Mark of the region that is being cut out, in its mask."""

_MANY_PIXELS = 4000
"""Of larger regions every other row and column tells the depth."""

_FULL_QUANTILE = 0.75
"""Quantile of a region's depths that is its full ink."""

_HOLLOW_SIDE = 24
"""Shorter side in pixels from which a hole may be what a local cut left of a solid
thing: nobody's pen is as wide."""

_HOLLOW = 0.5
"""Depth within a hole, in parts of the ink's around it, from which it is no paper."""

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
    mass : float
        Amount of ink in pixels.
    """

    box: Box
    ink: U8
    source: int
    mass: float = field(init=False)

    def __post_init__(self) -> None:
        """Weigh the ink once; it is asked for often."""
        object.__setattr__(self, "mass", cv2.sumElems(self.ink)[0] / 255)

    @property
    def slenderness(self) -> float:
        """Length of a straight stroke over its width, if it is one."""
        return (self.box.w**2 + self.box.h**2) / max(self.mass, 1.0)

    @property
    def centre_x(self) -> float:
        """Middle of the box, in pixels."""
        return self.box.x + self.box.w / 2

    @property
    def centre_y(self) -> float:
        """Middle of the box, in pixels."""
        return self.box.y + self.box.h / 2


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Where the `n` connected regions of a mask are.

    Attributes
    ----------
    boxes : ndarray of int32, shape (n, 4)
        Left, top, width and height of each.
    seeds : ndarray of int32, shape (n, 2)
        Column and row of a pixel of each.
    cells : ndarray of intp, shape (n,)
        How many holes each has; what paper shines through as a dot does not count.
    elongations : ndarray of float32, shape (n,)
        Length over width of each outline, however it is turned.
    frames : ndarray of bool, shape (n,)
        Which are quadrangles around paper.
    empty : ndarray of bool, shape (n,)
        Which of these touch nothing that stands in them: their paper is one quadrangle.
    """

    boxes: NDArray[np.int32]
    seeds: NDArray[np.int32]
    cells: NDArray[np.intp]
    elongations: F32
    frames: NDArray[np.bool]
    empty: NDArray[np.bool]


def find_parts(
    ink: Ink, smallest: float, outlines: Outlines | None = None
) -> list[Part]:
    """Cut every connected region of ink out of the picture.

    Parameters
    ----------
    ink : Ink
        What `find_ink` found.
    smallest : float
        Regions whose box is smaller than this in both directions, in pixels, are
        dirt.
    outlines : Outlines or None
        Of the ink's mask, if they are known already.

    Returns
    -------
    list of Part
        From left to right.
    """
    outlines = outlines or find_outlines(ink.mask)
    sides = outlines.boxes[:, 2:]
    large = np.flatnonzero(sides.max(axis=1, initial=0) >= smallest)
    if large.size > _MOST_PARTS:
        areas = sides[large].prod(axis=1)
        large = large[np.argsort(-areas, kind="stable")[:_MOST_PARTS]]
    holed = (outlines.cells[large] > 0) & (sides[large].min(axis=1) >= _HOLLOW_SIDE)
    flags = np.stack([holed, _alone(outlines.boxes, large)], axis=1)
    found = np.hstack([outlines.boxes[large], outlines.seeds[large], flags]).tolist()
    return [
        _cut_out(ink, Box(x, y, w, h), None if alone else (column, row), number,
                 may_be_solid=bool(hole))
        for number, (x, y, w, h, column, row, hole, alone) in enumerate(sorted(found))
    ]  # fmt: skip


def _alone(boxes: NDArray[np.int32], chosen: NDArray[np.intp]) -> NDArray[np.bool]:
    """Whether no other region reaches into the boxes of the chosen ones."""
    if len(boxes) > _FEW_PARTS:
        return np.zeros(len(chosen), np.bool)
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    # A box is cut out with a pixel around it.
    meets = (low[chosen, None] <= high) & (high[chosen, None] >= low)
    return np.asarray(meets.all(axis=2).sum(axis=1) == 1)


def find_outlines(mask: U8) -> Outlines:
    """Measure the connected regions of a mask of 0 and 255, shape (height, width)."""
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if tree is None:
        return Outlines(
            np.zeros((0, 4), np.int32), np.zeros((0, 2), np.int32),
            np.zeros(0, np.intp), np.zeros(0, np.float32), np.zeros(0, np.bool),
            np.zeros(0, np.bool),
        )  # fmt: skip
    points = np.concatenate(contours)[:, 0]
    ends = np.cumsum([len(contour) for contour in contours])
    starts = np.concatenate([[0], ends[:-1]])
    low = np.minimum.reduceat(points, starts)
    high = np.maximum.reduceat(points, starts)
    boxes = np.hstack([low, high - low + 1])
    parents = tree[0][:, 3]
    outer = parents < 0  # with a parent: a hole
    holes = np.flatnonzero(~outer & (boxes[:, 3] >= _CELL))
    cells = np.bincount(parents[holes], minlength=len(boxes))
    wide = (boxes[holes, 2:] >= _INSIDE * boxes[parents[holes], 2:]).all(axis=1)
    frames, empty = np.zeros((2, len(boxes)), np.bool)
    for hole in holes[wide].tolist():
        around = parents[hole]
        frames[around] = _is_quadrangle(contours[around])
        alone = frames[around] and cells[around] == 1
        empty[around] = alone and _is_quadrangle(contours[hole])
    elongations = _elongations(points, starts, ends)
    return Outlines(boxes[outer], points[starts][outer], cells[outer],
                    elongations[outer], frames[outer], empty[outer])  # fmt: skip


def _is_quadrangle(contour: cv2.typing.MatLike) -> bool:
    tolerance = _STRAIGHT * cv2.arcLength(contour, closed=True)
    corners = cv2.approxPolyDP(contour, tolerance, closed=True)
    return len(corners) == 4 and cv2.isContourConvex(corners)


def _elongations(
    points: NDArray[Any], starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> F32:
    """Ratio of the standard deviations of corner points along and across."""
    count = (ends - starts)[:, None]
    seen = points.astype(np.float64)
    mean = np.add.reduceat(seen, starts) / count
    products = np.column_stack([seen**2, seen[:, 0] * seen[:, 1]])
    squares = np.add.reduceat(products, starts) / count
    xx, yy = (squares[:, :2] - mean**2).T
    xy = squares[:, 2] - mean[:, 0] * mean[:, 1]
    half, swing = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    # A line of one pixel has no width: as if each point were a pixel wide.
    ratio = (half + swing + 0.25) / np.maximum(half - swing + 0.25, 0.25)
    return np.asarray(np.sqrt(ratio), np.float32)


def _cut_out(
    ink: Ink, box: Box, seed: tuple[int, int] | None, number: int, *, may_be_solid: bool
) -> Part:
    """Cut a region out with the soft edge around it.

    It is the one that `seed`, a column and a row, lies in, or all that the box shows.
    """
    height, width = ink.mask.shape
    x0, y0 = max(box.x - 1, 0), max(box.y - 1, 0)
    x1, y1 = min(box.right + 1, width), min(box.bottom + 1, height)
    box = Box(x0, y0, x1 - x0, y1 - y0)
    around = core = ink.mask[y0:y1, x0:x1]
    if seed is not None:
        marked = around.copy()
        cv2.floodFill(marked, None, (seed[0] - x0, seed[1] - y0), (_OWN,), flags=8)
        core = np.asarray(cv2.inRange(marked, _OWN, _OWN), np.uint8)
    own = cv2.dilate(core, np.ones((3, 3), np.uint8))
    if seed is not None:
        own = cv2.subtract(own, cv2.subtract(around, core))
    depth = ink.depth(box)
    step = 1 + (depth.size > _MANY_PIXELS)
    inked = depth[::step, ::step][core[::step, ::step] != 0]
    full = quantile(inked, _FULL_QUANTILE) if inked.size else 255.0
    cover = np.asarray(cv2.bitwise_and(own, coverage(depth, full)), np.uint8)
    if may_be_solid:
        cover = _solid(cover, core, around, ink.grey[y0:y1, x0:x1])
    return Part(box, cover, number)


def _solid(cover: U8, core: U8, ink: U8, grey: U8) -> U8:
    """Fill the holes of a region if they are as dark, or light, as its ink is.

    A coin or a stain is wider than the neighbourhood by which paper is measured, so
    that only its rim was cut out, and looks like a nought.

    Parameters
    ----------
    cover, core : ndarray of uint8, shape (height, width)
        Of the region, with and without its soft edge.
    ink : ndarray of uint8, shape (height, width)
        Not 0 where there is ink, other regions' too.
    grey : ndarray of uint8, shape (height, width)
        The picture.
    """
    bare = cv2.inRange(cv2.dilate(ink, np.ones((5, 5), np.uint8)), 0, 0)
    own = cv2.mean(grey, core)[0]
    low, high = cv2.minMaxLoc(grey, bare)[:2]
    # Quickly, what holds for most digits: nothing bare differs so much from the rest.
    if high - low < _HOLLOW * max(low - own, own - high):
        return cover
    around = cv2.copyMakeBorder(core, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    cv2.floodFill(around, None, (0, 0), (_OWN - 1,), flags=4)
    outside = cv2.inRange(around[1:-1, 1:-1], _OWN - 1, _OWN - 1)
    holes = cv2.inRange(around[1:-1, 1:-1], 0, 0)
    within, beside = cv2.bitwise_and(bare, holes), cv2.bitwise_and(bare, outside)
    if not (within.any() and beside.any()):
        return cover
    paper = cv2.mean(grey, beside)[0]
    depth = cv2.mean(grey, within)[0] - paper
    ink_depth = own - paper
    if depth * ink_depth <= 0 or abs(depth) < _HOLLOW * abs(ink_depth):
        return cover
    return np.asarray(cv2.bitwise_or(cover, cv2.bitwise_or(core, holes)), np.uint8)


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
    return np.asarray(cv2.LUT(depth, _coverages(max(full, 1.0))))


@lru_cache(maxsize=256)
def _coverages(full: float) -> U8:
    """Coverage of every depth, shape (256,)."""
    shares = np.arange(256, dtype=np.float32) / full
    stretched = (shares - _EDGE_SHARE) * (255 / (_FULL_SHARE - _EDGE_SHARE))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def joined(parts: Sequence[Part]) -> Part:
    """All of `parts` as one piece; at least one is needed."""
    if len(parts) == 1:
        return parts[0]
    box = reduce(Box.joined, (part.box for part in parts))
    ink = np.zeros((box.h, box.w), np.uint8)
    for part in parts:
        top, left = part.box.y - box.y, part.box.x - box.x
        place = ink[top : top + part.box.h, left : left + part.box.w]
        np.maximum(place, part.ink, out=place)
    return Part(box, ink, parts[0].source)
