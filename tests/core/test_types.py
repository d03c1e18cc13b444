import numpy as np
import pytest

from digitdesk.core.types import Box, DigitReading


def _reading(**shares: float) -> DigitReading:
    probabilities = np.zeros(10, np.float32)
    for name, share in shares.items():
        probabilities[int(name.removeprefix("p"))] = share
    glyph = np.zeros((28, 28), np.uint8)
    return DigitReading(Box(0, 0, 5, 9), glyph, probabilities, 0.0, accepted=True)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [7]), (3, [7, 1, 9]), (10, [7, 1, 9, 0, 2, 3, 4, 5, 6, 8])],
    ids=["best", "usual", "all"],
)
def test_the_most_probable_digits_come_first(count: int, expected: list[int]) -> None:
    top = _reading(p7=0.75, p1=0.1875, p9=0.0625).top(count)
    assert [digit for digit, _ in top] == expected
    assert dict(top)[7] == 0.75
    assert sum(share for _, share in top) <= 1


def test_of_equal_digits_the_lower_one_comes_first() -> None:
    reading = _reading(p4=0.5, p9=0.5)
    assert reading.top(2) == ((4, 0.5), (9, 0.5))
    assert reading.top(1)[0][0] == reading.digit


@pytest.mark.parametrize(
    ("other", "gap"),
    [
        pytest.param(Box(10, 0, 5, 10), 0, id="touching"),
        pytest.param(Box(14, 3, 5, 10), 4, id="beside"),
        pytest.param(Box(14, 17, 5, 10), 7, id="across the corner"),
        pytest.param(Box(2, 2, 3, 3), 0, id="inside"),
    ],
)
def test_the_gap_between_two_boxes(other: Box, gap: int) -> None:
    box = Box(0, 0, 10, 10)
    assert box.gap(other) == other.gap(box) == gap


def test_overlap_is_the_share_of_the_joint_area() -> None:
    box = Box(0, 0, 10, 10)
    assert box.overlap(box) == 1
    assert box.overlap(Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert box.overlap(Box(10, 0, 10, 10)) == 0


def test_joined_boxes_lie_in_the_result() -> None:
    assert Box(2, 3, 10, 4).joined(Box(5, 1, 2, 20)) == Box(2, 1, 10, 20)
