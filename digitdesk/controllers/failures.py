"""Errors that nobody expected: written down, told, survived."""

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow

logger = logging.getLogger(__name__)


class FailureReporter(QObject):
    """Takes over the hooks for uncaught exceptions. Lives in the GUI thread.

    Parameters
    ----------
    window : MainWindow
        Shows the message.
    log_place : str
        Where the details are, for the message.
    parent : QObject or None
        Qt parent.
    """

    _happened = Signal(str)

    def __init__(
        self, window: MainWindow, log_place: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._log_place = log_place
        self._hooks = (sys.excepthook, threading.excepthook)
        # Any thread may fail; the signal brings the news to the GUI thread.
        self._happened.connect(self._on_happened)

    def install(self) -> None:
        """Take over the hooks."""
        sys.excepthook = self.report
        threading.excepthook = self._report_thread

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._hooks

    def report(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log an uncaught exception and tell the user; may be called in any thread."""
        logger.critical("Uncaught exception", exc_info=(kind, error, trace))
        if issubclass(kind, Exception):
            self._happened.emit(f"{kind.__name__}: {error}")

    def _report_thread(self, details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None:
            self.report(details.exc_type, details.exc_value, details.exc_traceback)

    @Slot(str)
    def _on_happened(self, summary: str) -> None:
        text = self.tr(
            "Something went wrong that DigitDesk did not expect ({what}). It goes on; "
            "the details are in {place}."
        )
        self._window.show_message(
            text.format(what=summary, place=self._log_place), Severity.ERROR
        )
