from dataclasses import replace
from math import inf

import cv2
import numpy as np
import pytest

from digitdesk.core.trust import (
    Found,
    is_whole_picture,
    judge,
    may_be_whole_picture,
)
from digitdesk.core.types import Box, DigitReading, LineReading, Reading
from digitdesk.core.worth import is_doubtful, leaves_ink, shows_more, worth


def found(
    digit: int,
    doubt: float = 0.0,
    mass: float = 100,
    *,
    is_digit: bool = True,
    x: int = 50,
) -> Found:
    probabilities = np.eye(10, dtype=np.float32)[digit]
    box = Box(x, 50, 20, 30)
    reading = DigitReading(
        box, np.zeros((28, 28), np.uint8), probabilities, doubt, is_digit
    )
    return Found(reading, mass)


SHEET = Box(0, 0, 400, 300)


def text(*lines: list[Found]) -> list[str]:
    judged = judge(lines, SHEET, 0.5)
    return ["".join(str(d.digit) for d in line if d.accepted) for line in judged]


def test_a_doubtful_digit_is_believed_in_company_only() -> None:
    assert text([found(1), found(2), found(3, 0.8)]) == ["123"]
    assert text([found(1), found(3, 0.8, mass=10)]) == ["1"]
    assert text([found(1), found(2), found(3, 0.95)]) == ["12"]


def test_ink_that_the_line_does_not_need_stays_out() -> None:
    assert text([found(1), found(2), found(3, is_digit=False)]) == ["12"]


def test_a_lone_digit_needs_a_clear_picture() -> None:
    other = [found(0, 1.0, mass=150)]
    assert text([found(5)]) == ["5"]
    assert text([found(5)], other) == ["", ""]
    assert text([found(1, mass=200)], other) == ["", ""]
    assert text([found(5, mass=200)], other) == ["5", ""]


def test_letters_elsewhere_speak_against_a_lone_digit() -> None:
    """But not those of a word beside it."""
    digit = [found(5, mass=100)]

    def is_believed(letters: float, *, beside_word: bool) -> bool:
        [[judged]] = judge([digit], SHEET, 0.5, letters, [beside_word])
        return judged.accepted

    assert is_believed(50, beside_word=False)
    assert not is_believed(150, beside_word=False)
    assert is_believed(150, beside_word=True)


def test_letters_do_not_speak_against_a_number() -> None:
    judged = judge([[found(5), found(7)]], SHEET, 0.5, 5000, [False])
    assert [digit.accepted for digit in judged[0]] == [True, True]


def test_a_lone_digit_must_be_certain() -> None:
    assert text([found(5, 0.2)]) == ["5"]
    assert text([found(5, 0.4)]) == [""]
    assert text([found(5, 0.4), found(6)]) == ["56"]


def test_the_edge_of_the_part_that_is_read_counts() -> None:
    for left, accepted in ((0, True), (50, False), (49, True), (51, False)):
        [[digit]] = judge([[found(5)]], Box(left, 0, 200, 200), 0.5)
        assert digit.accepted is accepted


def test_a_lone_digit_at_the_edge_is_the_edge_of_the_paper() -> None:
    assert text([found(5, x=0)]) == [""]
    assert text([found(5, x=380)]) == [""]


@pytest.mark.parametrize(("other", "read"), [(100, "12"), (3000, "")])
def test_in_clutter_only_orderly_lines_count(other: float, read: str) -> None:
    disorder = [found(0, 1.0, mass=other)]
    assert text([found(1), found(2), found(3, 1.0, mass=300)], disorder)[0] == read
    assert text([found(1), found(2)], disorder)[0] == "12"


def stroke(
    *, lean: float = 0.0, slenderness: float = 9.0, x: int = 50, mass: float = 100
) -> Found:
    """Return a sure 1; `lean` is its shift to the left per height, upwards."""
    glyph = np.zeros((28, 28), np.uint8)
    half = 9 * lean
    ends = (round(14 - half), 5), (round(14 + half), 23)
    cv2.line(glyph, *ends, 255, 2, cv2.LINE_AA)
    one = found(1, x=x, mass=mass)
    reading = replace(one.reading, glyph=glyph)
    return replace(one, reading=reading, slenderness=slenderness)


@pytest.mark.parametrize("letters", [0, 90, 150, 300, 1000])
def test_letters_elsewhere_take_no_digit_from_a_number(letters: float) -> None:
    number = [found(1), found(2, x=80), found(3, 0.8, x=110)]
    (judged,) = judge([number], SHEET, 0.5, letters, [False])
    believed = {digit.accepted for digit in judged}  # all of them, or none
    assert believed == {letters < 1000}


def test_letters_are_not_unread_but_ask_for_another_cut() -> None:
    letter = replace(found(8, 1.0).reading, accepted=False, letter=True)
    number = (found(1).reading, found(2, x=80).reading)
    beside_a_word = Reading(400, 300, (LineReading(number),), (letter,))
    assert worth(beside_a_word) == 0
    assert not leaves_ink(beside_a_word)
    assert is_doubtful(beside_a_word)


def test_a_lone_stroke_that_nobody_writes_is_a_fold_of_the_paper() -> None:
    assert text([stroke()]) == text([stroke(lean=-0.5)]) == ["1"]
    assert text([stroke(lean=0.6)]) == text([stroke(lean=-1.3)]) == [""]
    assert text([stroke(slenderness=60)]) == [""]
    assert text([stroke(slenderness=60), found(5, x=90)]) == ["15"]


def test_a_row_of_strokes_that_nobody_writes_is_of_folds() -> None:
    assert text([stroke(), stroke(x=90)]) == ["11"]
    at_edge = replace(stroke(x=90).reading, box=Box(378, 50, 20, 30))
    cut_off = replace(stroke(), reading=replace(at_edge, box=Box(379, 50, 20, 30)))
    assert text([stroke(), replace(stroke(), reading=at_edge)]) == ["11"]
    assert text([stroke(), cut_off]) == [""]
    assert text([stroke(mass=900), cut_off]) == ["1"]
    assert text([stroke(), stroke(x=90, slenderness=60)]) == [""]
    confirmed = [replace(stroke(x=x, lean=0.6), confirmed=True) for x in (50, 90)]
    assert text(confirmed) == [""]
    assert text([found(5, x=20), cut_off]) == ["51"]


def circle(x: int = 50) -> Found:
    glyph = np.zeros((28, 28), np.uint8)
    cv2.circle(glyph, (14, 14), 9, 255, 2, cv2.LINE_AA)
    nought = found(0, x=x)
    return replace(nought, reading=replace(nought.reading, glyph=glyph))


def test_circles_alone_are_no_noughts() -> None:
    assert text([circle()]) == text([circle(), circle(90)]) == [""]
    assert text([found(0)]) == ["0"]
    assert text([found(5), circle(90)]) == ["50"]


def test_hairlines_far_higher_than_the_digits_between_them_are_edges() -> None:
    def edge(x: int, height: int) -> Found:
        line = stroke(slenderness=60, x=x)
        return replace(line, reading=replace(line.reading, box=Box(x, 9, 3, height)))

    digits = [found(2, x=60), found(5, x=90)]
    assert text([edge(9, 100), *digits, edge(150, 90)]) == ["25"]
    assert text([edge(9, 35), *digits]) == ["125"]


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize(
    ("height", "top", "read"), [(30, 80, "11"), (14, 80, ""), (14, 120, "11")]
)
def test_low_strokes_at_the_foot_of_digits_are_commas(
    height: int, top: int, read: str, *, confirmed: bool
) -> None:
    number = [found(digit, x=50 + 30 * digit) for digit in range(2, 9)]
    low = [
        replace(stroke, reading=replace(stroke.reading, box=box), confirmed=confirmed)
        for stroke, box in (
            (found(1), Box(x, top, 6, height)) for x in (125, 215)
        )
    ]  # fmt: skip
    assert text(number, low) == ["2345678", read]


@pytest.mark.parametrize(("other", "read"), [(100, "11"), (300, "")])
def test_a_row_of_strokes_needs_a_clear_picture(other: float, read: str) -> None:
    disorder = [found(0, 1.0, mass=other)]
    assert text([stroke(), stroke(x=90)], disorder)[0] == read
    confirmed = [replace(stroke(x=x), confirmed=True) for x in (50, 90)]
    assert text(confirmed, disorder)[0] == "11"


def test_no_digit_of_a_confirmed_number_is_dropped() -> None:
    number = [found(1, 0.55), found(0), found(2, 0.6), found(8)]
    confirmed = [replace(digit, confirmed=True) for digit in number]
    other = [found(7, 1.0, mass=1000)]
    assert text(confirmed, other)[0] == "1028"
    assert text([*confirmed, found(3, 0.95)], other)[0] == "1028"


def test_nothing() -> None:
    assert judge([], Box(0, 0, 10, 10), 0.5) == []


def reading(digits: list[Found], others: list[Found]) -> Reading:
    line = LineReading(tuple(one.reading for one in digits))
    return Reading(
        400, 300, (line,) if digits else (), tuple(one.reading for one in others)
    )


@pytest.mark.parametrize(("letters", "read"), [(5, "1" * 10), (8, "")])
def test_a_long_line_with_many_other_signs_is_text(letters: int, read: str) -> None:
    line = [found(1) for _ in range(10)]
    line += [found(0, 1.0, is_digit=False) for _ in range(letters)]
    assert text(line) == [read]


def test_a_reading_is_worth_less_with_doubt_and_with_ink_left_over() -> None:
    sure = reading([found(1), found(2)], [])
    doubtful = reading([found(1), found(2, 0.5)], [])
    unread = reading([found(1), found(2)], [found(0, 1.0)])
    assert worth(sure) == 0
    assert worth(sure) > worth(doubtful) > worth(unread) > worth(reading([], []))
    assert worth(reading([], [])) == -inf


def test_low_ink_that_is_left_over_costs_nothing() -> None:
    dot = replace(found(0, 1.0).reading, box=Box(0, 0, 5, 5))
    with_dot = replace(reading([found(1), found(2)], []), rejected=(dot,))
    assert worth(with_dot) == 0


def test_only_numbers_that_are_not_read_whole_are_doubtful() -> None:
    other = found(0, 1.0)
    assert not is_doubtful(reading([found(1), found(2)], []))
    assert is_doubtful(reading([found(1), found(2)], [other]))
    assert is_doubtful(reading([found(1), found(2, 0.5)], []))
    assert not is_doubtful(reading([found(1), found(2)], [other] * 5))
    assert not is_doubtful(reading([found(1)], [other]))
    assert not is_doubtful(reading([], [other]))


def label(sure: int, letters: int, left: int) -> list[Found]:
    """A word whose letters stand close, some of which look like digits."""
    signs = [found(0, mass=60, x=left + 24 * n) for n in range(sure)]
    return signs + [
        found(8, 0.99, mass=60, x=left + 24 * n, is_digit=False)
        for n in range(sure, sure + letters)
    ]


def test_the_letters_of_a_label_beside_a_number_are_no_digits() -> None:
    number = [found(digit, x=400 + 30 * n) for n, digit in enumerate((9, 3, 1))]
    assert text([*label(1, 6, 50), *number]) == ["931"]
    assert text([*label(0, 9, 50), *number]) == ["931"]


def test_a_digit_that_words_leave_alone_must_be_certain() -> None:
    wide = [found(7, 0.3), found(1, mass=40, x=200), found(0, 1.0, x=225)]
    assert text(wide) == [""]
    assert text([found(7), *wide[1:]]) == ["7"]


def test_many_words_of_letters_are_text() -> None:
    number = [found(digit, x=900 + 30 * n) for n, digit in enumerate((9, 3, 1))]
    words = [sign for left in (0, 200, 400, 600) for sign in label(1, 4, left)]
    assert text([*words, *number]) == [""]


def test_digits_that_stand_far_apart_are_no_words_of_letters() -> None:
    line = [found(digit, x=100 * n) for n, digit in enumerate((4, 0, 7))]
    assert text([*line, found(8, 0.99, x=330, is_digit=False)]) == ["407"]


def alone(digit: int = 5, doubt: float = 0.0, height: int = 90) -> DigitReading:
    return replace(found(digit, doubt).reading, box=Box(40, 40, 60, height))


def test_all_of_the_ink_may_be_one_digit() -> None:
    pieces = [found(7, 0.9).reading, found(1, 1.0).reading]
    pieces = [replace(pieces[0], box=Box(40, 40, 60, 40)),
              replace(pieces[1], box=Box(45, 90, 50, 40))]  # fmt: skip
    assert is_whole_picture(alone(), pieces, SHEET, 0.5)
    assert not is_whole_picture(alone(doubt=0.4), pieces, SHEET, 0.5)
    assert not is_whole_picture(alone(digit=1), pieces, SHEET, 0.5)  # any stroke is one
    round_one = replace(alone(digit=0), glyph=circle().reading.glyph)
    assert is_whole_picture(alone(digit=0), pieces, SHEET, 0.5)
    assert not is_whole_picture(round_one, pieces, SHEET, 0.5)
    assert not is_whole_picture(
        alone(), pieces, Box(0, 0, 1000, 1000), 0.5
    )  # too small
    assert not is_whole_picture(alone(), pieces, Box(40, 0, 400, 300), 0.5)  # cut off
    assert not is_whole_picture(alone(), pieces[:1], SHEET, 0.5)  # of less ink
    beside = replace(pieces[0], box=Box(300, 40, 60, 40))
    assert not is_whole_picture(alone(), [*pieces, beside], SHEET, 0.5)
    assert not is_whole_picture(alone(), pieces * 20, SHEET, 0.5)  # of dust


def test_a_digit_beside_refused_ink_may_be_a_piece_of_another() -> None:
    one = replace(found(7).reading, box=Box(40, 40, 60, 40))
    low = replace(found(0, 1.0).reading, box=Box(45, 90, 50, 60))
    crumb = replace(low, box=Box(98, 70, 6, 6))

    def may_be(digits: list[DigitReading], rejected: list[DigitReading]) -> bool:
        lines = (LineReading(tuple(digits)),) if digits else ()
        return may_be_whole_picture(Reading(400, 300, lines, tuple(rejected)))

    assert may_be([one], [low])
    assert may_be([], [low])
    assert not may_be([one], [crumb])
    assert not may_be([one, one], [low])
    assert not may_be([one], [])


@pytest.mark.parametrize(("size", "read"), [((60, 8), "293604"), ((22, 30), "")])
def test_the_pieces_of_an_underline_are_no_letters(
    size: tuple[int, int], read: str
) -> None:
    number = [found(digit, x=50 + 30 * k) for k, digit in enumerate((2, 9, 3, 6, 0, 4))]
    other = [
        replace(
            found(8, 1.0, is_digit=False),
            reading=replace(
                found(8, 1.0, is_digit=False).reading, box=Box(x, 84, *size)
            ),
        )
        for x in range(50, 230, 35)
    ]
    line = sorted([*number, *other], key=lambda f: f.reading.box.x)
    assert text(line) == [read]


def test_many_lines_that_are_each_sure_are_not_in_doubt() -> None:
    lines = [LineReading((found(1, 0.05).reading,) * 4) for _ in range(20)]
    assert not is_doubtful(Reading(400, 300, tuple(lines)))
    lines[7] = LineReading((found(1, 0.2).reading,) * 4)
    assert is_doubtful(Reading(400, 300, tuple(lines)))


def test_more_digits_are_shown_only_side_by_side() -> None:
    none = reading([], [])
    assert shows_more(reading([found(5), found(6)], []), none, SHEET)
    apart = replace(none, lines=tuple(LineReading((found(n).reading,)) for n in (1, 1)))
    assert not shows_more(apart, none, SHEET)
    assert not shows_more(none, none, SHEET)
    assert not shows_more(reading([found(5), found(6)], []), apart, SHEET)
