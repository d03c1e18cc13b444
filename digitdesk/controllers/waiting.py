"""Tells when somebody has waited so long for an answer that words are due."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_NOTICED_MS = 400


class Waiting(QObject):
    """Waits for one answer at a time. Lives in the GUI thread.

    Signals
    -------
    late_changed(bool)
        The answer takes noticeably long, or that is over.
    """

    late_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_late = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_NOTICED_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_late(self) -> bool:
        """Whether the answer takes noticeably long."""
        return self._is_late

    def begin(self) -> None:
        """Wait for an answer; who waits already goes on with that."""
        if not self._is_late and not self._timer.isActive():
            self._timer.start()

    def end(self) -> None:
        """Stop waiting: the answer is there, or none comes."""
        self._timer.stop()
        self._set_late(late=False)

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._set_late(late=True)

    def _set_late(self, *, late: bool) -> None:
        if late != self._is_late:
            self._is_late = late
            self.late_changed.emit(late)
