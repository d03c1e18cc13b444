"""Count digits read where none are: ``python -m benchmarks.negatives [--pictures N]``.

Surfaces without handwriting (`benchmarks.surfaces`: bricks, foliage, wood, coins, a
printed page …) and pages of scribbles, photographed, and real photographs (faces,
animals, things, walls, a printed page; scikit-image brings them) are read by DigitDesk
and, in the same run, by the cuts alone without the line network. The last column says
how long a picture takes beside a demo page; surfaces are of the same size.
"""

import argparse
import os
from collections.abc import Sequence
from time import perf_counter

import cv2
import numpy as np
from PySide6.QtGui import QGuiApplication
from skimage import data

from benchmarks.surfaces import SURFACES, photographed
from digitdesk.core import pen
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.sources.demo import FRAMES_PER_PAGE, DemoSource
from digitdesk.core.types import F32, U8, LineReader
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor

HEIGHT, WIDTH = 480, 640

_PHOTOGRAPHS = ("astronaut", "brick", "camera", "cell", "chelsea", "coffee", "coins",
                "grass", "gravel", "horse", "hubble_deep_field",
                "immunohistochemistry", "logo", "moon", "page", "retina",
                "rocket")  # fmt: skip
"""A choice of the pictures that scikit-image installs; none shows handwriting."""

_FACES, _FACE_SIDE = 40, 300


def scribbles(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show a sheet on which somebody tried a pen: two to eight scribbles."""
    ink = np.zeros((height, width), np.uint8)
    hand = pen.Hand.sample(rng)
    for _ in range(int(rng.integers(2, 9))):
        tall = float(rng.uniform(30, 120))
        left, top = rng.uniform(0, 1, 2) * (width - tall, height - tall)
        strokes = pen.scribble(hand, rng)
        pen.draw(ink, strokes, hand, left=left, top=top, height=tall, rng=rng)
    paper = SURFACES["sheet"](rng, height, width)
    return np.asarray(paper * (1 - ink / 330), np.float32)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=30, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication([])  # for the fonts of the printed page
    classifier, lines = (
        Predictor.load(default_model()),
        LinePredictor.load(shipped_models()),
    )
    usual = _usual_time(classifier, lines)
    print(f"{'surface':12s} {'pictures with digits':>24s} {'digits':>8s}"
          f" {'cuts alone':>16s} {'time':>8s}")  # fmt: skip
    kinds = {**SURFACES, "scribbles": scribbles}
    shown: dict[str, list[U8]] = {}
    for name, surface in kinds.items():
        rng = np.random.default_rng((options.seed, *name.encode()))
        shown[name] = [photographed(surface(rng, HEIGHT, WIDTH), rng)
                       for _ in range(options.pictures)]  # fmt: skip
    shown |= {"photographs": photographs(), "faces": faces()}
    totals = np.zeros(4, int)
    for name, pictures in shown.items():
        counts, seconds = _read(pictures, classifier, lines)
        alone, _ = _read(pictures, classifier, None)
        row = [_filled(counts), sum(counts), _filled(alone), sum(alone)]
        totals += row
        print(_row(name, row, len(pictures), f"{seconds / usual:6.1f} x"), flush=True)
    count = sum(len(pictures) for pictures in shown.values())
    print(_row("all", [int(n) for n in totals], count, ""))
    application.quit()


def photographs() -> list[U8]:
    """Return real photographs, blue, green, red; none shows handwriting."""
    pictures = (np.asarray(getattr(data, name)()) for name in _PHOTOGRAPHS)
    return [_as_colours(picture) for picture in pictures]


def faces() -> list[U8]:
    """Return small real pictures of faces, enlarged."""
    small = (255 * data.lfw_subset()[:_FACES]).astype(np.uint8)
    size = _FACE_SIDE, _FACE_SIDE
    return [_as_colours(np.asarray(cv2.resize(face, size))) for face in small]


def _as_colours(picture: U8) -> U8:
    if picture.dtype == bool:
        picture = picture.astype(np.uint8) * 255
    code = cv2.COLOR_GRAY2BGR
    if picture.ndim == 3:
        code = cv2.COLOR_RGBA2BGR if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(picture, code), np.uint8)


def _filled(counts: Sequence[int]) -> int:
    return sum(count > 0 for count in counts)


def _row(name: str, row: Sequence[int], pictures: int, time: str) -> str:
    return (f"{name:12s} {row[0]:14d} of {pictures:<6d} {row[1]:8d}"
            f" {row[2]:7d}, {row[3]:4d} d. {time:>8s}")  # fmt: skip


def _read(
    pictures: Sequence[U8], classifier: Predictor, lines: LineReader | None
) -> tuple[list[int], float]:
    """Return how many digits were read on each, and the median seconds."""
    settings = PreprocessSettings()
    counts, times = [], []
    for picture in pictures:
        start = perf_counter()
        reading = read_picture(picture, classifier, settings, lines)
        times.append(perf_counter() - start)
        counts.append(len(reading.digits))
    return counts, float(np.median(times))


def _usual_time(classifier: Predictor, lines: LineReader) -> float:
    demo = DemoSource()
    demo.open()
    frames = [demo.picture(page * FRAMES_PER_PAGE + 100) for page in range(3)]
    demo.close()
    pages: list[U8] = [np.asarray(cv2.resize(f, (WIDTH, HEIGHT))) for f in frames]
    return _read(pages, classifier, lines)[1]


if __name__ == "__main__":
    main()
