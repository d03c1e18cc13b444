import numpy as np
import pytest

from benchmarks.lone_digits import LOOKS, shots
from digitdesk.core.digit_data import Labelled
from digitdesk.ml.synthesis import pen_digits


@pytest.fixture(scope="module")
def digits() -> Labelled:
    return Labelled(*pen_digits(40, np.random.default_rng(3)))


@pytest.mark.parametrize("name", LOOKS)
def test_a_picture_shows_one_digit_that_differs_from_its_paper(
    name: str, digits: Labelled
) -> None:
    taken, again = shots(name, digits, 3), shots(name, digits, 3)
    for (photo, label), (same, _) in zip(taken, again, strict=True):
        assert photo.dtype == np.uint8
        assert photo.shape[2] == 3
        assert label in "0123456789"
        assert photo.std() > 3
        assert np.array_equal(photo, same)
