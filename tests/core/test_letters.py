"""Telling letters from digits on a line, by what a network says of its columns."""

import numpy as np

from digitdesk.core.letter_forms import CURSIVE, LETTERS, SIGNS
from digitdesk.core.letters import without_letters
from digitdesk.core.lines import Line
from digitdesk.core.regions import Part
from digitdesk.core.strip import DIGIT_HEIGHT, LETTER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8, Box

GREY = np.full((100, 1000), 200, np.uint8)
SIZE = 30
"""Height of every part."""


def line(*lefts: int, w: int = 20) -> Line:
    return Line([
        Part(Box(left, 30, w, SIZE), np.full((SIZE, w), 255, np.uint8), number)
        for number, left in enumerate(lefts)
    ])  # fmt: skip


class Told:
    """Says what it was told of columns of the picture."""

    def __init__(self, *odds: tuple[int, int, float]) -> None:
        self._odds = odds
        self.asked = 0

    def answers(self, strip: U8) -> F32:
        raise AssertionError("a line is heard only after its letters are known")

    def letters(self, strip: U8) -> F32:
        self.asked += 1
        assert strip.shape[0] == STRIP_HEIGHT
        said = np.zeros(strip.shape[1] // LETTER_STEP, np.float32)
        for first, last, odds in self._odds:
            start, end = (
                round((x + 0.6 * SIZE - 10) * DIGIT_HEIGHT / SIZE / LETTER_STEP)
                for x in (first, last)
            )
            said[max(start, 0) : end] = odds
        return said


def kept(line: Line, *odds: tuple[int, int, float]) -> list[int]:
    left = without_letters(line, GREY, Told(*odds), light_on_dark=False)
    assert sorted(p.source for p in (*left.parts, *(x.part for x in left.letters))) == [
        part.source for part in line.parts
    ]
    return [part.source for part in left.parts]


def test_a_line_of_digits_stays_as_it_is() -> None:
    digits = line(10, 40, 70)
    reader = Told((0, 100, -5))
    assert without_letters(digits, GREY, reader, light_on_dark=False) is digits
    assert reader.asked == 1


def test_a_word_beside_a_number_is_set_apart() -> None:
    assert kept(line(10, 40, 70, 200, 230), (0, 100, 6), (190, 260, -6)) == [3, 4]


def test_a_line_of_words_is_left_without_parts() -> None:
    assert kept(line(10, 40, 70, 200, 230), (0, 300, 6)) == []


def test_what_might_be_either_is_what_its_neighbours_are() -> None:
    word = line(10, 40, 70, 100)
    assert kept(word, (0, 38, 6), (38, 68, 0.5), (68, 130, 6)) == []
    assert kept(word, (0, 38, -6), (38, 68, 3.0), (68, 130, -6)) == [0, 1, 2, 3]


def test_in_doubt_ink_is_digits() -> None:
    assert kept(line(10, 40, 70), (0, 100, 1.0)) == [0, 1, 2]


def test_across_a_wide_gap_letters_and_digits_change_more_readily() -> None:
    said = (0, 38, 4.5), (38, 300, -1.0)
    assert kept(line(10, 40, 70), *said) == [0, 1, 2]
    assert kept(line(10, 110, 140), *said) == [1, 2]


def test_each_letter_and_sign_has_forms() -> None:
    assert {*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"} <= {*LETTERS}
    assert {*CURSIVE} == {*"abcdefghijklmnopqrstuvwxyz"}
    for forms in (*LETTERS.values(), *CURSIVE.values(), *SIGNS.values()):
        assert forms
        for form in forms:
            points = np.concatenate([np.array(pull) for pull in form])
            assert -0.3 <= points[:, 0].min() <= points[:, 0].max() <= 2.0
            assert -0.2 <= points[:, 1].min() < points[:, 1].max() <= 1.5


def test_joined_letters_begin_and_end_where_the_next_one_begins() -> None:
    for forms in CURSIVE.values():
        for form in forms:
            (x, y), (_, end) = form[0][0], form[0][-1]
            assert x == 0
            assert 0.8 <= y <= 1
            assert 0.4 <= end <= 1
