import numpy as np
import pytest

from digitdesk.core.sources import Rotation
from digitdesk.core.sources.orientation import orient

PICTURE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


@pytest.mark.parametrize("rotation", Rotation, ids=lambda r: f"{r.value} degrees")
@pytest.mark.parametrize("mirror", [False, True], ids=["plain", "mirrored"])
def test_turned_clockwise_then_mirrored(mirror: bool, rotation: Rotation) -> None:
    expected = np.rot90(PICTURE, -rotation // 90)
    if mirror:
        expected = expected[:, ::-1]
    result = orient(PICTURE, mirror, rotation)
    np.testing.assert_array_equal(result, expected)
    assert result.flags.c_contiguous


def test_nothing_to_do_costs_nothing() -> None:
    assert orient(PICTURE, False, Rotation.NONE) is PICTURE
