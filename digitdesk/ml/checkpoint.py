"""What a training needs to go on after a crash, in one file."""

import dataclasses
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digitdesk.core.files import write_atomically
from digitdesk.core.messages import (
    MessageError,
    decode_event,
    decode_order,
    encode_event,
    encode_job,
)
from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    BatchReport,
    ConfigError,
    EpochReport,
    TrainingJob,
)
from digitdesk.ml.learner import State

JOB_FILE = "job.json"


class CheckpointError(Exception):
    """A checkpoint cannot be used; the message is a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The end of an epoch.

    Attributes
    ----------
    history : tuple of EpochReport
        All finished epochs.
    state : list of ndarray
        Of network and optimiser, as `Learner.state` returns it.
    best : list of ndarray
        Weights of the best epoch, as `Learner.weights` returns them.
    batches : tuple of BatchReport
        What was told within these epochs, for the curves.
    """

    history: tuple[EpochReport, ...]
    state: State
    best: State
    batches: tuple[BatchReport, ...] = ()

    def save(self, folder: Path) -> None:
        """Write the checkpoint, wholly or not at all.

        Raises
        ------
        OSError
            If the folder cannot be written to or the disk is full.
        """
        reports: list[BatchReport | EpochReport] = [*self.batches, *self.history]
        lines = b"".join(encode_event(report) for report in reports)
        arrays: dict[str, Any] = {
            f"state{i:03}": value for i, value in enumerate(self.state)
        }
        arrays |= {f"best{i:03}": value for i, value in enumerate(self.best)}
        content = io.BytesIO()
        np.savez(content, history=np.frombuffer(lines, np.uint8), **arrays)
        write_atomically(folder / CHECKPOINT_FILE, content.getvalue())

    @classmethod
    def load(cls, folder: Path) -> "Checkpoint | None":
        """Return the checkpoint in `folder`, or None if there is none.

        Raises
        ------
        CheckpointError
            If it is damaged.
        """
        path = folder / CHECKPOINT_FILE
        if not path.exists():
            return None
        try:
            content = io.BytesIO(path.read_bytes())  # np.load leaks damaged files
            with np.load(content, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in sorted(archive.files)}
            lines = arrays.pop("history").tobytes().splitlines()
            history = tuple(map(decode_event, lines))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
            raise CheckpointError(
                "The checkpoint of this training is damaged, so it cannot go on. "
                "Start a new training."
            ) from error
        return cls(
            tuple(report for report in history if isinstance(report, EpochReport)),
            [value for name, value in arrays.items() if name.startswith("state")],
            [value for name, value in arrays.items() if name.startswith("best")],
            tuple(report for report in history if isinstance(report, BatchReport)),
        )


def save_job(job: TrainingJob) -> None:
    """Note in the run folder what is being trained there."""
    write_atomically(Path(job.run_folder) / JOB_FILE, encode_job(job))


def load_job(folder: Path) -> TrainingJob | None:
    """Return what was being trained in a run folder; None if that is not known."""
    try:
        job = decode_order((folder / JOB_FILE).read_bytes())
    except (OSError, MessageError, ConfigError):
        return None
    # The folder may have been moved since.
    if not isinstance(job, TrainingJob):
        return None
    return dataclasses.replace(job, run_folder=str(folder))


def resumable_jobs(runs_folder: Path) -> tuple[TrainingJob, ...]:
    """Return the trainings below `runs_folder` that ended before their time."""
    files = sorted(runs_folder.glob(f"*/{CHECKPOINT_FILE}"))
    jobs = (load_job(file.parent) for file in files)
    return tuple(job for job in jobs if job is not None)


def json_of_history(history: tuple[EpochReport, ...]) -> str:
    """Return the curves as JSON for people and other programs."""
    return json.dumps([dataclasses.asdict(report) for report in history], indent=1)
