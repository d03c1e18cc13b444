"""Asking the line network about whole lines, with the shipped networks."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.types import F32, U8, Classifier, LineReader, Reading, Scores
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.paper import paper
from digitdesk.ml.predictor import Predictor
from tests.core.pages import Page

PAGES = 24


def cheque(seed: int) -> tuple[U8, str]:
    """A number whose digits touch, on patterned paper; and what it says."""
    rng = np.random.default_rng(seed)
    number = "".join(map(str, rng.integers(0, 10, int(rng.integers(4, 7)))))
    hand = pen.Hand(slant=0.12, aspect=0.65, wobble=0.02, pen=0.09, pressure=0.3)
    height, left = 60, 40.0
    ink = np.zeros((130, 420), np.uint8)
    for sign in number:
        drawn = pen.ink(pen.write_digit(int(sign), hand, rng), hand, height, rng)
        rows, columns = np.nonzero(drawn)
        drawn = drawn[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        tall, wide = drawn.shape
        x, y = round(left), 35 + height - tall + int(rng.integers(-3, 4))
        part = ink[y : y + tall, x : x + wide]
        np.maximum(part, drawn, out=part)
        left += wide + rng.uniform(-5, 3)
    sheet = paper(ink.shape, height, rng) * (1 - 0.7 * ink.astype(np.float32) / 255)
    grey = np.clip(sheet + rng.normal(0, 3, ink.shape), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8), number


def read(
    pixels: U8, classifier: Classifier, lines: LineReader | None
) -> tuple[str, Reading]:
    reading = read_picture(pixels, classifier, PreprocessSettings(), lines)
    return "/".join(line.text for line in reading.lines), reading


def test_touching_digits_on_patterned_paper_are_read_better(
    classifier: Predictor, lines: LinePredictor
) -> None:
    cheques = [cheque(seed) for seed in range(PAGES)]
    alone, asked = (
        sum(read(pixels, classifier, reader)[0] == number for pixels, number in cheques)
        for reader in (None, lines)
    )
    assert asked > alone
    assert asked >= PAGES / 2


def test_what_is_read_lies_on_the_ink_and_shows_its_glyphs(
    classifier: Predictor, lines: LinePredictor
) -> None:
    for seed in range(8):
        pixels, _ = cheque(seed)
        _, reading = read(pixels, classifier, lines)
        for digit in reading.digits:
            assert digit.glyph.any()
            assert digit.box.x >= 0
            assert digit.box.right <= pixels.shape[1]
            assert digit.probabilities.sum() == pytest.approx(1, abs=1e-4)
            assert 0 <= digit.not_digit <= 1


class Counting:
    """Counts how often a line reader is asked."""

    def __init__(self, lines: LineReader) -> None:
        self._lines = lines
        self.asked = 0

    def answers(self, strip: U8) -> F32:
        self.asked += 1
        return self._lines.answers(strip)

    def letters(self, strip: U8) -> F32:
        return self._lines.letters(strip)


def test_plain_numbers_stay_what_they_are(
    classifier: Predictor, lines: LinePredictor
) -> None:
    pixels = Page().write("27503", 60, 60, 70).write("81496", 60, 260, 70).photo()
    asked = Counting(lines)
    assert read(pixels, classifier, asked)[0] == "27503/81496"
    assert read(pixels, classifier, None)[0] == "27503/81496"
    assert asked.asked <= 2


def test_blank_paper_asks_nobody(classifier: Predictor, lines: LinePredictor) -> None:
    asked = Counting(lines)
    assert not read(Page().photo(), classifier, asked)[0]
    assert asked.asked == 0


def test_a_single_digit_needs_no_second_look(
    classifier: Predictor, lines: LinePredictor
) -> None:
    asked = Counting(lines)
    assert read(Page().write("7", 250, 150, 120).photo(), classifier, asked)[0] == "7"
    assert asked.asked == 0


class Doubting:
    """A classifier that takes some digits for none."""

    def __init__(self, classifier: Classifier, doubted: tuple[int, ...] = (1,)) -> None:
        self._classifier = classifier
        self._doubted = doubted
        self.reject_threshold = classifier.reject_threshold

    def classify(self, glyphs: U8) -> Scores:
        scores = self._classifier.classify(glyphs)
        doubted = np.isin(scores.probabilities.argmax(axis=1), self._doubted)
        return replace(scores, not_digit=np.where(doubted, 0.97, scores.not_digit))


def test_one_believed_digit_does_not_stand_for_the_whole_number(
    classifier: Predictor, lines: LinePredictor
) -> None:
    pixels = Page().write("151", 150, 150, 70).photo()
    doubting = Doubting(classifier)
    assert read(pixels, doubting, None)[0] == "5"
    assert read(pixels, doubting, lines)[0] == "151"


def test_a_line_of_which_nothing_is_believed_is_asked_about_beside_others(
    classifier: Predictor, lines: LinePredictor
) -> None:
    pixels = Page().write("27503", 60, 60, 70).write("464", 60, 260, 70).photo()
    doubting = Doubting(classifier, (4, 6))
    assert read(pixels, doubting, None)[0] == "27503"
    assert read(pixels, doubting, lines)[0] == "27503/464"
