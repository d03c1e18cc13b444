"""Lines that the paper has, not the pen: ruled and squared paper, tables, boxes."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.combs import dashed_lines, without_combs
from digitdesk.core.frames import printed_boxes, rings_around_ink
from digitdesk.core.page_lines import without_page_lines
from digitdesk.core.regions import Outlines, find_outlines
from digitdesk.core.streak_search import (
    Size,
    find_streaks,
    may_have_stairs,
    without_streaks,
)
from digitdesk.core.streaks import Streak, Streaks
from digitdesk.core.types import U8

_LEAST_SIZE = 9
"""Ink smaller than this in both directions, in pixels, tells no digit's height."""

_SLENDER = 5.0
"""Ink that is so many times longer than wide may be a line, and tells none either."""

_WIDE, _TALL = 2.2, 1.6
"""Connected ink that is wider or taller than this, in heights of a digit, may hold
lines."""

_LONG, _HIGH = 2.5, 2.2
"""Length, in heights of a digit, from which a level and an upright line are no
digit's."""

_SIDE = 1.05
"""Shortest side of a box, likewise; ink that is larger in both directions is one, or
holds lines."""

_PIECE = 0.7
"""Shortest piece of a line that is broken, likewise."""

_RUN, _GAP = 0.7, 0.35
"""Length of the runs of which such lines consist, and the widest gap between two."""

_THICK = 0.22
"""Thickest of such lines, likewise."""

_LEAST_THICK = 3
"""Lines of so many pixels are thin in any case."""

_MOST_MEASURED = 300
"""So many of the largest pieces of ink tell the height of a digit."""

_MOST_CELLS = 3
"""Ink with more holes is a table, squared paper or a pattern, not a digit."""

_ALIKE, _LEAST_ALIKE = 1.7, 3
"""At least so many pieces of ink must be about as high, within this factor."""

_IN_BOX, _BOX_VARIES = 0.75, 0.12
"""Height of a digit in a box that it touches, in parts of it, and the part by which
boxes of a form differ in height."""

_CONTENT = 0.1
"""Height of what stands in a frame, in parts of it; a speck in a 0 is lower."""

_DIRECTIONS = 3
"""So many times lines are looked for: in perspective not all have one direction."""

_LOW = 0.6
"""Height of a level bar at most, in heights of a digit; a number is higher."""

_UPRIGHT = 2.0
"""Length over width from which an upright piece may be a joint between two lines."""

_MANY_JOINTS = 5
"""Fewer such pieces may be ones of a number."""

_BESIDE = 4
"""Pixels around such a piece in which these lines begin."""


def without_rulings(mask: U8, outlines: Outlines | None = None) -> U8:
    """Take the paper's straight lines out of ink, and leave strokes that cross them.

    Boxes and rings around ink, and dashed lines, go whole, then lines as long as half
    the page. What is left tells how high a digit is; then combs go, lines that are too
    long for a stroke of a digit, and shorter ones where both ends meet other lines:
    walls of tables and boxes.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    outlines : Outlines or None
        Of the mask, if they are known already.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        The mask itself if it holds no such lines.
    """
    outlines = outlines or find_outlines(mask)
    height, is_sure = _digit_height(outlines)
    around = printed_boxes(outlines), rings_around_ink(mask, outlines)
    known = np.concatenate([*around, dashed_lines(outlines, height)])
    if known.size:
        mask = np.asarray(cv2.subtract(mask, _regions(mask, outlines.seeds[known])))
        outlines = find_outlines(mask)
        height, is_sure = _digit_height(outlines)
    cleaned = without_page_lines(mask, outlines)
    if cleaned is not mask:
        left = _digit_height(find_outlines(cleaned))
        height, is_sure = _more_telling((height, is_sure), left)
    height = height or _comb_height(outlines)
    w, h = outlines.boxes[:, 2:].T
    large = (w > _WIDE * height) | (h > _TALL * height)
    large |= (w >= _SIDE * height) & (h >= _SIDE * height)
    dashes = (w >= _PIECE * height) & (w > _SLENDER * h)
    if np.count_nonzero(dashes) > 1:
        large |= dashes
    if height == 0 or not large.any():
        return cleaned
    # Lines of the page are looked at again: they hold walls that are shorter.
    regions = _regions(mask, outlines.seeds[large])
    lines = _lines_beside_digits(regions, height, is_sure=is_sure)
    if lines is not None:
        cleaned = np.asarray(cv2.subtract(cleaned, lines), np.uint8)
    if cleaned is not mask:
        cleaned = _without_joints(cleaned, mask)
    return _without_bars(cleaned, height) if is_sure else cleaned


def _without_joints(cleaned: U8, mask: U8) -> U8:
    """Leave out upright pieces between two lines: crooked walls, joints of bricks.

    A stroke of a pen may begin at one line and end at the next, but seldom do so many.
    The picture's edge is as good as a line.
    """
    lines = cv2.subtract(mask, cleaned)
    outlines = find_outlines(cleaned)
    w, h = outlines.boxes[:, 2:].T
    joints = []
    for number in np.flatnonzero((h > w) & (outlines.elongations > _UPRIGHT)):
        x, y, width, height = outlines.boxes[number].tolist()
        left, right = max(x - _BESIDE, 0), x + width + _BESIDE
        around = lines[max(y - _BESIDE, 0) : y + height + _BESIDE, left:right]
        rows = np.flatnonzero(around.any(axis=1))
        inner = lines[y + height // 4 : y + height - height // 4, left:right]
        if rows.size and not inner.any():
            begins = rows[0] < 2 * _BESIDE or y < _BESIDE
            ends = rows[-1] >= len(around) - 2 * _BESIDE
            if begins and (ends or y + height > len(mask) - _BESIDE):
                joints.append(number)
    if len(joints) < _MANY_JOINTS:
        return cleaned
    return np.asarray(cv2.subtract(cleaned, _regions(cleaned, outlines.seeds[joints])))


def _lines_beside_digits(mask: U8, height: float, *, is_sure: bool) -> U8 | None:
    """Mark lines that no digit of this height has; None if there are none.

    If the height is not sure, only combs, and walls that hold each other: boxes.
    """
    size = Size(
        run=max(12, round(_RUN * height)), gap=max(3, round(_GAP * height)),
        shortest=_PIECE * height, thickest=max(_LEAST_THICK, _THICK * height),
        stairs=may_have_stairs(mask.shape),
    )  # fmt: skip

    x, y, width, tall = cv2.boundingRect(mask)
    # With paper around: at its edge ink would seem to go on for ever.
    inside = slice(max(y - 1, 0), y + tall + 1), slice(max(x - 1, 0), x + width + 1)
    whole = np.ascontiguousarray(mask[inside])
    rim = np.zeros_like(mask)
    cv2.rectangle(rim, (0, 0), (mask.shape[1] - 1, mask.shape[0] - 1), (255,))
    taken, rim = np.zeros_like(whole), rim[inside]

    def choose(level: Streaks, upright: Streaks) -> tuple[set[int], set[int]]:
        return _framework(level, upright, height, taken, rim, is_sure=is_sure)

    level = find_streaks(whole, size)
    before, left = whole, without_combs(whole, level, size, height)
    taken = np.asarray(cv2.subtract(whole, left), np.uint8)
    for _ in range(_DIRECTIONS):
        if left is not before:
            level = find_streaks(left, size)
        before, left = left, without_streaks(left, level, size, choose)
        if left is before:
            break
        taken = np.asarray(cv2.subtract(whole, left), np.uint8)
    if left is whole:
        return None
    lines = np.zeros_like(mask)
    lines[inside] = taken
    return lines


def _without_bars(mask: U8, height: float) -> U8:
    """Leave out what is as long as a line but thick: the edge of a sheet, a shadow."""
    outlines = find_outlines(mask)
    w, h = outlines.boxes[:, 2:].T
    bars = (h > _HIGH * height) | ((w > _LONG * height) & (h < _LOW * height))
    bars &= outlines.elongations > _SLENDER
    if not bars.any():
        return mask
    return np.asarray(cv2.subtract(mask, _regions(mask, outlines.seeds[bars])))


def _more_telling(
    first: tuple[float, bool], second: tuple[float, bool]
) -> tuple[float, bool]:
    """Choose between heights and whether they are sure: the lower one, 0 is none."""
    if first[1] != second[1]:
        return first if first[1] else second
    return min(first[0] or second[0], second[0] or first[0]), first[1]


def _framework(
    level: Streaks,
    upright: Streaks,
    height: float,
    taken: U8,
    rim: U8,
    *,
    is_sure: bool,
) -> tuple[set[int], set[int]]:
    """Name long streaks, pieces of them, and those of which both ends meet others.

    What was taken out before counts as another line, wherever it lay.
    """
    directions = (level, upright), (upright, level)
    long: list[set[int]] = [set(), set()]
    if is_sure:
        long = [level.longer(_LONG * height), upright.longer(_HIGH * height)]
    kept = [own.longer(_SIDE * height) for own, _ in directions]
    meets = [
        {streak.name: _open_ends(other, streak, taken, rim) for streak in own.found}
        for own, other in directions
    ]
    while True:
        loose = [
            {
                name for name in kept[which] - long[which]
                if not all(end & kept[1 - which] for end in meets[which][name])
            } for which in (0, 1)
        ]  # fmt: skip
        if not any(loose):
            break
        kept = [names - gone for names, gone in zip(kept, loose, strict=True)]
    return kept[0] | level.continuing(long[0]), kept[1] | upright.continuing(long[1])


def _open_ends(other: Streaks, streak: Streak, taken: U8, rim: U8) -> list[set[int]]:
    """Names of what each end meets; ends at lines that were taken are left out.

    So is one end, but not both, at the picture's edge, which cuts lines off.
    """
    met = zip(streak.around_ends(), other.met_by(streak), strict=True)
    ends = [(names, around) for around, names in met if not taken[around].any()]
    inside = [names for names, around in ends if not rim[around].any()]
    return inside or [names for names, _ in ends[1:]]


def _digit_height(outlines: Outlines) -> tuple[float, bool]:
    """Height that half of the ink does not exceed, frames and lines left out.

    0 if nothing is left; and whether enough is left to be sure.
    """
    w, h = outlines.boxes[:, 2:].T
    able = (np.maximum(w, h) >= _LEAST_SIZE) & (outlines.cells <= _MOST_CELLS)
    able &= (outlines.elongations <= _SLENDER) & ~outlines.frames
    box_height = _box_height(outlines)
    if box_height:  # others are crossed by the digits in them
        able &= np.abs(h - box_height) > _BOX_VARIES * box_height
    chosen = np.flatnonzero(able)
    chosen = chosen[np.argsort(-h[chosen], kind="stable")[:_MOST_MEASURED]]
    boxes = outlines.boxes[chosen].astype(np.float32)
    low, size = boxes[:, :2], boxes[:, 2:]
    middle = low + size / 2
    inside = (middle > low[:, None]) & (middle < (low + size)[:, None])
    share = size[:, 1] / size[:, 1:]
    content = inside.all(axis=2) & (share > _CONTENT) & (share < 1)
    heights = np.sort(size[~content.any(axis=1), 1])
    if heights.size == 0:
        return _IN_BOX * box_height, False
    reached = np.cumsum(heights**2)
    height = float(heights[np.searchsorted(reached, reached[-1] / 2)])
    alike = (heights > height / _ALIKE) & (heights < height * _ALIKE)
    return height, bool(np.count_nonzero(alike) >= _LEAST_ALIKE)


def _comb_height(outlines: Outlines) -> float:
    """Height of most of the level ink, where nothing else tells one: of empty combs.

    The box of one that lies askew is higher than it.
    """
    w, h = outlines.boxes[:, 2:].T
    height = np.minimum(h, w / outlines.elongations)
    heights = height[(height >= _LEAST_SIZE) & (w > _WIDE * h)]
    return float(np.median(heights)) if heights.size else 0.0


def _box_height(outlines: Outlines) -> float:
    """Height of the boxes of which several stand on a page; 0 if there are none."""
    heights = np.sort(outlines.boxes[outlines.frames, 3])
    if len(heights) < _LEAST_ALIKE:
        return 0.0
    usual = float(heights[len(heights) // 2])
    alike = np.abs(heights - usual) <= _BOX_VARIES * usual
    return usual if np.count_nonzero(alike) >= _LEAST_ALIKE else 0.0


def _regions(mask: U8, seeds: NDArray[np.int32]) -> U8:
    """Keep the regions of ink that the seeds lie in."""
    count, labels = cv2.connectedComponents(mask)
    wanted = np.zeros(count, np.uint8)
    wanted[np.asarray(labels)[seeds[:, 1], seeds[:, 0]]] = 255
    return wanted[np.asarray(labels)]
