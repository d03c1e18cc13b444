"""Written lines: which pieces of ink stand beside each other."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from digitdesk.core.regions import Part

STEEPEST = 0.36
"""Slope of a line, 20 degrees."""

_TALL = 0.4
"""Parts lower than this, in parts of the usual height, wait until the lines stand."""

_THIN = 0.2
"""Height of dashes in parts of the tallest part beside them."""

_LOWEST_LINE = 0.25
"""Height of a line's digits in parts of the page's usual height; lower is dirt."""

_LEAST_OVERLAP = 0.4
"""Share of its height that a part has in common with its line."""

_MARGIN = 0.25
"""How far above or below a line its small parts may stand, in heights."""

_NEAR = 6.0
"""Farthest neighbour that tells of the slope, in heights."""

_MOST_NEIGHBOURS = 300
"""So many parts are enough to tell the slope of a page."""

_WIDE, _FINE = 12.0, 0.1
"""Width of a page, in heights, from which its slope is told by levels, too; and by how
much these differ at its ends, in heights, from one slope that is tried to the next."""

_BETWEEN_LINES = 0.5
"""Gap between levels, in heights, that may lie between two lines."""

_LEVEL_RATHER = 2.0
"""What a slope of 1 costs, in gaps between lines: most pages lie straight."""

_WORTH = 1.0
"""So many gaps between lines fewer make another slope better."""


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """Ink that is no digit but a letter, a word or a sign.

    Attributes
    ----------
    part : Part
        The ink.
    probability : float
        Of the word, in [0, 1].
    """

    part: Part
    probability: float


@dataclass(slots=True, eq=False)
class Line:
    """Pieces of ink on one written line.

    Attributes
    ----------
    parts : list of Part
        From left to right.
    slope : float
        Rows per column; positive falls to the right.
    letters : list of Letter
        Ink beside these that is not read, from left to right.
    """

    parts: list[Part] = field(default_factory=list)
    slope: float = 0.0
    letters: list[Letter] = field(default_factory=list)

    @property
    def digit_height(self) -> float:
        """Usual height of a digit in pixels: half the ink is in lower parts.

        Unless these are what erased rulings leave beside digits: many thin dashes.
        """
        usual = _usual_height(self.parts)
        thin = _THIN * max((part.box.h for part in self.parts), default=0)
        if usual >= thin:
            return usual
        return _usual_height([part for part in self.parts if part.box.h >= thin])

    def add(self, part: Part) -> None:
        """Put a part in its place."""
        insort(self.parts, part, key=lambda other: other.centre_x)

    def extent(self, parts: Sequence[Part]) -> tuple[float, float]:
        """Levels of the highest top and the lowest bottom of some parts."""
        levels = [(self.level(part), part.box.h / 2) for part in parts]
        return min(y - h for y, h in levels), max(y + h for y, h in levels)

    def level(self, part: Part) -> float:
        """Row of a part's centre, as if the page were not tilted."""
        return part.centre_y - self.slope * part.centre_x


def group(parts: Sequence[Part], smallest: float) -> list[Line]:
    """Find the lines of a page that may be tilted.

    Parameters
    ----------
    parts : sequence of Part
        Pieces of ink anywhere on the page.
    smallest : float
        Pieces lower than this in pixels found no line; they only join one.

    Returns
    -------
    list of Line
        From top to bottom. Pieces too far from any line are left out, and so are
        lines of dirt, far lower than what most of the ink is made of.
    """
    usual = _usual_height(parts)
    tall = [part for part in parts if part.box.h >= max(smallest, _TALL * usual)]
    slope = _by_levels(tall, _slope(tall))
    lines: list[Line] = []
    for chosen, may_found in (
        (tall, True),
        ([part for part in parts if smallest <= part.box.h < _TALL * usual], True),
        ([part for part in parts if part.box.h < smallest], False),
    ):
        settled = list(lines)
        for part in sorted(chosen, key=lambda part: part.centre_x):
            line = _beside(settled, part) or _following(lines, part, slope)
            if line is not None:
                line.add(part)
            elif may_found:
                lines.append(Line([part], slope))
    lines = [line for line in lines if line.digit_height >= _LOWEST_LINE * usual]
    return sorted(
        lines, key=lambda line: median(line.level(part) for part in line.parts)
    )


def _usual_height(parts: Sequence[Part]) -> float:
    """Height that half of all ink does not exceed."""
    ordered = sorted(parts, key=lambda part: part.box.h)
    reached = np.cumsum([part.mass for part in ordered])
    if reached.size == 0:
        return 0.0
    return float(ordered[int(np.searchsorted(reached, reached[-1] / 2))].box.h)


def _following(lines: list[Line], part: Part, slope: float) -> Line | None:
    """Return the line whose last parts stand as high as this one, if one does."""
    best, best_distance = None, 1.0
    level = part.centre_y - slope * part.centre_x
    top, bottom = level - part.box.h / 2, level + part.box.h / 2
    for line in lines:
        low, high = line.extent(line.parts[-3:])
        shared = min(bottom, high) - max(top, low)
        overlap = shared / max(min(high - low, part.box.h), 1)
        distance = abs(level - (low + high) / 2) / max(high - low, part.box.h)
        if overlap >= _LEAST_OVERLAP and distance < best_distance:
            best, best_distance = line, distance
    return best


def _beside(lines: list[Line], part: Part) -> Line | None:
    """Return the line of taller parts that this small one stands in, if any."""
    for line in lines:
        near = sorted(line.parts, key=lambda p: abs(p.centre_x - part.centre_x))[:2]
        low, high = line.extent(near)
        room = _MARGIN * (high - low)
        if low - room <= line.level(part) <= high + room:
            return line
    return None


def _slope(parts: Sequence[Part]) -> float:
    """Median slope to the nearest neighbour of like height to the right.

    It is trusted the more, the more neighbours there are.
    """
    if len(parts) < 2:
        return 0.0
    most = sorted(parts, key=lambda part: part.mass)[-_MOST_NEIGHBOURS:]
    x, y, height = np.array([(p.centre_x, p.centre_y, p.box.h) for p in most]).T
    own = height[:, None]
    across = x[None, :] - x[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        down = (y[None, :] - y[:, None]) / across
        level = np.abs(down) < STEEPEST + 0.15 * own / across
    alike = (height > 0.5 * own) & (height < 2 * own)
    near = (across > 0.3 * own) & (across < _NEAR * own)
    distance = np.where(near & alike & level, across, np.inf)
    nearest = distance.argmin(axis=1)
    rows = np.flatnonzero(np.isfinite(distance.min(axis=1)))
    if rows.size == 0:
        return 0.0
    middle = float(np.median(down[rows, nearest[rows]])) * rows.size / (rows.size + 2)
    return min(max(middle, -STEEPEST), STEEPEST)


def _by_levels(parts: Sequence[Part], slope: float) -> float:
    """Return a slope at which parts stand on fewer levels, if there is one.

    Between far columns no neighbour tells of it, but right slopes bring all that stands
    on a line to the same level.
    """
    if len(parts) < 3:
        return slope
    most = sorted(parts, key=lambda part: part.mass)[-_MOST_NEIGHBOURS:]
    height = median(part.box.h for part in most)
    x, y = np.array([(p.centre_x / height, p.centre_y / height) for p in most]).T
    if np.ptp(x) < _WIDE:
        return slope
    slopes = np.append(np.arange(-STEEPEST, STEEPEST, _FINE / np.ptp(x)), slope)
    gaps = np.diff(np.sort(y - slopes[:, None] * x, axis=1), axis=1)
    between = np.minimum(gaps / _BETWEEN_LINES, 1).sum(axis=1)
    costs = between + _LEVEL_RATHER * np.abs(slopes)
    best = int(costs.argmin())
    return float(slopes[best]) if costs[best] < costs[-1] - _WORTH else slope
