"""Put rejected regions back into the lines that they stand in."""

from itertools import pairwise

from digitdesk.core.numbers import parted_line
from digitdesk.core.types import Box, DigitReading, LineReading, Reading


def lines_with_rejected(reading: Reading) -> tuple[LineReading, ...]:
    """Return the lines of a reading, rejected regions included.

    A rejected region joins the line of the nearest digit that it stands beside; one
    that stands alone is a line of its own. Digits and rejected regions are never one
    number.

    Parameters
    ----------
    reading : Reading
        As the reader gave it.

    Returns
    -------
    tuple of LineReading
        The reading's lines in their order, lines of rejected regions among them by
        the height at which they begin.
    """
    lines = [list(line.digits) for line in reading.lines]
    alone: list[list[DigitReading]] = []
    for region in sorted(reading.rejected, key=lambda region: region.box):
        line = _line_beside(region.box, lines) or _line_beside(region.box, alone)
        if line is None:
            alone.append([region])
        else:
            line.append(region)
    for line in alone:
        later = (i for i, other in enumerate(lines) if _top(other) > _top(line))
        lines.insert(next(later, len(lines)), line)
    return tuple(_parted(sorted(line, key=lambda digit: digit.box.x)) for line in lines)


def _parted(line: list[DigitReading]) -> LineReading:
    """Let rejected regions be numbers of their own."""
    changes = [a.accepted != b.accepted for a, b in pairwise(line)]
    return parted_line(line, [False, *changes])


def _line_beside(
    box: Box, lines: list[list[DigitReading]]
) -> list[DigitReading] | None:
    """Find the line whose nearest digit shares half its height with `box`."""
    beside = [
        (_gap(box, digit.box), number)
        for number, line in enumerate(lines)
        for digit in line
        if _shared_height(box, digit.box) >= 0.5
    ]
    return lines[min(beside)[1]] if beside else None


def _shared_height(one: Box, other: Box) -> float:
    """Return the common rows in parts of the lower of the two boxes."""
    rows = min(one.bottom, other.bottom) - max(one.y, other.y)
    return rows / max(1, min(one.h, other.h))


def _gap(one: Box, other: Box) -> int:
    return max(one.x - other.right, other.x - one.right)


def _top(line: list[DigitReading]) -> int:
    return min(digit.box.y for digit in line)
