import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitdesk.core.normalise import make_glyph, normalise, stroke_width, trim
from digitdesk.core.types import U8
from tests.core.pages import Page

DATA = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))


def bar(width: int, height: int, margin: int = 5) -> U8:
    ink = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    ink[margin : margin + height, margin : margin + width] = 255
    return ink


@pytest.mark.parametrize("size", [(8, 40), (100, 20), (5, 5), (300, 400)])
def test_ink_fills_the_box_and_keeps_its_aspect(size: tuple[int, int]) -> None:
    glyph = normalise(bar(*size))
    inner = trim(glyph)
    assert glyph.shape == (28, 28)
    assert max(inner.shape) == 20
    assert min(inner.shape) == pytest.approx(20 * min(size) / max(size), abs=1)


def test_centre_of_mass_is_that_of_mnist() -> None:
    ink = np.zeros((60, 60), np.uint8)
    cv2.line(ink, (10, 5), (10, 50), 255, 4)
    cv2.line(ink, (10, 50), (30, 50), 255, 4)
    mass = cv2.moments(normalise(ink))
    assert mass["m10"] / mass["m00"] == pytest.approx(14, abs=0.6)
    assert mass["m01"] / mass["m00"] == pytest.approx(14, abs=0.6)


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (30, 40)])
def test_no_ink_gives_an_empty_glyph(shape: tuple[int, int]) -> None:
    assert not normalise(np.zeros(shape, np.uint8)).any()
    assert not make_glyph(np.zeros(shape, np.uint8)).any()


@pytest.mark.parametrize("width", [5, 8, 15])
def test_stroke_width(width: int) -> None:
    ink = np.zeros((200, 200), np.uint8)
    cv2.line(ink, (20, 20), (180, 150), 255, width)
    assert stroke_width(ink) == pytest.approx(width, rel=0.35)


def test_a_hair_is_thickened_and_a_marker_is_not() -> None:
    hair, marker = np.zeros((2, 320, 320), np.uint8)
    cv2.circle(hair, (160, 160), 140, 255, 2)
    cv2.circle(marker, (160, 160), 140, 255, 40)
    assert stroke_width(make_glyph(hair)) > 1.4
    assert make_glyph(hair).max() >= 250
    assert np.array_equal(make_glyph(marker), normalise(marker)) or (
        abs(stroke_width(make_glyph(marker)) - stroke_width(normalise(marker))) < 0.3
    )


@pytest.mark.parametrize("factor", [1.3, 2.1, 2.9, 4.0, 11.3])
def test_enlarged_ink_gives_the_same_glyph(factor: float) -> None:
    ink = trim(Page(300, 200).write("5", 100, 50, 78).ink)
    large = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR)
    away = make_glyph(np.asarray(large, np.uint8)).astype(int) - make_glyph(ink)
    assert np.abs(away).mean() < 1.5


def test_a_line_of_one_pixel_survives_any_length() -> None:
    ink = np.zeros((900, 900), np.uint8)
    ink[450] = 255
    assert make_glyph(ink).max() > 200


@pytest.mark.data
def test_a_digit_of_mnist_stays_what_it_is() -> None:
    archive = DATA / "mnist.npz"
    if not archive.exists():
        pytest.skip(f"{archive} is not there; set DIGITDESK_DATA to the data folder")
    pictures = np.load(archive)["x_test"][:200]
    change = [np.abs(make_glyph(p).astype(int) - p).mean() for p in pictures]
    assert np.mean(np.array(change) < 0.5) > 0.9
