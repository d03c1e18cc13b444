"""What the answers of a line network say, against counting every way by hand."""

from itertools import groupby, product

import numpy as np
import pytest

from digitdesk.core.line_text import (
    BLANK,
    Digits,
    likely_numbers,
    log_probabilities,
    placed,
)
from digitdesk.core.types import F32

CLASSES = BLANK + 1


def random_answers(columns: int, spoken: tuple[int, ...], seed: int) -> F32:
    """Answers in which only blank and a few digits are possible."""
    rng = np.random.default_rng(seed)
    shares = np.full((columns, CLASSES), 1e-12)
    shares[:, [*spoken, BLANK]] = rng.uniform(0.05, 1, (columns, len(spoken) + 1))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.asarray(np.log(shares), np.float32)


def every_number(answers: F32, spoken: tuple[int, ...]) -> dict[Digits, float]:
    """Probability of each number, by going through every path."""
    shares = np.exp(answers.astype(np.float64))
    numbers: dict[Digits, float] = {}
    for path in product((*spoken, BLANK), repeat=len(answers)):
        number = tuple(d for d, _ in groupby(path) if d != BLANK)
        chance = float(np.prod([row[d] for row, d in zip(shares, path, strict=True)]))
        numbers[number] = numbers.get(number, 0.0) + chance
    return numbers


@pytest.mark.parametrize("seed", range(5))
def test_probabilities_are_those_of_all_paths_together(seed: int) -> None:
    answers = random_answers(6, (3, 7), seed)
    chances = every_number(answers, (3, 7))
    found = np.exp(log_probabilities(answers, list(chances)))
    assert found == pytest.approx(np.array(list(chances.values())), rel=1e-4)


def test_long_lines_with_pauses_lose_nothing() -> None:
    """Against the same sums in logarithms, column by column."""
    rng = np.random.default_rng(3)
    answers = rng.normal(0, 3, (400, CLASSES)).astype(np.float32)
    answers[:, BLANK] += np.where(np.arange(400) % 20 < 13, 25, 4)
    answers -= np.logaddexp.reduce(answers, axis=1)[:, None]
    numbers = [tuple(map(int, rng.integers(0, 10, n))) for n in (1, 9, 20, 9)]
    numbers[3] = (5,) * 9
    for number, found in zip(numbers, log_probabilities(answers, numbers), strict=True):
        states = np.full(2 * len(number) + 1, BLANK)
        states[1::2] = number
        ways = np.full(len(states), -np.inf)
        ways[:2] = answers[0, states[:2]]
        for row in answers[1:].astype(np.float64):
            before, ways = ways.copy(), ways.copy()
            for at in range(1, len(states)):
                ways[at] = np.logaddexp(ways[at], before[at - 1])
                if at % 2 and at > 1 and states[at] != states[at - 2]:
                    ways[at] = np.logaddexp(ways[at], before[at - 2])
            ways += row[states]
        assert found == pytest.approx(np.logaddexp(*ways[-2:]), abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_beam_names_the_most_likely_numbers_in_their_order(seed: int) -> None:
    answers = random_answers(5, (0, 1), seed)
    chances = every_number(answers, (0, 1))
    wanted = sorted(chances, key=lambda number: -chances[number])[:3]
    assert likely_numbers(answers, 40)[:3] == wanted


def test_the_same_digit_twice_needs_a_blank_between() -> None:
    answers = np.full((2, CLASSES), -30, np.float32)
    answers[:, 5] = 0
    assert log_probabilities(answers, [(5,)])[0] == pytest.approx(0, abs=1e-6)
    assert log_probabilities(answers, [(5, 5)])[0] == -np.inf
    with_blank = np.insert(answers, 1, answers[0], axis=0)
    with_blank[1] = -30
    with_blank[1, BLANK] = 0
    assert log_probabilities(with_blank, [(5, 5)])[0] == pytest.approx(0, abs=1e-6)


def test_nothing_but_blank_is_the_empty_number() -> None:
    answers = np.full((8, CLASSES), -20, np.float32)
    answers[:, BLANK] = 0
    assert likely_numbers(answers, 3)[0] == ()
    assert log_probabilities(answers, [()])[0] == pytest.approx(0, abs=1e-5)


def test_digits_are_placed_where_they_are_heard() -> None:
    answers = np.full((12, CLASSES), -8, np.float32)
    answers[:, BLANK] = 0
    for column, digit in ((2, 4), (6, 4), (9, 1)):
        answers[column, BLANK], answers[column, digit] = -8, 0
    assert placed(answers, (4, 4, 1)).tolist() == [2, 6, 9]


def test_a_digit_that_is_not_heard_gets_a_place_between_its_neighbours() -> None:
    answers = np.full((12, CLASSES), -8, np.float32)
    answers[:, BLANK] = 0
    answers[3, BLANK], answers[3, 4] = -8, 0
    answers[9, BLANK], answers[9, 1] = -8, 0
    columns = placed(answers, (4, 8, 1)).tolist()
    assert columns[0] == 3
    assert columns[2] == 9
    assert 3 < columns[1] < 9
