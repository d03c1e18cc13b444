"""Orders to a running training, from another thread."""

import threading
import time
from collections.abc import Callable


class Cancelled(Exception):  # noqa: N818 - no error: somebody wanted it
    """Everything is to be thrown away."""


class Interrupted(Exception):  # noqa: N818 - no error: somebody wanted it
    """The work is to end here; what was saved stays."""


class TrainingControl:
    """Thread-safe: any thread may order, the training's own thread looks.

    ``stop`` keeps the best so far, ``interrupt`` keeps the checkpoint only, and
    ``cancel`` keeps nothing.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._stopped = False
        self._interrupted = False
        self._cancelled = False

    def pause(self) -> None:
        """Let the training stand still at its next batch."""
        self._order("_paused")

    def resume(self) -> None:
        """Let a paused training go on."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def stop(self) -> None:
        """End soon and keep the best epoch as a model."""
        self._order("_stopped")

    def interrupt(self) -> None:
        """End soon and keep the last checkpoint, to go on another day."""
        self._order("_interrupted")

    def cancel(self) -> None:
        """End soon and keep nothing."""
        self._order("_cancelled")

    def _order(self, name: str) -> None:
        with self._changed:
            setattr(self, name, True)
            self._changed.notify_all()

    @property
    def interrupted(self) -> bool:
        """Whether `interrupt` was called."""
        return self._interrupted

    def should_end(self) -> bool:
        """Tell whether to end; called between batches.

        Raises
        ------
        Cancelled
            If `cancel` was called.
        """
        if self._cancelled:
            raise Cancelled
        return self._stopped or self._interrupted

    def wait_while_paused(self, tell: Callable[[bool], None]) -> float:
        """Stand still while paused; returns for how many seconds.

        `tell` hears True when the pause begins and False when it ends.
        """
        if not self._paused:
            return 0.0
        began = time.monotonic()
        tell(True)
        with self._changed:
            self._changed.wait_for(self._may_go_on)
        tell(False)
        return time.monotonic() - began

    def _may_go_on(self) -> bool:
        ending = self._stopped or self._interrupted or self._cancelled
        return ending or not self._paused
