"""Tables: numbers below each other, with empty cells."""

import numpy as np
import pytest

from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.table import in_columns
from digitdesk.core.types import Box, DigitReading, LineReading
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from tests.core.pages import Page


def line(y: int, *numbers: tuple[int, str], tilt: float = 0.0) -> LineReading:
    """Numbers that begin at columns; digits are 20 pixels wide and 30 apart."""
    digits: list[DigitReading] = []
    for left, text in numbers:
        for place, figure in enumerate(text):
            x = left + 30 * place
            box = Box(round(x - tilt * y), round(y + tilt * x), 20, 40)
            probabilities = np.eye(10, dtype=np.float32)[int(figure)]
            glyph = np.zeros((28, 28), np.uint8)
            digits.append(
                DigitReading(box, glyph, probabilities, 0.0, accepted=True,
                             apart=place == 0 and bool(digits))
            )  # fmt: skip
    return LineReading(tuple(digits))


TABLE = [["12", "407", "5"], ["", "31", "20"], ["7", "", "184"], ["93", "6", ""]]


@pytest.mark.parametrize("tilt", [-0.2, 0.0, 0.1, 0.2])
@pytest.mark.parametrize("right_aligned", [False, True])
def test_empty_cells_stay_empty(*, tilt: float, right_aligned: bool) -> None:
    lines = []
    for row, texts in enumerate(TABLE):
        places = [
            (100 + 200 * n + (30 * (3 - len(text)) if right_aligned else 0), text)
            for n, text in enumerate(texts)
            if text
        ]
        lines.append(line(100 + 90 * row, *places, tilt=tilt))
    assert in_columns(lines) == TABLE


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([line(0, (0, "12"), (200, "3"))], [["12", "3"]], id="one line"),
        pytest.param(
            [line(0, (0, "12")), line(90, (200, "3"))], [["12"], ["3"]],
            id="a number a line",
        ),
        pytest.param(
            [line(0, (0, "12"), (200, "3")), line(90, (100, "4056"), (300, "7"))],
            [["12", "3"], ["4056", "7"]], id="where a column would hold two",
        ),
        pytest.param(
            [line(0, (0, "1"), (200, "2")), line(90, (100, "3"), (300, "4"))],
            [["1", "2"], ["3", "4"]], id="too many columns",
        ),
    ],
)  # fmt: skip
def test_what_is_no_table_is_listed(
    lines: list[LineReading], wanted: list[list[str]]
) -> None:
    assert in_columns(lines) == wanted


@pytest.mark.parametrize("degrees", [0, -5])
def test_a_read_table_keeps_its_empty_cell(
    classifier: Predictor, lines: LinePredictor, degrees: float
) -> None:
    page = Page(900)
    rows = (("12", "407", "5"), ("", "36", "20"), ("8", "52", "184"))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            page.write(text, 70 + 270 * column, 70 + 120 * row, 50, 0.7)
    photo = page.turned(degrees).photo()
    reading = read_picture(photo, classifier, PreprocessSettings(), lines)
    assert in_columns(reading.lines) == [list(row) for row in rows]
