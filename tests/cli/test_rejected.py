from dataclasses import replace

import numpy as np
import pytest

from digitdesk.cli.rejected import lines_with_rejected
from digitdesk.core.types import Box, DigitReading, LineReading, Reading


def region(digit: int, x: int, y: int, h: int = 40, *, accepted: bool) -> DigitReading:
    return DigitReading(
        box=Box(x, y, 20, h),
        glyph=np.zeros((28, 28), np.uint8),
        probabilities=np.eye(10, dtype=np.float32)[digit],
        not_digit=0.0 if accepted else 1.0,
        accepted=accepted,
    )


def texts(*rejected: DigitReading) -> list[str]:
    """Two lines, "12" and "34" (tilted), and some rejected regions."""
    upper = [region(1, 0, 0, accepted=True), region(2, 60, 0, accepted=True)]
    lower = [region(3, 0, 100, accepted=True), region(4, 60, 125, accepted=True)]
    lines = tuple(LineReading(tuple(digits)) for digits in (upper, lower))
    reading = Reading(width=400, height=400, lines=lines, rejected=rejected)
    return [line.text for line in lines_with_rejected(reading)]


@pytest.mark.parametrize(
    ("x", "y", "h", "wanted"),
    [
        pytest.param(30, 5, 40, ["192", "34"], id="between"),
        pytest.param(90, 30, 10, ["129", "34"], id="small beside"),
        pytest.param(90, 145, 40, ["12", "349"], id="goes on with the tilt"),
        pytest.param(0, 45, 40, ["12", "9", "34"], id="between lines"),
        pytest.param(0, 300, 40, ["12", "34", "9"], id="below"),
    ],
)
def test_a_rejected_region_joins_its_line(
    x: int, y: int, h: int, wanted: list[str]
) -> None:
    assert texts(region(9, x, y, h, accepted=False)) == wanted


def test_rejected_regions_are_no_part_of_a_number() -> None:
    digits = [region(n, x, 0, accepted=True) for n, x in ((1, 0), (2, 30), (3, 210))]
    line = (
        *digits[:2],
        replace(digits[2], apart=True),
        region(4, 240, 0, accepted=True),
    )
    rejected = tuple(region(9, x, 0, accepted=False) for x in (90, 120, 150))
    reading = Reading(400, 400, (LineReading(line),), rejected)
    (shown,) = lines_with_rejected(reading)
    assert shown.numbers == ("12", "999", "34")


def test_rejected_regions_side_by_side_are_one_line() -> None:
    alone = [region(8, 50, 300, accepted=False), region(9, 0, 305, accepted=False)]

    assert texts(*alone) == ["12", "34", "98"]


def test_without_rejected_regions_nothing_changes() -> None:
    assert texts() == ["12", "34"]
