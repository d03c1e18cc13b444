"""A short test of the whole program, on the demo's pages."""

import sys

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from digitdesk.controllers.live import LiveController
from digitdesk.core.sources.demo import DemoSource
from digitdesk.workers.recognition import (
    Recogniser,
    RecognitionFailure,
    RecognitionResult,
)

_FRAMES_AT_MOST = 60
_PATIENCE_MS = 60_000


class SmokeTest(QObject):
    """Compares what the window shows with what the demo's pages say.

    Signals
    -------
    ended(int)
        0 if the digits were read rightly, 1 if not.
    """

    ended = Signal(int)

    def __init__(
        self,
        live: LiveController,
        recogniser: Recogniser,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._demo = DemoSource()
        self._demo.open()
        self._judged = 0
        live.result_shown.connect(self._on_result_shown)
        recogniser.failed.connect(self._on_recogniser_failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start(_PATIENCE_MS)

    @Slot(object)
    def _on_result_shown(self, result: RecognitionResult) -> None:
        truth = self._demo.truth(result.frame.number)
        if not (truth.sharp and truth.complete):
            return
        self._judged += 1
        shown = self._live.text
        if shown == truth.text:
            self._end(0, f"Read {_in_one_line(shown)}: right.")
        elif self._judged == _FRAMES_AT_MOST:
            wanted = _in_one_line(truth.text)
            self._end(1, f"Read {_in_one_line(shown)}, but it is {wanted}.")

    @Slot(object)
    def _on_recogniser_failed(self, failure: RecognitionFailure) -> None:
        self._end(1, failure.sentence)

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._end(1, "No page was read in time.")

    def _end(self, code: int, sentence: str) -> None:
        self._timer.stop()
        self._live.result_shown.disconnect(self._on_result_shown)
        if sys.stdout is not None:  # a windowed bundle has none
            sys.stdout.write(f"{sentence}\n")
        self.ended.emit(code)


def _in_one_line(text: str) -> str:
    return text.replace("\n", " ") or "nothing"
