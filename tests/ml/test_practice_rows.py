import numpy as np
import pytest

from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import U8
from digitdesk.ml.practice_rows import practice_rows
from digitdesk.ml.synthesis import pen_digits


@pytest.fixture(scope="module")
def made() -> tuple[U8, U8]:
    rng = np.random.default_rng(1)
    return practice_rows(*pen_digits(50, rng), 60, 80, rng)


def test_whole_digits_and_fragments_come_out(made: tuple[U8, U8]) -> None:
    glyphs, labels = made
    assert glyphs.shape == (len(labels), 28, 28)
    assert (labels != NOT_DIGIT).sum() == 60
    assert 40 <= (labels == NOT_DIGIT).sum() <= 80
    assert glyphs.any(axis=(1, 2)).all()


def test_whole_digits_resemble_their_own_class_most(made: tuple[U8, U8]) -> None:
    glyphs, labels = made
    patterns, names = pen_digits(600, np.random.default_rng(2))
    right = 0
    for glyph, label in zip(glyphs[labels < 10], labels[labels < 10], strict=True):
        likeness = [np.corrcoef(glyph.ravel(), p.ravel())[0, 1] for p in patterns]
        right += int(names[int(np.argmax(likeness))] == label)
    assert right / 60 > 0.7


def test_the_same_seed_makes_the_same_rows() -> None:
    digits = pen_digits(20, np.random.default_rng(0))
    first, second = (
        practice_rows(*digits, 8, 8, np.random.default_rng(5)) for _ in range(2)
    )
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
