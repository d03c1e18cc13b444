"""Which region stays chosen while regions come and go."""

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
        shares = [region.reading.box.overlap(before) for region in regions]
        if shares and max(shares) >= _SAME_PLACE:
            return regions[shares.index(max(shares))]
    return next((region for region in regions if region.reading.accepted), None)
