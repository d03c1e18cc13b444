"""Lines right across a page: ruled and squared paper."""

import numpy as np

from digitdesk.core.regions import Outlines
from digitdesk.core.streak_search import (
    Size,
    find_streaks,
    may_have_stairs,
    without_streaks,
)
from digitdesk.core.streaks import Streaks
from digitdesk.core.types import U8

_PAGE_LONG = 0.5
"""Length of a ruling of the whole page in parts of the picture's longer side."""

_ACROSS, _NOT_FLAT = 0.9, 0.5
"""Part of the width, or height, from which a ruling goes right across a picture; and
the shorter side, in parts of the longer one, up to which this says nothing."""

_HAIRLINE = 25
"""Length over thickness of such an upright line; a 1 is thicker."""

_REST, _AT_EDGE = 0.12, 2
"""Shortest piece of a ruling between a digit and the picture's edge, in parts of the
longer side, and the pixels from there to the edge."""

_PAGE_RUN = 0.06
"""Length of the unbroken straight runs of which such rulings consist, likewise."""

_LEAST_RUN = 28
"""At least so many pixels."""

_FEW_UPRIGHT = 2
"""So many upright lines of a page may be ones of a digit; more are squared paper."""


def without_page_lines(mask: U8, outlines: Outlines) -> U8:
    """Take lines of about the length of the page out of ink.

    Strokes that cross them stay. No height of a digit needs to be known.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    outlines : Outlines
        Of the mask.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        The mask itself if it holds no such lines.
    """
    if not _may_be_ruled(outlines, mask.shape):
        return mask
    size = _size_of_page(mask.shape)
    return without_streaks(mask, find_streaks(mask, size), size, _of_page)


def _page_length(shape: tuple[int, ...]) -> float:
    """Length of the shortest rulings of a page of this shape."""
    across = np.inf if _is_flat(shape) else _ACROSS * min(shape)
    return min(_PAGE_LONG * max(shape), across)


def _is_flat(shape: tuple[int, ...]) -> bool:
    """Whether a picture is rather of a line than of a page: ones may be as high."""
    return min(shape) <= _NOT_FLAT * max(shape)


def _may_be_ruled(outlines: Outlines, shape: tuple[int, ...]) -> bool:
    """Whether ink is as long as a page's lines, or as what a digit leaves of one."""
    low, size = outlines.boxes[:, :2], outlines.boxes[:, 2:]
    at_edge = (low <= _AT_EDGE).any(axis=1)
    at_edge |= (low + size >= np.array(shape)[::-1] - _AT_EDGE).any(axis=1)
    longest = size.max(axis=1, initial=0)
    rest = np.inf if _is_flat(shape) else _REST * max(shape)
    least = np.where(at_edge, min(rest, _page_length(shape)), _page_length(shape))
    return bool((longest >= least).any())


def _size_of_page(shape: tuple[int, ...]) -> Size:
    """Streaks of half the page, and what a digit may leave of one."""
    longer = max(shape)
    run = max(_LEAST_RUN, round(_PAGE_RUN * longer))
    return Size(
        run=run, gap=run, shortest=_REST * longer, thickest=np.inf,
        stairs=may_have_stairs(shape), to_edge=not _is_flat(shape),
    )  # fmt: skip


def _of_page(level: Streaks, upright: Streaks) -> tuple[set[int], set[int]]:
    """Take long ones, and hairlines that begin at the picture's edge.

    A few upright ones that end within the picture may be digits.
    """
    height, width = level.labels.shape
    least = _page_length((height, width))
    walls = upright.longer(least)
    if len(walls) <= _FEW_UPRIGHT:
        walls = {
            wall.name for wall in upright.found
            if wall.length > max(_ACROSS * height, _HAIRLINE * wall.thickness)
        }  # fmt: skip
    bars = level.longer(least)
    if _is_flat((height, width)):
        return bars, walls
    for own, last, chosen in ((level, width, bars), (upright, height, walls)):
        axis = 0 if own is level else 1
        chosen |= {
            streak.name for streak in own.found
            if streak.length > _HAIRLINE * streak.thickness
            and (streak.ends[0][axis] <= _AT_EDGE
                 or streak.ends[1][axis] >= last - 1 - _AT_EDGE)
        }  # fmt: skip
    return bars, walls
