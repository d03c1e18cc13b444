"""A simulated pen: strokes of digits, letters and scribbles, and their ink.

The demo pages, the tests and part of the training pictures are written with it, in the
forms of `digitdesk.core.pen_forms`.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.pen_forms import DIGIT_FORMS, LETTER_FORMS, RARE_FORMS, Form
from digitdesk.core.types import U8

Stroke = NDArray[np.float64]
"""Points of one pull of the pen, shape (n, 2): x, y."""

_SKIRT = 60
"""Level up to which ink is the soft edge of a stroke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How somebody writes.

    Attributes
    ----------
    slant : float
        Shift to the right per height, -0.5 to 0.7.
    aspect : float
        Width of a digit over its height, 0.3 to 1.2.
    wobble : float
        Standard deviation by which points miss, in parts of the height.
    pen : float
        Width of the stroke in parts of the height, 0.03 to 0.25.
    pressure : float
        Part by which the stroke's width varies, 0 to 0.6.
    """

    slant: float = 0.1
    aspect: float = 0.6
    wobble: float = 0.02
    pen: float = 0.09
    pressure: float = 0.2

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Self:
        """Draw a writer at random."""
        return cls(
            slant=float(np.clip(rng.normal(0.12, 0.18), -0.4, 0.6)),
            aspect=float(np.clip(rng.normal(0.6, 0.12), 0.35, 1.0)),
            wobble=float(rng.uniform(0.008, 0.035)),
            pen=float(np.clip(rng.lognormal(np.log(0.09), 0.4), 0.03, 0.22)),
            pressure=float(rng.uniform(0, 0.5)),
        )


def write_digit(
    digit: int,
    hand: Hand,
    rng: np.random.Generator,
    form: int | None = None,
    *,
    rare: bool = False,
) -> list[Stroke]:
    """Write a digit into a box of height 1.

    Parameters
    ----------
    digit : int
        0 to 9.
    hand : Hand
        The writer.
    rng : numpy.random.Generator
        Source of the wobble and of the choice of a form.
    form : int or None
        Index into ``DIGIT_FORMS[digit]``; None chooses at random.
    rare : bool
        Whether `RARE_FORMS` follow the others.

    Returns
    -------
    list of Stroke
        Dense points; y from about 0 to 1, x from about 0 to `hand.aspect`.
    """
    forms = DIGIT_FORMS[digit] + (RARE_FORMS[digit] if rare else ())
    return pull(forms[int(rng.integers(len(forms))) if form is None else form],
                 hand, rng)  # fmt: skip


def write_letter(hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """Write a letter or sign that is no digit, at random."""
    form = LETTER_FORMS[int(rng.integers(len(LETTER_FORMS)))]
    return pull(form, hand, rng)


def scribble(hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """Scribble in a unit box: wild pulls of the pen, hatching, a coil, a spiral."""
    kind = rng.random()
    if kind < 0.55:
        pulls = [_wild_pull(rng) for _ in range(int(rng.integers(1, 4)))]
    elif kind < 0.7:
        pulls = [_hatching(rng)]
    elif kind < 0.85:
        pulls = [_coil(rng)]
    else:
        pulls = [_spiral(rng)]
    return [_smooth(points * (max(hand.aspect, 0.6), 1)) for points in pulls]


def _wild_pull(rng: np.random.Generator) -> Stroke:
    """Walk about at random, up to the edges of the box."""
    steps = rng.normal(0, 0.35, (int(rng.integers(4, 12)), 2))
    return np.clip(0.5 + np.cumsum(steps, axis=0) * 0.6, 0, 1)


def _hatching(rng: np.random.Generator) -> Stroke:
    """Go to and fro while moving on, as one fills an area or crosses something out."""
    turns = int(rng.integers(5, 14))
    across = np.linspace(0, 1, turns) + rng.normal(0, 0.04, turns)
    along = np.where(np.arange(turns) % 2, 1.0, 0.0) + rng.normal(0, 0.12, turns)
    return _turned(np.column_stack([across, along]), rng)


def _coil(rng: np.random.Generator) -> Stroke:
    """Write loop after loop, as one tries a pen."""
    loops = int(rng.integers(3, 7))
    angle = np.linspace(0, 2 * np.pi * loops, 8 * loops) * rng.choice([-1, 1])
    radius = rng.uniform(0.15, 0.45)
    drift = np.linspace(0, rng.uniform(0.4, 1.2), angle.size)
    points = np.column_stack([drift + radius * np.cos(angle), 0.5 * np.sin(angle)])
    return _turned(points + rng.normal(0, 0.03, points.shape), rng)


def _spiral(rng: np.random.Generator) -> Stroke:
    """Go round and round outwards."""
    rounds = float(rng.uniform(2.2, 5))
    angle = np.linspace(0, 2 * np.pi * rounds, round(8 * rounds))
    radius = np.linspace(rng.uniform(0, 0.1), 0.5, angle.size)
    start = rng.uniform(0, 2 * np.pi)
    points = np.column_stack(
        [radius * np.cos(angle + start), radius * np.sin(angle + start)]
    )
    points[:, 0] *= rng.choice([-1, 1]) * rng.uniform(0.7, 1)
    return points + 0.5 + rng.normal(0, 0.02, points.shape)


def _turned(points: Stroke, rng: np.random.Generator) -> Stroke:
    """Turn points about their middle, and fit them into the unit box."""
    angle = rng.uniform(0, np.pi)
    c, s = np.cos(angle), np.sin(angle)
    points = points @ np.array([[c, s], [-s, c]])
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray((points - low) / max(float((high - low).max()), 1e-6))


def draw(
    canvas: U8,
    strokes: list[Stroke],
    hand: Hand,
    *,
    left: float,
    top: float,
    height: float,
    rng: np.random.Generator,
) -> None:
    """Add strokes as bright ink to `canvas`, in place.

    Parameters
    ----------
    canvas : ndarray of uint8, shape (height, width)
        0 is paper.
    strokes : list of Stroke
        In a box of height 1.
    hand : Hand
        Gives the width of the stroke and its variation.
    left, top, height : float
        Place and height of the strokes' unit box in pixels.
    rng : numpy.random.Generator
        Source of the pressure's variation.
    """
    shift = 4
    for stroke in strokes:
        path = stroke * height + (left, top)
        phase = rng.uniform(0, 2 * np.pi)
        swing = 1 + hand.pressure * np.sin(phase + np.linspace(0, 5, len(path))) / 2
        widths = np.maximum(hand.pen * height * swing, 1)
        fixed = np.round(path * (1 << shift)).astype(np.int32)
        for start, end, width in zip(fixed, fixed[1:], widths, strict=False):
            cv2.line(canvas, start.tolist(), end.tolist(), 255, max(1, round(width)),
                     cv2.LINE_AA, shift)  # fmt: skip


def ink(strokes: list[Stroke], hand: Hand, height: int, rng: np.random.Generator) -> U8:
    """Draw strokes on a canvas of their own that just holds them.

    Returns
    -------
    ndarray of uint8, shape (about `height` + pen, width + pen)
        0 is paper, 255 is ink; strokes are anti-aliased.
    """
    everything = np.concatenate(strokes)
    low, high = everything.min(axis=0), everything.max(axis=0)
    margin = hand.pen * height + 2
    width, tall = np.ceil((high - low) * height + 2 * margin).astype(int)
    canvas = np.zeros((tall, width), np.uint8)
    left, top = margin - low * height
    draw(canvas, strokes, hand, left=left, top=top, height=height, rng=rng)
    return canvas


def trimmed(ink: U8) -> U8:
    """Cut the margins off drawn ink, and its faintest skirts with them.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        0 is paper.

    Returns
    -------
    ndarray of uint8, shape (trimmed height, trimmed width)
        A view; all of it if there is no ink.
    """
    columns = np.flatnonzero((ink > _SKIRT).any(axis=0))
    rows = np.flatnonzero((ink > _SKIRT).any(axis=1))
    if columns.size == 0:
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def pull(form: Form, hand: Hand, rng: np.random.Generator) -> list[Stroke]:
    """Turn a form into smooth strokes of this writer."""
    strokes = []
    for pull in form:
        points = np.array(pull, float)
        missed = rng.normal(0, hand.wobble, points.shape)
        same = np.all(points[1:] == points[:-1], axis=1)
        missed[1:][same] = missed[:-1][same]  # a corner stays a corner
        points = (points + missed) * (hand.aspect, 1)
        points[:, 0] += hand.slant * (0.5 - points[:, 1])
        strokes.append(_smooth(points))
    return strokes


def _smooth(points: Stroke, steps: int = 10) -> Stroke:
    """Lay a Catmull-Rom curve through the points.

    References
    ----------
    E. Catmull, R. Rom, "A class of local interpolating splines", 1974.
    """
    padded = np.vstack([points[0], points, points[-1]])
    before, start, end, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1]])
