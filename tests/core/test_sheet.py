"""Sheets that lie on something else, and things that are none."""

import cv2
import numpy as np
import pytest

from digitdesk.core.sheet import Sheet, find_sheet
from digitdesk.core.types import U8, Box
from tests.core.pages import Page

ALL = Box(0, 0, 800, 600)
YELLOW = (120, 230, 245)


def scene(
    desk: tuple[int, int, int], paper: tuple[int, int, int] | None, turned: float = 0.0
) -> U8:
    """Lay a written sheet of 360 x 180 pixels in the middle of a desk."""
    picture = np.full((600, 800, 3), desk, np.float32)
    picture += np.linspace(-20, 20, 800)[None, :, None]  # the light falls off
    if paper is not None:
        rectangle = ((400, 300), (360, 180), turned)
        corners = cv2.boxPoints(rectangle).astype(np.int32)
        cv2.fillConvexPoly(picture, corners, paper)
        picture[Page(800, 600).write("35268", 260, 270, 60).ink > 127] = 40
    picture += np.random.default_rng(2).normal(0, 3, picture.shape)
    return picture.clip(0, 255).astype(np.uint8)


def found(picture: U8, region: Box = ALL) -> Sheet:
    sheet = find_sheet(picture, region)
    assert sheet is not None
    return sheet


@pytest.mark.parametrize("turned", [0.0, 12.0])
@pytest.mark.parametrize(
    ("desk", "paper"),
    [
        ((40, 60, 90), (228, 230, 231)),
        ((190, 190, 190), YELLOW),  # as bright as that, but coloured
        ((215, 215, 215), (120, 110, 100)),
    ],
    ids=["white on brown", "yellow on grey", "dark on bright"],
)
def test_a_sheet_is_found(
    desk: tuple[int, int, int], paper: tuple[int, int, int], turned: float
) -> None:
    sheet = found(scene(desk, paper, turned))
    assert sheet.inside.x == pytest.approx(226 if not turned else 207, abs=12)
    assert sheet.inside.w == pytest.approx(348 if not turned else 380, abs=16)
    assert sheet.holds(Box(380, 280, 40, 40))
    assert not sheet.holds(Box(560, 380, 30, 30))
    in_corner = Box(sheet.inside.x + 2, sheet.inside.y + 2, 20, 20)
    assert sheet.holds(in_corner) == (not turned)


def test_what_the_edge_of_a_sheet_cuts_lies_on_more_than_the_sheet() -> None:
    inside = found(scene((40, 60, 90), (228, 230, 231))).inside
    whole = Box(inside.x + 40, inside.y + 1, 8, inside.h - 2)
    sheet = found(scene((40, 60, 90), (228, 230, 231)))
    assert sheet.holds(whole)
    for cut in (
        Box(whole.x, inside.y, 8, 40),
        Box(whole.x, inside.bottom - 40, 8, 40),
        Box(inside.x, whole.y, 8, 40),
        Box(inside.right - 8, whole.y, 8, 40),
    ):
        assert not sheet.holds(cut)


def test_a_sheet_lies_in_the_region_that_is_searched() -> None:
    picture = scene((90, 90, 90), YELLOW)
    sheet = found(picture, Box(100, 150, 600, 330))
    whole = found(picture)
    assert np.allclose(sheet.corners, whole.corners, atol=6)
    assert find_sheet(picture, Box(0, 0, 180, 600)) is None


@pytest.mark.parametrize(
    "picture",
    [
        scene((200, 200, 200), None),
        Page(800, 600).write("35268", 60, 200, 130).photo(),
        Page(800, 600).write("0", 100, 20, 560).photo(),
        cv2.circle(scene((60, 60, 60), None), (400, 300), 200, (220, 220, 220), -1),
    ],
    ids=["nothing", "writing", "digit", "disc"],
)
def test_other_things_are_no_sheet(picture: U8) -> None:
    assert find_sheet(picture, ALL) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (700, 2)])
def test_pictures_of_a_few_pixels(shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 90, np.uint8)
    assert find_sheet(picture, Box(0, 0, shape[1], shape[0])) is None
