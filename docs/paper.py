"""Draw the picture of what paper is read: ``python docs/paper.py``.

The pages are those of `benchmarks.sheets`, written by the simulated pen; what is drawn
on them is what the program read.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from digitdesk.core.digit_data import Labelled
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.types import U8
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.synthesis import pen_digits

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.sheets import CONDITIONS

PICTURE = Path(__file__).parent / "images" / "paper.jpg"
PAGES = ("comb, askew", "boxes, tilted 12", "ringed",
         "highlighted", "small note", "deep shadow")  # fmt: skip
_SIZE, _ACROSS = (440, 240), 3
_BOX, _NAME = (160, 90, 10), (30, 30, 190)


def panel(name: str, digits: Labelled, number: int) -> U8:
    """Photograph a page, read it, and draw what was read."""
    rng = np.random.default_rng((number, *name.encode()))
    pixels, _ = CONDITIONS[name](rng, digits)
    classifier = Predictor.load(default_model())
    lines = LinePredictor.load(shipped_models())
    reading = read_picture(pixels, classifier, PreprocessSettings(), lines)
    for digit in reading.digits:
        box = digit.box
        cv2.rectangle(pixels, (box.x, box.y), (box.right, box.bottom), _BOX, 2)
        cv2.putText(pixels, str(digit.digit), (box.x, box.y - 4),
                    cv2.FONT_HERSHEY_DUPLEX, 0.8, _NAME, 2, cv2.LINE_AA)  # fmt: skip
    return np.asarray(cv2.resize(pixels, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    """Write the picture."""
    glyphs, labels = pen_digits(600, np.random.default_rng(5))
    digits = Labelled(glyphs, labels)
    panels = [panel(name, digits, 1) for name in PAGES]
    rows = [np.hstack(panels[i : i + _ACROSS]) for i in range(0, len(panels), _ACROSS)]
    cv2.imwrite(str(PICTURE), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
