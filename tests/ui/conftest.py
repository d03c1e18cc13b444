"""Readings for widgets."""

from collections.abc import Callable

import numpy as np
import pytest

from digitdesk.core.types import Box, DigitReading, Frame
from digitdesk.ui.region import Region

MakeRegion = Callable[..., Region]


@pytest.fixture
def make_region() -> MakeRegion:
    def make(
        identifier: int,
        digit: int,
        box: Box,
        confidence: float = 0.97,
        *,
        accepted: bool = True,
        not_digit: float = 0.125,
    ) -> Region:
        probabilities = np.full(10, (1 - confidence) / 9, np.float32)
        probabilities[digit] = confidence
        glyph = np.zeros((28, 28), np.uint8)
        glyph[4:24, 12:16] = 200 + digit
        reading = DigitReading(box, glyph, probabilities, not_digit, accepted)
        return Region(identifier, reading)

    return make


@pytest.fixture
def frame() -> Frame:
    pixels = np.full((240, 320, 3), (40, 160, 220), np.uint8)
    return Frame(pixels, 0, 0.0)
