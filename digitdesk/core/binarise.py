"""Tell ink from paper: measure the polarity and the contrast, choose a cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import cv2
import numpy as np
from cv2.typing import MatLike

from digitdesk.core.grey import quantile, resized, shrunk
from digitdesk.core.paper_light import (
    fill_strokes,
    find_edges,
    near_edges,
    smooth_paper,
    with_edges,
)
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.types import U8, Box

_LEVEL_SIDE = 320
"""Longer side in pixels, and more, at which the depth of ink is measured."""

_TAIL, _FINE_TAIL = 200, 1000
"""One in so many pixels is looked at, those that stray farthest, to tell the polarity:
from bold strokes, and from fine ones, which may be few."""

_CLEAR = 0.3
"""Logarithm of the stray to one side over that to the other, of fine strokes, from
which bold ones are not asked."""

_EDGED = 0.01
"""Share of a picture on edges of the light from which there are any."""

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
    edged : bool
        Whether a shadow or a sheet of paper ends within the picture.
    rulings : ndarray of uint8, shape (height, width), or None
        255 where a line of the paper was taken out of the mask; None if there was none.
    """

    grey: U8
    paper: U8
    mask: U8
    local: bool
    light_on_dark: bool
    edged: bool = False
    rulings: U8 | None = None

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
    paper, small = smooth_paper(shrunk(grey))
    filled = [fill_strokes(small, light_on_dark=light) for light in (False, True)]
    edges = [find_edges(without) for without in filled]
    # An edge of the light shows whichever kind of ink is taken out.
    both = np.asarray(cv2.bitwise_and(*edges), np.uint8)
    if settings.polarity is Polarity.AUTO:
        light = _is_light_on_dark(_sample(grey), paper, filled, near_edges(both))
    else:
        light = settings.polarity is Polarity.LIGHT_ON_DARK
    if edges[light].any():
        paper = with_edges(
            paper, small, filled[light], edges[light], light_on_dark=light
        )
    if settings.mode is ThresholdMode.AUTO:
        mask, local = _automatic(grey, paper, firmness, light_on_dark=light)
    else:
        local = settings.mode is ThresholdMode.ADAPTIVE
        cut = _adaptive if local else _manual
        mask = cut(grey, settings, light_on_dark=light)
    mask = _despeckle(mask, settings.despeckle)
    edged = bool(np.count_nonzero(both) > _EDGED * both.size)
    return Ink(grey, resized(paper, grey.shape), mask, local, light, edged)


def _is_light_on_dark(
    grey: U8, paper: U8, filled: Sequence[U8], beside_edges: U8
) -> bool:
    """Ink is what strays farther from the paper's own brightness.

    Strokes stray from a picture with strokes filled, too, unlike shadows and light. As
    the boldest strokes are not filled, the clearer of both measures decides unless the
    fine strokes are clear enough.
    """
    paper = resized(paper, grey.shape)
    if beside_edges.any():  # paper strays from it there, too: that says nothing
        paper = np.where(resized(beside_edges, grey.shape) != 0, grey, paper)
    without_dark, without_light = (resized(small, grey.shape) for small in filled)
    lighter, darker = cv2.subtract(grey, paper), cv2.subtract(paper, grey)
    finer = cv2.subtract(grey, without_light), cv2.subtract(without_dark, grey)
    fine = _balance(cv2.min(lighter, finer[0]), cv2.min(darker, finer[1]), _FINE_TAIL)
    if abs(fine) > _CLEAR:
        return fine > 0
    return max(fine, _balance(lighter, darker, _TAIL), key=abs) > 0


def _balance(lighter: MatLike, darker: MatLike, part: int) -> float:
    """Logarithm of how much farther one part of the pixels strays to the light side."""
    light, dark = (_tail(stray, part) + _LEAST_CONTRAST for stray in (lighter, darker))
    return log(light / dark)


def _tail(stray: MatLike, part: int) -> float:
    """Mean of the part (2: half) of the values that is greatest."""
    most = max(1, stray.size // part)
    counts = np.bincount(np.asarray(stray, np.uint8).ravel(), minlength=256)[::-1]
    above = np.minimum(counts.cumsum(), most)
    return float(np.diff(above, prepend=0) @ np.arange(255, -1, -1)) / most


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
    small = shrunk(other).astype(np.float32)
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
        points, resized(paper, points.shape), light_on_dark=not light_on_dark
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
    limit = cv2.max(resized(floor, level.shape), np.full_like(level, int(lowest)))
    if local:
        limit = cv2.max(cv2.convertScaleAbs(level, alpha=share), limit)
    edge = _grey_at(np.asarray(limit, np.uint8), paper, light_on_dark=light_on_dark)
    kind = cv2.CMP_GT if light_on_dark else cv2.CMP_LT
    edge = resized(edge, grey.shape)
    return np.asarray(cv2.compare(calm, edge, kind), np.uint8), local


def _cut(
    calm: U8, paper: U8, floor: U8, level: U8, *, light_on_dark: bool
) -> tuple[float, float, bool] | None:
    """Share of the neighbourhood's depth and depth at which to cut, and which of both.

    None if nothing rises above the paper's noise.
    """
    points = _sample(calm)
    depth = _depth(points, resized(paper, points.shape), light_on_dark=light_on_dark)
    around = resized(level, depth.shape)
    core = cv2.bitwise_and(
        cv2.compare(depth, resized(floor, depth.shape), cv2.CMP_GT),
        cv2.compare(depth, cv2.convertScaleAbs(around, alpha=0.6), cv2.CMP_GE),
    )
    inked = around[core != 0]
    if inked.size == 0:
        return None
    faint, strong = quantile(inked, 0.05), quantile(inked, 0.9)
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
    # In parts of 250, so that bytes can be counted.
    pattern = np.asarray(cv2.divide(depth, level, scale=250.0), np.uint8)
    reached = quantile(pattern[beside], 0.98) / 250
    return min(max(reached * 1.1, _LOWEST_CUT), _HIGHEST_CUT)


def _level(calm: U8, paper: U8, *, light_on_dark: bool) -> U8:
    """Depth of the deepest ink near each pixel, reduced."""
    step = max(1, max(calm.shape) // _LEVEL_SIDE)
    block = np.ones((step, step), np.uint8)
    spread = cv2.dilate if light_on_dark else cv2.erode
    strongest = np.asarray(spread(calm, block), np.uint8)[::step, ::step]
    small = _depth(
        strongest, resized(paper, strongest.shape), light_on_dark=light_on_dark
    )
    reach = 2 * max(_LEAST_REACH // step, round(_REACH * max(small.shape))) + 1
    return np.asarray(cv2.dilate(small, np.ones((reach, reach), np.uint8)), np.uint8)


def _grey_at(depth: U8, paper: U8, *, light_on_dark: bool) -> U8:
    """Grey level of ink of a depth."""
    paper = resized(paper, depth.shape)
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
