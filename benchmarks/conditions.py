"""Measure paper of all kinds: ``python -m benchmarks.conditions [--data FOLDER]``.

Pages are written with MNIST's test digits and photographed under many conditions, and
read as in `benchmarks.reading`, by DigitDesk and by the common recipe in one run. The
recipe names one digit for a page, so only DigitDesk's column says much; what counts is
which condition falls behind plain paper. Light, lines and boxes are made, the writing
is real.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo import Shot
from benchmarks.reading import Reader, Tally, ours, recipe
from benchmarks.recipe import Recipe, train_recipe
from benchmarks.sheets import CONDITIONS
from digitdesk.core.digit_data import Labelled
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped_data import load_mnist


def shots(name: str, digits: Labelled, pages: int) -> Iterator[Shot]:
    """Photograph pages under a condition; the same ones in every run."""
    for page in range(pages):
        yield CONDITIONS[name](np.random.default_rng((page, *name.encode())), digits)


def measure(name: str, digits: Labelled, pages: int, reader: Reader) -> Tally:
    """Read pages of a condition."""
    tally = Tally()
    for pixels, lines in shots(name, digits, pages):
        tally.add(reader(pixels), lines, ordered=True)
    return tally


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.conditions", description=__doc__)
    data = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--pages", type=int, default=10, help="of each condition")
    parser.add_argument("--only", nargs="+", choices=CONDITIONS, metavar="CONDITION")
    parser.add_argument("--recipe-epochs", type=int, default=12)
    parser.add_argument("--recipe-network", type=Path, help="keep the network here")
    parser.add_argument("--pictures", type=Path, help="write one page of each here")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    digits = load_mnist(chosen.data, "test")
    trained = train_recipe(chosen.data, chosen.recipe_epochs, chosen.recipe_network)
    reader = ours(Predictor.load(chosen.model), LinePredictor.load(shipped_models()))
    print(f"{'condition':18} {'recipe F1':>9} {'digit F1':>9} {'lines':>14} "
          f"{'pages':>10}")  # fmt: skip
    for name in chosen.only or CONDITIONS:
        peer = measure(name, digits, chosen.pages, recipe(Recipe(trained)))
        tally = measure(name, digits, chosen.pages, reader)
        print(f"{name:18} {peer.f1:9.3f} {tally}", flush=True)
        if chosen.pictures:
            chosen.pictures.mkdir(parents=True, exist_ok=True)
            pixels, _ = next(shots(name, digits, 1))
            cv2.imwrite(str(chosen.pictures / f"{name}.png"), pixels)


if __name__ == "__main__":
    main()
