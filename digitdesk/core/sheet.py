"""A small sheet that lies on something else: a note on a desk, a receipt on a table."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitdesk.core.grey import sampled
from digitdesk.core.types import F32, U8, Box

_SIDE = 240
"""Longer side in pixels at which a sheet is looked for."""

_RIM = 0.04
"""Width of the picture's rim, which shows what it lies on, in parts of the sides."""

_FIT_ROUNDS = 4

_LEAST_CONTRAST = 24
"""Least difference from that, in a channel."""

_HOLE = 9
"""Width of strokes on it, in reduced pixels, at most."""

_LEAST, _MOST = 0.03, 0.85
"""Share of the picture that such a sheet covers."""

_STRAIGHT = 0.88
"""Its area, at least, in parts of the smallest rectangle around it, however turned."""

_EDGE = 0.015
"""Part of its sides that is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Where a sheet lies, in pixels of the picture.

    Attributes
    ----------
    inside : Box
        Around the sheet, without its edge.
    corners : ndarray of float32, shape (4, 2)
        Columns and rows.
    """

    inside: Box
    corners: F32

    def holds(self, box: Box) -> bool:
        """Whether all of a box lies on the sheet, and nothing of it at its edge."""
        inside = self.inside
        within = inside.x < box.x and inside.y < box.y
        within &= box.right < inside.right and box.bottom < inside.bottom
        return within and all(
            cv2.pointPolygonTest(self.corners, (float(x), float(y)), False) > 0
            for x in (box.x, box.right)
            for y in (box.y, box.bottom)
        )


def find_sheet(pixels: U8, region: Box) -> Sheet | None:
    """Find a sheet whose brightness or colour is not that of what lies around it.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red.
    region : Box
        Part of the picture that is searched; the sheet lies within.

    Returns
    -------
    Sheet or None
        The largest one, if there is any.
    """
    part = pixels[region.y : region.bottom, region.x : region.right]
    # Every n-th pixel and a blur: many times quicker than means over areas.
    small = np.asarray(cv2.blur(sampled(part, _SIDE), (3, 3)), np.uint8)
    outline = _outline(small)
    if outline is None:
        return None
    factors = np.array([region.w / small.shape[1], region.h / small.shape[0]])
    origin = np.array([region.x, region.y])
    corners = cv2.boxPoints(cv2.minAreaRect(outline)) * factors + origin
    low, high = (outline[:, 0].min(axis=0), outline[:, 0].max(axis=0) + 1) * factors
    edge = max(2.0, _EDGE * float((high - low).max()))
    x, y = np.ceil(low + edge + origin).astype(int).tolist()
    right, bottom = np.floor(high - edge + origin).astype(int).tolist()
    if right - x < 2 * edge or bottom - y < 2 * edge:
        return None
    return Sheet(Box(x, y, right - x, bottom - y), corners.astype(np.float32))


def _outline(small: U8) -> cv2.typing.MatLike | None:
    """Trace the largest thing that stands out, if it is a rectangle."""
    away = _beyond_rim(small)
    limit = cv2.threshold(away, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    out = np.where(away > max(limit, _LEAST_CONTRAST), 255, 0).astype(np.uint8)
    hole = np.ones((_HOLE, _HOLE), np.uint8)
    padded = cv2.copyMakeBorder(out, *(4 * (_HOLE,)), cv2.BORDER_CONSTANT)
    whole = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, hole)
    whole = cv2.morphologyEx(whole, cv2.MORPH_OPEN, hole)[_HOLE:-_HOLE, _HOLE:-_HOLE]
    found = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    if not found:
        return None
    largest = max(found, key=cv2.contourArea)
    area = cv2.contourArea(largest)
    width, height = cv2.minAreaRect(largest)[1]
    is_sheet = _LEAST <= area / out.size <= _MOST and area >= _STRAIGHT * width * height
    return largest if is_sheet else None


def _beyond_rim(small: U8) -> U8:
    """How far each pixel's farthest channel lies from the light of the rim."""
    height, width = small.shape[:2]
    rim = max(1, round(_RIM * max(height, width)))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    outside = np.ones((height, width), np.bool)
    outside[rim:-rim, rim:-rim] = False
    points = np.column_stack(
        [np.ones(outside.sum(), np.float32), x[outside], y[outside]]
    )
    away = np.zeros((height, width), np.uint8)
    for channel in cv2.split(small):
        level, across, down = _fit(points, channel[outside].astype(np.float32)).tolist()
        plane = cv2.convertScaleAbs(level + across * x + down * y)
        away = np.asarray(cv2.max(away, cv2.absdiff(channel, plane)), np.uint8)
    return away


def _fit(points: F32, values: F32) -> F32:
    """Fit a plane to most of the values: something may reach over the rim."""
    weight = np.ones_like(values)
    factors = np.zeros(3, np.float32)
    for _ in range(_FIT_ROUNDS):
        weighted = points * weight[:, None]
        normal = weighted.T @ points + 1e-3 * np.eye(3, dtype=np.float32)
        factors = np.linalg.solve(normal, weighted.T @ values)
        stray = np.abs(values - points @ factors)
        spread = 1.5 * float(np.median(stray)) + 1
        weight = (1 / (1 + (stray / (2 * spread)) ** 2)).astype(np.float32)
    return np.asarray(factors, np.float32)
