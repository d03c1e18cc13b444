import cv2
import numpy as np
import pytest

from digitdesk.core.rulings import without_rulings
from digitdesk.core.types import U8
from tests.core.pages import Page


def ruled(shape: tuple[int, ...], slope: float, *, squared: bool, pen: int) -> U8:
    lines = np.zeros(shape, np.uint8)
    height, width = shape
    for y in range(-height // 2, height * 3 // 2, 70):
        cv2.line(lines, (0, y), (width, round(y + slope * width)), 255, pen)
    if squared:
        for x in range(-width // 2, width * 3 // 2, 70):
            cv2.line(lines, (x, 0), (round(x - slope * height), height), 255, pen)
    return lines


@pytest.mark.parametrize("slope", [0.0, 0.02, -0.1, 0.25])
@pytest.mark.parametrize("squared", [False, True], ids=["ruled", "squared"])
@pytest.mark.parametrize("pen", [1, 3])
def test_lines_go_and_strokes_stay(slope: float, squared: bool, pen: int) -> None:
    page = Page(800, 600).write("3508", 120, 180, 150)
    written = (page.ink > 127).astype(np.uint8) * 255
    lines = ruled(written.shape, slope, squared=squared, pen=pen)
    cleaned = without_rulings(np.maximum(written, lines))
    alone = (lines > 0) & (written == 0)
    assert (cleaned[written > 0] > 0).mean() > 0.93
    # Lines that only cut a corner of the page are too short to be known for rulings.
    assert (cleaned[alone] > 0).mean() < 0.25


@pytest.mark.parametrize("text", ["3508", "1111", "7777"])
def test_writing_alone_is_left_as_it_is(text: str) -> None:
    written = (Page(800, 300).write(text, 60, 50, 160).ink > 127).astype(np.uint8) * 255
    assert np.array_equal(without_rulings(written), written)


def test_one_large_digit_is_no_ruling() -> None:
    written = (Page(480, 640).write("1", 200, 40, 560).ink > 127).astype(np.uint8) * 255
    assert np.array_equal(without_rulings(written), written)


def test_an_empty_mask() -> None:
    assert not without_rulings(np.zeros((50, 60), np.uint8)).any()
