from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitdesk.core.pen import Hand, draw, write_digit

WritePicture = Callable[..., Path]

NEAT = Hand(slant=0.0, aspect=0.6, wobble=0.0, pen=0.1)


@pytest.fixture
def write_picture(tmp_path: Path) -> WritePicture:
    """Write a picture of neat digits, one line per string; " " is an empty place."""

    def write(name: str, *lines: str) -> Path:
        ink = np.zeros((40 + 100 * max(1, len(lines)), 500), np.uint8)
        for row, text in enumerate(lines):
            for column, digit in enumerate(text):
                if digit == " ":
                    continue
                rng = np.random.default_rng(0)
                strokes = write_digit(int(digit), NEAT, rng, form=0)
                place = {"left": 40.0 + 70 * column, "top": 40.0 + 100 * row}
                draw(ink, strokes, NEAT, **place, height=56.0, rng=rng)
        path = tmp_path / name
        path.write_bytes(cv2.imencode(".png", 255 - ink)[1].tobytes())
        return path

    return write
