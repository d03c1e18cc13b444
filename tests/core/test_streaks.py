import cv2
import numpy as np
import pytest

from digitdesk.core.streak_search import Size, find_streaks
from digitdesk.core.types import U8

SIZE = Size(run=30, gap=12, shortest=60, thickest=8, stairs=True)


def ruled(slope: float, *, start: int = 40, end: int = 660, y: int = 150) -> U8:
    mask = np.zeros((400, 700), np.uint8)
    cv2.line(mask, (start, y), (end, round(y + slope * (end - start))), 255, 3)
    return mask


@pytest.mark.parametrize("slope", [0.0, 0.013, -0.1, 0.25])
def test_a_line_is_measured_where_it_lies(slope: float) -> None:
    streak = find_streaks(ruled(slope), SIZE).found[0]
    assert streak.length == pytest.approx(620, abs=12)
    assert 2 < streak.thickness < 6
    for (x, y), at in zip(streak.ends, (40, 660), strict=True):
        assert x == pytest.approx(at, abs=6)
        assert y == pytest.approx(150 + slope * (x - 40), abs=3)


def test_short_thick_and_bent_ink_is_no_streak() -> None:
    mask = np.zeros((400, 700), np.uint8)
    cv2.line(mask, (40, 50), (90, 50), 255, 3)
    cv2.line(mask, (40, 120), (400, 120), 255, 20)
    cv2.ellipse(mask, (350, 300), (40, 60), 0, 0, 360, 255, 3)
    assert not find_streaks(mask, SIZE).found


def test_an_empty_mask_has_none() -> None:
    streaks = find_streaks(np.zeros((40, 60), np.uint8), SIZE)
    assert streaks.found == ()
    assert not streaks.continuing(set())


def test_a_stroke_that_crosses_is_left() -> None:
    mask = ruled(0.0)
    cv2.line(mask, (300, 100), (320, 220), 255, 6)
    stroke = np.zeros_like(mask)
    cv2.line(stroke, (300, 100), (320, 220), 255, 6)
    streaks = find_streaks(mask, SIZE)
    streaks.erase(mask, streaks.longer(0))
    assert (mask[stroke > 0] > 0).mean() > 0.97
    assert (mask[stroke == 0] > 0).sum() < 100


@pytest.mark.parametrize("edge", ["top", "bottom"])
def test_a_line_along_the_edge_of_the_mask_goes(edge: str) -> None:
    """Though it is a little thicker for a part of its way."""
    mask = np.zeros((200, 700), np.uint8)
    mask[:3, 40:660] = mask[:4, 200:660] = 255
    mask = mask if edge == "top" else mask[::-1].copy()
    streaks = find_streaks(mask, SIZE)
    streaks.erase(mask, streaks.longer(0))
    assert not mask.any()


def test_pieces_on_the_way_of_a_line_are_told_from_others() -> None:
    mask = ruled(0.02, end=400) | ruled(0.02, start=480, end=600, y=159)
    mask |= ruled(0.02, start=480, end=600, y=250)
    streaks = find_streaks(mask, SIZE)
    assert len(streaks.found) == 3
    (whole,) = streaks.longer(300)
    on_way = streaks.continuing({whole})
    tops = sorted(streaks.found[name - 1].ends[0][1] for name in on_way)
    assert tops == pytest.approx([150, 159], abs=3)


def test_the_ends_of_a_wall_meet_the_bars_there() -> None:
    mask = ruled(0.0, y=100) | ruled(0.0, y=300)
    cv2.line(mask, (200, 100), (200, 300), 255, 3)
    cv2.line(mask, (400, 140), (400, 250), 255, 3)
    level = find_streaks(mask, SIZE)
    upright = find_streaks(np.ascontiguousarray(mask.T), SIZE).transposed()
    wall, loose = sorted(upright.found, key=lambda streak: streak.box.x)
    assert all(end - {0} for end in level.met_by(wall))
    assert not any(end - {0} for end in level.met_by(loose))


def test_a_line_is_as_thick_as_where_no_stroke_crosses_it() -> None:
    mask = np.zeros((200, 400), np.uint8)
    cv2.line(mask, (0, 100), (399, 100), 255, 3)
    cv2.rectangle(mask, (100, 60), (350, 140), 255, -1)
    size = Size(run=28, gap=28, shortest=200, thickest=np.inf, stairs=False)
    (streak,) = find_streaks(mask, size).found
    assert streak.thickness < 6  # on the average it is 50


def test_a_streak_goes_on_to_the_edge_behind_a_digit() -> None:
    mask = np.zeros((200, 400), np.uint8)
    cv2.line(mask, (130, 90), (399, 100), 255, 2)
    cv2.ellipse(mask, (80, 90), (40, 60), 0, 0, 360, 255, 12)
    cv2.line(mask, (0, 85), (12, 85), 255, 2)
    size = Size(
        run=28, gap=28, shortest=200, thickest=np.inf, stairs=False, to_edge=True
    )
    streaks = find_streaks(mask, size)
    streaks.erase(mask, [streak.name for streak in streaks.found])
    assert not mask[:, :20].any()
    assert mask[30:150, 35:130].any()


@pytest.mark.parametrize(("bend", "waves", "found"), [(6, 0, 1), (0, 4, 0)])
def test_a_printed_line_may_be_bent_but_is_even(
    bend: float, waves: float, found: int
) -> None:
    x = np.arange(300)
    y = 60 + bend * (x / 150 - 1) ** 2 + waves * np.abs(np.sin(x * np.pi / 55))
    mask = np.zeros((120, 300), np.uint8)
    points = np.column_stack([x, np.rint(y)]).astype(np.int32)
    cv2.polylines(mask, [points], False, 255, 3)
    size = Size(run=20, gap=28, shortest=150, thickest=np.inf, stairs=True)
    assert len(find_streaks(mask, size).found) == found
