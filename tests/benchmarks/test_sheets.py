import numpy as np
import pytest

from benchmarks.sheets import CONDITIONS
from digitdesk.core.digit_data import Labelled
from digitdesk.ml.synthesis import pen_digits

SNAPSHOTS = ("snapshot", "snapshot, shadow", "snapshot, table", "both of these")


@pytest.fixture(scope="module")
def digits() -> Labelled:
    return Labelled(*pen_digits(40, np.random.default_rng(3)))


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_sheet_says_what_is_written_on_it(name: str, digits: Labelled) -> None:
    photo, lines = CONDITIONS[name](np.random.default_rng(1), digits)
    again, same = CONDITIONS[name](np.random.default_rng(1), digits)

    assert photo.dtype == np.uint8
    assert photo.shape[2] == 3
    if name in SNAPSHOTS:
        assert 1 <= len(lines) <= 6
        assert all(len(line) <= 10 and line.isdigit() for line in lines)
    else:
        assert len(lines) == 3
        assert all(3 <= len(line) <= 8 and line.isdigit() for line in lines)
    assert np.array_equal(photo, again)
    assert lines == same
    assert photo.std() > 5
