"""A mailbox that keeps only the newest value."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestValue(Generic[T]):
    """One slot between a fast producer and a slower consumer.

    A queue would grow and show the past; here a newer value replaces one that nobody
    took yet. Safe to use from any number of threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None

    def put(self, value: T) -> bool:
        """Store `value`, replacing what was there.

        Parameters
        ----------
        value : T
            Anything but None, which means "empty".

        Returns
        -------
        bool
            True if the slot was empty: only then must the consumer be told.
        """
        with self._lock:
            was_empty = self._value is None
            self._value = value
        return was_empty

    def take(self) -> T | None:
        """Empty the slot and return what was in it; None if it was empty."""
        with self._lock:
            value, self._value = self._value, None
        return value
