import cv2
import numpy as np
import pytest

from digitdesk.core.regions import Part, joined
from digitdesk.core.split import split, split_between
from digitdesk.core.types import U8, Box


def as_part(ink: U8) -> Part:
    return Part(Box(100, 50, ink.shape[1], ink.shape[0]), ink, 7)


def rings(distance: int, pen: int = 5) -> U8:
    """Two noughts of height 60 whose centres are so far apart."""
    ink = np.zeros((70, 50 + distance), np.uint8)
    for x in (24, 24 + distance):
        cv2.ellipse(ink, (x, 35), (20, 30), 0, 0, 360, 255, pen, cv2.LINE_AA)
    return ink


def is_closed_nought(part: Part) -> bool:
    framed = cv2.copyMakeBorder(part.ink, 2, 2, 2, 2, cv2.BORDER_CONSTANT)
    closed = cv2.threshold(framed, 100, 255, cv2.THRESH_BINARY)[1]
    cv2.floodFill(closed, None, (0, 0), (255,))
    return abs(part.box.w - 45) <= 9 and int((closed == 0).sum()) > 1000


@pytest.mark.parametrize("distance", [40, 42, 44], ids=["one wall", "overlap", "touch"])
def test_neighbouring_pieces_make_up_each_of_two_touching_noughts(
    distance: int,
) -> None:
    pieces = split(as_part(rings(distance)), 60)
    count = len(pieces)
    assert any(is_closed_nought(joined(pieces[:n])) for n in range(1, count))
    assert any(is_closed_nought(joined(pieces[n:])) for n in range(1, count))


def test_no_ink_is_lost() -> None:
    ink = rings(42)
    whole = joined(split(as_part(ink), 60))
    assert whole.mass == as_part(ink).mass


def test_pieces_come_from_left_to_right_and_know_their_source() -> None:
    pieces = split(as_part(rings(44)), 60)
    assert len(pieces) >= 2
    assert [p.centre_x for p in pieces] == sorted(p.centre_x for p in pieces)
    assert {p.source for p in pieces} == {7}


def test_solid_ink_is_not_cut() -> None:
    block = np.full((60, 120), 255, np.uint8)
    part = as_part(block)
    assert split(part, 60) == [part]


@pytest.mark.parametrize("shape", [(1, 50), (2, 2), (1, 1)])
def test_slivers(shape: tuple[int, int]) -> None:
    part = as_part(np.full(shape, 255, np.uint8))
    assert joined(split(part, 20)).mass == part.mass


@pytest.mark.parametrize("distance", [40, 44])
@pytest.mark.parametrize("size", [1, 3], ids=["small", "large"])
def test_known_middles_make_one_piece_of_each_nought(distance: int, size: int) -> None:
    ink = cv2.resize(rings(distance), None, fx=size, fy=size)
    part = as_part(np.asarray(ink, np.uint8))
    middles = [100 + size * 24.0, 100 + size * (24.0 + distance)]
    pieces = split_between(part, 60 * size, middles)
    assert len(pieces) == 2
    for piece, middle in zip(pieces, middles, strict=True):
        assert piece.source == 7
        assert abs(piece.centre_x - middle) < 8 * size


def test_one_middle_is_no_reason_to_cut() -> None:
    part = as_part(rings(42))
    assert split_between(part, 60, [124.0]) == [part]
    assert split_between(part, 60, []) == [part]
