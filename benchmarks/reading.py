"""Measure whole pictures: ``python -m benchmarks.reading [--data FOLDER]``.

Every picture is read three times in one run: by DigitDesk, by its cuts without the line
network, and by the common recipe (grey, Otsu, the whole picture resized to 28x28,
inverted, one prediction by the tutorial's network, which is trained here). Digits are
aligned with the truth by edit distance, line by line; scattered digits are compared as
a bag. Nothing was learned from these pictures.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.recipe import Recipe, train_recipe
from digitdesk.core.paths import shipped_models
from digitdesk.core.picture import load_picture
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.types import U8, Classifier, LineReader
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor

SETS = (("multi_dev", "phone photos"), ("multi_orand_train_dev", "cheque amounts"))

Reader = Callable[[U8], Sequence[str]]
"""Reads the lines of a picture."""


@dataclass(slots=True)
class Tally:
    """What was right over several pictures."""

    right: int = 0
    read: int = 0
    written: int = 0
    exact_lines: int = 0
    lines: int = 0
    exact_pictures: int = 0
    pictures: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of the shares of read and of written digits that agree."""
        return 2 * self.right / max(self.read + self.written, 1)

    def add(self, read: Sequence[str], truth: Sequence[str], *, ordered: bool) -> None:
        """Count one picture."""
        said, meant = "".join(read), "".join(truth)
        if ordered:
            self.right += matches(said, meant)
        else:
            self.right += (Counter(said) & Counter(meant)).total()
        self.read += len(said)
        self.written += len(meant)
        self.exact_lines += (Counter(read) & Counter(truth)).total()
        self.lines += len(truth)
        self.exact_pictures += list(read) == list(truth)
        self.pictures += 1

    def __str__(self) -> str:
        """Show the figures in the columns of the table."""
        return (
            f"{self.f1:9.3f} {self.exact_lines:5d} of {self.lines:<5d}"
            f" {100 * self.exact_pictures / max(self.pictures, 1):8.1f} %"
        )


def matches(said: str, meant: str) -> int:
    """Count digits that agree where two strings are aligned at the least edits."""
    best = [(column, 0) for column in range(len(meant) + 1)]
    for row, digit in enumerate(said, 1):
        previous, best = best, [(row, 0)]
        for column, wanted in enumerate(meant, 1):
            same = digit == wanted
            ways = (
                (previous[column][0] + 1, previous[column][1]),
                (best[column - 1][0] + 1, best[column - 1][1]),
                (previous[column - 1][0] + (not same), previous[column - 1][1] + same),
            )
            best.append(min(ways, key=lambda way: (way[0], -way[1])))
    return best[-1][1]


def recipe(tutorial: Recipe) -> Reader:
    """Read as the common tutorial does: the whole picture is one digit."""
    return lambda pixels: [str(int(tutorial.read(pixels).argmax()))]


def ours(classifier: Classifier, lines: LineReader | None = None) -> Reader:
    """Read as the program does, with the settings that it starts with."""
    settings = PreprocessSettings()
    return lambda pixels: [
        line.text for line in read_picture(pixels, classifier, settings, lines).lines
    ]


def measure(folder: Path, reader: Reader, step: int) -> Tally:
    """Read every `step`-th picture of a folder with a ``truth.json``."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    tally = Tally()
    for name, known in list(truth.items())[::step]:
        lines = reader(load_picture(folder / name))
        tally.add(lines, known["lines"], ordered=known["ordered"])
    return tally


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("DIGITDESK_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--model", type=Path, default=Path("models/digitdesk-small"))
    parser.add_argument("--step", type=int, default=1, help="read every n-th picture")
    parser.add_argument("--recipe-epochs", type=int, default=12)
    parser.add_argument("--recipe-network", type=Path, help="keep the network here")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    trained = train_recipe(chosen.data, chosen.recipe_epochs, chosen.recipe_network)
    classifier = Predictor.load(chosen.model)
    readers = (
        ("DigitDesk", ours(classifier, LinePredictor.load(shipped_models()))),
        ("cuts alone", ours(classifier)),
        ("the recipe", recipe(Recipe(trained))),
    )
    print(f"{'pictures':16} {'reader':11} {'digit F1':>9} {'lines':>14} {'exact':>10}")
    for folder, title in SETS:
        for name, reader in readers:
            step = chosen.step if folder != "multi_dev" else 1
            tally = measure(chosen.data / folder, reader, step)
            print(f"{title:16} {name:11} {tally}", flush=True)


if __name__ == "__main__":
    main()
