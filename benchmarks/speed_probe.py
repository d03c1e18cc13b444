"""Watch a running window from inside."""

import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from digitdesk.app import Program
from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.core.types import Frame
from digitdesk.workers.recognition import RecognitionResult

_DEMO_MS = 5000
_WARM_UP_MS = 2000


class StartProbe(QObject):
    """Notes when the window was first painted and when the first reading was shown."""

    ended = Signal()

    def __init__(self, program: Program, started_s: float) -> None:
        super().__init__()
        self.figures: dict[str, Any] = {}
        self._started_s = started_s
        program.window.painted.connect(self._on_painted)
        program.live.result_shown.connect(self._on_result_shown)

    @Slot()
    def _on_painted(self) -> None:
        self._note("paint")

    @Slot(object)
    def _on_result_shown(self, _result: object) -> None:
        if "reading_ms" not in self.figures:
            self._note("reading")
            QTimer.singleShot(_DEMO_MS, self.ended.emit)

    def _note(self, event: str) -> None:
        elapsed_ms = (time.time() - self._started_s) * 1000
        self.figures.setdefault(f"{event}_ms", elapsed_ms)
        # Of all threads; unlike the elapsed time it hardly depends on other programs.
        self.figures.setdefault(f"{event}_cpu_ms", time.process_time() * 1000)


class LiveProbe(QObject):
    """Notes how old frames and readings of a video are when they are shown."""

    ended = Signal()

    def __init__(self, program: Program, video: str, duration_s: float) -> None:
        super().__init__()
        self.figures: dict[str, Any] = {
            name: [] for name in ("paint_ms", "boxes_ms", "reading_ms")
        }
        self._program = program
        self._video = video
        self._duration_ms = round(duration_s * 1000)
        self._numbers: list[int] = []
        self._painted: Frame | None = None
        self._running = False
        program.live.result_shown.connect(self._on_first_result_shown)

    @Slot(object)
    def _on_first_result_shown(self, _result: object) -> None:
        live = self._program.live
        live.result_shown.disconnect(self._on_first_result_shown)
        spec = SourceSpec(kind=SourceKind.VIDEO, address=self._video, loop=True)
        live.start_over()
        self._program.camera.open(spec)
        QTimer.singleShot(_WARM_UP_MS, self._begin)

    @Slot()
    def _begin(self) -> None:
        self._running = True
        self._program.live.result_shown.connect(self._on_result_shown)
        self._program.camera.frame_captured.connect(self._on_frame_captured)
        self._program.window.video.installEventFilter(self)
        QTimer.singleShot(self._duration_ms, self._end)

    @Slot()
    def _end(self) -> None:
        self._running = False
        self.figures["captured"] = self._numbers[-1] - self._numbers[0] + 1
        self.ended.emit()

    @Slot(object)
    def _on_frame_captured(self, frame: Frame) -> None:
        if self._running:
            self._numbers.append(frame.number)

    @Slot(object)
    def _on_result_shown(self, result: RecognitionResult) -> None:
        if self._running:
            age_s = time.perf_counter() - result.frame.captured_at_s
            self.figures["boxes_ms"].append(age_s * 1000)
            self.figures["reading_ms"].append(result.took_ms)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note the latency of the frame painted before this painting."""
        if self._running and event.type() == QEvent.Type.Paint:
            video = self._program.window.video
            if self._painted is not None and self._painted is not video.frame:
                self.figures["paint_ms"].append(video.latency_ms)
            self._painted = video.frame
        return super().eventFilter(watched, event)
