"""Tell ink from paper: even out the light, measure the contrast, choose a cut."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.types import F32, U8, Box

_SMALL_SIDE = 160
"""Longer side in pixels at which paper and light are measured."""

_LEVEL_SIDE = 320
"""Longer side in pixels, and more, at which the depth of ink is measured."""

_FIRST_WINDOW, _SECOND_WINDOW = 0.3, 0.07
"""Sides of the windows over which paper is averaged, in parts of the picture's side:
wide enough to ignore ink at first, then, around the ink, to follow the light."""

_HALF_WINDOW = 20
"""Pixels of a window from whose double on every other pixel tells enough."""

_FIT_ROUNDS = 4
_BOLD_CONTRAST, _BOLDEST = 14, 0.07
"""Grey levels by which bold strokes stray at least from the light, and half the width
that they have at most, in parts of the picture's side."""

_STEP, _STEP_REACH = 1.35, 5
"""Brightness of light over shade, or of paper over the table that it lies on, from
which there is an edge between them; and the pixels within which it falls."""

_CALM, _BUSY = 0.1, 0.45
"""Stray, in parts of the brightness, from which a pixel is no bare paper; and the share
of such pixels from which there is no paper, but wood or cloth."""

_LEAST_CONTRAST = 14
"""Grey levels of 255 below which nothing counts as ink."""

_DARKEST_PAPER = 40
"""Grey level of the darkest paper by which depth is measured."""

_NOISE_FACTOR = 8.0
"""Ink is deeper than this many times the paper's mean stray to the light side."""

_EVEN_INK = 0.6
"""Faintest over strongest ink from which one cut serves the whole picture."""

_REACH = 0.03
"""Half the side of the window of a local cut, in parts of the longer side."""

_LEAST_REACH = 16
"""At least so many pixels."""

_FAINTEST = 0.18
"""Depth of the faintest ink that is looked for, in parts of the strongest."""

_FAINTER = 0.75
"""Part of that share below which no local cut goes, in parts of the strongest ink."""

_LOWEST_CUT, _HIGHEST_CUT = 0.24, 0.5
"""Where ink ends, in parts of its full depth: on plain and on patterned paper."""

_FIRMEST = 0.9
"""Share of the ink's depth above which no local cut goes."""


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """The ink of a picture.

    Attributes
    ----------
    grey : ndarray of uint8, shape (height, width)
        The picture.
    paper : ndarray of uint8, shape (height, width)
        Brightness of the paper, under the ink too.
    mask : ndarray of uint8, shape (height, width)
        255 where there is ink, else 0.
    local : bool
        Whether the cut follows the neighbourhood or is one for the whole picture.
    light_on_dark : bool
        The polarity that was set or measured.
    """

    grey: U8
    paper: U8
    mask: U8
    local: bool
    light_on_dark: bool

    def depth(self, box: Box) -> U8:
        """How much darker (or lighter) than its paper each pixel of a box is.

        Parameters
        ----------
        box : Box
            Lies inside the picture.

        Returns
        -------
        ndarray of uint8, shape (box.h, box.w)
            Of dark ink, 255 is all of the paper's light.
        """
        place = slice(box.y, box.bottom), slice(box.x, box.right)
        grey, paper = self.grey[place], self.paper[place]
        return _depth(grey, paper, light_on_dark=self.light_on_dark)


def find_ink(grey: U8, settings: PreprocessSettings, firmness: float = 1.0) -> Ink:
    """Binarise a grey picture as `settings` say.

    Parameters
    ----------
    grey : ndarray of uint8, shape (height, width)
        0 is black.
    settings : PreprocessSettings
        Mode, threshold, block, offset, polarity and despeckle are used here.
    firmness : float
        Factor, greater than 0, of the measured depth at which ink ends; below 1 faint
        strokes stay whole, above 1 they part from each other and from the paper's
        pattern. Mode AUTO only.

    Returns
    -------
    Ink
        An empty mask where the picture holds nothing above its own noise.
    """
    small = _shrunk(grey)
    paper = _paper(small)
    # Dark ink leaves steps where it is not closed, light ink where it is not opened;
    # an edge of the light shows either way.
    edges = [_edges(_flat(small, light_on_dark=light)) for light in (False, True)]
    both = np.asarray(cv2.bitwise_and(*edges), np.uint8)
    light = _is_light_on_dark(_sample(grey), paper, _around(both), settings.polarity)
    if edges[light].any():
        paper = np.where(
            _around(edges[light]) != 0, _beside_edges(small, light_on_dark=light), paper
        )
    if settings.mode is ThresholdMode.AUTO:
        mask, local = _automatic(grey, paper, firmness, light_on_dark=light)
    else:
        local = settings.mode is ThresholdMode.ADAPTIVE
        cut = _adaptive if local else _manual
        mask = cut(grey, settings, light_on_dark=light)
    mask = _despeckle(mask, settings.despeckle)
    return Ink(grey, _resized(paper, grey.shape), mask, local, light)


def _flat(small: U8, *, light_on_dark: bool) -> U8:
    """Fill strokes of ink by the brightness beside them."""
    side = round(2 * _BOLDEST * max(small.shape)) | 1
    kind = cv2.MORPH_OPEN if light_on_dark else cv2.MORPH_CLOSE
    return np.asarray(
        cv2.morphologyEx(small, kind, np.ones((side, side), np.uint8)), np.uint8
    )


def _edges(flat: U8) -> U8:
    """Mark by 255 where a shadow or the sheet ends."""
    near = np.ones((_STEP_REACH, _STEP_REACH), np.uint8)
    low, high = cv2.erode(flat, near), cv2.dilate(flat, near)
    limit = cv2.convertScaleAbs(low, alpha=_STEP, beta=_LEAST_CONTRAST)
    return np.asarray(cv2.compare(high, limit, cv2.CMP_GT), np.uint8)


def _window(small: U8) -> U8:
    side = max(3, round(_SECOND_WINDOW * max(small.shape)) | 1)
    return np.ones((side, side), np.uint8)


def _around(edges: U8) -> U8:
    """Mark all whose window reaches an edge."""
    return np.asarray(cv2.dilate(edges, _window(edges)), np.uint8)


def _beside_edges(small: U8, *, light_on_dark: bool) -> U8:
    """Brightness of the paper beside edges, with which it jumps.

    A mean over windows would glide from one side to the other: on the bright side ink
    would seem pale against it, and on the dark side the paper itself would seem ink.
    """
    flat = _flat(small, light_on_dark=light_on_dark)
    window = _window(small)
    high, low = cv2.dilate(flat, window), cv2.erode(flat, window)
    is_bright = flat > cv2.addWeighted(high, 0.5, low, 0.5, 0)
    strays = cv2.absdiff(small, flat) > _CALM * flat.astype(np.float32) + 3
    paper = flat.copy()
    for own in (is_bright, ~is_bright):
        weight = own.astype(np.float32) + np.float32(1e-6)
        busy = _mean(strays.astype(np.float32), weight, len(window)) > _BUSY
        # Where there is no paper there is no ink either.
        paper[own & busy] = 255 if light_on_dark else 0
    return paper


def _paper(small: U8) -> U8:
    """Brightness of the paper in a reduced picture, where it changes smoothly."""
    side = max(small.shape)
    wide = _wide_median(small, min(round(_FIRST_WINDOW * side) | 1, 255))
    window = max(3, round(_SECOND_WINDOW * side) | 1)
    stray = cv2.absdiff(small, wide)
    limit = max(6.0, 2.5 * _quantile(np.asarray(stray, np.uint8).ravel(), 0.5))
    thin = cv2.dilate((stray > limit).astype(np.uint8), np.ones((3, 3), np.uint8))
    bold = _bold_strokes(small)
    # What strays over whole windows is light, not ink: it is averaged all the same.
    weight = np.where(cv2.bitwise_or(thin, bold) != 0, np.float32(1e-3), np.float32(1))
    trend = _trend(small, weight)
    missed = _mean(small - trend, weight, window)
    if bold.any():  # under these a small window sees no paper
        wide_window = round(_FIRST_WINDOW * side) | 1
        beside = _mean(small - trend, weight, wide_window)
        missed = np.where(bold != 0, beside, missed)
    return np.asarray(np.clip(trend + missed, 0, 255), np.uint8)


def _mean(values: F32, weight: F32, window: int) -> F32:
    """Mean of what is weighted around each pixel."""
    total = cv2.blur(weight * values, (window, window))
    return np.asarray(total / cv2.blur(weight, (window, window)), np.float32)


def _bold_strokes(small: U8) -> U8:
    """Mark strokes that a median over windows takes for paper: 1 there, 0 elsewhere.

    They stray from light that is fitted to the whole picture, and unlike a shadow they
    are nowhere wide.
    """
    weight = np.ones(small.shape, np.float32)
    stray = np.zeros(small.shape, np.float32)
    spread = 1.0
    for _ in range(_FIT_ROUNDS):
        stray = np.abs(small - _trend(small, weight))
        spread = 1.5 * float(np.median(stray[::3, ::3])) + 1
        weight = 1 / (1 + (stray / (2 * spread)) ** 2)
    marked = (stray > max(_BOLD_CONTRAST, 4 * spread)).astype(np.uint8)
    marked = np.asarray(cv2.morphologyEx(marked, cv2.MORPH_OPEN, np.ones((3, 3))))
    depth = cv2.distanceTransform(marked, cv2.DIST_L2, 3)
    too_wide = depth > _BOLDEST * max(small.shape)
    if too_wide.any():
        labels = cv2.connectedComponents(marked)[1]
        marked[np.isin(labels, np.unique(labels[too_wide]))] = 0
    return np.asarray(cv2.dilate(marked, np.ones((3, 3), np.uint8)), np.uint8)


def _wide_median(small: U8, window: int) -> U8:
    """Median over windows so wide that every other pixel tells enough."""
    if window < 2 * _HALF_WINDOW:
        return np.asarray(cv2.medianBlur(small, window), np.uint8)
    half = np.ascontiguousarray(small[::2, ::2])
    return _resized(np.asarray(cv2.medianBlur(half, window // 2 | 1)), small.shape)


def _trend(small: U8, weight: F32) -> F32:
    """Fit a parabola to the light: a mean alone lags behind where light falls off."""
    height, width = small.shape
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in (height, width))
    rows, columns = (
        grid.ravel() for grid in np.meshgrid(y[::3], x[::3], indexing="ij")
    )
    points = np.stack(
        [np.ones_like(rows), columns, columns**2, rows, rows**2, rows * columns]
    )
    weighted = points * weight[::3, ::3].ravel()
    target = small[::3, ::3].ravel().astype(np.float32)
    f = np.linalg.lstsq(weighted @ points.T, weighted @ target, rcond=1e-6)[0]
    across, down = f[0] + f[1] * x + f[2] * x**2, f[3] * y + f[4] * y**2
    return np.asarray(across + down[:, None] + f[5] * (y[:, None] * x), np.float32)


def _shrunk(picture: U8) -> U8:
    height, width = picture.shape
    scale = min(1.0, _SMALL_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _resized(picture: U8, shape: tuple[int, ...]) -> U8:
    if picture.shape == shape:
        return picture
    return np.asarray(cv2.resize(picture, shape[::-1]), np.uint8)


def _is_light_on_dark(
    grey: U8, paper: U8, beside_edges: U8, polarity: Polarity
) -> bool:
    """Ink is what strays farther from the paper's own brightness."""
    if polarity is not Polarity.AUTO:
        return polarity is Polarity.LIGHT_ON_DARK
    paper = _resized(paper, grey.shape)
    # Beside an edge paper strays from it too: there it says nothing.
    paper = np.where(_resized(beside_edges, grey.shape) != 0, grey, paper)
    strays = cv2.subtract(grey, paper), cv2.subtract(paper, grey)
    lighter, darker = (_tail(np.asarray(stray, np.uint8)) for stray in strays)
    return lighter > darker


def _tail(stray: U8) -> float:
    """Sum of the 200th part of the values that is greatest."""
    counts = np.bincount(stray.ravel(), minlength=256)[::-1]
    above = np.minimum(counts.cumsum(), max(1, stray.size // 200))
    return float(np.diff(above, prepend=0) @ np.arange(255, -1, -1))


def _quantile(values: U8, share: float) -> float:
    """Quantile of bytes by counting, which is quicker than sorting."""
    reached = np.bincount(values, minlength=256).cumsum()
    return float(reached.searchsorted(share * reached[-1]))


def _sample(picture: U8, most: int = 20_000) -> U8:
    """Take every n-th pixel: enough to measure by, quick to go through."""
    step = max(1, int((picture.size / most) ** 0.5))
    return np.ascontiguousarray(picture[::step, ::step])


def _depth(grey: U8, paper: U8, *, light_on_dark: bool) -> U8:
    """Contrast with the paper, as a share of it where ink takes light away."""
    if light_on_dark:
        return np.asarray(cv2.subtract(grey, paper), np.uint8)
    difference = cv2.subtract(paper, grey)
    light = np.maximum(paper, _DARKEST_PAPER)
    return np.asarray(cv2.divide(difference, light, scale=255.0), np.uint8)


def _floor(other: U8) -> U8:
    """Depth that the paper's own noise hardly reaches, from its other, inkless side."""
    small = _shrunk(other).astype(np.float32)
    window = max(3, max(small.shape) // 8 | 1)
    mean = cv2.blur(small, (window, window))
    return np.asarray(np.clip(_NOISE_FACTOR * mean, _LEAST_CONTRAST, 255), np.uint8)


def _automatic(
    grey: U8, paper: U8, firmness: float, *, light_on_dark: bool
) -> tuple[U8, bool]:
    """Cut at a share of the ink's depth: everybody's, or locally if it varies.

    All is measured on samples and on reduced maps; only the cut itself is made in
    full size.
    """
    points = _sample(grey)
    other = _depth(
        points, _resized(paper, points.shape), light_on_dark=not light_on_dark
    )
    floor = _floor(other)
    calm = grey
    if max(grey.shape) > 400:
        calm = np.asarray(cv2.blur(grey, (3, 3)), np.uint8)
    level = _level(calm, paper, light_on_dark=light_on_dark)
    cut = _cut(calm, paper, floor, level, light_on_dark=light_on_dark)
    if cut is None:
        return np.zeros_like(grey), False
    share, lowest, local = cut
    share, lowest = min(share * firmness, _FIRMEST), lowest * firmness
    limit = cv2.max(_resized(floor, level.shape), np.full_like(level, int(lowest)))
    if local:
        limit = cv2.max(cv2.convertScaleAbs(level, alpha=share), limit)
    edge = _grey_at(np.asarray(limit, np.uint8), paper, light_on_dark=light_on_dark)
    kind = cv2.CMP_GT if light_on_dark else cv2.CMP_LT
    edge = _resized(edge, grey.shape)
    return np.asarray(cv2.compare(calm, edge, kind), np.uint8), local


def _cut(
    calm: U8, paper: U8, floor: U8, level: U8, *, light_on_dark: bool
) -> tuple[float, float, bool] | None:
    """Share of the neighbourhood's depth and depth at which to cut, and which of both.

    None if nothing rises above the paper's noise.
    """
    points = _sample(calm)
    depth = _depth(points, _resized(paper, points.shape), light_on_dark=light_on_dark)
    around = _resized(level, depth.shape)
    core = cv2.bitwise_and(
        cv2.compare(depth, _resized(floor, depth.shape), cv2.CMP_GT),
        cv2.compare(depth, cv2.convertScaleAbs(around, alpha=0.6), cv2.CMP_GE),
    )
    inked = around[core != 0]
    if inked.size == 0:
        return None
    faint, strong = _quantile(inked, 0.05), _quantile(inked, 0.9)
    share = _cut_share(depth, around, np.asarray(core, np.uint8), strong)
    local = faint < _EVEN_INK * strong
    return share, max(share * _FAINTER if local else share, _FAINTEST) * strong, local


def _cut_share(depth: U8, level: U8, core: U8, strong: float) -> float:
    """Share of the ink's depth that the paper's pattern beside the ink stays below."""
    # Soft edges reach two or three pixels beyond the core; a sample may skip some.
    near = cv2.dilate(core, np.ones((5, 5), np.uint8))
    beside = (near == 0) & (level > 0.5 * strong)
    if np.count_nonzero(beside) < 50:
        return (_LOWEST_CUT + _HIGHEST_CUT) / 2
    pattern = depth[beside] / level[beside].astype(np.float32)
    reached = float(np.quantile(pattern, 0.98))
    return min(max(reached * 1.1, _LOWEST_CUT), _HIGHEST_CUT)


def _level(calm: U8, paper: U8, *, light_on_dark: bool) -> U8:
    """Depth of the deepest ink near each pixel, reduced."""
    step = max(1, max(calm.shape) // _LEVEL_SIDE)
    block = np.ones((step, step), np.uint8)
    spread = cv2.dilate if light_on_dark else cv2.erode
    strongest = np.asarray(spread(calm, block), np.uint8)[::step, ::step]
    small = _depth(
        strongest, _resized(paper, strongest.shape), light_on_dark=light_on_dark
    )
    reach = 2 * max(_LEAST_REACH // step, round(_REACH * max(small.shape))) + 1
    return np.asarray(cv2.dilate(small, np.ones((reach, reach), np.uint8)), np.uint8)


def _grey_at(depth: U8, paper: U8, *, light_on_dark: bool) -> U8:
    """Grey level of ink of a depth."""
    paper = _resized(paper, depth.shape)
    if light_on_dark:
        return np.asarray(cv2.add(paper, depth), np.uint8)
    light = np.maximum(paper, _DARKEST_PAPER)
    return np.asarray(cv2.subtract(paper, cv2.multiply(light, depth, scale=1 / 255)))


def _manual(grey: U8, settings: PreprocessSettings, *, light_on_dark: bool) -> U8:
    kind = cv2.THRESH_BINARY if light_on_dark else cv2.THRESH_BINARY_INV
    return np.asarray(cv2.threshold(grey, settings.threshold, 255, kind)[1], np.uint8)


def _adaptive(grey: U8, settings: PreprocessSettings, *, light_on_dark: bool) -> U8:
    block = max(3, min(grey.shape) * settings.block_percent // 100) | 1
    mean = cv2.blur(grey, (block, block)).astype(np.int16)
    stray = grey - mean if light_on_dark else mean - grey
    return np.where(stray > settings.offset, 255, 0).astype(np.uint8)


def _despeckle(mask: U8, strength: int) -> U8:
    """Drop blobs of a few pixels; strokes keep their form, unlike by opening."""
    if strength == 0:
        return mask
    # A pixel stays if enough of its 3x3 neighbours (itself counted) are ink.
    share = cv2.blur(mask, (3, 3), borderType=cv2.BORDER_CONSTANT)
    least = (strength + 1) * 255 / 9 - 1
    crowded = cv2.threshold(share, least, 255, cv2.THRESH_BINARY, dst=share)[1]
    return np.asarray(cv2.bitwise_and(mask, crowded, dst=crowded), np.uint8)
