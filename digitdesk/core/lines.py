"""Written lines: which pieces of ink stand beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from digitdesk.core.regions import Part

_STEEPEST = 0.36
"""Slope of a line, 20 degrees."""

_NEAR = 6.0
"""Farthest neighbour that tells of the slope, in heights."""


@dataclass(slots=True, eq=False)
class Line:
    """Pieces of ink on one written line.

    Attributes
    ----------
    parts : list of Part
        From left to right.
    slope : float
        Rows per column; positive falls to the right.
    """

    parts: list[Part] = field(default_factory=list)
    slope: float = 0.0

    @property
    def digit_height(self) -> float:
        """Usual height of a digit in pixels: where half the ink is in lower parts."""
        parts = sorted(self.parts, key=lambda part: part.box.h)
        reached = np.cumsum([part.mass for part in parts])
        return float(parts[int(np.searchsorted(reached, reached[-1] / 2))].box.h)

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
        From top to bottom. Pieces too far from any line are left out.
    """
    bodies = [part for part in parts if part.box.h >= smallest]
    slope = _slope(bodies)
    lines: list[Line] = []
    for part in sorted(bodies, key=lambda part: part.centre_x):
        line = _nearest(lines, part, slope, 0.5)
        if line is None:
            lines.append(Line([part], slope))
        else:
            line.parts.append(part)
    for part in parts:
        if part.box.h < smallest:
            line = _nearest(lines, part, slope, 0.7)
            if line is not None:
                line.parts.append(part)
    for line in lines:
        line.parts.sort(key=lambda part: part.centre_x)
    return sorted(
        lines, key=lambda line: np.median([line.level(p) for p in line.parts])
    )


def _nearest(lines: list[Line], part: Part, slope: float, reach: float) -> Line | None:
    """Return the line whose last parts are level with this one, if one is."""
    best, best_distance = None, reach
    level = part.centre_y - slope * part.centre_x
    for line in lines:
        recent = line.parts[-3:]
        low = min(line.level(other) - other.box.h / 2 for other in recent)
        high = max(line.level(other) + other.box.h / 2 for other in recent)
        middle = float(np.mean([line.level(other) for other in recent]))
        distance = abs(level - middle) / max(high - low, part.box.h)
        if distance < best_distance:
            best, best_distance = line, distance
    return best


def _slope(parts: Sequence[Part]) -> float:
    """Median slope between each part and its nearest neighbour to the right."""
    slopes = []
    for part in parts:
        height = part.box.h
        best = _NEAR * height
        slope = None
        for other in parts:
            across = other.centre_x - part.centre_x
            if not 0.3 * height < across < best:
                continue
            if not 0.5 < other.box.h / height < 2:
                continue
            # Bottoms and centres both swing with the forms of digits; the mean calms.
            down = (other.centre_y - part.centre_y) / across
            if abs(down) < _STEEPEST + 0.3 * height / across * 0.5:
                best, slope = across, down
        if slope is not None:
            slopes.append(slope)
    if len(slopes) < 2:
        return 0.0
    middle = float(np.median(slopes))
    return middle if abs(middle) <= _STEEPEST else 0.0
