"""A sheet that lies on something else: a page on a table, a note on a desk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.grey import sampled
from digitdesk.core.types import F32, U8, Box, DigitReading, LineReading, Reading

_SIDE = 240
"""Longer side in pixels at which a sheet is looked for."""

_RIM = 0.04
"""Width of the picture's rim, which shows what it lies on, in parts of the sides."""

_FIT_ROUNDS = 4

_LEAST_CONTRAST = 24
"""Least difference from that, in a channel."""

_DARK = 16
"""Added to channels before their ratios are taken: dark ones are mostly noise."""

_HUE = 64
"""Difference in a channel that a factor of e between two channels is worth."""

_HOLE = 9
"""Width of strokes on it, in reduced pixels, at most."""

_LEAST, _MOST = 0.03, 0.85
"""Share of the picture that such a sheet covers."""

_STRAIGHT = 0.9
"""Its area, at least, in parts of the smallest quadrangle around it."""

_EDGE = 0.004
"""Part of its sides that is left out."""

_ROOM = 0.02
"""Room around a whole sheet, in parts of the picture's longer side, at least."""

_ASTRAY = 1.5
"""Reduced pixels by which a corner may be found too far out."""

_SHORTEST = 8
"""Of its sides, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Where a sheet lies, in pixels of the picture.

    Attributes
    ----------
    corners : ndarray of float32, shape (4, 2)
        Columns and rows, without the sheet's edge: top left, top right, bottom right,
        bottom left.
    """

    corners: F32

    def holds(self, box: Box) -> bool:
        """Whether all of a box lies on the sheet."""
        return all(
            cv2.pointPolygonTest(self.corners, (float(x), float(y)), False) > 0
            for x in (box.x, box.right)
            for y in (box.y, box.bottom)
        )

    def is_whole(self, region: Box) -> bool:
        """Whether it ends within a region: the lit part of a page reaches its edge."""
        left_top, right_bottom = self.corners.min(axis=0), self.corners.max(axis=0)
        room = _ROOM * max(region.w, region.h)
        return bool(
            (left_top > (region.x + room, region.y + room)).all()
            and (right_bottom < (region.right - room, region.bottom - room)).all()
        )

    def part(self, reading: Reading) -> Reading:
        """Leave out what lies beside the sheet."""
        kept = [
            tuple(digit for digit in line.digits if self.holds(digit.box))
            for line in reading.lines
        ]
        refused = [digit for digit in reading.rejected if self.holds(digit.box)]
        lines = tuple(LineReading(line) for line in kept if line)
        return replace(reading, lines=lines, rejected=tuple(refused))

    def flattened(self, pixels: U8) -> U8:
        """Show the sheet alone, as if seen from above.

        Parameters
        ----------
        pixels : ndarray of uint8, shape (height, width, 3)
            The picture.

        Returns
        -------
        ndarray of uint8, shape (sheet's height, sheet's width, 3)
        """
        flat = cv2.warpPerspective(
            pixels, self._way(), self._size(), flags=cv2.INTER_LINEAR
        )
        return np.asarray(flat, np.uint8)

    def placed(self, flat: Reading, region: Box, shape: tuple[int, ...]) -> Reading:
        """Bring what was read on the flattened sheet to its place in the picture.

        Parameters
        ----------
        flat : Reading
            Digits that the sheet's edge cuts are left out.
        region : Box
            Part of the picture that was searched.
        shape : tuple of int
            Height and width that the binarised picture shall have.

        Returns
        -------
        Reading
        """
        wide, high = self._size()
        back = _inverse(self._way())

        def inside(digit: DigitReading) -> bool:
            box = digit.box
            near = box.x > 0 and box.y > 0
            return near and box.right < wide and box.bottom < high

        def moved(digit: DigitReading) -> DigitReading:
            return replace(digit, box=_around(digit.box, back, region))

        lines = [tuple(moved(d) for d in line.digits if inside(d))
                 for line in flat.lines]  # fmt: skip
        to_binary = _scaling(flat.binary.shape[1] / wide, flat.binary.shape[0] / high)
        to_shape = _scaling(shape[1] / region.w, shape[0] / region.h)
        to_shape = to_shape @ np.array(
            [[1, 0, -region.x], [0, 1, -region.y], [0, 0, 1]]
        )
        way = to_shape @ back @ _inverse(to_binary)
        binary = cv2.warpPerspective(
            flat.binary, way, (shape[1], shape[0]), flags=cv2.INTER_NEAREST
        )
        return replace(
            flat,
            lines=tuple(LineReading(line) for line in lines if line),
            rejected=tuple(moved(digit) for digit in flat.rejected),
            binary=np.asarray(binary, np.uint8),
        )

    def _size(self) -> tuple[int, int]:
        """Width and height of the flattened sheet."""
        left, top, right, bottom = _sides(self.corners)
        return round((top + bottom) / 2), round((left + right) / 2)

    def _way(self) -> NDArray[np.float64]:
        """Matrix of the way from the picture to the flattened sheet."""
        wide, high = self._size()
        flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
        way = cv2.getPerspectiveTransform(self.corners, flat)
        return np.asarray(way, np.float64)


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
    found = [corners for corners in _candidates(small) if corners is not None]
    if not found:
        return None
    quadrangle = max(found, key=lambda c: cv2.contourArea(c.astype(np.float32)))
    factors = np.array([region.w / small.shape[1], region.h / small.shape[0]])
    corners = (quadrangle + 0.5) * factors + (region.x, region.y)
    centre = corners.mean(axis=0)
    inwards = centre - corners
    corners += 2 * _EDGE * inwards + _ASTRAY * np.sign(inwards) * factors
    sheet = Sheet(corners.astype(np.float32))
    return sheet if min(_sides(sheet.corners)) >= _SHORTEST else None


def _sides(corners: F32) -> list[float]:
    """Lengths of the left, top, right and bottom side."""
    lengths = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    return [float(length) for length in lengths]


def _around(box: Box, way: NDArray[np.float64], region: Box) -> Box:
    """Box around the place to which a way leads another box, within a region."""
    corners = np.array(
        [[x, y] for x in (box.x, box.right) for y in (box.y, box.bottom)]
    )
    led = cv2.perspectiveTransform(corners[None].astype(np.float64), way)[0]
    low = np.maximum(np.floor(led.min(axis=0)), (region.x, region.y)).astype(int)
    high = np.minimum(np.ceil(led.max(axis=0)), (region.right, region.bottom))
    x, y = low.tolist()
    right, bottom = high.astype(int).tolist()
    return Box(x, y, right - x, bottom - y)


def _scaling(across: float, down: float) -> NDArray[np.float64]:
    return np.diag([across, down, 1.0])


def _inverse(way: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(way), np.float64)


def _candidates(small: U8) -> Iterator[NDArray[np.float64] | None]:
    """Look for a quadrangle by brightness, by less of it, and by colour alone.

    A shadow may darken a part of the sheet; then colour tells it better.
    """
    away = _beyond_rim([np.asarray(c, np.float32) for c in cv2.split(small)])
    limit = cv2.threshold(away, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    yield _quadrangle(away, max(limit, _LEAST_CONTRAST))
    yield _quadrangle(away, _LEAST_CONTRAST)
    blue, green, red = (np.log(c + np.float32(_DARK)) for c in cv2.split(small))
    away = _beyond_rim([_HUE * (blue - green), _HUE * (red - green)])
    limit = cv2.threshold(away, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    yield _quadrangle(away, max(limit, _LEAST_CONTRAST / 2))


def _quadrangle(away: U8, limit: float) -> NDArray[np.float64] | None:
    """Corners of the largest thing that stands out, if it is a quadrangle."""
    out = np.where(away > limit, 255, 0).astype(np.uint8)
    hole = np.ones((_HOLE, _HOLE), np.uint8)
    padded = cv2.copyMakeBorder(out, *(4 * (_HOLE,)), cv2.BORDER_CONSTANT)
    whole = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, hole)
    whole = cv2.morphologyEx(whole, cv2.MORPH_OPEN, hole)[_HOLE:-_HOLE, _HOLE:-_HOLE]
    found = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    if not found:
        return None
    largest = max(found, key=cv2.contourArea)
    area = cv2.contourArea(largest)
    if not _LEAST <= area / out.size <= _MOST:
        return None
    corners = np.asarray(cv2.approxPolyN(largest, 4, ensure_convex=True), np.float64)
    corners = corners.reshape(-1, 2)
    if len(corners) != 4:
        return None
    if area < _STRAIGHT * cv2.contourArea(corners.astype(np.float32)):
        return None
    return _ordered(corners)


def _ordered(corners: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Begin at the top left, go clockwise; None if it stands on a corner."""
    total, lead = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    order = [total.argmin(), lead.argmax(), total.argmax(), lead.argmin()]
    return corners[order] if len(set(order)) == 4 else None


def _beyond_rim(channels: list[F32]) -> U8:
    """How far each pixel's farthest channel lies from the light of the rim."""
    height, width = channels[0].shape
    rim = max(1, round(_RIM * max(height, width)))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    outside = np.ones((height, width), np.bool)
    outside[rim:-rim, rim:-rim] = False
    points = np.column_stack(
        [np.ones(outside.sum(), np.float32), x[outside], y[outside]]
    )
    away = np.zeros((height, width), np.float32)
    for channel in channels:
        level, across, down = _fit(points, channel[outside]).tolist()
        plane = level + across * x + down * y
        away = np.maximum(away, np.abs(channel - plane))
    return np.clip(away, 0, 255).astype(np.uint8)


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
