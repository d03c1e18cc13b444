"""How bright the paper is under the ink: smooth light, and the edges of shadows."""

from functools import lru_cache

import cv2
import numpy as np

from digitdesk.core.grey import middle, quantile, resized
from digitdesk.core.types import F32, U8

_FIRST_WINDOW, _SECOND_WINDOW = 0.3, 0.07
"""Sides of the windows over which paper is averaged, in parts of the picture's side:
wide enough to ignore ink at first, then, around the ink, to follow the light."""

_GLIDE, _LONG_EDGE = 0.14, 0.4
"""Width of the band around a long edge in which such means glide, and the length of
one, likewise."""

_HALF_WINDOW = 20
"""Pixels of a window from whose double on every other pixel tells enough."""

_FIT_ROUNDS, _SETTLED = 20, 0.98
"""Rounds of a fit at most, and the part that the stray keeps in the last one."""

_BOLD_CONTRAST, _BOLDEST = 14, 0.07
"""Grey levels by which bold strokes stray at least from the light, and half the width
that they have at most, in parts of the picture's side."""

_RIM = 0.12
"""Width of a picture's rim, in parts of its sides."""

_BOLDER, _LONG = 0.13, 6.5
"""The same of strokes that are not cut off by the picture's edge but for their ends, if
their area, in squares of half their width, is at least so large: a disc has 3, a square
4, a stroke of three times its width 12."""

_LINE = 0.03
"""Width of a line along the picture's edge at most, in parts of its side."""

_STEP, _STEP_REACH = 1.35, 5
"""Brightness of light over shade, or of paper over the table that it lies on, from
which there is an edge between them; and the pixels within which it falls."""

_LEAST_STEP = 14
"""Grey levels that are added to that: in the dark noise makes steps too."""

_CALM, _BUSY = 0.1, 0.45
"""Stray, in parts of the brightness, from which a pixel is no bare paper; and the share
of such pixels from which there is no paper, but wood or cloth, or a digit."""

_ALL_ALONG = 0.6
"""Share of one side of an edge on which there is none: it is no paper as a whole."""


def smooth_paper(small: U8) -> tuple[U8, U8]:
    """Measure the paper's brightness, under the ink too, where it changes smoothly.

    Parameters
    ----------
    small : ndarray of uint8, shape (height, width)
        A reduced picture.

    Returns
    -------
    paper : ndarray of uint8, shape (height, width)
    without_bold : ndarray of uint8, shape (height, width)
        The picture with paper in the place of the boldest strokes.
    """
    side = max(small.shape)
    wide = _wide_median(small, min(round(_FIRST_WINDOW * side) | 1, 255))
    window = len(_window(small))
    stray = cv2.absdiff(small, wide)
    limit = max(6.0, 2.5 * quantile(np.asarray(stray, np.uint8).ravel(), 0.5))
    thin = cv2.dilate((stray > limit).astype(np.uint8), np.ones((3, 3), np.uint8))
    bold, bolder = _bold_strokes(small)
    # What strays over whole windows is light, not ink: it is averaged all the same.
    weight = np.where(cv2.bitwise_or(thin, bold) != 0, np.float32(1e-3), np.float32(1))
    trend = _trend(small, weight)
    missed = _mean(small - trend, weight, window)
    if bold.any():  # under these a small window sees no paper
        wide_window = round(_FIRST_WINDOW * side) | 1
        beside = _mean(small - trend, weight, wide_window)
        missed = np.where(bold != 0, beside, missed)
    paper = np.asarray(np.clip(trend + missed, 0, 255), np.uint8)
    return paper, np.where(bolder != 0, paper, small)


def _mean(values: F32, weight: F32, window: int) -> F32:
    """Mean of what is weighted around each pixel."""
    total = cv2.blur(weight * values, (window, window))
    return np.asarray(total / cv2.blur(weight, (window, window)), np.float32)


def _bold_strokes(small: U8) -> tuple[U8, U8]:
    """Mark strokes that a median over windows takes for paper: 1 there, 0 elsewhere.

    They stray from light that is fitted to the whole picture, and unlike a shadow they
    are nowhere wide, or long and within the picture: these are marked apart, too.
    """
    light, spread = _fitted_light(small)
    stray = np.abs(small - light.whole())
    marked = (stray > max(_BOLD_CONTRAST, 4 * spread)).astype(np.uint8)
    marked = np.asarray(cv2.morphologyEx(marked, cv2.MORPH_OPEN, np.ones((3, 3))))
    depth = cv2.distanceTransform(marked, cv2.DIST_L2, 3)
    bolder = np.zeros_like(marked)
    if (depth > _BOLDEST * max(small.shape)).any():
        bolder = _leave_out_shadows(marked, np.asarray(depth, np.float32))
    around = np.ones((3, 3), np.uint8)
    return (
        np.asarray(cv2.dilate(marked, around), np.uint8),
        np.asarray(cv2.dilate(bolder, around), np.uint8),
    )


def _fitted_light(small: U8) -> tuple["_Parabola", float]:
    """Fit light to most of a picture; return it and how far paper strays from it.

    Twice: by the whole picture and by its rim, where one bold digit seldom is.
    """
    points = small[::3, ::3].astype(np.float32)
    rim = np.full(points.shape, 1e-3, np.float32)
    height, width = (max(1, round(_RIM * side)) for side in points.shape)
    for edge in (slice(height), slice(-height, None)):
        rim[edge] = 1
    for edge in (slice(width), slice(-width, None)):
        rim[:, edge] = 1
    fits = []
    for weight in (np.ones(points.size, np.float32), rim.ravel()):
        light, spread = _Parabola(small.shape), np.inf
        for _ in range(_FIT_ROUNDS):
            stray = np.abs(points.ravel() - light.fit(points.ravel(), weight))
            before, spread = spread, 1.5 * middle(stray) + 1
            if spread > _SETTLED * before:
                break
            weight = 1 / (1 + (stray / (2 * spread)) ** 2)
        fits.append((light, spread))
    return min(fits, key=lambda fit: fit[1])


def _leave_out_shadows(marked: U8, depth: F32) -> U8:
    """Take what is too wide for a stroke out of a mask, in place.

    Returns the strokes that are nearly too wide.

    Parameters
    ----------
    marked : ndarray of uint8, shape (height, width)
        Not 0 where a picture strays from its light.
    depth : ndarray of float32, shape (height, width)
        How far each pixel lies within that.
    """
    side = max(marked.shape)
    bolder = np.zeros_like(marked)
    rim = np.ones(marked.shape, np.bool)
    rim[1:-1, 1:-1] = False
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(marked)
    for number in range(1, count):
        x, y, width, height, area = boxes[number].tolist()
        place = slice(y, y + height), slice(x, x + width)
        own = labels[place] == number
        half = float(depth[place][own].max())
        ends = np.count_nonzero(own & rim[place]) <= 2 * half
        is_long = area > _LONG * half**2
        if half > (_BOLDER if ends and is_long else _BOLDEST) * side:
            marked[place][own] = 0
        elif half > _BOLDEST * side:
            bolder[place][own] = 1
    return bolder


def _wide_median(small: U8, window: int) -> U8:
    """Median over windows so wide that every other pixel tells enough."""
    if window < 2 * _HALF_WINDOW:
        return np.asarray(cv2.medianBlur(small, window), np.uint8)
    half = np.ascontiguousarray(small[::2, ::2])
    return resized(np.asarray(cv2.medianBlur(half, window // 2 | 1)), small.shape)


class _Parabola:
    """Smooth light over a picture: a mean alone lags behind where light falls off.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the picture.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._x, self._y, self._points = _grid(shape)
        self._factors = np.zeros(6, np.float32)

    def fit(self, values: F32, weight: F32) -> F32:
        """Fit to every third pixel of every third row; return the light there."""
        weighted = self._points * weight
        normal = (weighted @ self._points.T).astype(np.float64)
        # A picture of one row has no slope downwards: without this nothing is solved.
        normal[np.diag_indices(6)] += 1e-6 * normal[0, 0]
        self._factors = np.linalg.solve(normal, weighted @ values).astype(np.float32)
        fitted: F32 = self._factors @ self._points
        return fitted

    def whole(self) -> F32:
        """Return the light of all pixels."""
        f, x, y = self._factors, self._x, self._y
        across, down = f[0] + f[1] * x + f[2] * x**2, f[3] * y + f[4] * y**2
        return np.asarray(across + down[:, None] + f[5] * (y[:, None] * x), np.float32)


@lru_cache(maxsize=8)
def _grid(shape: tuple[int, ...]) -> tuple[F32, F32, F32]:
    """Columns and rows from -1 to 1, and a parabola's terms at every third of both."""
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    rows, columns = (
        grid.ravel() for grid in np.meshgrid(y[::3], x[::3], indexing="ij")
    )
    terms = [np.ones_like(rows), columns, columns**2, rows, rows**2, rows * columns]
    grids = x, y, np.stack(terms)
    for grid in grids:  # they are shared
        grid.setflags(write=False)
    return grids


def _trend(small: U8, weight: F32) -> F32:
    """Fit a parabola to the light."""
    light = _Parabola(small.shape)
    light.fit(small[::3, ::3].ravel().astype(np.float32), weight[::3, ::3].ravel())
    return light.whole()


def fill_strokes(small: U8, *, light_on_dark: bool) -> U8:
    """Fill strokes of ink by the brightness beside them; edges of the light stay.

    Parameters
    ----------
    small : ndarray of uint8, shape (height, width)
        A reduced picture.
    light_on_dark : bool
        Which kind of strokes is filled.

    Returns
    -------
    ndarray of uint8, shape (height, width)
    """
    side = round(2 * _BOLDEST * max(small.shape)) | 1
    kind = cv2.MORPH_OPEN if light_on_dark else cv2.MORPH_CLOSE
    # A strip of table along the picture's edge goes on outside; a thin line does not.
    thin = round(_LINE * max(small.shape)) | 1
    bare = cv2.morphologyEx(small, kind, np.ones((thin, thin), np.uint8))
    wide = cv2.copyMakeBorder(bare, side, side, side, side, cv2.BORDER_REPLICATE)
    filled = cv2.morphologyEx(wide, kind, np.ones((side, side), np.uint8))
    return np.ascontiguousarray(filled[side:-side, side:-side])


def find_edges(filled: U8) -> U8:
    """Find where a shadow or the sheet ends, in a reduced picture.

    Parameters
    ----------
    filled : ndarray of uint8, shape (height, width)
        Without strokes: these would have edges, too.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        255 on edges, else 0.
    """
    near = np.ones((_STEP_REACH, _STEP_REACH), np.uint8)
    low, high = cv2.erode(filled, near), cv2.dilate(filled, near)
    limit = cv2.convertScaleAbs(low, alpha=_STEP, beta=_LEAST_STEP)
    return np.asarray(cv2.compare(high, limit, cv2.CMP_GT), np.uint8)


def _window(small: U8) -> U8:
    side = max(3, round(_SECOND_WINDOW * max(small.shape)) | 1)
    return np.ones((side, side), np.uint8)


def near_edges(edges: U8) -> U8:
    """Mark all pixels where a mean over windows glides across an edge.

    It glides farther along the edge of a whole shadow or sheet than along a short one,
    which may be of dense writing.
    """
    if not edges.any():
        return edges
    labels, boxes = cv2.connectedComponentsWithStats(edges)[1:3]
    sides = boxes[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1]
    is_long = sides.max(axis=1) >= _LONG_EDGE * max(edges.shape)
    is_long[0] = False
    wide = np.where(is_long[labels], 255, 0).astype(np.uint8)
    near, far = cv2.dilate(edges, _window(edges)), cv2.dilate(wide, _beside_edge(edges))
    return np.asarray(cv2.bitwise_or(near, far), np.uint8)


def _beside_edge(small: U8) -> U8:
    side = max(3, round(_GLIDE * max(small.shape)) | 1)
    return np.ones((side, side), np.uint8)


def with_edges(
    paper: U8, small: U8, filled: U8, edges: U8, *, light_on_dark: bool
) -> U8:
    """Let the paper's brightness jump at edges of the light.

    A mean over windows glides from one side to the other: on the bright side ink would
    seem pale against it, and on the dark side the paper itself would seem ink.

    Parameters
    ----------
    paper, small : ndarray of uint8, shape (height, width)
        What `smooth_paper` made of a reduced picture.
    filled, edges : ndarray of uint8, shape (height, width)
        What `fill_strokes` made of `small`, and `find_edges` of that.
    light_on_dark : bool
        Which kind of ink the picture has.

    Returns
    -------
    ndarray of uint8, shape (height, width)
    """
    window = _beside_edge(small)
    high, low = cv2.dilate(filled, window), cv2.erode(filled, window)
    is_bright = filled > cv2.addWeighted(high, 0.5, low, 0.5, 0)
    strays = cv2.absdiff(small, filled) > _CALM * filled.astype(np.float32) + 3
    beside = filled.copy()
    near = near_edges(edges) != 0
    for own in (is_bright, ~is_bright):
        weight = own.astype(np.float32) + np.float32(1e-6)
        busy = _mean(strays.astype(np.float32), weight, len(window)) > _BUSY
        # Along one side of an edge: a digit there is busy, too, but not all along.
        sides = cv2.connectedComponents((own & near).astype(np.uint8))[1]
        share = np.bincount(sides.ravel(), busy.ravel()) / np.bincount(sides.ravel())
        no_paper = share > _ALL_ALONG
        no_paper[0] = False
        # Where there is no paper there is no ink either.
        beside[no_paper[sides]] = 255 if light_on_dark else 0
    return np.where(near, beside, paper)
