import numpy as np
import pytest

from digitdesk.core.types import F32, U8
from digitdesk.ml.likeness import DigitLikeness, looks_like_digit
from digitdesk.ml.synthesis import NotDigits, pen_digits


@pytest.fixture(scope="module")
def written() -> tuple[U8, U8]:
    return pen_digits(1500, np.random.default_rng(1))


@pytest.fixture(scope="module")
def likeness(written: tuple[U8, U8]) -> DigitLikeness:
    return DigitLikeness(*written)


def test_most_unseen_digits_are_nearest_to_their_own_class(
    likeness: DigitLikeness,
) -> None:
    glyphs, labels = pen_digits(300, np.random.default_rng(2))
    nearest = likeness.similarities(glyphs).argmax(axis=1)
    assert (nearest == labels).mean() > 0.85
    own = likeness.like(glyphs)[np.arange(300), labels]
    assert own.mean() > 0.75


def test_pairs_are_like_no_digit(
    likeness: DigitLikeness, written: tuple[U8, U8]
) -> None:
    source = NotDigits(written[0], written[0][:0])
    rng = np.random.default_rng(3)
    pairs = np.stack([source.pair(rng) for _ in range(100)])
    assert likeness.like(pairs).any(axis=1).mean() < 0.1


def test_a_glyph_deceives_only_if_judge_and_neighbours_agree(
    likeness: DigitLikeness, written: tuple[U8, U8]
) -> None:
    glyphs, labels = written[0][:200], written[1][:200]

    def right(_: U8) -> F32:
        return np.eye(10, dtype=np.float32)[labels]

    def wrong(_: U8) -> F32:
        return np.eye(10, dtype=np.float32)[(labels + 5) % 10]

    def unsure(_: U8) -> F32:
        return np.full((len(labels), 10), 0.1, np.float32)

    assert looks_like_digit(glyphs, likeness, right, 0.9).mean() > 0.75
    assert looks_like_digit(glyphs, likeness, wrong, 0.9).mean() < 0.3
    assert not looks_like_digit(glyphs, likeness, unsure, 0.9).any()
