"""The settings that decide what counts as ink; the same everywhere in DigitDesk."""

from dataclasses import dataclass
from enum import StrEnum

from digitdesk.core.types import Box


class ThresholdMode(StrEnum):
    """How paper and ink are told apart."""

    AUTO = "auto"
    MANUAL = "manual"
    ADAPTIVE = "adaptive"


class Polarity(StrEnum):
    """Which of the two is ink."""

    AUTO = "auto"
    DARK_ON_LIGHT = "dark_on_light"
    LIGHT_ON_DARK = "light_on_dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreprocessSettings:
    """What a user can set about finding ink.

    Attributes
    ----------
    mode : ThresholdMode
        AUTO measures the picture and chooses; MANUAL cuts at `threshold`; ADAPTIVE
        cuts each pixel against its neighbourhood.
    threshold : int
        0 to 255, grey level of the cut; MANUAL only.
    block_percent : int
        1 to 50, side of the neighbourhood in percent of the picture's shorter side;
        ADAPTIVE only.
    offset : int
        -50 to 50, grey levels by which ink must differ from its neighbourhood's
        mean; ADAPTIVE only.
    polarity : Polarity
        AUTO decides by measurement.
    minimum_ink : int
        1 to 100, height of the smallest digit in thousandths of the picture's longer
        side; anything smaller is a speck.
    despeckle : int
        0 to 3, strength of the clean-up of single pixels.
    region_of_interest : Box or None
        Only this part of the picture is read; None reads all of it. In pixels of the
        upright picture.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    mode: ThresholdMode = ThresholdMode.AUTO
    threshold: int = 128
    block_percent: int = 8
    offset: int = 12
    polarity: Polarity = Polarity.AUTO
    minimum_ink: int = 12
    despeckle: int = 1
    region_of_interest: Box | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be from {low} to {high}, not {value}")


RANGES: dict[str, tuple[int, int]] = {
    "threshold": (0, 255),
    "block_percent": (1, 50),
    "offset": (-50, 50),
    "minimum_ink": (1, 100),
    "despeckle": (0, 3),
}
"""Lowest and highest value of each number in `PreprocessSettings`."""
