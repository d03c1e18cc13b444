"""Ink, paper, light and camera of the made pictures in these benchmarks."""

from typing import TypeVar

import cv2
import numpy as np

from digitdesk.core.digit_data import Labelled
from digitdesk.core.types import F32, U8

Random = np.random.Generator
_Picture = TypeVar("_Picture", F32, U8)

WHITE, BLACK, BLUE = (230.0, 228.0, 225.0), (35.0, 35.0, 40.0), (30.0, 60.0, 140.0)
PENCIL, MARKER = (110.0, 110.0, 110.0), (190.0, 40.0, 50.0)
PALE, DARK = (170.0, 190.0, 215.0), (100.0, 110.0, 120.0)
FORM, NOTE = (70.0, 70.0, 70.0), (245.0, 230.0, 120.0)

Colour = tuple[float, float, float]
"""Red, green, blue; 0 to 255."""

MARKERS: tuple[Colour, ...] = (
    (245.0, 150.0, 190.0), (150.0, 235.0, 120.0), (250.0, 180.0, 80.0),
    (240.0, 235.0, 90.0),
)  # fmt: skip
"""Of highlighters."""

Shot = tuple[U8, list[str]]
"""A photo, uint8 of shape (height, width, 3), blue, green, red, and what it says."""


def enlarged_digit(rng: Random, digits: Labelled, size: float) -> tuple[F32, str]:
    """Enlarge one digit's ink to about this height, with sharp edges."""
    number = int(rng.integers(len(digits.labels)))
    scale = size * rng.uniform(0.85, 1.12) / 20
    large = cv2.resize(digits.glyphs[number], None, fx=scale, fy=scale,
                       interpolation=cv2.INTER_CUBIC)  # fmt: skip
    soft = cv2.GaussianBlur(large.astype(np.float32), (0, 0), max(size / 60, 0.3))
    cover = np.clip((soft - 90) / 75, 0, 1).astype(np.float32)
    x, y, w, h = cv2.boundingRect((cover > 0.3).astype(np.uint8))
    return cover[y : y + h, x : x + w], str(digits.labels[number])


def put(cover: F32, ink: F32, left: float, top: float) -> None:
    """Lay a digit's ink on a page's, in place; what lies outside is lost."""
    place = cover[max(round(top), 0) :, max(round(left), 0) :]
    place = place[: ink.shape[0], : ink.shape[1]]
    np.maximum(place, ink[: place.shape[0], : place.shape[1]], out=place)


def bgr(colour: Colour) -> F32:
    """Order a colour as pictures have it."""
    return np.array(colour[::-1], np.float32)


def photographed(sheet: F32, rng: Random, noise: float = 3, blur: float = 0.7) -> U8:
    """Blur a sheet, shape (height, width, 3), add noise, and compress it."""
    soft = cv2.GaussianBlur(sheet, (0, 0), blur) + rng.normal(0, noise, sheet.shape)
    coded = cv2.imencode(".jpg", soft.clip(0, 255).astype(np.uint8))[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def _across(sheet: F32, rng: Random) -> F32:
    """Give each pixel's place along a random direction, about -1 to 1."""
    height, width = sheet.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    return np.asarray((np.cos(angle) * x + np.sin(angle) * y) / 1.4, np.float32)


def lamp(sheet: F32, rng: Random, least: float = 0.5) -> F32:
    """Let the light fall off across a sheet to the share `least`."""
    light = 1 - (1 - least) * (0.5 + 0.5 * _across(sheet, rng))
    return np.asarray(sheet * light[..., None], np.float32)


def shadow(sheet: F32, rng: Random, least: float) -> F32:
    """Shade one side of a sheet to the share `least`."""
    lit = np.where(_across(sheet, rng) > rng.uniform(-0.3, 0.3), least, 1)
    soft = cv2.GaussianBlur(lit.astype(np.float32), (0, 0), rng.uniform(1.5, 12))
    return np.asarray(sheet * soft[..., None], np.float32)


def draw_line(
    sheet: F32,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: Colour,
    thick: int = 2,
) -> None:
    """Draw a line on a sheet, in place; ends are columns and rows."""
    first, last = ((round(x), round(y)) for x, y in (start, end))
    cv2.line(sheet, first, last, colour[::-1], thick, cv2.LINE_AA)


def on_table(sheet: F32, rng: Random) -> F32:
    """Lay a sheet, shape (height, width, 3), on a wooden table, a little turned."""
    height, width = sheet.shape[:2]
    size = (round(width * 1.3), round(height * 1.4))
    grain = rng.normal(0, 18, (max(size[1] // 30, 2), size[0] // 2)).astype(np.float32)
    table = bgr((110, 70, 40)) + cv2.resize(grain, size)[..., None]
    place = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-6, 6), 1)
    place[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    lies = cv2.warpAffine(np.ones((height, width), np.float32), place, size)[..., None]
    scene = table * (1 - lies) + cv2.warpAffine(sheet, place, size) * lies
    return np.asarray(scene, np.float32)


def turned(photo: U8, degrees: float) -> U8:
    """Turn a photo about its middle; its edge goes on outside."""
    height, width = photo.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    c, s = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(height * s + width * c), int(height * c + width * s))
    turn[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    seen = cv2.warpAffine(photo, turn, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def from_the_side(scene: _Picture, rng: Random, most: float) -> _Picture:
    """Move each corner by up to a part of the sides; its edge goes on outside."""
    height, width = scene.shape[:2]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (width, height)
    moved = corners + rng.uniform(-most, most, (4, 2)) * (width, height)
    view = cv2.getPerspectiveTransform(
        corners.astype(np.float32), moved.astype(np.float32)
    )
    seen = cv2.warpPerspective(
        scene, view, (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(seen, scene.dtype)
