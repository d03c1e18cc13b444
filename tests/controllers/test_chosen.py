import numpy as np
import pytest

from digitdesk.controllers.chosen import keep_choice
from digitdesk.core.types import Box, DigitReading
from digitdesk.ui.region import Region


def _region(identifier: int, x: int, *, accepted: bool = True) -> Region:
    probabilities = np.full(10, 0.1, np.float32)
    glyph = np.zeros((28, 28), np.uint8)
    box = Box(x, 0, 10, 20)
    return Region(
        identifier, DigitReading(box, glyph, probabilities, 0.0, accepted=accepted)
    )


@pytest.mark.parametrize(
    ("chosen", "regions", "expected"),
    [
        pytest.param(None, [], None, id="nothing to choose"),
        pytest.param(None, [(1, 0), (2, 50)], 1, id="first by itself"),
        pytest.param((2, 50), [(1, 0), (2, 90)], 2, id="same name, moved"),
        pytest.param((2, 50), [(5, 0), (6, 52)], 6, id="same place, other name"),
        pytest.param((2, 50), [(5, 0), (6, 70)], 5, id="gone"),
    ],
)
def test_the_choice_follows_the_digit(
    chosen: tuple[int, int] | None,
    regions: list[tuple[int, int]],
    expected: int | None,
) -> None:
    before = None if chosen is None else _region(*chosen)
    kept = keep_choice(before, tuple(_region(*region) for region in regions))
    assert (None if kept is None else kept.id) == expected


def test_no_rejected_region_is_chosen_by_itself() -> None:
    regions = (_region(1, 0, accepted=False), _region(2, 50))
    assert keep_choice(None, regions) is regions[1]
    assert keep_choice(None, regions[:1]) is None
    assert keep_choice(regions[0], regions) is regions[0]
