import numpy as np
import pytest

from digitdesk.core.types import Box
from digitdesk.core.view import View

PIXELS = np.zeros((300, 400, 3), np.uint8)


@pytest.mark.parametrize(
    ("longest", "shortest", "size"),
    [(1000, 0, (300, 400)), (200, 0, (150, 200)), (1000, 500, (600, 800))],
    ids=["as it is", "reduced", "enlarged"],
)
def test_size(longest: int, shortest: int, size: tuple[int, int]) -> None:
    view = View(PIXELS, None, longest, shortest)
    assert view.grey.shape == size
    assert view.outside(Box(0, 0, size[1], size[0])) == Box(0, 0, 400, 300)


def test_a_region_is_looked_at_and_led_back() -> None:
    pixels = PIXELS.copy()
    pixels[100:150, 200:280] = 255
    view = View(pixels, Box(200, 100, 80, 50), 40)
    assert view.grey.shape == (25, 40)
    assert (view.grey == 255).all()
    assert view.outside(Box(10, 5, 20, 10)) == Box(220, 110, 40, 20)


@pytest.mark.parametrize(
    ("region", "seen"),
    [
        (Box(-50, -50, 100, 100), Box(0, 0, 50, 50)),
        (Box(350, 250, 100, 100), Box(350, 250, 50, 50)),
        (Box(900, 10, 50, 50), Box(0, 0, 400, 300)),
        (Box(10, 10, 0, 0), Box(0, 0, 400, 300)),
    ],
)
def test_a_region_is_clipped(region: Box, seen: Box) -> None:
    view = View(PIXELS, region, 1000)
    height, width = view.grey.shape
    assert view.outside(Box(0, 0, width, height)) == seen


def test_no_box_is_empty_when_it_is_led_back() -> None:
    view = View(PIXELS, None, 1000, 500)
    assert view.scale == 2
    for x in range(20):
        assert view.outside(Box(x, x, 1, 2)).w >= 1
