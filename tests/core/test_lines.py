import cv2
import numpy as np
import pytest

from digitdesk.core.lines import group
from digitdesk.core.regions import Part
from digitdesk.core.types import Box


def part(x: float, y: float, h: float = 40, w: float = 20) -> Part:
    box = Box(round(x), round(y), round(w), round(h))
    return Part(box, np.full((box.h, box.w), 255, np.uint8), 0)


def rows_of(parts: list[Part]) -> list[list[int]]:
    return [[parts.index(p) for p in line.parts] for line in group(parts, 10)]


def test_rows_from_top_to_bottom_and_left_to_right() -> None:
    parts = [part(200, 110), part(10, 100), part(100, 10), part(20, 12), part(90, 104)]
    assert rows_of(parts) == [[3, 2], [1, 4, 0]]


@pytest.mark.parametrize("degrees", [-15, -8, 3, 15])
def test_tilted_rows(degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((400, 300), degrees, 1)
    parts = []
    for row in range(4):
        for column in range(8):
            x, y = turn @ (100 + 70 * column, 150 + 80 * row, 1)
            parts.append(part(x, y))
    assert rows_of(parts) == [list(range(8 * row, 8 * row + 8)) for row in range(4)]


@pytest.mark.parametrize("degrees", [-5, -3, 0, 3, 5])
@pytest.mark.parametrize(
    ("columns", "digits"),
    [((100, 430, 800), 1), ((100, 1500), 2), ((100, 1500), 1)],
    ids=["single digits", "far columns", "single digits far apart"],
)
def test_rows_of_a_tilted_table(
    columns: tuple[int, ...], digits: int, degrees: float
) -> None:
    rng = np.random.default_rng(1)
    turn = cv2.getRotationMatrix2D((400, 300), degrees, 1)
    parts = []
    for row in range(6):
        for left in columns:
            for place in range(digits):
                x, y = turn @ (left + 30 * place, 100 + 80 * row, 1)
                parts.append(part(x + rng.normal(0, 3), y + rng.normal(0, 3)))
    wide = len(columns) * digits
    wanted = [list(range(wide * row, wide * (row + 1))) for row in range(6)]
    assert rows_of(parts) == wanted


def test_a_tall_digit_and_low_noughts_stand_on_one_line() -> None:
    parts = [part(10, 10, h=60), part(50, 35, h=30), part(80, 38, h=30), part(110, 36)]
    assert rows_of(parts) == [[0, 1, 2, 3]]


def test_a_column_of_numbers_with_little_room_between() -> None:
    parts = [part(10 + 30 * i, 10 + 48 * row) for row in range(5) for i in range(2)]
    assert rows_of(parts) == [[2 * row, 2 * row + 1] for row in range(5)]


def test_a_detached_bar_joins_the_line_below_it() -> None:
    parts = [part(10, 50), part(50, 50), part(52, 42, h=6), part(90, 50)]
    assert rows_of(parts) == [[0, 1, 2, 3]]


def test_dirt_founds_no_line() -> None:
    parts = [part(10 + 50 * i, 50, h=60) for i in range(5)]
    dirt = [part(30 + 40 * i, 300, h=11, w=5) for i in range(4)]
    assert rows_of(parts + dirt) == [[0, 1, 2, 3, 4]]


def test_digits_on_what_is_left_of_a_ruling_stay_a_line() -> None:
    """The ruling's dashes have more ink than the digits."""
    above = [part(10 + 50 * i, 50) for i in range(20)]
    digits = [part(10 + 40 * i, 150) for i in range(2)]
    dashes = [part(150 + 40 * i, 168, h=4, w=30) for i in range(24)]
    lines = group([*above, *digits, *dashes], 10)
    assert len(lines) == 2
    assert set(digits) <= set(lines[1].parts)
    assert lines[1].digit_height == 40


def test_nothing() -> None:
    assert group([], 10) == []
