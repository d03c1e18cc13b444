"""Run the training program and turn its lines into signals."""

import logging
import shutil
from collections import deque
from pathlib import Path

from PySide6.QtCore import (
    QObject,
    QProcess,
    QTimer,
    Signal,
    Slot,
)

from digitdesk.core.messages import (
    Command,
    MessageError,
    decode_event,
    encode_command,
    encode_job,
)
from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    BatchReport,
    EpochReport,
    PauseChanged,
    Preparing,
    TrainingJob,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.workers.command import program_command, program_environment

_log = logging.getLogger(__name__)

STOP_GRACE_MS = 60_000
"""Time to convert and measure the best epoch after a stop."""

CANCEL_GRACE_MS = 5_000
CLOSE_GRACE_MS = 10_000
TERMINATE_GRACE_MS = 3_000

_DIAGNOSTIC_LINES = 200
_KILLED = 9  # the signal's number, which QProcess gives as the exit code


class TrainingProcess(QObject):
    """One training at a time, in a program of its own. Lives in the GUI thread.

    No call waits. Whatever happens, each `start` is followed by exactly one
    `training_ended`, and then nothing is running any more.
    """

    preparing = Signal(object)
    """Carries a `Preparing`."""
    training_started = Signal(object)
    """Carries a `TrainingStarted`."""
    batch_reported = Signal(object)
    """Carries a `BatchReport`."""
    epoch_reported = Signal(object)
    """Carries an `EpochReport`."""
    pause_changed = Signal(object)
    """Carries a `PauseChanged`."""
    training_ended = Signal(object)
    """Carries a `TrainingOutcome`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._job: TrainingJob | None = None
        self._outcome: TrainingOutcome | None = None
        self._cancelling = False
        self._rest = b""
        self._diagnostics: deque[str] = deque(maxlen=_DIAGNOSTIC_LINES)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._on_patience_timeout)
        self._measures: list[str] = []

    @property
    def is_running(self) -> bool:
        """Whether a training was started and has not ended."""
        return self._process is not None

    @property
    def process_id(self) -> int:
        """The training program's number in the system; 0 if there is none."""
        return self._process.processId() if self._process else 0

    @property
    def diagnostics(self) -> str:
        """The last lines that the program wrote beside its events."""
        return "".join(self._diagnostics)

    def start(self, job: TrainingJob) -> None:
        """Start a training, or go on with a broken-off one in the same run folder.

        Raises
        ------
        RuntimeError
            If one is running.
        """
        if self._process is not None:
            raise RuntimeError("a training is running already")
        self._job, self._outcome, self._cancelling = job, None, False
        self._rest = b""
        self._diagnostics.clear()
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._on_process_output)
        process.readyReadStandardError.connect(self._on_process_chatter)
        process.finished.connect(self._on_process_finished)
        process.errorOccurred.connect(self._on_process_error)
        process.setProcessEnvironment(program_environment())
        self._process = process
        program, *arguments = program_command("--train-child")
        process.start(program, arguments)
        process.write(encode_job(job))

    def pause(self) -> None:
        """Let the training stand still; `pause_changed` tells when it does."""
        self._send(Command.PAUSE)

    def resume(self) -> None:
        """Let a paused training go on."""
        self._send(Command.RESUME)

    def stop(self) -> None:
        """End and keep the best epoch as a model."""
        self._send(Command.STOP)
        self._escalate(["close", "terminate", "kill"], STOP_GRACE_MS)

    def cancel(self) -> None:
        """End and keep nothing."""
        self._cancelling = True
        self._send(Command.CANCEL)
        self._escalate(["terminate", "kill"], CANCEL_GRACE_MS)

    def interrupt(self) -> None:
        """End and keep the checkpoint, to go on another day."""
        if self._process is not None:
            self._process.closeWriteChannel()
            self._escalate(["terminate", "kill"], CLOSE_GRACE_MS)

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End at once, waiting at most `timeout_ms`; for the end of the program.

        The checkpoint stays. Returns whether the training ended by itself.
        """
        process = self._process
        if process is None:
            return True
        process.closeWriteChannel()
        if process.waitForFinished(timeout_ms):
            return True
        process.kill()
        process.waitForFinished(TERMINATE_GRACE_MS)
        return False

    def _send(self, command: Command) -> None:
        if self._process is not None:
            self._process.write(encode_command(command))

    def _escalate(self, measures: list[str], grace_ms: int) -> None:
        if self._process is not None:
            self._measures = measures
            self._patience.start(grace_ms)

    @Slot()
    def _on_patience_timeout(self) -> None:
        process = self._process
        if process is None or not self._measures:
            return
        measure = self._measures.pop(0)
        _log.info("The training program does not end; next measure: %s", measure)
        if measure == "close":
            process.closeWriteChannel()
        elif measure == "terminate":
            process.terminate()
        else:
            process.kill()
        grace_ms = CLOSE_GRACE_MS if measure == "close" else TERMINATE_GRACE_MS
        self._patience.start(grace_ms)

    @Slot()
    def _on_process_output(self) -> None:
        if self._process is None:
            return
        content = self._rest + self._process.readAllStandardOutput().data()
        *lines, self._rest = content.split(b"\n")
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            event = decode_event(line)
        except MessageError:
            self._diagnostics.append(line.decode(errors="replace") + "\n")
            return
        match event:
            case TrainingOutcome():
                self._outcome = event
            case Preparing():
                self.preparing.emit(event)
            case TrainingStarted():
                self.training_started.emit(event)
            case BatchReport():
                self.batch_reported.emit(event)
            case EpochReport():
                self.epoch_reported.emit(event)
            case PauseChanged():
                self.pause_changed.emit(event)

    @Slot()
    def _on_process_chatter(self) -> None:
        if self._process is not None:
            data = bytes(self._process.readAllStandardError().data())
            self._diagnostics.extend(data.decode(errors="replace").splitlines(True))

    @Slot(QProcess.ProcessError)
    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        # All other errors are followed by `finished`.
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            text = self.tr("The training program cannot be started: {reason}.")
            self._end(
                TrainingOutcome(kind="failed", message=text.format(reason=reason))
            )

    @Slot(int, QProcess.ExitStatus)
    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_process_output()
        self._on_process_chatter()
        crashed = status is QProcess.ExitStatus.CrashExit
        self._end(self._outcome or self._describe_end(code, crashed=crashed))

    def _describe_end(self, code: int, *, crashed: bool) -> TrainingOutcome:
        """Say what happened to a program that ended without a word."""
        folder = Path(self._job.run_folder) if self._job else Path()
        if self._cancelling:
            shutil.rmtree(folder, ignore_errors=True)
            text = self.tr("The training was discarded.")
            return TrainingOutcome(kind="cancelled", message=text)
        if crashed and code == _KILLED:
            text = self.tr(
                "The training program was killed, perhaps because memory ran out."
            )
        elif crashed:
            text = self.tr("The training program crashed (signal {code}).")
        else:
            text = self.tr("The training program ended unexpectedly (code {code}).")
        resumable = (folder / CHECKPOINT_FILE).exists()
        if resumable:
            text += " " + self.tr("It can go on from the last finished epoch.")
        _log.info("Last words of the training program:\n%s", self.diagnostics)
        return TrainingOutcome(
            kind="failed", message=text.format(code=code), resumable=resumable
        )

    def _end(self, outcome: TrainingOutcome) -> None:
        self._patience.stop()
        self._measures = []
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.training_ended.emit(outcome)
