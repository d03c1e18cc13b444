"""Numbers beside each other: ``python -m benchmarks.tables [--data FOLDER]``.

Tables are written with MNIST's test digits, with and without lines, with empty cells,
upright and tilted. What counts are rows whose digits are read as one line, and rows
whose numbers are all told apart; and, on pages of one number a line, how many numbers
are torn.
"""

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.conditions import shots
from benchmarks.photo import (
    DARK,
    Random,
    draw_line,
    enlarged_digit,
    lamp,
    photographed,
    put,
    turned,
)
from benchmarks.writing import HEIGHT, Written, on_paper
from digitdesk.core.digit_data import Labelled
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.types import F32, U8, Reading
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped_data import load_mnist

Rows = list[tuple[str, ...]]
"""The numbers of each row; no row is empty."""

TILTS = (0.0, 2.0, -5.0, 5.0, 12.0)
"""Degrees."""

ONE_NUMBER_A_LINE = ("plain", "comb", "dash each", "single boxes", "commas", "snapshot")
"""Conditions of `benchmarks.conditions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How a table looks.

    Attributes
    ----------
    most_digits : int
        Of a number.
    pitch : float
        From one column to the next, in heights of a digit more than its numbers need.
    columns : int
        At most; at least two.
    empty : float
        Share of empty cells.
    ruled : bool
        Whether lines part rows and columns.
    """

    most_digits: int = 4
    pitch: float = 1.2
    columns: int = 4
    empty: float = 0.0
    ruled: bool = False

    def written(self, rng: Random, digits: Labelled) -> tuple[F32, Rows]:
        """Write it; gives a sheet, shape (height, width, 3), and its numbers."""
        size, tall = float(HEIGHT), 1.9 * HEIGHT
        columns, rows = int(rng.integers(2, self.columns + 1)), int(rng.integers(3, 7))
        wide = size * (0.85 * self.most_digits + self.pitch)
        shape = round(tall * (rows + 1)), round(wide * columns + 2 * size)
        cover = np.zeros(shape, np.float32)
        right = rng.random() < 0.5
        numbers: Rows = []
        for row in range(rows):
            base, texts = tall * (row + 1.1), []
            for column in range(columns):
                if column and rng.random() < self.empty:
                    continue
                number = [
                    enlarged_digit(rng, digits, size)
                    for _ in range(int(rng.integers(1, self.most_digits + 1)))
                ]
                taken = sum(ink.shape[1] + 0.2 * size for ink, _ in number)
                left = size * 1.2 + column * wide
                left += (wide - self.pitch * size - taken) * right
                for ink, _ in number:
                    put(cover, ink, left, base - ink.shape[0] + rng.normal(0, 2))
                    left += ink.shape[1] + size * (0.2 + rng.normal(0, 0.06))
                texts.append("".join(label for _, label in number))
            numbers.append(tuple(texts))
        printed = partial(self._rule, columns=columns, rows=rows)
        sheet = on_paper(Written(cover, [], size), rng, printed if self.ruled else None)
        return sheet, numbers

    def _rule(
        self, sheet: F32, written: Written, _rng: Random, *, columns: int, rows: int
    ) -> None:
        size, tall = written.size, 1.9 * written.size
        wide = size * (0.85 * self.most_digits + self.pitch)
        first, last = 0.35 * tall, (rows + 0.35) * tall
        for row in range(rows + 1):
            y = first + row * tall
            draw_line(sheet, (size * 0.7, y), (size * 0.7 + columns * wide, y), DARK)
        for column in range(columns + 1):
            x = size * 0.7 + column * wide
            draw_line(sheet, (x, first), (x, last), DARK)


TABLES = {
    "numbers": Table(),
    "ruled": Table(ruled=True),
    "single digits": Table(most_digits=1, pitch=2.6, columns=5),
    "empty cells": Table(empty=0.3),
    "few digits": Table(most_digits=2, pitch=2.0, columns=5),
    "far apart": Table(pitch=14, columns=2),
}


@dataclass(slots=True)
class Score:
    """What was right over several pages."""

    rows: int = 0
    lines: int = 0
    apart: int = 0

    def add(self, reading: Reading, rows: Rows) -> None:
        """Count a page."""
        texts = [line.text for line in reading.lines]
        numbers = [line.numbers for line in reading.lines]
        self.rows += len(rows)
        self.lines += sum("".join(row) in texts for row in rows)
        self.apart += sum(row in numbers for row in rows)


def measure(
    name: str,
    tilt: float,
    pages: int,
    digits: Labelled,
    reader: Callable[[U8], Reading],
) -> Score:
    """Read pages of a kind, tilted."""
    score = Score()
    for page in range(pages):
        rng = np.random.default_rng((page, *name.encode()))
        sheet, rows = TABLES[name].written(rng, digits)
        photo = photographed(lamp(sheet, rng, 0.8), rng)
        score.add(reader(turned(photo, tilt) if tilt else photo), rows)
    return score


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.tables", description=__doc__)
    data = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--pages", type=int, default=6, help="of each kind and tilt")
    chosen = parser.parse_args()
    digits = load_mnist(chosen.data, "test")
    classifier = Predictor.load(chosen.model)
    lines = LinePredictor.load(shipped_models())

    def reader(pixels: U8) -> Reading:
        return read_picture(pixels, classifier, PreprocessSettings(), lines)

    print(f"{'table':14} {'tilt':>5} {'rows right':>14} {'numbers apart':>16}")
    for name in TABLES:
        for tilt in TILTS:
            score = measure(name, tilt, chosen.pages, digits, reader)
            print(f"{name:14} {tilt:5.0f} {score.lines:7} of {score.rows:<4}"
                  f" {score.apart:9} of {score.rows:<4}", flush=True)  # fmt: skip
    print(f"\n{'one number a line':20} {'torn':>10}")
    for name in ONE_NUMBER_A_LINE:
        read = [reader(photo) for photo, _ in shots(name, digits, chosen.pages)]
        parted = [len(line.numbers) > 1 for page in read for line in page.lines]
        print(f"{name:20} {sum(parted):3} of {len(parted)}", flush=True)


if __name__ == "__main__":
    main()
