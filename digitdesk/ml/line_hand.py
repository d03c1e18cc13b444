"""How a line is written: who writes, and what stands on it beside digits."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitdesk.core import pen
from digitdesk.core.types import U8

Random = np.random.Generator

_BEND = 0.06
"""Largest standard deviation by which parts of a digit stray, in heights of it."""


@dataclass(frozen=True, slots=True)
class LineHand:
    """How one line is written, in pixels where lengths are meant."""

    height: float
    slant: float
    aspect: float
    pen: float
    gap: float
    joins: float
    signs: float
    noughts: float

    @classmethod
    def sample(cls, height: float, rng: Random) -> "LineHand":
        """Draw a writer at random."""
        return cls(
            height=height,
            slant=float(rng.normal(0.08, 0.22)),
            aspect=float(np.clip(rng.normal(0.95, 0.17), 0.6, 1.4)),
            pen=height * float(np.clip(rng.lognormal(np.log(0.085), 0.35), 0.04, 0.2)),
            gap=float(rng.choice([-0.08, 0.02, 0.12, 0.3], p=[0.25, 0.35, 0.25, 0.15])),
            joins=float(rng.choice([0, 0.15, 0.6], p=[0.7, 0.2, 0.1])),
            signs=float(rng.choice([0, 0.15, 0.35], p=[0.45, 0.35, 0.2])),
            noughts=float(rng.uniform(0.5, 0.85)) if rng.random() < 0.3 else 1.0,
        )


def rewritten(glyph: U8, height: float, hand: LineHand, rng: Random) -> U8:
    """Bring a glyph to the size, slant and pen of a line."""
    turn, slant = np.deg2rad(rng.normal(0, 5)), hand.slant + rng.normal(0, 0.08)
    aspect = hand.aspect * float(np.exp(rng.normal(0, 0.1)))
    c, s = np.cos(turn), np.sin(turn)
    shape = np.array([[c, -s], [s, c]]) @ [[aspect, -slant], [0, 1]]
    shape = shape * (height / 20)
    side = round(28 * height / 20 * 1.7)
    offset = (side - 1) / 2 - shape @ (13.5, 13.5)
    large = cv2.warpAffine(
        glyph, np.column_stack([shape, offset]), (side, side), flags=cv2.INTER_CUBIC
    )
    # A glyph's skirts are as wide as its enlargement; a pen's edge is sharp.
    level = np.clip((large.astype(np.float32) - 90) * 2.2, 0, 255).astype(np.uint8)
    level = bent(level, height, rng)
    return pen.trimmed(_with_pen(level, hand.pen * float(rng.uniform(0.85, 1.15))))


def bent(ink: U8, height: float, rng: Random, *, across: int = 4) -> U8:
    """Bend ink smoothly: no hand writes a digit twice alike.

    Parameters
    ----------
    ink : ndarray of uint8, shape (rows, columns)
        0 is paper.
    height : float
        Height of a digit in pixels.
    rng : numpy.random.Generator
        Says how.
    across : int
        Places side by side that stray by themselves; four above each other do.
    """
    most = height * float(rng.uniform(0, _BEND))
    coarse = rng.normal(0, most, (2, 4, across)).astype(np.float32)
    rows, columns = ink.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    bend_x, bend_y = (
        cv2.resize(c, (columns, rows), interpolation=cv2.INTER_CUBIC) for c in coarse
    )
    return np.asarray(
        cv2.remap(ink, x + bend_x, y + bend_y, cv2.INTER_LINEAR), np.uint8
    )


def _with_pen(ink: U8, pen_px: float) -> U8:
    """Thicken or thin strokes towards a pen's width, as far as they stay whole."""
    area = float((ink > 127).sum())
    depth = cv2.distanceTransform((ink > 127).astype(np.uint8), cv2.DIST_L2, 3)
    ridge = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (depth > 0)]
    if not ridge.size or not area:
        return ink
    change = round((pen_px - (2 * float(np.median(ridge)) - 1)) / 2)
    if change == 0:
        return ink
    size = 2 * min(abs(change), 3) + 1 if abs(change) > 1 else 2
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if change > 0:
        return np.asarray(cv2.dilate(ink, kernel), np.uint8)
    thin = cv2.erode(ink, kernel)
    return np.asarray(thin if (thin > 127).sum() > 0.45 * area else ink, np.uint8)


def put_sign(ink: U8, left: float, top: float, hand: LineHand, rng: Random) -> float:
    """Write a point, comma, dash, stroke or letter; return where the next may stand."""
    height = hand.height
    kind = rng.random()
    thick = max(1, round(hand.pen * rng.uniform(0.8, 1.3)))
    if kind < 0.18:
        writer = pen.Hand.sample(rng)
        letter = pen.write_letter(writer, rng)
        drawn = pen.trimmed(
            pen.ink(letter, writer, round(height * rng.uniform(0.5, 1.1)), rng)
        )
        paste(ink, drawn, round(left), round(top + rng.uniform(-0.1, 0.4) * height))
        return float(left + drawn.shape[1] + height * max(hand.gap, 0.05))
    base = top + height * rng.uniform(0.75, 1.1)
    if kind < 0.68:  # point or comma
        drop = rng.uniform(0, 0.3) * height * (rng.random() < 0.5)
        ends = (left + thick, base), (left + thick - drop * 0.4, base + drop)
        step = 2.2 * thick + max(hand.gap, 0) * height * 0.6
    else:  # dash, or one above another
        base = top + height * rng.uniform(0.35, 0.9)
        long = height * float(np.exp(rng.uniform(np.log(0.2), np.log(2))))
        ends = (left + 1, base), (left + long, base + rng.normal(0, 0.06) * height)
        step = long + 0.15 * height
        if rng.random() < 0.3:
            lower = [(x, y + 0.25 * height) for x, y in ends]
            draw_line(ink, lower[0], lower[1], thick)
    draw_line(ink, ends[0], ends[1], thick)
    return left + step


def draw_line(
    ink: U8, start: tuple[float, float], end: tuple[float, float], thick: int
) -> None:
    """Draw a straight stroke."""
    points = [(round(x), round(y)) for x, y in (start, end)]
    cv2.line(ink, points[0], points[1], 255, thick, cv2.LINE_AA)


def paste(ink: U8, part: U8, left: int, top: int) -> None:
    """Add ink; what lies outside is lost."""
    first_row, first_column = max(0, -top), max(0, -left)
    last_row, last_column = max(0, top + part.shape[0]), max(0, left + part.shape[1])
    window = ink[max(0, top) : last_row, max(0, left) : last_column]
    part = part[first_row:, first_column:][: window.shape[0], : window.shape[1]]
    np.maximum(window, part, out=window)
