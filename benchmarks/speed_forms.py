"""Time pages of 12 megapixels with 200 digits of MNIST's test, on paper and forms."""

import os
import sys
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo import (
    BLUE,
    FORM,
    WHITE,
    bgr,
    draw_line,
    enlarged_digit,
    photographed,
    put,
)
from benchmarks.recipe import Recipe
from benchmarks.speed_timing import Row, side_by_side
from digitdesk.core.digit_data import Labelled
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.training_types import NetworkName
from digitdesk.core.types import U8
from digitdesk.ml import networks
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped_data import load_mnist

HEIGHT, WIDTH = 3000, 4000
ROWS, COLUMNS = 10, 20
FORMS = ("plain", "comb", "boxes")

_CELL, _LINE, _SIZE = 185, 260, 110
_LEFT, _TOP = 150, 350


def page(form: str, digits: Labelled) -> U8:
    """Return a photo of ten numbers of twenty digits: uint8, (3000, 4000, 3)."""
    rng = np.random.default_rng(4)
    cover = np.zeros((HEIGHT, WIDTH), np.float32)
    sheet = np.ones((HEIGHT, WIDTH, 3), np.float32) * bgr(WHITE)
    for number in range(ROWS * COLUMNS):
        row, column = divmod(number, COLUMNS)
        left, base = _LEFT + column * _CELL, _TOP + row * _LINE
        right = left + _CELL
        ink, _ = enlarged_digit(rng, digits, _SIZE)
        put(cover, ink, left + (_CELL - ink.shape[1]) / 2, base - 10 - ink.shape[0])
        if form == "comb":
            draw_line(sheet, (left, base), (right, base), FORM, 5)
            for x in (left, right):
                draw_line(sheet, (x, base), (x, base - 70), FORM, 5)
        elif form == "boxes":
            corners = (left, base - 190), (right, base + 10)
            cv2.rectangle(sheet, *corners, FORM[::-1], 5)
    share = 0.9 * cover[..., None]
    inked = sheet * (1 - share) + bgr(BLUE) * share
    return photographed(inked.astype(np.float32), rng)


def form_rows(rounds: int = 5) -> list[Row]:
    """Time whole pages; the recipe finds one digit on each. None without MNIST."""
    folder = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))
    try:
        digits = load_mnist(folder, "test")
    except OSError as error:
        print(f"no pages of 12 megapixels without MNIST: {error}", file=sys.stderr)
        return []
    classifier = Predictor.load(default_model())
    lines = LinePredictor.load(shipped_models())
    recipe = Recipe(networks.build(NetworkName.TUTORIAL))
    rows = []
    for form in FORMS:
        picture = page(form, digits)
        ours = partial(read_picture, picture, classifier, PreprocessSettings(), lines)
        case = f"page {WIDTH}x{HEIGHT}, {form} ({len(ours().digits)} read)"
        rows += side_by_side(
            case,
            {"DigitDesk": ours, "recipe": partial(recipe.read, picture)},
            rounds=rounds,
        )
    return rows
