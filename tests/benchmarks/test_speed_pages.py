import numpy as np
import pytest

from benchmarks import speed_forms
from benchmarks.speed_pages import glyphs, page
from digitdesk.core.digit_data import Labelled


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


def test_forms_differ_in_what_is_printed_alone() -> None:
    digits = Labelled(glyphs(30), np.arange(30, dtype=np.uint8) % 10)
    plain, comb, boxes = (
        speed_forms.page(form, digits).astype(int).sum(axis=2)
        for form in speed_forms.FORMS
    )
    assert plain.shape == (3000, 4000)
    dark = [(made < 330).mean() for made in (plain, comb, boxes)]
    assert 0.01 < dark[0] < dark[1] < dark[2] < 0.2
