"""Measure single digits: ``python -m benchmarks.digits [--data FOLDER]``.

Every set is read twice in one run: by the shipped model through DigitDesk's reader,
and by the common recipe (Otsu, resize, invert, the tutorial's network, trained here on
MNIST). The data folder's README says what each set is; none of them taught the shipped
model anything. Scribbles and the pen's digits are drawn anew by the generators that it
also learned from.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.pictures import error_gallery, reliability_diagram
from benchmarks.recipe import Recipe, train_recipe
from digitdesk.core import pen
from digitdesk.core.digit_data import Labels
from digitdesk.core.evaluation import Evaluation, evaluation_of
from digitdesk.core.normalise import make_glyph
from digitdesk.core.paths import default_model
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_single
from digitdesk.core.types import U8, Scores
from digitdesk.ml.likeness import looks_like_digit
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped_data import digit_likeness, load_real, load_signs

KEEP = 0.97  # share of digits that a threshold keeps when what it lets pass is counted
_SCRIBBLES = 2_000
_SURE = 0.9  # probability from which the tutorial's network is taken at its word
_PEN_DIGITS, _PEN_SIDE = 3_000, 220


@dataclass(frozen=True, slots=True)
class DigitSet:
    """Pictures of single digits as they were made, and their labels."""

    name: str
    pictures: U8
    labels: Labels


def digit_sets(folder: Path) -> Iterator[DigitSet]:
    """Load the sets that nothing was learned from."""
    with np.load(folder / "mnist.npz", allow_pickle=False) as data:
        yield DigitSet("MNIST test", data["x_test"], data["y_test"])
    for file, title in (
        ("usps_train", "USPS train"),
        ("drawn_rotarymars", "RotaryMars"),
    ):
        with np.load(folder / f"{file}.npz", allow_pickle=False) as data:
            yield DigitSet(title, data["x"], data["y"])


def pen_set() -> DigitSet:
    """Write in a hurry with the simulated pen: pictures that may be shown to anybody.

    The points of a stroke miss by more than in what the model learned from.
    """
    rng = np.random.default_rng(456_789)
    labels = rng.integers(0, 10, _PEN_DIGITS).astype(np.uint8)
    pictures = np.full((_PEN_DIGITS, _PEN_SIDE, _PEN_SIDE), 255, np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        hand = replace(pen.Hand.sample(rng), wobble=float(rng.uniform(0.03, 0.07)))
        strokes = pen.write_digit(int(label), hand, rng, rare=True)
        ink = pen.ink(strokes, hand, 100, rng)
        top, left = ((_PEN_SIDE - side) // 2 for side in ink.shape)
        picture[top : top + ink.shape[0], left : left + ink.shape[1]] -= ink
    return DigitSet("hasty pen", pictures, labels)


def read_all(predictor: Predictor, digits: DigitSet) -> Evaluation:
    """Read every picture as `digitdesk read --single` does."""
    settings = PreprocessSettings()
    readings = [
        read_single(np.repeat(picture[..., None], 3, axis=2), predictor, settings)
        for picture in digits.pictures
    ]
    scores = Scores(
        np.stack([reading.probabilities for reading in readings]),
        np.array([reading.not_digit for reading in readings], np.float32),
    )
    return evaluation_of(scores, digits.labels, predictor.reject_threshold)


def recipe_accuracy(recipe: Recipe, digits: DigitSet) -> float:
    """Read every picture as the recipe does, in one batch to save time."""
    dark = (
        digits.pictures if np.median(digits.pictures) > 127 else 255 - digits.pictures
    )
    glyphs = np.stack([recipe.glyph(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
                       for picture in dark])  # fmt: skip
    return float((recipe.predict(glyphs).argmax(axis=1) == digits.labels).mean())


def scribbles(count: int) -> U8:
    """Scribble with many pens; what comes out as a digit by chance stays in."""
    rng = np.random.default_rng(987_654)
    hands = (pen.Hand.sample(rng) for _ in range(count))
    return np.stack(
        [make_glyph(pen.ink(pen.scribble(h, rng), h, 84, rng)) for h in hands]
    )


def digit_table(predictor: Predictor, recipe: Recipe, folder: Path) -> list[Evaluation]:
    """Print a row for each set; return what DigitDesk answered."""
    print(f"{'set':12} {'digits':>7} {'recipe':>8} {'DigitDesk':>10} "
          f"{'95 % interval':>16} {'ECE':>7} {'rejected':>9}")  # fmt: skip
    evaluations = []
    for digits in digit_sets(folder):
        result = read_all(predictor, digits)
        score, recipes = result.accuracy(), recipe_accuracy(recipe, digits)
        print(
            f"{digits.name:12} {result.count:7} {recipes:8.2%} {score.value:10.2%}"
            f" {score.low:8.2%}-{score.high:.2%} {result.calibration_error():7.2%}"
            f" {result.rejected_share():9.2%}"
        )
        evaluations.append(result)
    return evaluations


def reject_table(
    predictor: Predictor, recipe: Recipe, digits: Evaluation, folder: Path
) -> None:
    """Print what passes as a digit where `KEEP` of MNIST's test digits are kept.

    What the tutorial's network, which knows digits alone, is sure of, and what is also
    as near to real digits as these are to each other, is counted apart: by chance it
    may well be a digit.
    """
    strict = float(np.quantile(digits.not_digit, KEEP))
    print(f"\nno digits that pass: at the model's own threshold "
          f"{predictor.reject_threshold:.3f}, and at {strict:.4f}, which keeps "
          f"{KEEP:.0%} of MNIST's test digits")  # fmt: skip
    signs = load_signs(folder)[1::2]
    digits_alone, _ = load_real(folder, seed=1)
    likeness = digit_likeness(digits_alone)
    rows: list[tuple[str, U8]] = []
    for name, glyphs in (("Omniglot signs, unseen half", signs),
                         ("scribbles", scribbles(_SCRIBBLES))):  # fmt: skip
        like = looks_like_digit(glyphs, likeness, recipe.predict, _SURE)
        rows += [(name, glyphs), ("those that look like no digit", glyphs[~like])]
    for name, glyphs in rows:
        figures = predictor.classify(glyphs).not_digit
        own, tight = (
            (figures <= t).mean() for t in (predictor.reject_threshold, strict)
        )
        print(f"{name:30} {len(glyphs):5} {own:8.2%} {tight:8.2%}")


def main() -> None:
    """Measure, print, and draw what was asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.digits", description=__doc__)
    data = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--recipe-epochs", type=int, default=12)
    parser.add_argument("--recipe-network", type=Path, help="keep the network here")
    parser.add_argument("--gallery", type=Path, help="write misread digits to this PNG")
    parser.add_argument(
        "--weaknesses",
        type=Path,
        help="write misread digits of a hasty pen to this PNG",
    )
    parser.add_argument("--reliability", type=Path, help="write a diagram to this SVG")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    predictor = Predictor.load(options.model)
    trained = train_recipe(options.data, options.recipe_epochs, options.recipe_network)
    recipe = Recipe(trained)
    evaluations = digit_table(predictor, recipe, options.data)
    reject_table(predictor, recipe, evaluations[0], options.data)
    if options.gallery:
        error_gallery(options.gallery, list(digit_sets(options.data)), evaluations)
    if options.weaknesses:
        written = pen_set()
        result = read_all(predictor, written)
        print(f"{written.name}: {result.accuracy().value:.2%} of {result.count}")
        error_gallery(options.weaknesses, [written], [result])
    if options.reliability:
        names = [digits.name for digits in digit_sets(options.data)]
        reliability_diagram(
            options.reliability, dict(zip(names, evaluations, strict=True))
        )


if __name__ == "__main__":
    main()
