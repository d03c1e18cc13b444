"""The pages of the demo source: writing them, and what is written on them.

``python -m digitdesk.core.sources.pages`` writes them anew into the resources.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from digitdesk.core.files import write_atomically
from digitdesk.core.paths import resources
from digitdesk.core.pen import Hand, Stroke, draw, write_digit
from digitdesk.core.types import U8, Box

PAGE_SIZE = (1920, 1200)
"""Width and height of a page in pixels."""

TRUTH_FILE = "truth.json"

_SEED = 7
_PAPER = 250
_INK = 40
_RULE = 222


@dataclass(frozen=True, slots=True)
class WrittenDigit:
    """A digit on a page.

    Attributes
    ----------
    digit : int
        0 to 9.
    line : int
        Its line on the page, from 0.
    box : Box
        The ink's bounds in pixels of the page.
    """

    digit: int
    line: int
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it lies in the resources.

    Attributes
    ----------
    file : str
        Name of its picture.
    digits : tuple of WrittenDigit
        In reading order.
    """

    file: str
    digits: tuple[WrittenDigit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What to write on a page, and how."""

    file: str
    lines: tuple[str, ...]
    hand: Hand
    height: int
    left: int
    top: int
    leading: int
    right_aligned: bool = False
    sum_line: bool = False
    ruled: bool = False


_PLANS = (
    _Plan(
        file="ten-digits.png",
        lines=("01234", "56789"),
        hand=Hand(slant=0.12, aspect=0.62, wobble=0.012, pen=0.085, pressure=0.3),
        height=240,
        left=440,
        top=280,
        leading=400,
    ),
    _Plan(
        file="sum.png",
        lines=("1204", "385", "67", "2910", "4566"),
        hand=Hand(slant=0.05, aspect=0.6, wobble=0.012, pen=0.09, pressure=0.2),
        height=112,
        left=760,
        top=180,
        leading=178,
        right_aligned=True,
        sum_line=True,
    ),
    _Plan(
        file="ruled-paper.png",
        lines=("2026 11 23", "470 815", "6 93 128", "3141592"),
        hand=Hand(slant=0.2, aspect=0.58, wobble=0.015, pen=0.1, pressure=0.35),
        height=120,
        left=440,
        top=200,
        leading=216,
        ruled=True,
    ),
)
_GAP = 0.3
_SPACE = 0.75


def load_pages(folder: Path) -> tuple[Page, ...]:
    """Read what is written on the pages in `folder`.

    Raises
    ------
    OSError
        If there is no `TRUTH_FILE`.
    """
    listed = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    return tuple(
        Page(
            page["file"],
            tuple(
                WrittenDigit(digit["digit"], digit["line"], Box(**digit["box"]))
                for digit in page["digits"]
            ),
        )
        for page in listed
    )


def write_pages(folder: Path) -> None:
    """Write the pages' pictures and their truth into `folder`; always the same."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for number, plan in enumerate(_PLANS):
        picture, digits = _write(plan, np.random.default_rng((_SEED, number)))
        settings = [cv2.IMWRITE_PNG_COMPRESSION, 9]
        _, data = cv2.imencode(".png", picture, settings)
        write_atomically(folder / plan.file, data.tobytes())
        pages.append(asdict(Page(plan.file, digits)))
    text = json.dumps(pages, indent=1) + "\n"
    write_atomically(folder / TRUTH_FILE, text.encode())


def _write(
    plan: _Plan, rng: np.random.Generator
) -> tuple[U8, tuple[WrittenDigit, ...]]:
    width, height = PAGE_SIZE
    ink = np.zeros((height, width), np.uint8)
    digits: list[WrittenDigit] = []
    longest = max(_length(line, plan) for line in plan.lines)
    for number, line in enumerate(plan.lines):
        indent = longest - _length(line, plan) if plan.right_aligned else 0
        top = plan.top + number * plan.leading + rng.normal(0, 0.02) * plan.height
        digits += _write_line(ink, line, number, (plan.left + indent, top), plan, rng)
    if plan.sum_line:
        _draw_sum_line(ink, plan, longest, rng)
    paper = np.full((height, width), _PAPER, np.uint8)
    if plan.ruled:
        bottom = plan.top + plan.height * 1.12
        for y in np.arange(bottom - plan.leading, height - 40, plan.leading / 2):
            cv2.line(paper, (0, round(y)), (width, round(y)), _RULE, 2)
    covered = ink.astype(np.float32) / 255
    return (paper * (1 - covered) + _INK * covered).astype(np.uint8), tuple(digits)


def _length(line: str, plan: _Plan) -> float:
    """Width of a line in pixels if every digit were as wide as the hand's usual."""
    digit, space = plan.hand.aspect + _GAP, _SPACE
    return plan.height * sum(space if sign == " " else digit for sign in line)


def _write_line(
    ink: U8,
    line: str,
    number: int,
    start: tuple[float, float],
    plan: _Plan,
    rng: np.random.Generator,
) -> list[WrittenDigit]:
    left, top = start
    written = []
    for sign in line:
        if sign != " ":
            strokes = write_digit(int(sign), plan.hand, rng)
            size = plan.height * rng.uniform(0.94, 1.04)
            own = np.zeros_like(ink)
            place = {"left": left, "top": top + plan.height - size, "height": size}
            draw(own, strokes, plan.hand, rng=rng, **place)
            written.append(WrittenDigit(int(sign), number, _bounds(own)))
            np.maximum(ink, own, out=ink)
        left += _length(sign, plan)
    return written


def _draw_sum_line(
    ink: U8, plan: _Plan, longest: float, rng: np.random.Generator
) -> None:
    """Draw the line above the last number of a sum."""
    x = np.linspace(-0.5, longest / plan.height, 40)
    stroke: Stroke = np.stack([x, 0.02 * np.sin(x * 2)], axis=1)
    gap = plan.leading - plan.height
    top = plan.top + (len(plan.lines) - 1) * plan.leading - gap / 2
    place = {"left": float(plan.left), "top": top, "height": float(plan.height)}
    draw(ink, [stroke], plan.hand, rng=rng, **place)


def _bounds(ink: U8) -> Box:
    return Box(*cv2.boundingRect(ink))


if __name__ == "__main__":
    write_pages(resources() / "demo")
