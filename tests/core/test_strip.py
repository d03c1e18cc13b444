"""Strips: a line cut out of a page, levelled, at one size, light taken out."""

import cv2
import numpy as np
import pytest

from digitdesk.core.strip import DIGIT_HEIGHT, STRIP_HEIGHT, LinePlace, cut_strip
from digitdesk.core.types import U8, Box

HEIGHT = 60
"""Of the bars on the page, which stand for digits."""


def page(slope: float = 0.0, paper: int = 220, ink: int = 60) -> U8:
    """A page of 400 x 900 with upright bars on a straight, perhaps sloping line."""
    picture = np.full((400, 900), paper, np.uint8)
    for x in range(100, 800, 50):
        middle = 200 + slope * (x - 100)
        top, bottom = round(middle - HEIGHT / 2), round(middle + HEIGHT / 2)
        cv2.line(picture, (x, top), (x, bottom), ink, 5, cv2.LINE_AA)
    return picture


def place(slope: float = 0.0, height: float = HEIGHT) -> LinePlace:
    return LinePlace(left=60, right=840, centre=200 - slope * 40, slope=slope,
                     digit_height=height)  # fmt: skip


def rows_of_ink(strip: U8) -> tuple[int, int]:
    rows = np.flatnonzero((strip > 100).any(axis=1))
    return int(rows[0]), int(rows[-1])


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.2])
def test_a_line_is_levelled_and_brought_to_one_size(slope: float) -> None:
    strip = cut_strip(page(slope), place(slope))
    assert strip.shape == (STRIP_HEIGHT, round(780 * DIGIT_HEIGHT / HEIGHT))
    first, last = rows_of_ink(strip)
    assert abs(last - first + 1 - DIGIT_HEIGHT) <= 4
    assert abs((first + last) / 2 - (STRIP_HEIGHT - 1) / 2) <= 1.5


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_whole_enlargements_change_nothing(factor: int) -> None:
    part = DIGIT_HEIGHT / HEIGHT
    small = cv2.resize(page(), None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    base = np.asarray(small, np.uint8)
    large = np.asarray(base.repeat(factor, axis=0).repeat(factor, axis=1), np.uint8)
    one, other = [
        cut_strip(picture, LinePlace(left=24.0 * n, right=336.0 * n, centre=80.0 * n,
                                     slope=0, digit_height=DIGIT_HEIGHT * n))
        for picture, n in ((base, 1), (large, factor))
    ]  # fmt: skip
    assert np.array_equal(one, other)


def test_where_a_box_lies_on_the_strip_of_a_sloping_line() -> None:
    where = LinePlace(
        left=0, right=400, centre=50, slope=0.2, digit_height=DIGIT_HEIGHT
    )
    assert where.on_strip(Box(190, 78, 20, 24)) == (slice(8, 32), slice(190, 210))


@pytest.mark.parametrize("factor", [0.25, 0.5, 2.0])
def test_the_size_of_the_picture_does_not_matter(factor: float) -> None:
    large = page()
    other = cv2.resize(large, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    where = LinePlace(left=60 * factor, right=840 * factor, centre=200 * factor,
                      slope=0, digit_height=HEIGHT * factor)  # fmt: skip
    strip = cut_strip(np.asarray(other, np.uint8), where).astype(float)
    wanted = cut_strip(large, place()).astype(float)
    assert strip.shape == wanted.shape
    assert np.corrcoef(strip.ravel(), wanted.ravel())[0, 1] > 0.8


def test_light_ink_on_a_dark_board_looks_like_dark_ink_on_paper() -> None:
    paper = page(paper=235, ink=35)
    dark = cut_strip(255 - paper, place(), light_on_dark=True)
    wanted = cut_strip(paper, place())
    assert np.abs(dark.astype(int) - wanted).max() <= 5  # rounded the other way


def test_a_shadow_and_faint_ink_are_evened_out() -> None:
    shadow = np.linspace(0.45, 1.0, 900)
    faint = (page(ink=180) * shadow).astype(np.uint8)
    strip, wanted = cut_strip(faint, place()), cut_strip(page(), place())
    assert np.corrcoef(strip.ravel(), wanted.ravel())[0, 1] > 0.9


def test_blank_paper_stays_blank() -> None:
    blank = np.full((400, 900), 210, np.uint8)
    assert not cut_strip(blank, place()).any()


def test_what_lies_outside_of_the_picture_is_paper() -> None:
    part = page()[180:220, 90:310]
    where = LinePlace(left=-60, right=400, centre=20, slope=0, digit_height=HEIGHT)
    strip = cut_strip(np.ascontiguousarray(part), where)
    scale = HEIGHT / DIGIT_HEIGHT
    assert not strip[:, : int(60 / scale) - 1].any()
    assert not strip[:, int(280 / scale) + 2 :].any()
    assert strip.max() > 150


def test_a_line_far_outside_of_the_picture_is_empty() -> None:
    where = LinePlace(left=2000, right=2400, centre=900, slope=0, digit_height=HEIGHT)
    assert not cut_strip(page(), where).any()
