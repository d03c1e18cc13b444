import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.messages import Command, decode_event, encode_command, encode_job
from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    BatchReport,
    EpochReport,
    TrainingEvent,
    TrainingOutcome,
    TrainingStarted,
)
from tests.written_digits import small_job

Child = subprocess.Popen[bytes]


@pytest.fixture
def child() -> Iterator[Child]:
    """The training program, waiting for orders."""
    with subprocess.Popen(
        [sys.executable, "-m", "digitdesk", "--train-child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process
        process.kill()


def order(child: Child, line: bytes) -> None:
    assert child.stdin is not None
    child.stdin.write(line)
    child.stdin.flush()


def events(child: Child) -> Iterator[TrainingEvent]:
    """Events as they come; a line that is none fails the test."""
    assert child.stdout is not None
    return map(decode_event, child.stdout)


def test_the_end_of_orders_ends_the_program(child: Child) -> None:
    out, _ = child.communicate(timeout=30)

    assert (out, child.returncode) == (b"", 0)


def test_an_impossible_choice_is_answered(child: Child, tmp_path: Path) -> None:
    job = json.loads(encode_job(small_job(tmp_path)))
    job["config"]["epochs"] = 0
    order(child, b"what?\n" + json.dumps(job).encode() + b"\n")

    [outcome] = list(events(child))

    assert isinstance(outcome, TrainingOutcome)
    assert outcome.kind == "failed"
    assert "epochs" in outcome.message
    assert child.wait(30) == 0


def test_missing_data_end_the_program_with_a_sentence(
    child: Child, tmp_path: Path
) -> None:
    job = small_job(tmp_path)
    (tmp_path / "written.npz").unlink()
    order(child, encode_job(job))

    *_, outcome = events(child)

    assert isinstance(outcome, TrainingOutcome)
    assert "written.npz" in outcome.message


@pytest.mark.train
def test_a_training_is_reported_in_lines(child: Child, tmp_path: Path) -> None:
    order(child, encode_job(small_job(tmp_path, 400, epochs=2)))

    received = list(events(child))

    kinds = [type(event) for event in received]
    assert kinds.count(TrainingStarted) == 1
    assert kinds.count(EpochReport) == 2
    assert BatchReport in kinds
    outcome = received[-1]
    assert isinstance(outcome, TrainingOutcome)
    assert outcome.was_successful(), outcome.message
    assert Path(outcome.model_folder, "network.tflite").is_file()
    assert child.stderr is not None
    assert b"Saved artifact" not in child.stderr.read()  # what Keras would print


@pytest.mark.train
def test_a_parent_that_vanishes_leaves_a_checkpoint(
    child: Child, tmp_path: Path
) -> None:
    order(child, encode_job(small_job(tmp_path, 400, epochs=1000)))
    assert child.stdin is not None
    assert child.stdout is not None
    for event in events(child):
        if isinstance(event, EpochReport) and event.epoch == 2:
            break
    # What the system does to the pipes of a program that was killed.
    child.stdout.close()
    child.stdin.close()

    assert child.wait(60) == 0
    assert (tmp_path / "run" / CHECKPOINT_FILE).is_file()
    assert not (tmp_path / "models").exists()


@pytest.mark.train
def test_cancel_before_the_start_is_obeyed(child: Child, tmp_path: Path) -> None:
    order(child, encode_command(Command.CANCEL) + encode_job(small_job(tmp_path)))

    *_, outcome = events(child)

    assert isinstance(outcome, TrainingOutcome)
    assert outcome.kind == "cancelled"


def zeros_in_npz(path: Path, count: int) -> None:
    """Write `count` empty pictures without ever holding them."""
    blank = bytes(28 * 28 * 1000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("x.npy", "w") as member:
            header = {"descr": "|u1", "fortran_order": False, "shape": (count, 28, 28)}
            np.lib.format.write_array_header_1_0(member, header)
            for _ in range(count // 1000):
                member.write(blank)
        with archive.open("y.npy", "w") as member:
            np.lib.format.write_array(member, np.zeros(count, np.uint8))


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux limits memory so.")
def test_a_lack_of_memory_is_named(tmp_path: Path) -> None:
    job = small_job(tmp_path, 20)
    zeros_in_npz(tmp_path / "written.npz", 800_000)  # 627 MB
    program = f"ulimit -v 700000; exec {sys.executable} -m digitdesk --train-child"

    with subprocess.Popen(
        ["sh", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    ) as limited:
        order(limited, encode_job(job))
        *_, outcome = events(limited)
        assert limited.stdin is not None
        limited.stdin.close()

    assert isinstance(outcome, TrainingOutcome)
    assert outcome.kind == "failed"
    assert "not enough memory" in outcome.message
