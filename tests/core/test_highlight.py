"""What a highlighter marked is levelled; coloured ink and paper keep their grey."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitdesk.core.binarise import find_ink
from digitdesk.core.highlight import grey_of
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.types import U8
from tests.core.pages import Page

Inked = NDArray[np.bool]
WHITE = (228, 230, 231)
PENS = {"blue": (140, 60, 30), "black": (40, 35, 35)}
MARKS = {
    "pink": (190, 150, 245),
    "green": (120, 235, 150),
    "orange": (80, 180, 250),
    "blue": (250, 205, 130),
    "yellow": (90, 235, 240),
}


def sheet(
    pen: tuple[int, ...],
    mark: tuple[int, ...] | None = None,
    paper: tuple[int, ...] = WHITE,
) -> tuple[U8, Inked]:
    """Write two lines, mark the first one; return the picture and the ink's place."""
    page = Page(720, 400).write("359206", 80, 80, 60).write("14780", 80, 240, 60)
    picture = np.full((400, 720, 3), paper, np.float32)
    if mark is not None:
        cv2.line(picture, (60, 110), (560, 114), mark, 76)
    cover = page.ink[..., None].astype(np.float32) / 255
    inked = picture * (1 - cover) + np.array(pen, np.float32) * cover
    noise = np.random.default_rng(3).normal(0, 2, inked.shape)
    soft = cv2.GaussianBlur((inked + noise).astype(np.float32), (0, 0), 0.7)
    return soft.clip(0, 255).astype(np.uint8), page.ink > 127


@pytest.mark.parametrize(
    ("pen", "mark"),
    [(pen, mark) for pen in PENS for mark in MARKS if pen != mark],
)
def test_marked_numbers_are_found_without_the_mark(pen: str, mark: str) -> None:
    picture, ink = sheet(PENS[pen], MARKS[mark])
    found = find_ink(grey_of(picture), PreprocessSettings()).mask > 0
    assert found[ink].mean() > 0.85
    near = cv2.dilate(ink.astype(np.uint8), np.ones((7, 7))) > 0
    assert found[~near].mean() < 0.002


@pytest.mark.parametrize(
    ("pen", "paper"),
    [
        ((50, 40, 190), WHITE),  # red ink
        ((50, 40, 190), (205, 195, 235)),  # red ink on pink paper
        ((60, 200, 240), (90, 60, 50)),  # yellow chalk on a board
        ((40, 35, 35), (150, 200, 245)),  # black ink on orange paper
    ],
    ids=["red", "red on pink", "chalk", "orange paper"],
)
def test_without_marks_the_picture_is_grey_as_ever(
    pen: tuple[int, ...], paper: tuple[int, ...]
) -> None:
    picture = sheet(pen, paper=paper)[0]
    assert np.array_equal(grey_of(picture), cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


def test_ink_that_would_fade_keeps_its_grey() -> None:
    """Red ink on a pink mark is bright where the mark is bright."""
    picture = sheet((60, 40, 215), MARKS["pink"])[0]
    assert np.array_equal(grey_of(picture), cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


def test_pictures_of_a_few_pixels() -> None:
    for shape in ((1, 1, 3), (2, 700, 3), (700, 2, 3)):
        assert grey_of(np.full(shape, 200, np.uint8)).shape == shape[:2]
