"""Where numbers end: boxes of digits, and whole pages that are read."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.letter_forms import SIGNS
from digitdesk.core.numbers import begin_numbers
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.tracking import Tracker, tracked_lines
from digitdesk.core.types import Box, DigitReading, LineReading, Reading
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from tests.core.pages import PLAIN_HAND, Page

AUTO = PreprocessSettings()


def row(*gaps: int, height: int = 60, low: tuple[int, ...] = ()) -> list[Box]:
    """Digits 40 pixels wide with these gaps; those in `low` are half as high."""
    left, boxes = 100, []
    for place, gap in enumerate((0, *gaps)):
        left += gap
        tall = height // 2 if place in low else height
        boxes.append(Box(left, 200 - tall, 40, tall))
        left += 40
    return boxes


@pytest.mark.parametrize(
    ("gaps", "begins"),
    [
        pytest.param((), [], id="one digit"),
        pytest.param((8, 10, 6, 12), [], id="one number"),
        pytest.param((8, 90, 6, 12), [2], id="two numbers"),
        pytest.param((150, 8, 150), [1, 3], id="single digits among them"),
        pytest.param((10, 34, 8, 10), [], id="a gap for the thousands"),
        pytest.param((70, 64, 80, 66, 58), [], id="written far apart"),
        pytest.param((-6, -3, 80, -8), [3], id="leaning over each other"),
        pytest.param((300, 280, 310), [1, 2, 3], id="a digit in each cell"),
    ],
)
def test_wide_gaps_part_numbers(gaps: tuple[int, ...], begins: list[int]) -> None:
    (begin,) = begin_numbers([row(*gaps)])
    assert [place for place, is_first in enumerate(begin) if is_first] == begins


def test_low_noughts_do_not_make_gaps_wide() -> None:
    assert not any(begin_numbers([row(40, 8, 10, low=(1, 2, 3))])[0])
    digits = row(10, 34, 8, 10, low=(2, 3, 4))
    assert not any(begin_numbers([digits])[0])


def test_a_row_of_single_digits_is_parted_if_others_write_closer() -> None:
    singles, comb, number = row(95, 105, 100), row(50, 54, 48), row(8, 10, 12)
    assert begin_numbers([singles]) == [[False] * 4]
    parted = begin_numbers([number, singles, comb, number])
    assert parted == [[False] * 4, [False, True, True, True], [False] * 4, [False] * 4]
    assert begin_numbers([]) == []


def test_what_is_a_gap_on_the_page_parts_numbers() -> None:
    """Gaps no wider than a printed space; alone the line could be one number."""
    line, other = row(6, 22, 8, 24, 6, 8), row(8, 6, 20, 10)
    assert begin_numbers([line]) == [[False] * 7]
    parted = begin_numbers([line, other, row(8, 10, 6)])
    assert parted[0] == [False, False, True, False, True, False, False]
    assert parted[1:] == [[False, False, False, True, False], [False] * 4]


def test_one_wide_gap_is_no_gap_of_the_page() -> None:
    number = row(6, 8, 10, 6)
    assert not any(map(any, begin_numbers([number, row(8, 24, 6), number, number])))


def test_gaps_that_grow_slowly_part_nothing() -> None:
    lines = [row(2, 6, 10, 14, 18), row(4, 8, 12, 16, 20), row(18, 20, 22, 24)]
    assert not any(map(any, begin_numbers(lines)))


@pytest.mark.parametrize(
    ("mark", "parted"),
    [
        pytest.param(Box(205, 192, 9, 10), False, id="a point"),
        pytest.param(Box(204, 205, 8, 20), False, id="a comma"),
        pytest.param(Box(194, 170, 30, 6), False, id="a dash"),
        pytest.param(Box(205, 160, 9, 40), True, id="a stroke"),
        pytest.param(Box(205, 292, 9, 10), True, id="a point on another line"),
        pytest.param(Box(110, 192, 9, 10), True, id="a point elsewhere"),
    ],
)
def test_a_mark_in_a_gap_belongs_to_the_number(mark: Box, *, parted: bool) -> None:
    begin = begin_numbers([row(8, 60, 8)], others=[mark])
    assert begin == [[False, False, parted, False]]
    assert begin_numbers([row(8, 110, 8)], others=[mark])[0][2]


@pytest.mark.parametrize("height", [24, 40, 80])
def test_what_stands_unread_between_digits_parts_numbers(height: int) -> None:
    unread = Box(192, 200 - height, 16, height)
    begin = begin_numbers([row(8, 24, 8)], others=[unread])
    assert begin == [[False, False, True, False]]


@pytest.mark.parametrize(
    ("sign", "parted"),
    [
        pytest.param(Box(184, 160, 20, 40), True, id="between two digits"),
        pytest.param(Box(184, 360, 20, 40), False, id="on another line"),
        pytest.param(Box(184, 190, 20, 40), False, id="mostly below"),
        pytest.param(Box(90, 130, 60, 80), False, id="around a digit"),
        pytest.param(Box(320, 160, 20, 40), False, id="behind them all"),
    ],
)
def test_a_sign_between_digits_parts_numbers(sign: Box, *, parted: bool) -> None:
    assert begin_numbers([row(44, 4)], [sign]) == [[False, parted, False]]


def test_a_full_cell_is_parted_where_other_rows_are() -> None:
    full, short = row(6, 12, 19, 6, 6), row(6, 71)
    assert full[3].x == short[2].x == 257
    assert begin_numbers([full, full]) == [[False] * 6] * 2
    parted = begin_numbers([short, full, short])
    assert parted[1] == [False, False, False, True, False, False]
    reaching = row(6, 8, -4, 28)  # a number that fills the gap
    assert not any(begin_numbers([short, full, short, reaching])[1])


def digit(figure: int, *, apart: bool = False, left: int = 0) -> DigitReading:
    probabilities = np.eye(10, dtype=np.float32)[figure]
    glyph = np.zeros((28, 28), np.uint8)
    return DigitReading(Box(left, 10, 20, 40), glyph, probabilities, 0.0,
                        accepted=True, apart=apart)  # fmt: skip


def test_a_line_names_its_numbers() -> None:
    line = LineReading((digit(0), digit(4), digit(7, apart=True), digit(1)))
    assert line.numbers == ("04", "71")
    assert line.text == "0471"
    assert LineReading(()).numbers == ()


def test_numbers_stay_apart_while_they_are_followed() -> None:
    line = LineReading((digit(4), digit(7, apart=True, left=200)))
    reading = Reading(640, 480, (line,))
    tracker = Tracker()
    for _ in range(3):
        (followed,) = tracked_lines(tracker.update(reading))
        assert followed.numbers == ("4", "7")
    closer = LineReading(tuple(replace(one, apart=False) for one in line.digits))
    said = [
        tracked_lines(tracker.update(replace(reading, lines=(closer,))))[0].numbers
        for _ in range(12)
    ]
    assert said[0] == ("4", "7")  # one frame may err
    assert said[-1] == ("47",)
    assert sorted(said, key=len, reverse=True) == said


def test_numbers_stay_whole_while_a_frame_lacks_a_digit() -> None:
    one, two, three, four = (
        digit(figure, left=left, apart=figure == 3)
        for figure, left in ((1, 0), (2, 30), (3, 120), (4, 150))
    )
    whole = Reading(640, 480, (LineReading((one, two, three, four)),))
    lonely = replace(four, apart=True)
    lacking = replace(whole, lines=(LineReading((one, two, lonely)),))
    refused = replace(lacking, rejected=(replace(three, accepted=False, apart=False),))
    tracker = Tracker()
    for frame in (*[whole] * 6, refused, whole, lacking):
        (line,) = tracked_lines(tracker.update(frame))
        assert line.numbers == ("12", "34")


@pytest.mark.parametrize("degrees", [0, 4])
def test_numbers_of_a_table_row_are_read_one_by_one(
    classifier: Predictor, lines: LinePredictor, degrees: float
) -> None:
    page = Page()
    page.write("12", 60, 200, 50, 0.7).write("407", 230, 200, 50, 0.7)
    page.write("5", 470, 200, 50, 0.7)
    photo = page.turned(degrees).photo()
    (line,) = read_picture(photo, classifier, AUTO, lines).lines
    assert line.numbers == ("12", "407", "5")
    assert line.text == "124075"


def test_a_sign_between_numbers_parts_them(
    classifier: Predictor, lines: LinePredictor
) -> None:
    page = Page().write("12", 40, 200, 60, 0.7)
    strokes = pen.pull(SIGNS["+"][0], PLAIN_HAND, page.rng)
    pen.draw(page.ink, strokes, PLAIN_HAND, left=124, top=200, height=60, rng=page.rng)
    page.write("34", 164, 200, 60, 0.7)
    (line,) = read_picture(page.photo(), classifier, AUTO, lines).lines
    assert line.numbers == ("12", "34")


def test_the_slashes_of_a_date_part_its_numbers(
    classifier: Predictor, lines: LinePredictor
) -> None:
    page = Page()
    for text, left in (("3", 40), ("12", 125), ("86", 254)):
        page.write(text, left, 200, 60, 0.7)
    for foot, top in ((85, 110), (214, 239)):
        cv2.line(page.ink, (foot, 281), (top, 190), 255, 6, cv2.LINE_AA)
    (line,) = read_picture(page.photo(), classifier, AUTO, lines).lines
    assert line.numbers == ("3", "12", "86")
