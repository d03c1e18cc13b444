"""What is heard on a line when the line network is asked once or more often."""

import numpy as np
import pytest

from digitdesk.core.hearing import Hearing, listen
from digitdesk.core.line_text import BLANK
from digitdesk.core.strip import ANSWER_STEP, LinePlace
from digitdesk.core.types import F32, U8, Box

PLACE = LinePlace(left=10, right=90, centre=30, slope=0, digit_height=48)
GREY = np.full((60, 100), 200, np.uint8)
COLUMNS = 12


def answers(said: dict[int, dict[int, float]]) -> F32:
    """Answers that are blank but for probabilities of digits in some columns."""
    shares = np.full((COLUMNS, BLANK + 1), 1e-9)
    shares[:, BLANK] = 1
    for column, digits in said.items():
        for digit, share in digits.items():
            shares[column, digit] = share
            shares[column, BLANK] -= share
    return np.asarray(np.log(shares), np.float32)


class Scripted:
    """Answers what it is told, and keeps the strips that it was asked about."""

    def __init__(self, *answers: F32) -> None:
        self._answers = list(answers)
        self.strips: list[U8] = []

    def answers(self, strip: U8) -> F32:
        self.strips.append(strip)
        return self._answers.pop(0)

    def letters(self, strip: U8) -> F32:
        raise AssertionError("letters are looked for before a line is heard")


def heard(network: Scripted) -> Hearing:
    return listen(GREY, PLACE, network, light_on_dark=False)


def test_a_clear_answer_is_enough() -> None:
    network = Scripted(answers({2: {4: 0.9}, 8: {7: 0.9}}))
    hearing = heard(network)
    assert len(network.strips) == 1
    assert hearing.numbers[0] == (4, 7)
    assert np.exp(hearing.log_probability((4, 7))) == pytest.approx(0.81, rel=1e-3)


def test_letters_beside_and_below_a_number_are_not_heard() -> None:
    """But what stands above an underline is."""
    grey = GREY.copy()
    grey[10:50, 20:26] = grey[10:50, 70:76] = grey[54:57, 15:85] = 20
    letters = [Box(69, 9, 8, 42), Box(15, 54, 70, 3)]
    network = Scripted(answers({2: {4: 0.9}}))
    listen(grey, PLACE, network, light_on_dark=False, letters=letters)
    [strip] = network.strips
    digit, letter, between = ((x - 10) // 2 for x in (22, 72, 45))
    assert strip[15:25, digit].min() > 100
    assert strip[:30, letter].max() == 0
    assert strip[(55 - 30) // 2 + 20, between] == 0


def test_letters_are_not_heard_in_doubt_either() -> None:
    doubtful = answers({2: {1: 0.4, 7: 0.4}})
    network = Scripted(doubtful, doubtful, doubtful)
    grey = GREY.copy()
    grey[10:50, 70:76] = 20
    letters = [Box(70, 10, 6, 40)]
    listen(grey, PLACE, network, light_on_dark=False, letters=letters)
    column = (70 - 10) // 2
    assert len(network.strips) == 3
    for strip in network.strips:
        assert strip[:30, column - 2 : column + 5].max() == 0


def test_in_doubt_all_answers_count_alike() -> None:
    """Nobody's likeliest number, but nobody finds it unlikely."""
    network = Scripted(
        answers({2: {1: 0.45, 7: 0.4}}),
        answers({2: {7: 0.4, 2: 0.5}}),
        answers({2: {7: 0.4, 9: 0.5}}),
    )
    hearing = heard(network)
    assert len(network.strips) == 3
    assert hearing.numbers[0] == (7,)
    assert np.exp(hearing.log_probability((7,))) == pytest.approx(0.4, rel=1e-3)
    unheard = hearing.log_probability((3,))
    assert unheard < hearing.log_probability((1,)) < hearing.log_probability((7,))


def test_it_is_asked_about_what_lies_a_little_higher_and_lower() -> None:
    doubtful = answers({2: {1: 0.4, 7: 0.4}})
    network = Scripted(doubtful, doubtful, doubtful)
    grey = GREY.copy()
    grey[30:34, 20:80] = 40
    listen(grey, PLACE, network, light_on_dark=False)
    usual, higher, lower = (
        float(np.average(np.arange(len(strip)), weights=strip.sum(axis=1)))
        for strip in network.strips
    )
    assert higher > usual + 1
    assert lower < usual - 1


def test_digits_stand_where_they_are_heard_best() -> None:
    faint = answers({2: {4: 0.3}, 8: {7: 0.3}})
    clear = answers({3: {4: 0.45}, 9: {7: 0.45}})
    hearing = heard(Scripted(faint, clear, faint))
    middles = [
        PLACE.left + (ANSWER_STEP * (column + 0.5) - 0.5) * PLACE.scale
        for column in (3, 9)
    ]
    assert hearing.middles((4, 7)) == pytest.approx(middles)
    said = hearing.at_digits((4, 7))
    assert said.argmax(axis=1).tolist() == [BLANK, BLANK]
    assert np.exp(said[[0, 1], [4, 7]]) == pytest.approx(0.45, rel=1e-3)


def test_silence_is_that_no_column_holds_a_digit() -> None:
    assert heard(Scripted(answers({}))).silence == pytest.approx(1, abs=1e-6)
    two = heard(Scripted(answers({2: {4: 0.9}, 8: {7: 0.8}})))
    assert two.silence == pytest.approx(0.02, rel=1e-3)
