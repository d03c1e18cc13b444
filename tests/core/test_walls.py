"""Walls of a table's cells between digits: made lines, and pages that are read."""

import cv2
import numpy as np
import pytest

from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.types import U8, Box
from digitdesk.core.walls import behind_walls
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from tests.core.pages import Page

ROWS = [[Box(60 * place + 20, top, 40, 60) for place in range(8)]
        for top in (40, 160, 280)]  # fmt: skip
"""Digits 20 pixels apart; between two there is room for a wall."""

NO_INK = np.zeros((400, 520), np.uint8)


def upright(*places: int, top: int = 0, bottom: int = 400) -> U8:
    lines = np.zeros_like(NO_INK)
    for x in places:
        lines[top:bottom, x : x + 3] = 255
    return lines


def begins(rulings: U8, ink: U8 = NO_INK) -> list[list[int]]:
    told = behind_walls(ROWS, rulings, ink)
    assert [len(line) for line in told] == [8, 8, 8]
    return [[place for place, apart in enumerate(line) if apart] for line in told]


def test_a_wall_of_a_table_parts_numbers() -> None:
    assert begins(upright(10, 190, 310, 490)) == [[3, 5]] * 3
    assert begins(upright(190)) == [[3]] * 3


def test_a_wall_stands_where_it_is_drawn() -> None:
    assert begins(upright(190, top=120, bottom=240)) == [[], [3], []]
    assert begins(upright(190, top=40, bottom=70)) == [[], [], []]


@pytest.mark.parametrize(
    "places",
    [
        pytest.param(range(8, 520, 60), id="boxes for single digits"),
        pytest.param(range(8, 520, 30), id="squared paper, half as wide"),
        pytest.param(range(35, 520, 85), id="squared paper, wider than digits"),
    ],
)
def test_narrow_cells_part_no_numbers(places: range) -> None:
    assert begins(upright(*places)) == [[], [], []]


def test_lines_through_digits_part_no_numbers() -> None:
    """As wide as the cells of a table; but in these nobody writes across its lines."""
    assert begins(upright(38, 190, 338, 458)) == [[], [], []]


def test_ink_across_a_wall_hides_it() -> None:
    ink = np.zeros_like(NO_INK)
    ink[55:80, 180:210] = 255
    rulings = cv2.subtract(upright(190), ink)
    assert begins(np.asarray(rulings, np.uint8), ink) == [[3]] * 3
    assert begins(np.asarray(rulings, np.uint8)) == [[], [3], [3]]


@pytest.mark.parametrize("degrees", [0, 6])
def test_numbers_of_a_full_table_are_read_one_by_one(
    classifier: Predictor, lines: LinePredictor, degrees: float
) -> None:
    """Between two cells the digits are hardly farther apart than within one."""
    page = Page()
    for top, row in ((100, ("382", "071")), (200, ("546", "928"))):
        for left, number in zip((130, 270), row, strict=True):
            page.write(number, left, top, 50, 0.8)
    for x in (118, 256, 394):
        cv2.line(page.ink, (x, 75), (x, 275), 255, 2)
    for y in (75, 175, 275):
        cv2.line(page.ink, (118, y), (394, y), 255, 2)
    photo = page.turned(degrees).photo()
    read = read_picture(photo, classifier, PreprocessSettings(), lines).lines
    assert [line.numbers for line in read] == [("382", "071"), ("546", "928")]
