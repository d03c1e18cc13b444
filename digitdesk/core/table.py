"""Which numbers of a page stand below each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from digitdesk.core.columns import slope_of, span
from digitdesk.core.types import LineReading

_LINES_PER_SPARE = 3
"""A page may have a column more than its fullest line has numbers for so many lines:
else it is no table."""


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    text: str
    left: float
    right: float


def in_columns(lines: Sequence[LineReading]) -> list[list[str]]:
    """Arrange numbers as a table, so that cells without a number stay empty.

    Parameters
    ----------
    lines : sequence of LineReading
        From top to bottom; none is empty.

    Returns
    -------
    list of list of str
        The numbers of each line; "" where a line has none in a column. If the page
        is no table, they are only listed.
    """
    listed = [list(line.numbers) for line in lines]
    fullest = max(map(len, listed), default=0)
    if 2 * sum(len(numbers) > 1 for numbers in listed) < max(len(listed), 3):
        return listed
    columns = _columns(_cells(lines))
    if len(columns) > fullest + len(lines) // _LINES_PER_SPARE:
        return listed
    table = [[""] * len(columns) for _ in lines]
    for number, column in enumerate(columns):
        for cell in column:
            if table[cell.line][number]:
                return listed  # two numbers of a line in one column
            table[cell.line][number] = cell.text
    return table


def _cells(lines: Sequence[LineReading]) -> list[_Cell]:
    """Say from where to where each number goes along the lines' direction."""
    slope = slope_of([[digit.box for digit in line.digits] for line in lines])
    cells = []
    for row, line in enumerate(lines):
        for text, number in zip(line.numbers, line.by_number(), strict=True):
            ends = [span(digit.box, slope) for digit in number]
            left, right = min(a for a, _ in ends), max(b for _, b in ends)
            cells.append(_Cell(row, text, left, right))
    return cells


def _columns(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Put what lies above each other into columns, from left to right."""
    columns: list[list[_Cell]] = []
    right = -inf
    for cell in sorted(cells, key=lambda cell: cell.left):
        if cell.left > right:
            columns.append([])
        columns[-1].append(cell)
        right = max(right, cell.right)
    return columns
