"""The lines that the line network learns from."""

import numpy as np
import pytest

from digitdesk.core.strip import STRIP_HEIGHT
from digitdesk.ml.paper import paper
from digitdesk.ml.synthesis import pen_digits
from digitdesk.ml.written_lines import (
    MOST_DIGITS,
    NO_DIGIT,
    STRIP_WIDTH,
    Strips,
    Writer,
)


@pytest.fixture(scope="module")
def writer() -> Writer:
    return Writer(*pen_digits(300, np.random.default_rng(3)))


@pytest.fixture(scope="module")
def strips(writer: Writer) -> Strips:
    return writer.strips(200, np.random.default_rng(5))


def test_lines_hold_what_they_say(strips: Strips) -> None:
    assert strips.pictures.shape == (200, STRIP_HEIGHT, STRIP_WIDTH)
    assert strips.digits.shape == strips.centres.shape == (200, MOST_DIGITS)
    said = strips.digits[strips.digits != NO_DIGIT]
    assert set(said.tolist()) == set(range(10))


def test_digits_stand_from_left_to_right_inside_the_strip(strips: Strips) -> None:
    for digits, centres in zip(strips.digits, strips.centres, strict=True):
        count = int((digits != NO_DIGIT).sum())
        assert (digits[count:] == NO_DIGIT).all()
        assert (np.diff(centres[:count]) > 0).all()
        assert ((centres[:count] >= 0) & (centres[:count] < STRIP_WIDTH)).all()


def test_there_is_ink_around_the_middle_of_a_digit(strips: Strips) -> None:
    inked = []
    for picture, digits, centres in zip(
        strips.pictures, strips.digits, strips.centres, strict=True
    ):
        for x in centres[digits != NO_DIGIT].astype(int):
            inked.append(int(picture[:, max(0, x - 6) : x + 7].max()))
    assert np.mean(np.array(inked) > 120) > 0.97


def test_some_lines_hold_no_digit_though_they_are_not_blank(strips: Strips) -> None:
    without = (strips.digits == NO_DIGIT).all(axis=1)
    assert 0.02 < without.mean() < 0.25
    assert strips.pictures[without].any(axis=(1, 2)).mean() > 0.8


def test_the_seed_fixes_the_lines(writer: Writer) -> None:
    first, second, other = (
        writer.strips(8, np.random.default_rng(seed)) for seed in (7, 7, 8)
    )
    assert np.array_equal(first.pictures, second.pictures)
    assert np.array_equal(first.digits, second.digits)
    assert not np.array_equal(first.pictures, other.pictures)


def test_paper_is_light_and_differs() -> None:
    rng = np.random.default_rng(2)
    sheets = [paper((80, 300), 30, rng) for _ in range(40)]
    assert all(sheet.shape == (80, 300) for sheet in sheets)
    assert min(float(np.median(sheet)) for sheet in sheets) > 40
    spread = [float(sheet.std()) for sheet in sheets]
    assert min(spread) < 3  # some plain
    assert max(spread) > 15  # some printed or ruled
