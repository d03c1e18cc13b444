import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.messages import encode_job
from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    BatchReport,
    EpochReport,
    PauseChanged,
    Preparing,
    TrainingEvent,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.ml.checkpoint import Checkpoint, resumable_jobs
from digitdesk.workers.training import TrainingProcess
from tests.written_digits import small_job

END_MS = 120_000


class Recorder:
    """Keeps all that a training process tells."""

    def __init__(self, process: TrainingProcess) -> None:
        self.events: list[TrainingEvent] = []
        for signal_ in (
            process.preparing,
            process.training_started,
            process.batch_reported,
            process.epoch_reported,
            process.pause_changed,
            process.training_ended,
        ):
            signal_.connect(self.events.append)

    def all_of(self, kind: type[TrainingEvent]) -> list[TrainingEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def curve(self) -> list[dict[str, object]]:
        return [
            asdict(replace(event, took_s=0))
            for event in self.events
            if isinstance(event, EpochReport)
        ]

    @property
    def outcome(self) -> TrainingOutcome:
        [outcome] = self.all_of(TrainingOutcome)
        assert isinstance(outcome, TrainingOutcome)
        return outcome


@pytest.fixture
def process(qapp: object) -> TrainingProcess:
    return TrainingProcess()


@pytest.fixture
def recorder(process: TrainingProcess) -> Recorder:
    return Recorder(process)


def test_only_one_training_at_a_time(
    qtbot: QtBot, process: TrainingProcess, tmp_path: Path
) -> None:
    with qtbot.waitSignal(process.training_ended, timeout=END_MS):
        process.start(small_job(tmp_path))
        with pytest.raises(RuntimeError, match="running already"):
            process.start(small_job(tmp_path))
        process.cancel()


def test_twenty_rounds_leave_nothing_running(
    qtbot: QtBot, process: TrainingProcess, recorder: Recorder, tmp_path: Path
) -> None:
    ways = [process.cancel, process.interrupt]
    for number in range(20):
        with qtbot.waitSignal(process.training_ended, timeout=END_MS):
            process.start(small_job(tmp_path, 100))
            ways[number % 2]()
        assert not process.is_running

    kinds = {outcome.kind for outcome in recorder.all_of(TrainingOutcome)}  # type: ignore[union-attr]  # all are outcomes
    assert kinds <= {"cancelled", "interrupted"}
    assert len(recorder.all_of(TrainingOutcome)) == 20
    assert psutil.Process().children() == []
    assert not (tmp_path / "run").exists()


def test_a_program_that_cannot_start_is_explained(
    qtbot: QtBot,
    process: TrainingProcess,
    recorder: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))

    with qtbot.waitSignal(process.training_ended, timeout=END_MS):
        process.start(small_job(tmp_path))

    assert "cannot be started" in recorder.outcome.message
    assert not process.is_running


def test_a_program_that_ends_without_a_word_is_explained(
    qtbot: QtBot,
    process: TrainingProcess,
    recorder: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A program that prints half a line and a word of its own, and fails.
    program = tmp_path / "strange"
    program.write_text('#!/bin/sh\necho hello\nprintf \'{"type": "ba\'\nexit 3\n')
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))

    with qtbot.waitSignal(process.training_ended, timeout=END_MS):
        process.start(small_job(tmp_path))

    assert "ended unexpectedly (code 3)" in recorder.outcome.message
    assert "hello" in process.diagnostics


def test_a_program_that_will_not_end_is_ended(
    qtbot: QtBot,
    process: TrainingProcess,
    recorder: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "stubborn"
    program.write_text(
        "#!/bin/sh\ntrap '' TERM\necho up\nwhile :; do sleep 0.1; done\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    for name in ("STOP", "CLOSE", "TERMINATE"):
        monkeypatch.setattr(f"digitdesk.workers.training.{name}_GRACE_MS", 100)

    with qtbot.waitSignal(process.training_ended, timeout=END_MS):
        process.start(small_job(tmp_path))
        qtbot.waitUntil(lambda: "up" in process.diagnostics)
        process.stop()

    assert "killed" in recorder.outcome.message
    assert psutil.Process().children() == []


@pytest.mark.train
def test_a_killed_training_goes_on_with_the_same_curve(
    qtbot: QtBot, process: TrainingProcess, recorder: Recorder, tmp_path: Path
) -> None:
    job = small_job(tmp_path, 1500, epochs=4)
    with qtbot.waitSignal(process.training_ended, timeout=END_MS):
        process.start(job)
        # Until the report of epoch 2 its checkpoint may not be written yet.
        qtbot.waitUntil(lambda: len(recorder.curve()) == 2, timeout=END_MS)
        os.kill(process.process_id, signal.SIGKILL)
    assert recorder.outcome.kind == "failed"
    assert "killed" in recorder.outcome.message
    assert recorder.outcome.resumable
    assert (tmp_path / "run" / CHECKPOINT_FILE).is_file()

    again, whole = TrainingProcess(), TrainingProcess()
    second, uninterrupted = Recorder(again), Recorder(whole)
    with qtbot.waitSignal(again.training_ended, timeout=END_MS):
        again.start(job)
    with qtbot.waitSignal(whole.training_ended, timeout=END_MS):
        whole.start(replace(job, run_folder=str(tmp_path / "other")))

    assert second.outcome.was_successful(), again.diagnostics
    [started] = second.all_of(TrainingStarted)
    assert isinstance(started, TrainingStarted)
    assert started.epochs_done >= 1  # at most one epoch is lost
    # What was learnt before the kill is told again: the curves are whole.
    assert second.curve() == uninterrupted.curve()


@pytest.mark.train
def test_pause_resume_and_stop(
    qtbot: QtBot, process: TrainingProcess, recorder: Recorder, tmp_path: Path
) -> None:
    with qtbot.waitSignal(process.training_ended, timeout=END_MS):
        process.start(small_job(tmp_path, 800, epochs=1000))
        qtbot.waitUntil(lambda: bool(recorder.all_of(BatchReport)), timeout=END_MS)
        with qtbot.waitSignal(process.pause_changed, timeout=END_MS):
            process.pause()
        with qtbot.waitSignal(process.pause_changed, timeout=END_MS):
            process.resume()
        process.stop()

    assert recorder.all_of(PauseChanged) == [PauseChanged(True), PauseChanged(False)]
    assert recorder.all_of(Preparing)
    assert recorder.outcome.was_successful(), recorder.outcome.message


def test_shutdown_ends_at_once(
    qtbot: QtBot, process: TrainingProcess, recorder: Recorder, tmp_path: Path
) -> None:
    assert process.shutdown()
    process.start(small_job(tmp_path))

    process.shutdown(5000)

    assert not process.is_running
    assert len(recorder.all_of(TrainingOutcome)) == 1


APP = """
import sys
from PySide6.QtCore import QCoreApplication
from digitdesk.core.messages import decode_order
from digitdesk.workers.training import TrainingProcess

app = QCoreApplication([])
process = TrainingProcess()

def tell(report):
    print(process.process_id, flush=True)

process.epoch_reported.connect(tell)
process.training_ended.connect(app.quit)
process.start(decode_order(sys.argv[1].encode()))
app.exec()
"""


@pytest.mark.train
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL.")
def test_a_killed_window_takes_its_training_along(tmp_path: Path) -> None:
    job = small_job(tmp_path, 200, epochs=1000)
    arguments = [sys.executable, "-c", APP, encode_job(job).decode().strip()]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as app:
        assert app.stdout is not None
        # The report of an epoch comes before its checkpoint: wait for the next.
        numbers = [int(app.stdout.readline()) for _ in range(2)]
        child = psutil.Process(numbers[-1])
        os.kill(app.pid, signal.SIGKILL)

    child.wait(END_MS / 1000)

    checkpoint = Checkpoint.load(Path(job.run_folder))
    assert checkpoint is not None
    assert len(checkpoint.history) >= 1
    assert resumable_jobs(tmp_path) == (job,)
    assert not Path(job.models_folder).exists()
