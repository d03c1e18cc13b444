import numpy as np
import pytest

from digitdesk.core.paths import default_model
from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import U8
from digitdesk.ml.practice_rows import practice_rows
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.synthesis import pen_digits


@pytest.fixture(scope="module")
def made() -> tuple[U8, U8]:
    rng = np.random.default_rng(1)
    return practice_rows(*pen_digits(100, rng), 120, 80, rng)


def test_whole_digits_and_fragments_come_out(made: tuple[U8, U8]) -> None:
    glyphs, labels = made
    assert glyphs.shape == (len(labels), 28, 28)
    assert (labels != NOT_DIGIT).sum() == 120
    assert 40 <= (labels == NOT_DIGIT).sum() <= 80
    assert glyphs.any(axis=(1, 2)).all()


def test_whole_digits_are_read_as_what_they_are(made: tuple[U8, U8]) -> None:
    glyphs, labels = made
    digits = labels != NOT_DIGIT
    scores = Predictor.load(default_model()).classify(glyphs[digits])
    right = scores.probabilities.argmax(axis=1) == labels[digits]
    assert right.mean() > 0.8


def test_the_same_seed_makes_the_same_rows() -> None:
    digits = pen_digits(20, np.random.default_rng(0))
    first, second = (
        practice_rows(*digits, 8, 8, np.random.default_rng(5)) for _ in range(2)
    )
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
