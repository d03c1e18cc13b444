"""Run a command of DigitDesk in a program of its own."""

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal, Slot

_CONSOLE_PROGRAM = "digitdesk-cli.exe"
_PREFIX = "digitdesk: "


def program_command(*arguments: str) -> list[str]:
    """Return what starts DigitDesk with `arguments`, also from inside a bundle."""
    if getattr(sys, "frozen", False):
        # A windowed program on Windows may be without a standard output; the bundle
        # has one with a console for that.
        console = Path(sys.executable).with_name(_CONSOLE_PROGRAM)
        program = str(console) if console.exists() else sys.executable
        return [program, *arguments]
    return [sys.executable, "-m", "digitdesk", *arguments]


def program_environment() -> QProcessEnvironment:
    """Return an environment in which the package is found."""
    environment = QProcessEnvironment.systemEnvironment()
    if not getattr(sys, "frozen", False):
        # The package may have been found through the current folder only.
        root = str(Path(__file__).resolve().parents[2])
        known = environment.value("PYTHONPATH")
        separator = ";" if sys.platform == "win32" else ":"
        environment.insert("PYTHONPATH", separator.join(filter(None, [root, known])))
    return environment


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """How a command ended.

    Attributes
    ----------
    succeeded : bool
        Whether its exit code was 0.
    text : str
        The last line that it printed: its answer, or what was wrong.
    """

    succeeded: bool
    text: str


class CommandRun(QObject):
    """Runs one command at a time; for what needs TensorFlow. Lives in the GUI thread.

    Signals
    -------
    ended(CommandOutcome)
        The command came to its end.
    """

    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def is_running(self) -> bool:
        """Whether a command runs."""
        return self._process is not None

    def start(self, *arguments: str) -> None:
        """Start ``digitdesk`` with `arguments`.

        Raises
        ------
        RuntimeError
            If a command is running.
        """
        if self._process is not None:
            raise RuntimeError("a command is running already")
        self._process = QProcess(self)
        self._process.setProcessEnvironment(program_environment())
        self._process.finished.connect(self._on_process_finished)
        self._process.errorOccurred.connect(self._on_process_error)
        program, *rest = program_command(*arguments)
        self._process.start(program, rest)
        self._process.closeWriteChannel()

    def cancel(self) -> None:
        """End at once; `ended` follows."""
        if self._process is not None:
            self._process.kill()

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """End at once; returns whether nothing had to be killed."""
        if self._process is None:
            return True
        self._process.kill()
        self._process.waitForFinished(timeout_ms)
        return False

    @Slot(QProcess.ProcessError)
    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._end(CommandOutcome(False, self._process.errorString()))

    @Slot(int, QProcess.ExitStatus)
    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._process is None:
            return
        succeeded = status is QProcess.ExitStatus.NormalExit and code == 0
        read = (
            self._process.readAllStandardOutput
            if succeeded
            else self._process.readAllStandardError
        )
        lines = bytes(read().data()).decode(errors="replace").strip().splitlines()
        # Libraries may chatter after our own words.
        ours = [line for line in lines if line.startswith(_PREFIX)]
        text = (ours or lines or [""])[-1].removeprefix(_PREFIX)
        if not succeeded and not text:
            text = self.tr("The program ended unexpectedly (code {code}).")
            text = text.format(code=code)
        self._end(CommandOutcome(succeeded, text))

    def _end(self, outcome: CommandOutcome) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.ended.emit(outcome)
