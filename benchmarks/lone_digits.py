"""Read one digit anywhere on a picture: ``python -m benchmarks.lone_digits``.

This is what the tutorial does: hold a sheet with one digit before the camera. MNIST's
test digits are written anywhere on a sheet, a quarter to two thirds as high as it,
and photographed under many conditions. One run compares the tutorial's recipe, which
squeezes the whole picture to 28x28 pixels, with DigitDesk told that there is one digit
(``digitdesk read --single``) and with DigitDesk not told: then nothing but this one
digit may be read. Light, paper and lines are made, the writing is real.
"""

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo import (
    BLACK,
    BLUE,
    DARK,
    PALE,
    PENCIL,
    WHITE,
    Colour,
    Random,
    bgr,
    draw_line,
    enlarged_digit,
    lamp,
    on_table,
    photographed,
    put,
    shadow,
    turned,
)
from benchmarks.recipe import Recipe, train_recipe
from digitdesk.core.digit_data import Labelled
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture, read_single
from digitdesk.core.types import F32, U8
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped_data import load_mnist

Shot = tuple[U8, str]
"""A photo, uint8 of shape (height, width, 3), and the digit on it."""


class _Page:
    """A sheet with one digit anywhere; `box` is around it: left, top, right, bottom."""

    def __init__(self, rng: Random, digits: Labelled, room: float = 0.03) -> None:
        shorter = int(rng.integers(240, 720))
        shape = (shorter, shorter * 4 // 3)[:: int(rng.choice([-1, 1]))]
        self.cover = np.zeros(shape, np.float32)
        margin = room * shorter
        while True:
            self.size = shorter * float(rng.uniform(0.25, 0.66))
            ink, self.label = enlarged_digit(rng, digits, self.size)
            free = np.subtract(shape, ink.shape) - 2 * margin
            if free.min() > 0:
                break
        top, left = (margin + rng.uniform(0, 1, 2) * free).astype(int).tolist()
        put(self.cover, ink, left, top)
        self.box = (left, top, left + ink.shape[1], top + ink.shape[0])

    def paper(self, colour: Colour = WHITE) -> F32:
        return np.ones((*self.cover.shape, 3), np.float32) * bgr(colour)

    def written(self, paper: F32, pen: Colour = BLUE, strength: float = 0.9) -> F32:
        cover = (self.cover * np.float32(strength))[..., None]
        return np.asarray(paper * (1 - cover) + bgr(pen) * cover, np.float32)


Look = Callable[[_Page, Random], U8]


def _plain(page: _Page, rng: Random) -> U8:
    return photographed(lamp(page.written(page.paper(), BLACK), rng, 0.7), rng)


def _pencil(page: _Page, rng: Random) -> U8:
    return photographed(lamp(page.written(page.paper(), PENCIL, 0.6), rng, 0.7), rng)


def _chalk(page: _Page, rng: Random) -> U8:
    board = page.paper((45.0, 70.0, 55.0))
    return photographed(page.written(board, (220.0, 220.0, 215.0)), rng, noise=6)


def _lines(page: _Page, rng: Random, *, squared: bool) -> U8:
    paper, pitch = page.paper(), page.size * rng.uniform(0.5, 1.5)
    colour, thick = (PALE, DARK)[int(rng.integers(2))], int(rng.integers(1, 4))
    height, width = page.cover.shape
    for y in np.arange(rng.uniform(0, pitch), height, pitch):
        draw_line(paper, (0, y), (width, y), colour, thick)
    for x in np.arange(rng.uniform(0, pitch), width, pitch) if squared else ():
        draw_line(paper, (x, 0), (x, height), colour, thick)
    return photographed(page.written(paper), rng)


def _ruled(page: _Page, rng: Random) -> U8:
    return _lines(page, rng, squared=False)


def _squared(page: _Page, rng: Random) -> U8:
    return _lines(page, rng, squared=True)


def _boxed(page: _Page, rng: Random) -> U8:
    paper, away = page.paper(), round(0.12 * page.size)
    left, top, right, bottom = page.box
    corners = (left - away, top - away), (right + away, bottom + away)
    cv2.rectangle(paper, *corners, (70, 70, 70), 2)
    return photographed(page.written(paper), rng)


def _shaded(page: _Page, rng: Random) -> U8:
    return photographed(shadow(page.written(page.paper()), rng, 0.5), rng)


def _lit(page: _Page, rng: Random) -> U8:
    return photographed(lamp(page.written(page.paper()), rng, 0.25), rng)


def _on_table(page: _Page, rng: Random) -> U8:
    return photographed(on_table(page.written(page.paper(), BLACK), rng), rng)


def _blurred(page: _Page, rng: Random) -> U8:
    soft = max(1.0, page.size / 25)
    return photographed(page.written(page.paper(), BLACK), rng, blur=soft)


def _noisy(page: _Page, rng: Random) -> U8:
    return photographed(page.written(page.paper(), BLACK), rng, noise=22)


def _tilted(page: _Page, rng: Random) -> U8:
    return turned(_plain(page, rng), float(rng.uniform(-15, 15)))


def _small(page: _Page, rng: Random) -> U8:
    photo = _plain(page, rng)
    scale = rng.uniform(50, 100) / max(photo.shape)
    small = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


LOOKS: Mapping[str, Look] = {
    "plain": _plain,
    "pencil": _pencil,
    "chalk": _chalk,
    "ruled": _ruled,
    "squared": _squared,
    "in a box": _boxed,
    "half in shadow": _shaded,
    "lamp": _lit,
    "on a table": _on_table,
    "blurred": _blurred,
    "noisy": _noisy,
    "tilted": _tilted,
    "small": _small,
}
"""Ways to photograph a page with one digit, by name."""

_ROOM = {"in a box": 0.12}
"""Least margin around a digit, in parts of the shorter side, where it is not usual."""


def shots(name: str, digits: Labelled, count: int) -> list[Shot]:
    """Photograph digits under a condition; the same ones in every run."""
    taken = []
    for number in range(count):
        rng = np.random.default_rng((number, *name.encode()))
        page = _Page(rng, digits, _ROOM.get(name, 0.03))
        taken.append((LOOKS[name](page, rng), page.label))
    return taken


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.lone_digits", description=__doc__)
    data = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--pictures", type=int, default=100, help="of each condition")
    parser.add_argument("--recipe-epochs", type=int, default=12)
    parser.add_argument("--recipe-network", type=Path, help="keep the network here")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    digits = load_mnist(chosen.data, "test")
    trained = train_recipe(chosen.data, chosen.recipe_epochs, chosen.recipe_network)
    recipe = Recipe(trained)
    classifier = Predictor.load(chosen.model)
    lines, settings = LinePredictor.load(shipped_models()), PreprocessSettings()

    def by_recipe(pixels: U8) -> str:
        return str(recipe.predict(recipe.glyph(pixels)[None]).argmax())

    def told(pixels: U8) -> str:
        return str(read_single(pixels, classifier, settings).digit)

    def not_told(pixels: U8) -> str:
        read = read_picture(pixels, classifier, settings, lines)
        return " ".join(line.text for line in read.lines)

    readers = by_recipe, told, not_told
    print(f"{'condition':16} {'recipe':>8} {'told':>8} {'not told':>9}")
    total = np.zeros(len(readers))
    for name in LOOKS:
        taken = shots(name, digits, chosen.pictures)
        right = [
            np.mean([reader(photo) == label for photo, label in taken])
            for reader in readers
        ]
        total += right
        print(f"{name:16} {right[0]:8.1%} {right[1]:8.1%} {right[2]:9.1%}", flush=True)
    mean = total / len(LOOKS)
    print(f"{'mean':16} {mean[0]:8.1%} {mean[1]:8.1%} {mean[2]:9.1%}")


if __name__ == "__main__":
    main()
