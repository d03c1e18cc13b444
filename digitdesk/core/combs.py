"""Lines that forms print for digits: combs, a dash below each digit, dashed lines."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.regions import Outlines
from digitdesk.core.streak_search import Size, without_streaks
from digitdesk.core.streaks import Streak, Streaks
from digitdesk.core.types import U8

_RUN, _SHORTEST = 0.2, 0.25
"""Unbroken run and length of the shortest teeth, in heights of a digit."""

_TALLEST = 1.3
"""Length of the tallest teeth, likewise; higher ones are lines in any case."""

_LEAN = 3
"""Length over thickness of the thickest teeth."""

_LEAST_RUN = 7
"""Shorter runs, in pixels, may be anything."""

_TOOTH_GAP = 3
"""Widest gap in a tooth, in pixels."""

_BAR = 1.6
"""Shortest bar of a comb, in heights of a digit."""

_FEW = 3
"""At least so many teeth, or dashes, make a comb, or a row."""

_REGULAR = 6
"""At so many teeth and ends of a bar equal steps tell a comb as well."""

_ALIKE = 0.12
"""Part by which their lengths, and steps, may differ."""

_AS_THICK = 0.5
"""Part by which the teeth may be thicker or thinner than the bar: one pen drew both."""

_AT_END = 0.25
"""From the end of the bar to the last tooth at most, in heights of a digit."""

_REACH = 4
"""Pixels by which teeth and bar, or dashes of one row, may miss each other."""

_APART = 2.5
"""From the middle of a dash to the next one's at most, in lengths of a dash."""

_FLAT, _LEAST_DASH = 2.0, 4
"""Length over thickness of a dash of a dashed line, and its length in pixels."""

_LONGEST_DASH = 0.6
"""And its length at most, in heights of a digit: ones may stand in a column."""

_MANY, _MOST = 6, 1000
"""At least so many dashes make a line, and more than so many are not looked at."""

_STEP, _VARY, _STEEPEST = 3.2, 1.5, 0.29
"""From one to the next at most, in lengths of the shorter; how many times longer than
the next one a dash may be; and the slope of the steepest line."""

_ASTRAY = 2.0
"""Pixels by which a dash may lie beside its line."""


def without_combs(mask: U8, level: Streaks, lines: Size, height: float) -> U8:
    """Take the combs and rows of dashes that forms print for digits out of ink.

    A comb is a level bar with upright teeth on it, all of one length, that stand at
    both ends of the bar and between: nobody writes ones like that. Dashes in a row are
    of one length, too.

    Parameters
    ----------
    mask : ndarray of uint8, shape (height, width)
        255 is ink.
    level : Streaks
        Of the mask, of all that may be lines.
    lines : Size
        Which they are.
    height : float
        Of a digit, in pixels.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        The mask itself if it holds none of them.
    """
    teeth = replace(
        lines, run=max(_LEAST_RUN, round(_RUN * height)), gap=_TOOTH_GAP,
        shortest=_SHORTEST * height, lean=_LEAN,
    )  # fmt: skip

    def choose(level: Streaks, upright: Streaks) -> tuple[set[int], set[int]]:
        below = _dashes(level, height)
        chosen: set[int] = set()
        for bar in level.found:
            if bar.length >= _BAR * height:
                stand = _teeth(bar, upright, height, mask.shape)
                chosen |= stand
                below |= {bar.name} if stand else set()
        return below, chosen

    return without_streaks(mask, level, teeth, choose)


def dashed_lines(outlines: Outlines, height: float) -> NDArray[np.intp]:
    """Find the pieces of ink of which dashed lines consist, level or upright ones.

    Parameters
    ----------
    outlines : Outlines
        Of the ink.
    height : float
        Of a digit, in pixels; dashes are shorter.

    Returns
    -------
    ndarray of intp, shape (n,)
        Numbers of the pieces: slender ones, of about one length, that follow each other
        on a straight line. Nobody writes so many dashes in a row.
    """
    return np.union1d(*(_dashes_along(axis, outlines, height) for axis in (0, 1)))


def _dashes_along(axis: int, outlines: Outlines, height: float) -> NDArray[np.intp]:
    """Find level dashed lines along axis 0, upright ones along axis 1."""
    along, across = outlines.boxes[:, 2 + axis], outlines.boxes[:, 3 - axis]
    able = (along > _FLAT * across) & (along >= _LEAST_DASH)
    flat = np.flatnonzero(able & (along <= _LONGEST_DASH * height))[:_MOST]
    if len(flat) < _MANY:
        return flat[:0]
    boxes = outlines.boxes[flat].astype(np.float64)
    length = boxes[:, 2 + axis]
    middles = (boxes[:, :2] + boxes[:, 2:] / 2)[:, [axis, 1 - axis]]
    ahead, aside = (middles[:, way] - middles[:, way, None] for way in (0, 1))
    follows = (ahead > 0) & (ahead <= _STEP * np.minimum(length, length[:, None]))
    follows &= np.abs(aside) <= _STEEPEST * ahead + 1
    follows &= length <= _VARY * length[:, None]
    follows &= length[:, None] <= _VARY * length
    straight = [chain[_on_line(middles[chain])]
                for chain in _chains(np.where(follows, ahead, np.inf))]  # fmt: skip
    long = [chain for chain in straight if len(chain) >= _MANY]
    return flat[np.concatenate(long)] if long else flat[:0]


def _chains(ahead: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Follow each dash to the nearest one ahead; infinity is none. Long chains only."""
    following = np.where(np.isfinite(ahead).any(axis=1), ahead.argmin(axis=1), -1)
    chains, seen = [], np.zeros(len(ahead), np.bool)
    for start in np.flatnonzero(~np.isfinite(ahead).any(axis=0)).tolist():
        chain, at = [], start
        while at >= 0 and not seen[at]:
            seen[at] = True
            chain.append(at)
            at = int(following[at])
        if len(chain) >= _MANY:
            chains.append(np.array(chain, np.intp))
    return chains


def _on_line(points: NDArray[np.float64]) -> NDArray[np.bool]:
    """Tell which points lie on the straight line through most of them."""
    columns, rows = points.T
    even = np.ones(len(points), np.bool)
    off = np.zeros(len(points))
    for _ in range(2):
        line = np.polynomial.Polynomial.fit(columns[even], rows[even], 1)
        off = np.abs(rows - line(columns))
        even = off <= np.median(off)
    return np.asarray(off <= _ASTRAY)


def _teeth(
    bar: Streak, upright: Streaks, height: float, shape: tuple[int, ...]
) -> set[int]:
    """Name the teeth on a bar; none if it is no comb's."""
    if not upright.found:
        return set()
    ends = np.array([streak.ends for streak in upright.found], np.float64)
    columns, rows = bar.path.T
    reach = _REACH + bar.thickness
    off = ends[..., 1] - np.interp(ends[..., 0], columns, rows)
    along = (ends[..., 0] >= columns[0] - reach) & (ends[..., 0] <= columns[-1] + reach)
    at_bar = (np.abs(off) <= reach) & along
    stands = at_bar[:, 0] != at_bar[:, 1]
    which = np.flatnonzero(stands)
    foot = np.where(at_bar[which, 0], 0, 1)
    rise, place = off[which, 1 - foot], ends[which, foot, 0]
    thickness = np.array([upright.found[number].thickness for number in which])
    fits = np.abs(rise) <= _TALLEST * height
    fits &= np.abs(thickness - bar.thickness) <= max(2.0, _AS_THICK * bar.thickness)
    which, rise, place = which[fits], rise[fits], place[fits]
    if len(which) < _FEW:
        return set()
    alike = np.abs(rise - rise[:, None]) <= np.maximum(2, _ALIKE * np.abs(rise))
    most = alike[alike.sum(axis=1).argmax()]
    which, place = which[most], place[most]
    near = _AT_END * height + reach
    begins, closes = (np.abs(place - end).min() <= near for end in columns[[0, -1]])
    # The picture may end before the comb, and a digit may hide a tooth.
    cut_off = columns[0] <= _REACH or columns[-1] >= shape[1] - 1 - _REACH
    open_ended = cut_off or _are_regular(np.append(place, columns[[0, -1]]))
    if len(which) < _FEW or not (begins or closes):
        return set()
    if not (begins and closes) and not open_ended:
        return set()
    return {upright.found[number].name for number in which.tolist()}


def _are_regular(places: NDArray[np.float64]) -> bool:
    """Whether teeth stand in equal steps, of which some may be left out."""
    steps = np.diff(np.sort(places))
    steps = steps[steps > _REACH]
    parts = steps / steps.min()
    even = np.abs(parts - np.rint(parts)) <= _ALIKE * parts
    return len(places) >= _REGULAR and bool(even.all())


def _dashes(level: Streaks, height: float) -> set[int]:
    """Name the dashes of rows of them."""
    able = [dash for dash in level.found if dash.length < 2 * _APART * height]
    if len(able) < _FEW:
        return set()
    ends = np.array([dash.ends for dash in able], np.float64)
    lengths = np.array([dash.length for dash in able])
    named: set[int] = set()
    for number, dash in enumerate(able):
        (x0, y0), (x1, y1) = dash.ends
        slope = (y1 - y0) / (x1 - x0)
        off = np.abs(ends[..., 1] - y0 - slope * (ends[..., 0] - x0)).max(axis=1)
        row = np.abs(lengths - lengths[number]) <= np.maximum(2, _ALIKE * lengths)
        away = np.abs(ends[..., 0].mean(axis=1) - (x0 + x1) / 2)
        row &= off <= _REACH + 0.03 * away
        if np.count_nonzero(row) >= _FEW and _is_row(ends[row], lengths[number]):
            named |= {able[other].name for other in np.flatnonzero(row).tolist()}
    return named


def _is_row(ends: NDArray[np.float64], length: float) -> bool:
    """Whether dashes follow each other in about equal steps."""
    steps = np.diff(np.sort(ends[..., 0].mean(axis=1)))
    return bool(steps.max() <= _APART * length and steps.min() > length)
