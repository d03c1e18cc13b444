"""Collect Python's garbage where no call of Qt is under way."""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS = 500


class GarbageCollector(QObject):
    """Takes the place of Python's automatic collection while a window is open.

    That one runs in any thread and in the middle of any call, also of Qt's. A QObject
    in a cycle would then be destroyed in a thread that it does not live in, or while Qt
    holds a lock that its destruction waits for: the window would freeze for good (Qt's
    `disconnect` holds one while PySide looks for an override of `disconnectNotify`).
    From the event loop nothing of Qt's is under way. Lives in the GUI thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def spare_what_lives(self) -> None:
        """Look at nothing again that lives now: it lives as long as the program.

        To look at all that a started program holds takes longer than a frame may.
        """
        gc.freeze()

    def stop(self) -> None:
        """Leave the collecting to Python again, if it did it before."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _on_timer_timeout(self) -> None:
        collect_if_due()


def collect_if_due() -> None:
    """Collect the oldest generation that Python would collect by itself, if any."""
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > limits[generation] > 0:
            gc.collect(generation)
            return
