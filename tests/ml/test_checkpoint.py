"""What a training keeps for another day."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.training_types import CHECKPOINT_FILE, EpochReport
from digitdesk.ml.checkpoint import Checkpoint, CheckpointError, load_job, save_job
from digitdesk.ml.learner import State
from tests.written_digits import small_job

WRITER = """
import sys
from pathlib import Path
import numpy as np
from digitdesk.ml.checkpoint import Checkpoint

folder = Path(sys.argv[1])
for number in range(10**9):
    Checkpoint((), [np.full(200_000, number, np.float32)], []).save(folder)
    if not number:
        print("up", flush=True)
"""


def epoch(number: int) -> EpochReport:
    return EpochReport(
        epoch=number,
        epochs=3,
        loss=0.5,
        accuracy=0.9,
        validation_loss=0.1 * number,
        validation_accuracy=0.95,
        learning_rate=0.01,
        took_s=3.0,
        is_best=True,
    )


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    state: State = [np.arange(6.0).reshape(2, 3), np.array(7, np.int64)]
    best: State = [np.ones((1200, 2), np.float32)]

    Checkpoint((epoch(1), epoch(2)), state, best).save(tmp_path)
    loaded = Checkpoint.load(tmp_path)

    assert loaded is not None
    assert loaded.history == (epoch(1), epoch(2))
    for expected, got in zip(state + best, loaded.state + loaded.best, strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)


def test_none_is_no_error(tmp_path: Path) -> None:
    assert Checkpoint.load(tmp_path) is None


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99], ids=["empty", "half", "almost"])
def test_a_file_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    Checkpoint((epoch(1),), [np.zeros(1000)], [np.zeros(10)]).save(tmp_path)
    path = tmp_path / CHECKPOINT_FILE
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])

    with pytest.raises(CheckpointError, match="damaged"):
        Checkpoint.load(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL.")
def test_a_kill_while_writing_leaves_a_whole_checkpoint(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    numbers = []
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"up\n"
            # Nearly all of its time goes into writing: any moment will do.
            time.sleep(dice.uniform(0, 0.05))
            os.kill(writer.pid, signal.SIGKILL)
        loaded = Checkpoint.load(tmp_path)
        assert loaded is not None
        [values] = loaded.state
        assert (values == values[0]).all()
        numbers.append(int(values[0]))
    assert max(numbers) > 0  # it was killed amid later ones, not after the first


def test_the_job_is_found_where_the_folder_is_now(tmp_path: Path) -> None:
    job = small_job(tmp_path, 20)
    save_job(job)
    moved = tmp_path / "moved"
    (tmp_path / "run").rename(moved)

    found = load_job(moved)

    assert found is not None
    assert found.run_folder == str(moved)
    assert found.config == job.config
    (moved / "job.json").write_text("{")
    assert load_job(moved) is None
