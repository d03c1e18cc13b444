import cv2
import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.even_light import cover_of_ink
from digitdesk.core.types import U8


def photo(
    width: float, *, dark: bool = True, texture: float = 0.0
) -> tuple[U8, "np.ndarray[tuple[int, ...], np.dtype[np.bool]]"]:
    """A digit under light that falls off to a corner, and where its ink is."""
    rng = np.random.default_rng(3)
    hand = pen.Hand(pen=width, pressure=0.0, wobble=0.0)
    ink = pen.ink(pen.write_digit(5, hand, rng, 0), hand, 120, rng)
    ink = np.asarray(
        cv2.copyMakeBorder(ink, 40, 60, 70, 30, cv2.BORDER_CONSTANT), np.uint8
    )
    y, x = (np.linspace(0, 1, n)[:, None] for n in ink.shape)
    light = 200 - 60 * y - 50 * x.T**2
    grain = cv2.GaussianBlur(rng.normal(0, 1, ink.shape), (0, 0), 1.5)
    picture = light * (1 - 0.5 * ink / 255) + texture * grain / grain.std()
    grey = picture.clip(0, 255).astype(np.uint8)
    return (grey if dark else 255 - grey), ink > 127


@pytest.mark.parametrize("width", [0.04, 0.1, 0.2], ids=["thin", "usual", "bold"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark ink", "light ink"])
def test_strokes_stay_whole_however_wide(width: float, dark: bool) -> None:
    grey, ink = photo(width, dark=dark)
    found = cover_of_ink(grey, light_on_dark=not dark) > 127
    assert (found & ink).sum() / (found | ink).sum() > 0.8


def test_paper_is_exactly_empty_in_spite_of_grain() -> None:
    grey, ink = photo(0.1, texture=5)
    cover = cover_of_ink(grey, light_on_dark=False)
    far = cv2.dilate(ink.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    assert (cover[far] == 0).mean() > 0.99
    assert (cover[ink] > 127).mean() > 0.9


def test_edges_are_soft() -> None:
    grey, _ = photo(0.1)
    cover = cover_of_ink(grey, light_on_dark=False)
    assert 20 < np.count_nonzero((cover > 40) & (cover < 215)) < cover.size / 10


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_no_ink(level: int) -> None:
    flat = np.full((50, 60), level, np.uint8)
    assert not cover_of_ink(flat, light_on_dark=False).any()
