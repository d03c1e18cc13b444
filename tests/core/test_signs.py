"""Slashes and brackets among ones, as boxes and glyphs."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitdesk.core.normalise import make_glyph
from digitdesk.core.signs import find_brackets, find_circles, find_slashes, is_circle
from digitdesk.core.types import U8, Box, DigitReading
from tests.core.pages import Page


def line(text: str, *, slash: int = 66, lean: int = 8) -> list[DigitReading]:
    """Digits of 48 pixels on one row; a slash is a 1 of another height that leans."""
    readings = []
    for place, sign in enumerate(text):
        glyph = np.zeros((28, 28), np.uint8)
        leans = lean if sign == "/" else 1
        if sign in "()":
            way = -1 if sign == "(" else 1
            cv2.ellipse(glyph, (14 - 3 * way, 14), (6, 12), 0, -70, 70, 255, 2)
            glyph = glyph if sign == ")" else np.ascontiguousarray(glyph[:, ::-1])
        else:
            cv2.line(glyph, (14 - leans, 24), (14 + leans, 4), 255, 2)
        high = slash if sign in "/()" else 48
        box = Box(40 * place, 100 - (high - 48) * 2 // 3, 20, high)
        digit = 1 if sign in "/()" else int(sign)
        probabilities = np.eye(10, dtype=np.float32)[digit]
        readings.append(DigitReading(box, glyph, probabilities, 0.0, accepted=True))
    return readings


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("3/12/86", (1, 4)),
        ("24/7/1999", (2, 4)),
        ("11/11/11", (2, 5)),
        ("1/1/21", (1, 3)),
    ],
)
def test_the_slashes_of_a_date(text: str, places: tuple[int, int]) -> None:
    assert find_slashes(line(text)) == (places if set(text) - set("1/") else None)


@pytest.mark.parametrize(
    "text", ["", "7", "1", "3112186", "3/1286", "123/12/86", "3/12/186", "/12/86"]
)
def test_other_numbers_have_none(text: str) -> None:
    assert find_slashes(line(text)) is None


def test_ones_that_are_no_higher_or_lean_no_more_are_ones() -> None:
    assert find_slashes(line("3/12/86", slash=50)) is None
    assert find_slashes(line("3/12/86", lean=0)) is None


def test_two_that_lean_differently_are_none() -> None:
    steep, flat = line("3/12/86", lean=4), line("3/12/86", lean=10)
    assert find_slashes([*steep[:3], *flat[3:]]) is None


@pytest.mark.parametrize(
    ("text", "places"),
    [("(352)", (0, 4)), ("17(5)", (2, 4)), ("(1)25", (0, 2)), ("(2)(3)", (0, 2))],
)
def test_brackets_around_a_number(text: str, places: tuple[int, int]) -> None:
    assert find_brackets(line(text)) == places


@pytest.mark.parametrize("text", ["", "1", "1352", ")352(", "(352", "352)", "()35"])
def test_bows_that_are_no_brackets(text: str) -> None:
    assert find_brackets(line(text)) is None


def test_bows_that_are_no_higher_than_the_digits_are_ones() -> None:
    assert find_brackets(line("(352)", slash=50)) is None


def ring(radius: int, pen: int, *, narrow: float = 1.0, turn: float = 0.0) -> U8:
    """Draw a ring as the classifier would see it, so wide in parts of its height."""
    ink = np.zeros((240, 240), np.uint8)
    axes = (round(radius * narrow), radius)
    cv2.ellipse(ink, (120, 120), axes, turn, 0, 360, 255, pen, cv2.LINE_AA)
    return make_glyph(np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.5), np.uint8))


@pytest.mark.parametrize("pen", [3, 9, 20])
@pytest.mark.parametrize("radius", [24, 60, 100])
def test_a_circle_is_rounder_than_a_nought(radius: int, pen: int) -> None:
    assert is_circle(ring(radius, pen))
    assert not is_circle(ring(radius, pen, narrow=0.7))


@pytest.mark.parametrize("pen", [3, 9, 20])
@pytest.mark.parametrize("radius", [60, 100])
@pytest.mark.parametrize("turn", [0, 30, 45])
def test_a_circle_may_be_seen_from_the_side(radius: int, pen: int, turn: float) -> None:
    assert is_circle(ring(radius, pen, narrow=0.85, turn=turn))


def test_written_noughts_are_no_circles() -> None:
    for height in (20, 40, 90):
        ink = Page(200, 160).write("0", 50, 30, height).ink
        assert not is_circle(make_glyph(ink))
    assert not is_circle(np.zeros((28, 28), np.uint8))


def test_circles_are_taken_back_where_nothing_else_stands_beside_them() -> None:
    circles = [replace(nought, glyph=ring(60, 9)) for nought in line("00")]
    assert find_circles(circles) == (0, 1)
    assert find_circles([]) is None
    assert find_circles([*circles, *line("5")]) is None
    oval = [replace(nought, glyph=ring(60, 9, narrow=0.65)) for nought in line("0")]
    assert find_circles([*circles, *oval]) is None
