"""The lines that the letter network learns from."""

import numpy as np
import pytest

from digitdesk.core.strip import LETTER_STEP, STRIP_HEIGHT
from digitdesk.core.types import U8
from digitdesk.ml.synthesis import pen_digits
from digitdesk.ml.vocabulary import spelled
from digitdesk.ml.written_lines import STRIP_WIDTH, Writer
from digitdesk.ml.written_words import (
    DIGIT,
    LETTER,
    NEITHER,
    WordStrips,
    WordWriter,
)


@pytest.fixture(scope="module")
def writer() -> WordWriter:
    digits = Writer(*pen_digits(300, np.random.default_rng(3)))
    return WordWriter(digits, signs())


def signs() -> U8:
    """Make two signs of another script: a cross and a square."""
    made = np.zeros((2, 28, 28), np.uint8)
    made[0, 13:15, 4:24] = made[0, 4:24, 13:15] = 255
    made[1, 5:23, 5:23] = 255
    made[1, 8:20, 8:20] = 0
    return made


@pytest.fixture(scope="module")
def strips(writer: WordWriter) -> WordStrips:
    return writer.strips(300, np.random.default_rng(5))


def test_there_are_lines_of_numbers_of_words_and_of_both(strips: WordStrips) -> None:
    assert strips.pictures.shape == (300, STRIP_HEIGHT, STRIP_WIDTH)
    assert strips.kinds.shape == (300, STRIP_WIDTH // LETTER_STEP)
    assert set(np.unique(strips.kinds).tolist()) == {LETTER, DIGIT, NEITHER}
    letters = (strips.kinds == LETTER).any(axis=1)
    digits = (strips.kinds == DIGIT).any(axis=1)
    for share in (letters & digits, letters & ~digits, digits & ~letters):
        assert share.mean() > 0.1


def test_ink_stands_where_letters_and_digits_are_said_to_be(
    strips: WordStrips,
) -> None:
    pictures = strips.pictures.reshape(300, STRIP_HEIGHT, -1, LETTER_STEP)
    darkest = pictures.max(axis=(1, 3))
    for kind in (LETTER, DIGIT):
        assert np.mean(darkest[strips.kinds == kind] > 100) > 0.85


def test_nothing_stands_beyond_the_edge_of_a_page(strips: WordStrips) -> None:
    pictures = strips.pictures.reshape(300, STRIP_HEIGHT, -1, LETTER_STEP)
    deepest = pictures.max(axis=(1, 3))
    beyond = 0
    for seen, kinds in zip(deepest, strips.kinds, strict=True):
        last = max(np.flatnonzero(seen > 60), default=0)
        beyond += int(np.count_nonzero(kinds[last + 3 :] != NEITHER))
    assert beyond <= 10  # a faint end of a word here and there


def test_the_seed_fixes_the_lines(writer: WordWriter) -> None:
    first, second, other = (
        writer.strips(8, np.random.default_rng(seed)) for seed in (7, 7, 8)
    )
    assert np.array_equal(first.pictures, second.pictures)
    assert np.array_equal(first.kinds, second.kinds)
    assert not np.array_equal(first.pictures, other.pictures)


def test_words_are_spelled_small_large_and_with_a_capital() -> None:
    rng = np.random.default_rng(1)
    words = [spelled(rng) for _ in range(200)]
    assert all(word.isalpha() for word in words)
    assert len(set(words)) > 150
    long = [word for word in words if len(word) > 2]
    for kind in (str.islower, str.isupper, str.istitle):
        assert sum(map(kind, long)) > 10
