import numpy as np
import pytest

from digitdesk.core.types import U8
from digitdesk.ml.synthesis import NotDigits, pen_digits, stroke_digit


@pytest.fixture(scope="module")
def digits() -> U8:
    return pen_digits(60, np.random.default_rng(1))[0]


def test_pen_digits_know_all_ten_labels() -> None:
    glyphs, labels = pen_digits(200, np.random.default_rng(0))
    assert glyphs.shape == (200, 28, 28)
    assert set(labels.tolist()) == set(range(10))
    assert (glyphs.max(axis=(1, 2)) > 100).all()


def test_recorded_strokes_keep_their_direction() -> None:
    down = [np.array([[0.0, 0.0], [0.0, 100.0]])]
    glyph = stroke_digit(down, np.random.default_rng(0))
    rows, columns = np.nonzero(glyph > 128)
    assert np.ptp(rows) > 3 * np.ptp(columns)


KINDS = ["pair", "pair_with_rest", "fragment", "printed_letter", "written_letter",
         "scribble", "blot"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_inked_glyphs_that_differ(kind: str, digits: U8) -> None:
    maker = getattr(NotDigits(digits, digits[:0]), kind)
    rng = np.random.default_rng(2)
    glyphs = np.stack([maker(rng) for _ in range(30)])
    assert glyphs.shape == (30, 28, 28)
    assert glyphs.dtype == np.uint8
    assert glyphs.any(axis=(1, 2)).all()
    assert len(np.unique(glyphs, axis=0)) > 5


@pytest.mark.parametrize("kind", ["pair", "pair_with_rest", "fragment"])
def test_parts_and_pairs_are_wider_than_a_one(kind: str, digits: U8) -> None:
    maker = getattr(NotDigits(digits, digits[:0]), kind)
    rng = np.random.default_rng(4)
    for _ in range(50):
        rows, columns = np.nonzero(maker(rng) > 0)
        assert np.ptp(columns) + 1 >= 0.4 * (np.ptp(rows) + 1)


def test_samples_are_reproducible(digits: U8) -> None:
    source = NotDigits(digits, digits[:5])
    first, second = (source.sample(40, np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])


def test_kinds_that_may_come_out_as_a_digit_are_marked(digits: U8) -> None:
    _, doubtful = NotDigits(digits, digits[:0]).sample(200, np.random.default_rng(1))
    assert 0.2 < doubtful.mean() < 0.6
