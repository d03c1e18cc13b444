import numpy as np
import pytest

from benchmarks.speed_pages import glyphs, page


def test_glyphs_hold_ink() -> None:
    made = glyphs(12)

    assert made.shape == (12, 28, 28)
    assert made.dtype == np.uint8
    assert (made.max(axis=(1, 2)) > 128).all()


@pytest.mark.parametrize("count", [1, 10, 50])
def test_a_page_holds_dark_ink_on_lighter_paper(count: int) -> None:
    made = page(640, 480, count)

    assert made.shape == (480, 640, 3)
    assert made.dtype == np.uint8
    dark = (made.max(axis=2) < 100).mean()
    assert 0.005 < dark < 0.3
