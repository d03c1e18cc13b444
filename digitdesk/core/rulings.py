"""Lines that the paper has, not the pen: ruled and squared paper, tables, frames."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.regions import Outlines, find_outlines
from digitdesk.core.types import U8

_STEEPEST = 0.29
"""Slope of the most tilted lines, 16 degrees."""

_COARSE = 0.006
"""First step of the search for the slope."""

_LONG = 0.5
"""Length of a ruling in parts of the picture's longer side."""

_RUN = 0.06
"""Length of the unbroken straight runs of which rulings consist, likewise."""

_LARGE = 600
"""Longer side in pixels of pictures that may show lines of a single pixel."""

_COVERED = 0.7
"""Share of a ruling's length that such runs make up; digits in a row have gaps."""

_FEW_UPRIGHT = 2
"""So many upright lines may be ones of a digit; more are squared paper or a table."""


def without_rulings(mask: U8, outlines: Outlines | None = None) -> U8:
    """Take long straight lines out of ink, and leave the strokes that cross them.

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
    sides = (outlines or find_outlines(mask)).boxes[:, 2:].max(axis=0, initial=0)
    across, upright = (int(side) > _LONG * max(mask.shape) for side in sides)
    if not (across or upright):
        return mask
    slope = _slope(mask)
    lines = np.zeros_like(mask)
    if across:
        lines = _level_lines(mask, slope, least=1)
    if upright:
        lines |= _level_lines(mask.T.copy(), -slope, least=_FEW_UPRIGHT + 1).T
    return np.asarray(cv2.subtract(mask, lines), np.uint8)


def _slope(mask: U8) -> float:
    """Slope under which the ink gathers on the fewest rows."""
    rows, columns = np.nonzero(mask)
    step = max(1, rows.size // 20_000)
    rows, columns = rows[::step], columns[::step]
    coarse = np.arange(-_STEEPEST, _STEEPEST, _COARSE)
    best = max(sorted(coarse, key=abs), key=lambda s: _sharpness(rows, columns, s))
    fine = best + np.arange(-_COARSE, _COARSE, _COARSE / 6)
    return float(max(fine, key=lambda s: _sharpness(rows, columns, s)))


def _sharpness(
    rows: NDArray[np.intp], columns: NDArray[np.intp], slope: float
) -> float:
    """Sum of the squares of how much ink lies on each row under this slope."""
    projected = (rows - slope * columns).astype(np.intp)
    counts = np.bincount(projected - projected.min()).astype(np.float64)
    return float((counts**2).sum())


def _level_lines(mask: U8, slope: float, least: int) -> U8:
    """Pixels of long lines of this slope alone, if there are `least` of them."""
    straight = _sheared(mask, slope)
    run = max(28, round(_RUN * max(mask.shape)))
    level = np.ones((1, run), np.uint8)
    # Whole pixels make stairs of slanting lines: three rows bridge a step. In small
    # pictures, which are searched enlarged, no line is that thin.
    rows = 3 if max(mask.shape) > _LARGE else 1
    thick = cv2.dilate(straight, np.ones((rows, 1), np.uint8))
    opened = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, level), np.uint8)
    runs = np.asarray(cv2.bitwise_and(opened, straight), np.uint8)
    bridged = cv2.dilate(runs, np.ones((3, run), np.uint8))
    _, found_labels, stats, _ = cv2.connectedComponentsWithStats(bridged)
    labels = np.asarray(found_labels, np.intp)
    wide = np.flatnonzero(stats[1:, cv2.CC_STAT_WIDTH] > _LONG * max(mask.shape)) + 1
    found = [int(label) for label in wide if _is_covered(labels, runs, int(label))]
    lines = np.zeros_like(mask)
    if len(found) < least:
        return lines
    for label in found:
        x, y, w, h = (int(n) for n in stats[label, :4])
        inside = slice(y, y + h), slice(x, x + w)
        own = np.where(labels[inside] == label, runs[inside], 0).astype(np.uint8)
        lines[inside] |= _uncrossed(own, straight[inside])
    return _sheared(lines, -slope)


def _is_covered(labels: NDArray[np.intp], runs: U8, label: int) -> bool:
    inked = ((labels == label) & (runs != 0)).any(axis=0)
    columns = np.flatnonzero(inked)
    stretch = int(columns.max(initial=0)) - int(columns.min(initial=0)) + 1
    return bool(
        columns.size >= _COVERED * stretch
        and columns.size > _LONG * max(runs.shape) / 2
    )


def _uncrossed(line: U8, ink: U8) -> U8:
    """Pixels of a line where no stroke crosses it."""
    columns = np.count_nonzero(line.any(axis=0))
    thickness = float(np.count_nonzero(line)) / max(int(columns), 1)
    tall = max(3, round(2 * thickness) + 1)
    line = np.asarray(cv2.dilate(line, np.ones((3, 1), np.uint8)), np.uint8)
    line = np.asarray(cv2.bitwise_and(line, ink), np.uint8)
    strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((tall, 1), np.uint8))
    return np.asarray(cv2.subtract(line, strokes), np.uint8)


def _sheared(mask: U8, slope: float) -> U8:
    """Shift every column up by its share of the slope; whole pixels, so reversible."""
    if slope == 0:
        return mask
    height, width = mask.shape
    shifts: NDArray[np.intp] = np.round(slope * np.arange(width)).astype(np.intp)
    room = int(np.abs(shifts).max())
    tall = cv2.copyMakeBorder(mask, room, room, 0, 0, cv2.BORDER_CONSTANT)
    rows = np.arange(height)[:, None] + room + shifts[None, :]
    return np.ascontiguousarray(np.asarray(tall, np.uint8)[rows, np.arange(width)])
