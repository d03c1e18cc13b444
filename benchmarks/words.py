"""Words beside numbers: ``python -m benchmarks.words --fonts FOLDER``.

Handwritten words must not be read as digits. Nobody's real notes are among the
development data, so that pages are written here in handwriting fonts: the folder's
``.ttf`` and ``.otf`` files, none of which anything was learned from. Each font writes
pages of numbers, of words, and of both in the same lines; what counts are lines read
exactly, and digits that nobody wrote.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
)

from benchmarks.photo import Random
from benchmarks.reading import Reader, Tally, ours
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.types import F32, U8
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor

WORDS = (
    "Anna", "Meier", "Name", "Telefon", "Rechnung", "Datum", "Total", "Summe",
    "Euro", "Kunde", "Hello", "World", "Please", "call", "back", "tomorrow",
    "Invoice", "Garden", "Milk", "Bread", "Butter", "Sugar", "bread", "eggs", "oil",
    "soap", "School", "class", "Room", "lesson", "good", "boy", "girl", "Zoe",
    "Bob", "Igor", "Sofia", "Gustav", "Dorothea", "Quelle", "Liebe", "Strasse",
    "Oslo", "Boss", "Zoll", "Gas", "glas",
)  # fmt: skip
"""Most letters that look like digits are among them."""

KINDS = ("numbers", "words", "both")

_SIZE = 1280, 720
"""Width and height of a page in pixels."""


def texts(kind: str, lines: int, rng: Random) -> tuple[list[str], list[str]]:
    """Draw the lines of a page; gives them, and what should be read."""
    written, digits = [], []
    for line in range(lines):
        number = "".join(map(str, rng.integers(0, 10, int(rng.integers(2, 7)))))
        words = [str(word) for word in rng.choice(WORDS, 3)]
        if kind == "numbers":
            written.append(number)
        elif kind == "words":
            written.append(" ".join(words))
        else:
            written.append(
                f"{words[0]}   {number}"
                if line % 2
                else f"{words[0]}: {number} {words[1]}"
            )
        if kind != "words":
            digits.append(number)
    return written, digits


def page(lines: Sequence[str], family: str, size: float, rng: Random) -> U8:
    """Write lines in a font, digits `size` pixels high, and photograph the page."""
    width, height = _SIZE
    font = QFont(family)
    font.setPixelSize(100)
    tall = QFontMetricsF(font).tightBoundingRect("0123456789").height()
    font.setPixelSize(max(4, round(100 * size / tall)))
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(QColor("white"))
    painter.setFont(font)
    for row, text in enumerate(lines):
        left = width * rng.uniform(0.04, 0.12)
        painter.drawText(QPointF(left, size * (1.7 + 1.9 * row)), text)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8)
    ink = rows.reshape(height, image.bytesPerLine())[:, :width].astype(np.float32)
    return _photographed(ink / np.float32(255), rng)


def _photographed(ink: F32, rng: Random) -> U8:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-2, 2), 1)
    ink = np.asarray(cv2.warpAffine(ink, turn, (width, height)), np.float32)
    cover = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.6, 1.1))[..., None] * 0.9
    across = np.linspace(-1, 1, width)[None] * rng.uniform(-20, 20)
    down = np.linspace(-1, 1, height)[:, None] * rng.uniform(-20, 20)
    paper = rng.uniform(190, 235) + rng.normal(0, 3, 3) + (across + down)[..., None]
    pen = np.array([rng.uniform(60, 140), rng.uniform(20, 60), rng.uniform(10, 60)])
    seen = paper * (1 - cover) + pen * cover + rng.normal(0, 3, (height, width, 3))
    return np.asarray(np.clip(seen, 0, 255), np.uint8)


def families(folder: Path) -> Iterator[tuple[str, str]]:
    """Load the fonts of a folder; gives their files' names and their families."""
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in {".ttf", ".otf"}:
            number = QFontDatabase.addApplicationFont(str(file))
            if number >= 0:
                yield file.stem, QFontDatabase.applicationFontFamilies(number)[0]


def measure(
    kind: str, fonts: Sequence[tuple[str, str]], size: float, reader: Reader
) -> tuple[Tally, int]:
    """Read a page of a kind in each font; gives the digits that nobody wrote, too."""
    tally = Tally()
    for name, family in fonts:
        rng = np.random.default_rng((round(size), *f"{kind} {name}".encode()))
        lines, digits = texts(kind, 5, rng)
        said = reader(page(lines, family, size, rng))
        tally.add(said, digits, ordered=True)
    return tally, tally.read - tally.right


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.words", description=__doc__)
    parser.add_argument("--fonts", type=Path, required=True, help="folder of fonts")
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--sizes", type=float, nargs="+", default=[28, 48, 70])
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])
    fonts = list(families(chosen.fonts))
    classifier = Predictor.load(chosen.model)
    reader = ours(classifier, LinePredictor.load(shipped_models()))
    print(f"{len(fonts)} fonts\n{'page':10} {'digit':>5} {'lines':>12} {'invented':>9}")
    for size in chosen.sizes:
        for kind in KINDS:
            tally, invented = measure(kind, fonts, size, reader)
            print(f"{kind:10} {size:5.0f} {tally.exact_lines:5} of {tally.lines:4} "
                  f"{invented:9}", flush=True)  # fmt: skip
    application.quit()


if __name__ == "__main__":
    main()
