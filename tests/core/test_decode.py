"""Putting pieces together to digits, freely and as a given number."""

import cv2
import numpy as np
import pytest

from digitdesk.core.binarise import find_ink
from digitdesk.core.decode import solve, spell
from digitdesk.core.lines import group
from digitdesk.core.normalise import make_glyph
from digitdesk.core.paths import default_model
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.puzzle import Puzzle, cut_at, make_puzzle
from digitdesk.core.regions import find_parts
from digitdesk.core.single import batch
from digitdesk.core.types import Scores
from digitdesk.ml.predictor import Predictor
from tests.core.pages import Page

NUMBER = (2, 7, 5, 0, 3)


@pytest.fixture(scope="module")
def line() -> tuple[Puzzle, Scores]:
    """A written number, cut to pieces, and what the shipped network says of them."""
    page = Page().write("".join(map(str, NUMBER)), 60, 150, 80, pitch=0.8)
    grey = np.asarray(cv2.cvtColor(page.photo(), cv2.COLOR_BGR2GRAY), np.uint8)
    ink = find_ink(grey, PreprocessSettings())
    (only,) = group(find_parts(ink, 3), 10)
    puzzle = make_puzzle(only)
    glyphs = [make_glyph(candidate.whole.ink) for candidate in puzzle.candidates]
    return puzzle, Predictor.load(default_model()).classify(batch(glyphs))


def said(line: tuple[Puzzle, Scores], chosen: list[tuple[int, bool]]) -> list[int]:
    return [
        int(line[1].probabilities[i].argmax()) for i, is_digit in chosen if is_digit
    ]


def test_the_most_convincing_way_is_the_number(line: tuple[Puzzle, Scores]) -> None:
    assert said(line, solve(*line)) == list(NUMBER)


def test_the_number_is_spelled_with_the_candidates_that_solving_chose(
    line: tuple[Puzzle, Scores],
) -> None:
    ((_, chosen),) = spell(*line, [NUMBER])
    assert chosen == solve(*line)


@pytest.mark.parametrize("other", [(2, 7, 5, 0, 8), (2, 7, 5, 0), (2, 7, 1, 5, 0, 3)])
def test_another_number_is_worth_less(
    line: tuple[Puzzle, Scores], other: tuple[int, ...]
) -> None:
    (less, _), (most, _) = spell(*line, [other, NUMBER])
    assert less < most - 1


def test_one_sure_misreading_does_not_rule_a_number_out(
    line: tuple[Puzzle, Scores],
) -> None:
    puzzle, scores = line
    misread, _ = solve(puzzle, scores)[1]
    probabilities = scores.probabilities.copy()
    probabilities[misread] = np.eye(10, dtype=np.float32)[8]
    wrong = Scores(probabilities, scores.not_digit)
    ((worth, chosen),) = spell(puzzle, wrong, [NUMBER])
    ((usual, _),) = spell(puzzle, scores, [NUMBER])
    assert chosen == solve(puzzle, scores)
    assert -11 < worth - usual < -3


def test_all_ink_is_accounted_for(line: tuple[Puzzle, Scores]) -> None:
    puzzle, _ = line
    ((_, chosen),) = spell(*line, [NUMBER[:3]])
    assert sum(is_digit for _, is_digit in chosen) == 3
    spans = [(puzzle.candidates[i].first, puzzle.candidates[i].last) for i, _ in chosen]
    assert [first for first, _ in spans] == [0, *(last for _, last in spans[:-1])]
    assert spans[-1][1] == len(puzzle.pieces)


def test_more_digits_than_pieces_cannot_be_spelled(
    line: tuple[Puzzle, Scores],
) -> None:
    ((worth, chosen),) = spell(*line, [(1,) * (len(line[0].pieces) + 1)])
    assert worth == -np.inf
    assert chosen == []


def test_ink_is_cut_between_middles_that_are_known() -> None:
    page = Page().write("00", 60, 150, 80, pitch=0.52)
    grey = np.asarray(cv2.cvtColor(page.photo(), cv2.COLOR_BGR2GRAY), np.uint8)
    (only,) = group(find_parts(find_ink(grey, PreprocessSettings()), 3), 10)
    puzzle = make_puzzle(only)
    left = min(piece.box.x for piece in puzzle.pieces)
    right = max(piece.box.right for piece in puzzle.pieces)
    quarter = (right - left) / 4
    anew = cut_at(puzzle, [left + quarter, right - quarter])
    assert len(anew.pieces) == 2
    middle = (left + right) / 2
    for piece, side in zip(anew.pieces, (-1, 1), strict=True):
        assert side * (piece.centre_x - middle) > 0.5 * quarter
    assert {(c.first, c.last) for c in anew.candidates} >= {(0, 1), (1, 2)}


def test_numbers_are_spelled_together_as_each_alone(
    line: tuple[Puzzle, Scores],
) -> None:
    numbers = [NUMBER, NUMBER[1:], (2, 7, 5, 0, 8), (1,) * 60, (2, 7, 1, 5, 0, 3)]
    for number, (worth, chosen) in zip(numbers, spell(*line, numbers), strict=True):
        ((alone, same),) = spell(*line, [number])
        assert worth == pytest.approx(alone)
        assert chosen == same
