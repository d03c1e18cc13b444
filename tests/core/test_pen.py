import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.pen_forms import DIGIT_FORMS
from digitdesk.core.types import GLYPH_SIZE


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_fills_its_box(digit: int) -> None:
    hand = pen.Hand(slant=0.0, wobble=0.0, aspect=0.6)
    for form in range(len(DIGIT_FORMS[digit])):
        points = np.concatenate(pen.write_digit(digit, hand, rng(), form))
        assert points[:, 1].min() == pytest.approx(0, abs=0.12)
        assert points[:, 1].max() == pytest.approx(1, abs=0.1)
        assert -0.1 <= points[:, 0].min() <= points[:, 0].max() <= 0.7


def test_the_same_seed_writes_the_same_ink() -> None:
    first, second = (
        pen.ink(pen.write_digit(5, pen.Hand(), random), pen.Hand(), 40, random)
        for random in (rng(), rng())
    )
    assert np.array_equal(first, second)


def test_another_seed_writes_other_ink() -> None:
    other = np.random.default_rng(4)
    first = pen.write_digit(5, pen.Hand(), rng(), 0)
    second = pen.write_digit(5, pen.Hand(), other, 0)
    assert not np.allclose(np.concatenate(first), np.concatenate(second))


def test_a_repeated_point_makes_a_corner() -> None:
    # The second form of 7 turns at its upper right: no point lies beyond it.
    hand = pen.Hand(slant=0.0, wobble=0.0, aspect=1.0)
    (stroke,) = pen.write_digit(7, hand, rng(), 0)
    assert np.abs(stroke - (0.88, 0.0)).sum(axis=1).min() < 1e-6


def test_slant_moves_the_top_to_the_right() -> None:
    upright = pen.write_digit(1, pen.Hand(slant=0.0, wobble=0.0), rng(), 0)[0]
    slanted = pen.write_digit(1, pen.Hand(slant=0.4, wobble=0.0), rng(), 0)[0]
    moved = slanted[:, 0] - upright[:, 0]
    assert moved[0] == pytest.approx(0.2)
    assert moved[-1] == pytest.approx(-0.2)


@pytest.mark.parametrize("height", [20, 80, 200])
def test_ink_lies_wholly_on_its_canvas(height: int) -> None:
    hand = pen.Hand(pen=0.1, pressure=0.5)
    canvas = pen.ink(pen.write_digit(8, hand, rng()), hand, height, rng())
    border = np.concatenate([canvas[0], canvas[-1], canvas[:, 0], canvas[:, -1]])
    assert border.max() == 0
    assert canvas.max() == 255


def test_a_wider_pen_leaves_more_ink() -> None:
    amounts = []
    for width in (0.04, 0.08, 0.16):
        hand = pen.Hand(pen=width, wobble=0.0)
        amounts.append(
            pen.ink(pen.write_digit(2, hand, rng(), 0), hand, 100, rng()).mean()
        )
    assert amounts == sorted(amounts)
    assert amounts[0] < amounts[2] / 2


def test_letters_and_scribbles_leave_ink() -> None:
    random = rng()
    for make in (pen.write_letter, pen.scribble):
        for _ in range(20):
            hand = pen.Hand.sample(random)
            assert pen.ink(make(hand, random), hand, 2 * GLYPH_SIZE, random).any()


def test_sampled_hands_stay_in_their_documented_ranges() -> None:
    random = rng()
    for _ in range(300):
        hand = pen.Hand.sample(random)
        assert -0.5 <= hand.slant <= 0.7
        assert 0.3 <= hand.aspect <= 1.2
        assert 0.03 <= hand.pen <= 0.25
        assert 0 <= hand.pressure <= 0.6
