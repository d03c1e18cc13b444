"""Boxes and rings around ink; digits that look like rings stay."""

import cv2
import numpy as np
import pytest

from digitdesk.core.frames import printed_boxes, rings_around_ink
from digitdesk.core.regions import find_outlines
from digitdesk.core.rulings import without_rulings
from digitdesk.core.types import U8
from tests.core.pages import Page


def written(text: str, pitch: float = 1.0) -> U8:
    page = Page(700, 240).write(text, 120, 90, 60, pitch=pitch)
    return (page.ink > 127).astype(np.uint8) * 255


def ringed(text: str, *, ends: tuple[int, int], pen: int, turned: float = 0.0) -> U8:
    """Draw a ring of this part of a turn, in degrees, around what is written."""
    ink = written(text)
    x, y, w, h = cv2.boundingRect(ink)
    middle, tall = (x + w // 2, y + h // 2), h // 2 + 24
    axes = max(w // 2 + 24, round(0.85 * tall)), tall
    first, last = (end + turned for end in ends)
    cv2.ellipse(ink, middle, axes, 0, first, last, 255, pen)
    return ink


@pytest.mark.parametrize("text", ["5", "38", "1", "00"])
@pytest.mark.parametrize("ends", [(0, 360), (20, 330)], ids=["closed", "open"])
@pytest.mark.parametrize("pen", [2, 6])
def test_a_ring_around_a_number_goes(
    text: str, ends: tuple[int, int], pen: int
) -> None:
    cleaned = without_rulings(ringed(text, ends=ends, pen=pen, turned=-60))
    assert np.array_equal(cleaned, written(text))


@pytest.mark.parametrize(
    "ink",
    [
        written("80649"),
        ringed("5", ends=(0, 200), pen=4),  # an arc
        cv2.circle(written("0"), (140, 120), 3, 255, -1),  # a nought with a dot
    ],
    ids=["digits", "arc", "dotted"],
)
def test_digits_are_no_rings(ink: U8) -> None:
    assert rings_around_ink(ink, find_outlines(ink)).size == 0


def test_a_large_digit_beside_small_ones_is_no_ring() -> None:
    """Small numbers in the box of a seven, a four and an index stay beside it."""
    page = Page(500, 400)
    for number, digit in enumerate("74"):
        page.write(digit, 30 + 230 * number, 60, 280)
        page.write("3", 45 + 230 * number, 240, 60)
    ink = (page.ink > 127).astype(np.uint8) * 255
    assert rings_around_ink(ink, find_outlines(ink)).size == 0


@pytest.mark.parametrize(("text", "boxes"), [("5", 1), ("", 1), ("56", 0), ("0", 1)])
def test_a_box_counts_unless_something_touches_it(text: str, boxes: int) -> None:
    ink = written(text)
    cv2.rectangle(ink, (100, 70), (200, 180), 255, 3)
    assert len(printed_boxes(find_outlines(ink))) == boxes
