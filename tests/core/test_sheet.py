"""Sheets that lie on something else, and things that are none."""

import cv2
import numpy as np
import pytest

from digitdesk.core.sheet import Sheet, find_sheet
from digitdesk.core.types import U8, Box, DigitReading, LineReading, Reading
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


DESKS = pytest.mark.parametrize(
    ("desk", "paper"),
    [
        ((40, 60, 90), (228, 230, 231)),
        ((190, 190, 190), YELLOW),  # as bright as that, but coloured
        ((215, 215, 215), (120, 110, 100)),
    ],
    ids=["white on brown", "yellow on grey", "dark on bright"],
)


@DESKS
@pytest.mark.parametrize("turned", [0.0, 12.0, -30.0])
def test_a_sheet_is_found(
    desk: tuple[int, int, int], paper: tuple[int, int, int], turned: float
) -> None:
    sheet = found(scene(desk, paper, turned))
    turn = cv2.getRotationMatrix2D((400, 300), -turned, 1)
    expected = np.array([[225, 214], [575, 214], [575, 386], [225, 386]])
    expected = expected @ turn[:, :2].T + turn[:, 2]
    assert np.allclose(sheet.corners, expected, atol=10)
    assert sheet.holds(Box(380, 280, 40, 40))
    assert not sheet.holds(Box(560, 380, 30, 30))


SIDEWAYS = np.array([[180, 160], [600, 190], [640, 450], [150, 420]], np.float32)


def from_the_side(turn: float = 0.0) -> U8:
    """See a written sheet on a desk in perspective; maybe a shadow falls on half."""
    sheet = np.full((260, 440, 3), 230, np.uint8)
    sheet[Page(440, 260).write("35268", 70, 100, 60).ink > 127] = 40
    corners = np.array([[0, 0], [440, 0], [440, 260], [0, 260]], np.float32)
    way = cv2.getPerspectiveTransform(corners, SIDEWAYS)
    picture = np.full((600, 800, 3), (50, 80, 120), np.uint8)
    cv2.warpPerspective(sheet, way, (800, 600), picture,
                        borderMode=cv2.BORDER_TRANSPARENT)  # fmt: skip
    if turn:
        picture[:, 400:] = (picture[:, 400:] * turn).astype(np.uint8)
    noise = np.random.default_rng(1).normal(0, 3, picture.shape)
    return (picture + noise).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("shade", [0.0, 0.7, 0.45])
def test_a_sheet_seen_from_the_side_is_found_and_flattened(shade: float) -> None:
    picture = from_the_side(shade)
    sheet = found(picture)
    assert np.allclose(sheet.corners, SIDEWAYS, atol=16)
    flat = sheet.flattened(picture)
    assert flat.shape[1] == pytest.approx(454, abs=20)
    assert flat.shape[0] == pytest.approx(260, abs=16)
    for edge in (flat[:8], flat[-8:], flat[:, :8], flat[:, -8:]):
        assert edge[..., 0].min() > 80  # nothing of the desk: its blue is 50


def digit(box: Box) -> DigitReading:
    chances = np.eye(10, dtype=np.float32)[5]
    return DigitReading(box, np.zeros((28, 28), np.uint8), chances, 0.0, accepted=True)


def test_what_was_read_on_a_flattened_sheet_comes_back_to_its_place() -> None:
    """Ink of the flat sheet lies in the picture where the boxes say."""
    picture = from_the_side()
    sheet = found(picture)
    flat = sheet.flattened(picture)
    dark = np.where(flat[..., 0] < 130, 255, 0).astype(np.uint8)
    contours = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    boxes = [Box(*cv2.boundingRect(contour)) for contour in contours]
    line = LineReading(tuple(digit(box) for box in boxes if box.h > 20))
    half = np.asarray(cv2.resize(dark, None, fx=0.5, fy=0.5), np.uint8)
    reading = Reading(flat.shape[1], flat.shape[0], (line,), (), half)
    placed = sheet.placed(reading, ALL, (300, 400))
    assert placed.binary.shape == (300, 400)
    assert len(placed.digits) == len(line.digits) == 5
    ink = np.where(picture[..., 0] < 130, 1, 0)
    for one in placed.digits:
        box = one.box
        assert SIDEWAYS[:, 0].min() < box.x < box.right < SIDEWAYS[:, 0].max()
        inside = slice(box.y, box.bottom), slice(box.x, box.right)
        assert 0.1 < ink[inside].mean() < 0.7
        there = placed.binary[box.y // 2 : box.bottom // 2, box.x // 2 : box.right // 2]
        assert (there > 0).mean() == pytest.approx(ink[inside].mean(), abs=0.1)


def test_digits_that_the_edge_of_a_sheet_cuts_are_left_out() -> None:
    picture = from_the_side()
    sheet = found(picture)
    height, width = sheet.flattened(picture).shape[:2]
    cut = [Box(0, 50, 8, 40), Box(50, 0, 8, 40),
           Box(width - 8, 50, 8, 40), Box(50, height - 40, 8, 40)]  # fmt: skip
    whole = Box(50, 1, 8, height - 2)
    line = LineReading(tuple(digit(box) for box in (*cut, whole)))
    reading = Reading(width, height, (line,), (), np.zeros((height, width), np.uint8))
    assert len(sheet.placed(reading, ALL, (600, 800)).digits) == 1


def test_what_lies_beside_a_sheet_is_no_part_of_it() -> None:
    sheet = found(from_the_side())
    on_it, beside = digit(Box(380, 280, 40, 40)), digit(Box(20, 20, 30, 40))
    lines = LineReading((on_it,)), LineReading((beside,))
    part = sheet.part(Reading(800, 600, lines, (beside, on_it)))
    assert part.digits == part.rejected == (on_it,)


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


@pytest.mark.parametrize(
    ("right", "down", "whole"), [(0, 0, True), (-35, 0, False), (0, 35, False)]
)
def test_what_reaches_the_edge_of_the_picture_is_no_whole_sheet(
    right: int, down: int, *, whole: bool
) -> None:
    corners = np.array([[40, 40], [760, 40], [760, 560], [40, 560]], np.float32)
    moved = corners + np.array([right, down])
    sheet = Sheet(moved.astype(np.float32))
    assert sheet.is_whole(ALL) is whole
