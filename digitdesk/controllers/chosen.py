"""Which region stays chosen while regions come and go."""

from digitdesk.core.types import Box
from digitdesk.ui.region import Region

_SAME_PLACE = 0.3


def keep_choice(chosen: Region | None, regions: tuple[Region, ...]) -> Region | None:
    """Find the region that the user would still call the chosen one.

    Parameters
    ----------
    chosen : Region or None
        The one that was chosen.
    regions : tuple of Region
        Those that exist now, in reading order.

    Returns
    -------
    Region or None
        The one of the same name; else the one in the same place; else the first that
        is a digit; None if there are none.
    """
    if chosen is not None:
        for region in regions:
            if region.id == chosen.id:
                return region
        before = chosen.reading.box
        shares = [overlap(region.reading.box, before) for region in regions]
        if shares and max(shares) >= _SAME_PLACE:
            return regions[shares.index(max(shares))]
    return next((region for region in regions if region.reading.accepted), None)


def overlap(first: Box, second: Box) -> float:
    """Return the share of two boxes' common area in their joint one, in [0, 1]."""
    width = min(first.right, second.right) - max(first.x, second.x)
    height = min(first.bottom, second.bottom) - max(first.y, second.y)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (first.w * first.h + second.w * second.h - common)
