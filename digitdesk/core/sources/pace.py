"""Keeps a recording at its speed."""

import time

LONGEST_WAIT_S = 0.1
"""No source waits longer before it gives a sign of life."""

_BEHIND_S = 0.5


class Pace:
    """Tells when the next picture is due.

    Parameters
    ----------
    rate_hz : float
        Pictures per second, above 0.
    """

    def __init__(self, rate_hz: float) -> None:
        self._interval_s = 1 / rate_hz
        self._due_s = time.perf_counter()

    def wait(self) -> bool:
        """Wait until the next picture is due, but not long.

        Returns
        -------
        bool
            True if it is due; the one after it is then due an interval later. After
            a pause or on a slow machine the missed ones are not made up for.
        """
        now_s = time.perf_counter()
        left_s = self._due_s - now_s
        if left_s > LONGEST_WAIT_S:
            time.sleep(LONGEST_WAIT_S)
            return False
        if left_s > 0:
            time.sleep(left_s)
        elif left_s < -_BEHIND_S:
            self._due_s = now_s
        self._due_s += self._interval_s
        return True

    @property
    def behind(self) -> int:
        """How many whole intervals the next picture is late."""
        late_s = time.perf_counter() - self._due_s
        return max(0, int(late_s / self._interval_s))

    def skip(self) -> None:
        """Let one picture go that is too late to be shown."""
        self._due_s += self._interval_s
