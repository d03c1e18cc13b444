"""Combs, rows of dashes and dashed lines, in ink as a camera shows it."""

import cv2
import numpy as np
import pytest

from digitdesk.core.rulings import without_rulings
from digitdesk.core.types import U8
from tests.core.pages import Page

SIZE = (1000, 560)


def fields(
    text: str, rows: int = 3, *, comb: float | None, empty: int = 2
) -> tuple[U8, U8]:
    """Write digits over a comb with teeth of this height, or each over a dash."""
    page, lines = Page(*SIZE), np.zeros(SIZE[::-1], np.uint8)
    for row in range(rows):
        base = 150 + 150 * row
        for number in range(len(text) + empty):
            left = 80 + 75 * number
            room = 15 if comb is None else 0
            cv2.line(lines, (left + room, base), (left + 75, base), 255, 3)
            if comb is not None:
                for x in (left, left + 75):
                    cv2.line(lines, (x, base), (x, round(base - comb * 60)), 255, 3)
            if number < len(text):
                page.write(text[number], left + 22, base - 72, 60)
    return page.ink, lines


def seen(*layers: U8, turned: float | None = 0.0) -> list[U8]:
    """Turn layers by degrees, or see them from the side."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * np.array(SIZE)
    if turned is None:
        moved = corners + np.array([[30, 20], [-40, 5], [-10, -20], [5, 0]])
    else:
        turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), turned, 1)
        moved = corners @ turn[:, :2].T + turn[:, 2]
    view = cv2.getPerspectiveTransform(
        corners.astype(np.float32), moved.astype(np.float32)
    )
    return [
        np.where(cv2.warpPerspective(layer, view, SIZE) > 127, 255, 0).astype(np.uint8)
        for layer in layers
    ]


def left_of(lines: U8, written: U8) -> tuple[float, float]:
    """Share of the writing, and of the lines beside it, that is left."""
    cleaned = without_rulings(np.maximum(written, lines))
    beside = (lines > 0) & (written == 0)
    return float((cleaned[written > 0] > 0).mean()), float((cleaned[beside] > 0).mean())


VIEWS = pytest.mark.parametrize(
    "turned", [0.0, -6.0, None], ids=["straight", "turned", "askew"]
)


@VIEWS
@pytest.mark.parametrize("comb", [0.3, 0.5, 0.8])
@pytest.mark.parametrize(("text", "rows"), [("3526801", 3), ("41", 1)])
def test_a_comb_goes_and_the_digits_in_it_stay(
    text: str, rows: int, comb: float, turned: float | None
) -> None:
    written, lines = seen(*fields(text, rows, comb=comb), turned=turned)
    kept, rest = left_of(lines, written)
    assert kept > 0.97
    assert rest < 0.06


@VIEWS
@pytest.mark.parametrize("comb", [0.5, 0.8])
def test_an_empty_comb_goes(comb: float, turned: float | None) -> None:
    """Nothing but its own height tells how high a digit would be."""
    written, lines = seen(*fields("", comb=comb, empty=8), turned=turned)
    assert not written.any()
    assert (without_rulings(lines)[lines > 0] > 0).mean() < 0.06


@VIEWS
def test_a_dash_below_each_digit_goes(turned: float | None) -> None:
    written, lines = seen(*fields("3526801", comb=None), turned=turned)
    kept, rest = left_of(lines, written)
    assert kept > 0.97
    assert rest < 0.06


@pytest.mark.parametrize("turned", [0.0, 5.0])
def test_dashed_lines_go(turned: float) -> None:
    page, lines = Page(*SIZE), np.zeros(SIZE[::-1], np.uint8)
    for row in range(3):
        page.write("352680", 100, 80 + 150 * row, 60)
        for x in range(40, 940, 22):
            cv2.line(lines, (x, 150 + 150 * row), (x + 11, 150 + 150 * row), 255, 3)
    written, dashes = seen(page.ink, lines, turned=turned)
    kept, rest = left_of(dashes, written)
    assert kept > 0.97
    assert rest < 0.1


def test_dashed_boxes_go() -> None:
    page, lines = Page(*SIZE), np.zeros(SIZE[::-1], np.uint8)
    for number, digit in enumerate("35268"):
        left, top, right, bottom = 80 + 130 * number, 180, 180 + 130 * number, 300
        page.write(digit, left + 35, top + 30, 60)
        for along in range(left, right, 14):
            for y in (top, bottom):
                cv2.line(lines, (along, y), (along + 7, y), 255, 3)
        for along in range(top + 14, bottom - 7, 14):
            for x in (left, right):
                cv2.line(lines, (x, along), (x, along + 7), 255, 3)
    kept, rest = left_of(*(layer for layer in seen(lines, page.ink)))
    assert kept == 1
    assert rest < 0.25  # the corners


def test_a_column_of_ones_is_no_dashed_line() -> None:
    page = Page(400, 900)
    for row in range(9):
        page.write("1", 100, 20 + 95 * row, 60).write("352", 200, 20 + 95 * row, 60)
    written = (page.ink > 127).astype(np.uint8) * 255
    assert np.array_equal(without_rulings(written), written)


@pytest.mark.parametrize(
    ("start", "end", "sizes"), [(60, 700, (60, 60, 60)), (140, 530, (60, 52, 45))]
)
def test_ones_on_a_line_are_no_comb(
    start: int, end: int, sizes: tuple[int, int, int]
) -> None:
    """Neither where the line goes on beyond them nor if they differ in height."""
    page = Page(900, 400).write("352680", 120, 230, 60).write("8", 180, 80, 60)
    for left, size in zip((120, 300, 480), sizes, strict=True):
        page.write("1", left, 140 - size, size)
    written = (page.ink > 127).astype(np.uint8) * 255
    lines = np.zeros_like(written)
    cv2.line(lines, (start, 140), (end, 140), 255, 3)
    kept, rest = left_of(lines, written)
    assert kept > 0.95
    assert rest < 0.1


def test_a_bold_number_on_the_edge_of_the_picture_is_no_comb() -> None:
    """As a scan that is cut off in the middle of a ruling shows it."""
    page = Page(300, 120).write("17704", 10, 30, 90, pitch=0.6)
    written = (page.ink > 127).astype(np.uint8) * 255
    lines = np.zeros_like(written)
    lines[-1] = 255
    assert left_of(lines, written)[0] > 0.95


@pytest.mark.parametrize("dashes", [2, 3])
def test_dashes_before_a_number_are_writing(dashes: int) -> None:
    """Two are no row, and three that differ in length are none either."""
    page = Page(900, 200).write("352680", 330, 60, 80)
    written = (page.ink > 127).astype(np.uint8) * 255
    x = 30
    for number in range(dashes):
        cv2.line(written, (x, 100), (x + 30 + 25 * number, 98), 255, 6)
        x += 50 + 25 * number
    assert np.array_equal(without_rulings(written), written)
