import cv2
import numpy as np
import pytest

from digitdesk.core.binarise import Ink
from digitdesk.core.regions import coverage, find_outlines, find_parts, joined
from digitdesk.core.types import U8, Box


def ink_of(mask: U8) -> Ink:
    return Ink(mask, np.zeros_like(mask), mask, local=False, light_on_dark=True)


def test_every_region_is_cut_out_alone() -> None:
    mask = np.zeros((60, 80), np.uint8)
    mask[10:40, 10:14] = 255
    mask[10:40, 30:50] = 255
    mask[15:35, 35:45] = 0
    mask[22:28, 38:42] = 255  # inside the ring
    parts = find_parts(ink_of(mask), 3)
    assert [part.box.w for part in parts] == [6, 22, 6]
    assert [part.mass for part in parts] == [120, 400, 24]


def test_what_reaches_into_the_box_of_a_region_is_left_out() -> None:
    """However near: in the box, and beside it, where its soft edge would be."""
    mask = np.zeros((60, 80), np.uint8)
    mask[10:40, 10:13] = mask[37:40, 10:40] = 255
    (alone,) = find_parts(ink_of(mask), 3)
    for speck in ((12, 38), (20, 40)):
        other = mask.copy()
        other[speck] = 255
        (part,) = find_parts(ink_of(other), 3)
        assert part.box == alone.box
        assert np.array_equal(part.ink, alone.ink)


@pytest.mark.parametrize(("inside", "share"), [(200, 1.0), (140, 1.0), (60, 0.6)])
def test_the_rim_of_a_solid_thing_is_filled(inside: int, share: float) -> None:
    grey = np.full((80, 80), 40, np.uint8)
    cv2.circle(grey, (40, 40), 27, 230, -1)
    mask = np.where(grey > 100, 255, 0).astype(np.uint8)
    cv2.circle(grey, (40, 40), 17, inside, -1)
    cv2.circle(mask, (40, 40), 17, 0, -1)
    ink = Ink(grey, np.full_like(grey, 40), mask, local=True, light_on_dark=True)
    (part,) = find_parts(ink, 3)
    assert part.mass == pytest.approx(share * np.pi * 27.5**2, rel=0.05)


@pytest.mark.parametrize(("inside", "filled"), [(200, False), (30, True)])
def test_a_ring_that_is_closed_by_corners_alone_is_closed(
    inside: int, filled: bool
) -> None:
    grey = np.full((60, 60), 200, np.uint8)
    points = np.array([[30, 5], [50, 30], [30, 55], [10, 30]])
    cv2.fillPoly(grey, [points], inside)
    cv2.polylines(grey, [points], isClosed=True, color=30, thickness=1)
    mask = np.zeros_like(grey)
    cv2.polylines(mask, [points], isClosed=True, color=255, thickness=1)
    ink = Ink(grey, np.full_like(grey, 200), mask, local=False, light_on_dark=False)
    (part,) = find_parts(ink, 3)
    assert (part.mass > 900) == filled


def test_specks_are_left_out() -> None:
    mask = np.zeros((60, 80), np.uint8)
    mask[10:12, 10:12] = 255
    mask[20:40, 30:33] = 255
    assert len(find_parts(ink_of(mask), 4)) == 1
    assert find_parts(ink_of(np.zeros((9, 9), np.uint8)), 1) == []


def test_regions_at_the_edge_of_the_picture() -> None:
    mask = np.zeros((30, 30), np.uint8)
    mask[0:30, 0:4] = 255
    mask[0:30, 27:30] = 255
    assert [part.box for part in find_parts(ink_of(mask), 3)] == [
        Box(0, 0, 5, 30),
        Box(26, 0, 4, 30),
    ]


@pytest.mark.parametrize("full", [40.0, 200.0])
def test_coverage_is_grey_between_paper_and_ink(full: float) -> None:
    depth = np.array([[0, 0.1 * full, 0.5 * full, full, 255]]).astype(np.uint8)
    share = coverage(depth, full)[0]
    assert share[0] == share[1] == 0
    assert 80 < share[2] < 150
    assert share[3] == share[4] == 255


def test_joined_parts_keep_their_places() -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[5:15, 5:9] = 255
    mask[20:35, 22:30] = 255
    whole = joined(find_parts(ink_of(mask), 2))
    assert whole.box == Box(4, 4, 27, 32)
    assert np.array_equal(whole.ink, mask[4:36, 4:31])


def test_a_box_is_a_frame_with_a_cell_and_a_nought_is_none() -> None:
    mask = np.zeros((200, 400), np.uint8)
    cv2.rectangle(mask, (20, 30), (110, 150), 255, 3)
    cv2.ellipse(mask, (250, 90), (40, 60), 0, 0, 360, 255, 6)
    outlines = find_outlines(mask)
    box, nought = np.argsort(outlines.boxes[:, 0])
    assert outlines.frames[box]
    assert not outlines.frames[nought]
    assert outlines.cells.tolist() == [1, 1]


@pytest.mark.parametrize("turned", [0, 30, 75])
def test_a_line_is_long_however_it_is_turned(turned: float) -> None:
    mask = np.zeros((300, 300), np.uint8)
    away = 120 * np.array([np.cos(np.deg2rad(turned)), np.sin(np.deg2rad(turned))])
    first, last = (150 - away).astype(int), (150 + away).astype(int)
    cv2.line(mask, first.tolist(), last.tolist(), 255, 8)
    assert find_outlines(mask).elongations[0] > 12


def test_a_square_is_not_long() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[20:60, 20:60] = 255
    assert find_outlines(mask).elongations[0] == pytest.approx(1, abs=0.1)
