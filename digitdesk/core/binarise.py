"""Tell ink from paper: even out the light, measure the contrast, choose a cut."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.types import F32, U8

_SMALL_SIDE = 160
"""Longer side in pixels at which paper and light are measured."""

_FIRST_WINDOW, _SECOND_WINDOW = 0.3, 0.07
"""Sides of the windows over which paper is averaged, in parts of the picture's side:
wide enough to ignore ink at first, then, around the ink, to follow the light."""

_LEAST_CONTRAST = 14
"""Grey levels of 255 below which nothing counts as ink."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """The ink of a picture.

    Attributes
    ----------
    depth : ndarray of uint8, shape (height, width)
        How much darker (or lighter, by polarity) than its paper each pixel is.
    mask : ndarray of uint8, shape (height, width)
        255 where there is ink, else 0.
    local : bool
        Whether the cut follows the neighbourhood or is one for the whole picture.
    light_on_dark : bool
        The polarity that was set or measured.
    """

    depth: U8
    mask: U8
    local: bool
    light_on_dark: bool


def find_ink(grey: U8, settings: PreprocessSettings) -> Ink:
    """Binarise a grey picture as `settings` say.

    Parameters
    ----------
    grey : ndarray of uint8, shape (height, width)
        0 is black.
    settings : PreprocessSettings
        Mode, threshold, block, offset, polarity and despeckle are used here.

    Returns
    -------
    Ink
        An empty mask where the picture holds nothing above its own noise.
    """
    paper = _paper(grey)
    light = _is_light_on_dark(grey, paper, settings.polarity)
    depth = _depth(grey, paper, light_on_dark=light)
    if settings.mode is ThresholdMode.AUTO:
        other = _depth(_sample(grey), _sample(paper), light_on_dark=not light)
        floor = _floor(other, grey.shape)
        mask, local = _automatic(depth, floor)
    else:
        local = settings.mode is ThresholdMode.ADAPTIVE
        cut = _adaptive if local else _manual
        mask = cut(grey, settings, light_on_dark=light)
    return Ink(depth, _despeckle(mask, settings.despeckle), local, light)


def _paper(grey: U8) -> U8:
    """Brightness of the paper, under the ink too."""
    height, width = grey.shape
    small = _shrunk(grey)
    side = max(small.shape)
    wide = cv2.medianBlur(small, min(round(_FIRST_WINDOW * side) | 1, 255))
    window = max(3, round(_SECOND_WINDOW * side) | 1)
    stray = cv2.absdiff(small, wide)
    limit = max(6.0, 2.5 * float(np.median(stray)))
    ink = cv2.dilate((stray > limit).astype(np.uint8), np.ones((3, 3), np.uint8))
    # What strays over whole windows is light, not ink: it is averaged all the same.
    weight = np.where(ink != 0, np.float32(1e-3), np.float32(1))
    trend = _trend(small, weight)
    missed = cv2.blur(weight * (small - trend), (window, window))
    paper = trend + missed / cv2.blur(weight, (window, window))
    smooth = np.clip(paper, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(smooth, (width, height)), np.uint8)


def _trend(small: U8, weight: F32) -> F32:
    """Fit a parabola to the light: a mean alone lags behind where light falls off."""
    height, width = small.shape
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in (height, width))
    flat, ones = np.zeros((height, width), np.float32), np.float32(1)
    terms = [flat + ones, flat + x, flat + y[:, None], flat + x**2]
    terms += [flat + y[:, None] ** 2, x * y[:, None]]
    basis = np.stack(terms, axis=-1)
    points, values, shares = basis[::3, ::3], small[::3, ::3], weight[::3, ::3]
    weighted = (points * shares[..., None]).reshape(-1, len(terms))
    target = (values * shares).ravel()
    factors = np.linalg.lstsq(weighted, target, rcond=None)[0]
    return np.asarray(basis @ factors, np.float32)


def _shrunk(picture: U8) -> U8:
    height, width = picture.shape
    scale = min(1.0, _SMALL_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _is_light_on_dark(grey: U8, paper: U8, polarity: Polarity) -> bool:
    """Ink is what strays farther from the paper's own brightness."""
    if polarity is not Polarity.AUTO:
        return polarity is Polarity.LIGHT_ON_DARK
    grey, paper = _sample(grey), _sample(paper)
    stray = grey.astype(np.int16) - paper
    tail = max(1, stray.size // 200)
    ordered = np.partition(stray, [tail, stray.size - tail - 1], axis=None)
    return bool(ordered[-tail:].mean() > -ordered[:tail].mean())


def _sample(picture: U8) -> U8:
    """Take every n-th pixel: enough to measure by, quick to go through."""
    step = max(1, int((picture.size / 20_000) ** 0.5))
    return np.ascontiguousarray(picture[::step, ::step])


def _depth(grey: U8, paper: U8, *, light_on_dark: bool) -> U8:
    """Contrast with the paper, as a share of it where light is uneven."""
    if light_on_dark:
        return np.asarray(cv2.subtract(grey, paper), np.uint8)
    difference = cv2.subtract(paper, grey)
    return np.asarray(
        cv2.divide(difference, np.maximum(paper, 40), scale=255.0), np.uint8
    )


def _floor(other: U8, shape: tuple[int, ...]) -> U8:
    """Depth that the paper's own noise hardly reaches, from its other, inkless side."""
    small = _shrunk(other).astype(np.float32)
    window = max(3, max(small.shape) // 8 | 1)
    mean = cv2.blur(small, (window, window))
    floor = np.clip(_NOISE_FACTOR * mean, _LEAST_CONTRAST, 255).astype(np.uint8)
    return np.asarray(cv2.resize(floor, shape[::-1]), np.uint8)


def _automatic(depth: U8, floor: U8) -> tuple[U8, bool]:
    """Cut at a share of the ink's depth: everybody's, or locally if it varies."""
    calm = cv2.blur(depth, (3, 3)) if max(depth.shape) > 400 else depth
    calm = np.asarray(calm, np.uint8)
    level = _level(calm)
    core = cv2.bitwise_and(
        cv2.compare(calm, floor, cv2.CMP_GT),
        cv2.compare(calm, cv2.convertScaleAbs(level, alpha=0.6), cv2.CMP_GE),
    )
    inked = level[core != 0]
    if inked.size == 0:
        return np.zeros_like(depth), False
    sample = inked[:: max(1, inked.size // 4096)]
    faint, strong = np.quantile(sample, [0.05, 0.9])
    share = _cut_share(calm, level, np.asarray(core, np.uint8), float(strong))
    local = bool(faint < _EVEN_INK * strong)
    lowest = max(share * _FAINTER if local else share, _FAINTEST) * strong
    cut = cv2.max(floor, np.full_like(floor, int(lowest)))
    if local:
        cut = cv2.max(cv2.convertScaleAbs(level, alpha=share), cut)
    return np.asarray(cv2.compare(calm, cut, cv2.CMP_GT), np.uint8), local


def _cut_share(depth: U8, level: U8, core: U8, strong: float) -> float:
    """Share of the ink's depth that the paper's pattern beside the ink stays below."""
    depth, level, core = _sample(depth), _sample(level), _sample(core)
    # Soft edges reach two or three pixels beyond the core; a sample may skip some.
    near = cv2.dilate(core, np.ones((5, 5), np.uint8))
    beside = (near == 0) & (level > 0.5 * strong)
    if np.count_nonzero(beside) < 50:
        return (_LOWEST_CUT + _HIGHEST_CUT) / 2
    pattern = depth[beside] / level[beside].astype(np.float32)
    reached = float(np.quantile(pattern, 0.98))
    return min(max(reached * 1.1, _LOWEST_CUT), _HIGHEST_CUT)


def _level(depth: U8) -> U8:
    """Depth of the deepest ink near each pixel."""
    height, width = depth.shape
    step = max(1, max(height, width) // 320)
    small = cv2.dilate(depth, np.ones((step, step), np.uint8))[::step, ::step]
    reach = 2 * max(_LEAST_REACH // step, round(_REACH * max(small.shape))) + 1
    wide = cv2.dilate(small, np.ones((reach, reach), np.uint8))
    return np.asarray(cv2.resize(wide, (width, height)), np.uint8)


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
    crowded = cv2.threshold(share, least, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.bitwise_and(mask, crowded), np.uint8)
