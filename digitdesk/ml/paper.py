"""Sheets of all kinds of paper, and pictures taken of them."""

import cv2
import numpy as np

from digitdesk.core.types import F32, U8

Random = np.random.Generator


def paper(size: tuple[int, int], height: float, rng: Random) -> F32:
    """Make a sheet of paper without writing.

    Parameters
    ----------
    size : (int, int)
        Rows and columns.
    height : float
        Height of the digits to come, in pixels; patterns are fine against it.
    rng : numpy.random.Generator
        Source of everything that varies.

    Returns
    -------
    ndarray of float32, shape `size`
        Brightness, about 60 to 255: light, shadow, printed patterns, ruled lines.
    """
    rows, columns = size
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    light = rng.uniform(120, 250)
    sheet = np.full(size, light, np.float32)
    if rng.random() < 0.5:
        angle = rng.uniform(0, 2 * np.pi)
        along = (x * np.cos(angle) + y * np.sin(angle)) / columns
        sheet *= 1 + np.float32(rng.uniform(0, 0.35)) * (along - along.mean())
    kinds = int(rng.choice([0, 1, 2, 3], p=[0.25, 0.4, 0.25, 0.1]))
    for _ in range(kinds):
        pattern = _pattern(x, y, height, rng)
        if rng.random() < 0.2:  # a printed field that ends within the strip
            edge = rng.uniform(0, columns)
            pattern = np.where(x + rng.normal(0, 0.3) * y > edge, pattern, 0)
        sheet *= 1 - np.float32(rng.uniform(0.04, 0.32)) * pattern
    if rng.random() < 0.45:
        _rule(sheet, height, rng)
    return sheet


def _pattern(x: F32, y: F32, height: float, rng: Random) -> F32:
    """Print fine curved lines (a guilloche), a mesh, or dots; 1 is printed."""
    period = height * rng.uniform(0.1, 0.45)
    angle = rng.uniform(0, np.pi)
    across = x * np.sin(angle) + y * np.cos(angle)
    along = x * np.cos(angle) - y * np.sin(angle)
    kind = rng.random()
    if kind < 0.25:  # rings
        centre = rng.uniform(-1, 2, 2) * (x.shape[1], x.shape[0])
        across = np.hypot(x - centre[0], y - centre[1]).astype(np.float32)
    swing = height * rng.uniform(0, 0.6)
    wave = height * rng.uniform(0.8, 5)
    across = across + swing * np.sin(along * (2 * np.pi / wave) + rng.uniform(0, 6))
    lines = np.cos(across * (2 * np.pi / period))
    if kind > 0.8:  # mesh or dots
        lines = np.maximum(lines, np.cos(along * (2 * np.pi / period)))
        if rng.random() < 0.4:
            lines = lines * np.cos(along * (2 * np.pi / period))
    sharp = rng.uniform(1, 5)
    return np.asarray(np.clip((lines - rng.uniform(0, 0.7)) * sharp, 0, 1), np.float32)


def _rule(sheet: F32, height: float, rng: Random) -> None:
    """Draw a ruled line, or the upright edge of a box."""
    rows, columns = sheet.shape
    shade = float(sheet.mean() * rng.uniform(0.2, 0.85))
    thick = int(rng.integers(1, 1 + max(2, round(height * 0.07))))
    for _ in range(int(rng.integers(1, 3))):
        if rng.random() < 0.85:
            base = rows / 2 + height * rng.choice([-1, 1], p=[0.3, 0.7]) * rng.uniform(
                0.4, 1.1
            )
            drop = rng.normal(0, 0.01) * columns
            ends = (0, round(base)), (columns, round(base + drop))
        else:
            at = rng.uniform(0, columns)
            ends = (round(at), 0), (round(at), rows)
        cv2.line(sheet, ends[0], ends[1], shade, thick, cv2.LINE_AA)


def inked(ink: U8, rng: Random) -> F32:
    """Say how much of the paper's light ink takes: a pen presses, skips and runs dry.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        255 where ink covers the pixel.
    rng : numpy.random.Generator
        Chooses how dark and how even it is.

    Returns
    -------
    ndarray of float32, shape (height, width)
        In [0, 1].
    """
    dark = float(np.clip(rng.normal(0.62, 0.2), 0.2, 0.97))
    cover = ink.astype(np.float32) * np.float32(dark / 255)
    if rng.random() < 0.6:  # pressure and dry pens
        coarse = rng.uniform(1 - rng.uniform(0.1, 0.5), 1,
                             (6, max(6, ink.shape[1] // 12)))  # fmt: skip
        cover *= cv2.resize(coarse.astype(np.float32), ink.shape[::-1])
    if rng.random() < 0.2:
        cover *= rng.uniform(0.75, 1, ink.shape).astype(np.float32)
    return np.asarray(cover, np.float32)


def photographed(page: F32, rng: Random) -> U8:
    """Blur, add noise and compress as scanners and cameras do.

    Parameters
    ----------
    page : ndarray of float32, shape (height, width)
        Brightness, 0 to 255.
    rng : numpy.random.Generator
        Chooses how.

    Returns
    -------
    ndarray of uint8, shape (height, width)
    """
    if rng.random() < 0.7:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 1.3)))
    if rng.random() < 0.6:
        noise = rng.normal(0, rng.uniform(1, 9), page.shape)
        page = page + noise.astype(np.float32)
    grey = np.clip(page, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))]
        coded = cv2.imencode(".jpg", grey, quality)[1]
        grey = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return grey
