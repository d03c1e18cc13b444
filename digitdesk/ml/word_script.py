"""The writer of words: the letters' shapes, and their ink."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitdesk.core import pen
from digitdesk.core.pen_forms import Form
from digitdesk.core.types import U8
from digitdesk.ml.line_hand import LineHand, bent, paste

Random = np.random.Generator

_STRAY, _NEAT_STRAY = 0.05, 0.015
"""Standard deviation by which the points of somebody's letters are elsewhere than in
the forms, each time that they write them; and of neat writers'."""

_NEAT, _UNEVEN = 0.35, 0.25
"""Share of neat writers, and in what part their pens wobble and press unevenly."""

_X_HEIGHT = 0.58
"""Height of small letters in the forms, from the line on which they stand."""

Columns = tuple[float, float]
"""First and last column of a piece of ink."""


@dataclass(frozen=True, slots=True)
class Script:
    """How somebody writes words.

    Attributes
    ----------
    hand : Hand
        The pen.
    height : float
        Of a capital, in pixels.
    x_height : float
        Of small letters, in heights of a capital.
    below : float
        How far letters reach below the line, in parts of the forms' length there.
    spacing : float
        Between letters, in widths of a usual one.
    joined : bool
        Whether a word is written in one pull.
    habit : int
        Fixes which forms this writer has.
    stray : float
        Standard deviation by which points are elsewhere than in the forms, in parts of
        the height.
    """

    hand: pen.Hand
    height: float
    x_height: float
    below: float
    spacing: float
    joined: bool
    habit: int
    stray: float

    @classmethod
    def sample(cls, line: LineHand, rng: Random) -> "Script":
        """Draw a writer at random, with the pen and slant of a line."""
        height = line.height * float(np.exp(rng.normal(-0.05, 0.15)))
        joined = bool(rng.random() < 0.4)
        hand, neat = pen.Hand.sample(rng), bool(rng.random() < _NEAT)
        even = _UNEVEN if neat else 1.0
        aspect = 0.62 * line.aspect * float(np.exp(rng.normal(0, 0.2)))
        return cls(
            hand=replace(
                hand, slant=float(np.clip(line.slant + rng.normal(0, 0.05), -0.4, 0.7)),
                aspect=float(np.clip(aspect, 0.3, 1.0)),
                pen=float(np.clip(line.pen / height, 0.03, 0.13 if joined else 0.22)),
                wobble=even * hand.wobble, pressure=even * hand.pressure,
            ),
            height=height,
            x_height=float(rng.uniform(0.38, 0.75)),
            below=float(rng.uniform(0.5, 1.2)),
            spacing=float(rng.uniform(-0.03, 0.45)),
            joined=joined,
            habit=int(rng.integers(1 << 31)),
            stray=_NEAT_STRAY if neat else _STRAY,
        )  # fmt: skip

    def chosen(self, sign: str, forms: Sequence[Form]) -> Form:
        """Return this writer's way to write a sign: the same each time."""
        own = np.random.default_rng((self.habit, *sign.encode()))
        form = forms[int(own.integers(len(forms)))]
        corners = {
            point: own.normal(0, self.stray, 2) for pull in form for point in pull
        }
        return tuple(
            tuple((x + corners[x, y][0], y + corners[x, y][1]) for x, y in pull)
            for pull in form
        )

    def shaped(self, form: Form, *, small: bool) -> Form:
        """Bring a form to this writer's x-height and length below the line."""
        if not small:
            return form

        def row(y: float) -> float:
            if y > 1:
                return 1 + (y - 1) * self.below
            top = 1 - self.x_height
            if y < 1 - _X_HEIGHT:
                return y * top / (1 - _X_HEIGHT)
            return 1 - (1 - y) * self.x_height / _X_HEIGHT

        return tuple(tuple((x, row(y)) for x, y in pull) for pull in form)


def pulled(
    ink: U8, letters: Sequence[list[pen.Stroke]], left: float, top: float,
    script: Script, rng: Random,
) -> tuple[float, Columns]:  # fmt: skip
    """Draw strokes whose ink begins at column `left`; return its columns."""
    strokes = [stroke for letter in letters for stroke in letter]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = script.hand.pen * script.height + 3
    width, tall = np.ceil((high - low) * script.height + 2 * margin).astype(int)
    canvas = np.zeros((tall, width), np.uint8)
    pen.draw(
        canvas, strokes, script.hand, left=margin - low[0] * script.height,
        top=margin - low[1] * script.height, height=script.height, rng=rng,
    )  # fmt: skip
    canvas = bent(canvas, script.height, rng, across=max(4, round(4 * width / tall)))
    column = round(left - margin)
    paste(ink, canvas, column, round(top + low[1] * script.height - margin))
    right = left + (high[0] - low[0]) * script.height
    return right, (left - margin / 2, right + margin / 2)
