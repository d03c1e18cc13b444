"""How much of a picture a reading explains, by which readings of it compare."""

from collections.abc import Sequence
from math import inf, log
from statistics import median

from digitdesk.core.trust import COMPANY, is_inside
from digitdesk.core.types import Box, DigitReading, Reading

_BELIEVED = 0.7
"""Product of the trust in a line's digits, from which no other cut is tried."""

_UNREAD = 0.05
"""What ink of a digit's size that was not read counts in that product."""

_LEAST_TRUST = 1e-4

MOST_UNREAD = 2
"""With more such ink per digit a picture shows something else than numbers."""

SIZEABLE = 0.35
"""Height of such ink in heights of a digit."""


def worth(reading: Reading) -> float:
    """Logarithm of the trust in a reading, by which readings of a picture compare.

    Parameters
    ----------
    reading : Reading
        With the regions that were rejected.

    Returns
    -------
    float
        0 at most, if every piece of ink of a digit's size is certainly a digit; minus
        infinity without any digit.
    """
    if not reading.digits:
        return -inf
    return _trust(reading.digits) + _unread(reading) * log(_UNREAD)


def leaves_ink(reading: Reading) -> bool:
    """Whether ink as large as the digits was not read."""
    return _unread(reading) > 0


def shows_more(reading: Reading, other: Reading, picture: Box) -> bool:
    """Whether a reading has more digits than another one and is mostly digits.

    At least two must stand side by side. What the edge of the picture cuts is not
    counted: a shadow's end, or the table.
    """
    lines = [
        sum(is_inside(digit, picture) for digit in line.digits)
        for line in reading.lines
    ]
    digits = sum(lines)
    return (
        digits > len(other.digits)
        and max(lines, default=0) >= COMPANY
        and _unread(reading) <= MOST_UNREAD * digits
    )


def is_doubtful(reading: Reading) -> bool:
    """Whether a number was read, but other cuts of the ink might show it better."""
    digits, unread = len(reading.digits), _unread(reading)
    if digits < COMPANY or unread > MOST_UNREAD * digits:
        return False
    least = min(_trust(line.digits) for line in reading.lines)
    # What shines through from the other side of the paper looks like letters, too.
    letters = any(other.letter for other in reading.rejected)
    return unread > 0 or letters or least < log(_BELIEVED)


def _trust(digits: Sequence[DigitReading]) -> float:
    """Logarithm of the trust in all of some digits."""
    return sum(
        log(max(digit.confidence * (1 - digit.not_digit), _LEAST_TRUST))
        for digit in digits
    )


def _unread(reading: Reading) -> int:
    """Count rejected regions that are as large as digits, and no letters."""
    if not reading.digits:
        return 0
    height = median(digit.box.h for digit in reading.digits)
    return sum(
        other.box.h > SIZEABLE * height
        for other in reading.rejected
        if not other.letter
    )
