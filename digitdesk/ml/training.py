"""Train a network: a plain function that reports, and obeys between two batches."""

import errno
import logging
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from digitdesk.core.digit_data import DigitData, Labelled, Part
from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    BatchReport,
    EpochReport,
    PauseChanged,
    Preparing,
    TrainingConfig,
    TrainingEvent,
    TrainingJob,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.ml.batches import Batches
from digitdesk.ml.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_job,
    save_job,
)
from digitdesk.ml.data_formats import DataError
from digitdesk.ml.dataset import check_trainable, load_data
from digitdesk.ml.finish import finish_model
from digitdesk.ml.learner import Learner, Totals
from digitdesk.ml.schedule import rate_factor
from digitdesk.ml.training_control import Cancelled, Interrupted, TrainingControl

Report = Callable[[TrainingEvent], None]

_log = logging.getLogger(__name__)

REPORT_INTERVAL_S = 0.1


class TrainingError(Exception):
    """A training cannot go on; the message is a sentence."""


def train(
    job: TrainingJob, report: Report, control: TrainingControl
) -> TrainingOutcome:
    """Train a network, or go on with a training that was broken off.

    After every epoch a checkpoint is written into the run folder; if one is there
    already, the training goes on from it with the same curves as without the break.

    Parameters
    ----------
    job : TrainingJob
        What to train and where to keep it.
    report : callable
        Hears all events but the outcome; batches at most ten times a second.
    control : TrainingControl
        Orders from other threads.

    Returns
    -------
    TrainingOutcome
        Nothing is raised: what went wrong is said in its message.
    """
    folder = Path(job.run_folder)
    try:
        return _train(job, report, control)
    except Cancelled:
        shutil.rmtree(folder, ignore_errors=True)
        return TrainingOutcome(kind="cancelled", message="The training was discarded.")
    except Interrupted:
        return _interruption(folder)
    except (DataError, CheckpointError, TrainingError) as error:
        return _failure(folder, str(error))
    except Exception as error:  # noqa: BLE001 - reported, never lost
        # A full disk is no fault of the program: its sentence says all.
        level = logging.INFO if isinstance(error, OSError) else logging.ERROR
        _log.log(level, "The training broke off.", exc_info=True)
        return _failure(folder, describe_failure(error))


def describe_failure(error: BaseException) -> str:
    """Say in a sentence why a training broke off."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            "The disk is full. Free some space, or choose another folder; the last "
            "checkpoint is kept."
        )
    # TensorFlow's own error of this name is no MemoryError.
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"MemoryError", "ResourceExhaustedError"}:
        return (
            "There is not enough memory: close other programs, or choose fewer "
            "pictures, a smaller batch or a smaller network."
        )
    return f"The training broke off by an unexpected error ({error})."


def _failure(folder: Path, message: str) -> TrainingOutcome:
    resumable = (folder / CHECKPOINT_FILE).exists()
    return TrainingOutcome(kind="failed", message=message, resumable=resumable)


def _train(
    job: TrainingJob, report: Report, control: TrainingControl
) -> TrainingOutcome:
    folder = Path(job.run_folder)
    past = Checkpoint.load(folder)
    known = load_job(folder)
    if past is not None and (known is None or known.config != job.config):
        raise CheckpointError(
            "The folder of this training holds a checkpoint of another one. Start in "
            "a new folder."
        )
    save_job(job)

    run: Run | None = None

    def progress(task: str, fraction: float) -> None:
        nothing_to_keep = past is None and run is None
        if control.should_end() and (control.interrupted or nothing_to_keep):
            raise Interrupted if control.interrupted else Cancelled
        report(Preparing(task, fraction))

    if find_spec("tensorflow") is None:  # before anything is downloaded
        raise TrainingError(
            "Training needs TensorFlow, which is not installed: "
            "pip install 'digitdesk[train]'."
        )
    data = load_data(job.config.sources, progress)
    check_trainable(data)
    progress("Starting TensorFlow", -1.0)
    run = Run(job.config, data, report, control)
    if past is not None:
        run.go_on_from(past)
    run.learn(folder)
    if control.interrupted:
        raise Interrupted
    if not run.history:
        raise Cancelled
    run.learner.set_weights(run.best)
    model_folder = finish_model(job, run.learner, data, run.history, progress)
    shutil.rmtree(folder, ignore_errors=True)
    best = min(run.history, key=_merit)
    accuracy = f"{best.validation_accuracy:.2%}"
    return TrainingOutcome(
        kind="finished",
        message=f"Trained: {accuracy} of the validation pictures are read right.",
        model_folder=str(model_folder),
    )


def _interruption(folder: Path) -> TrainingOutcome:
    resumable = (folder / CHECKPOINT_FILE).exists()
    if not resumable:
        shutil.rmtree(folder, ignore_errors=True)
    can = "It can go on" if resumable else "Start it anew"
    message = f"The training was interrupted. {can} another day."
    return TrainingOutcome(kind="interrupted", message=message, resumable=resumable)


def _merit(report: EpochReport) -> float:
    loss = report.validation_loss
    return math.inf if math.isnan(loss) else loss


class Run:
    """One training under way.

    Attributes
    ----------
    learner : Learner
        Network and optimiser.
    history : list of EpochReport
        Finished epochs.
    best : list of ndarray
        The weights of the epoch with the lowest validation loss.
    """

    def __init__(
        self,
        config: TrainingConfig,
        data: DigitData,
        report: Report,
        control: TrainingControl,
    ) -> None:
        self._config = config
        self._report = report
        self._control = control
        self._counts = data.counts()
        digits = _limited(data.part(Part.TRAIN), config.limit)
        self._train_count = len(digits.labels)
        self._validation = data.part(Part.VALIDATION)
        self._batches = Batches(
            digits, config.batch_size, config.seed, augment=config.augment
        )
        self.learner = Learner(config)
        self.history: list[EpochReport] = []
        self._batch_reports: list[BatchReport] = []
        self._told = Totals()
        self.best = self.learner.weights()
        self._clock = Clock(config.epochs * len(self._batches))

    def go_on_from(self, past: Checkpoint) -> None:
        """Be where `past` was saved.

        Raises
        ------
        CheckpointError
            If it belongs to another network.
        """
        try:
            self.learner.set_state(past.state)
        except ValueError as error:
            raise CheckpointError(
                "The checkpoint belongs to another network. Start a new training."
            ) from error
        self.history, self.best = list(past.history), past.best
        self._batch_reports = list(past.batches)
        self._clock.skip(len(self.history) * len(self._batches))

    def learn(self, folder: Path) -> None:
        """Train until all epochs are done, nothing improves, or a stop is ordered."""
        self._report(self._start_report())
        # Of an earlier run: the curves are to be whole.
        past: list[BatchReport | EpochReport] = [*self._batch_reports, *self.history]
        for report in past:
            self._report(report)
        for number in range(len(self.history) + 1, self._config.epochs + 1):
            if self._control.should_end() or self._is_patience_over():
                return
            whole = self._learn_epoch(number)
            if self._control.interrupted:
                return
            if whole:
                state = self.learner.state()
                history, batches = tuple(self.history), tuple(self._batch_reports)
                Checkpoint(history, state, self.best, batches).save(folder)

    def _start_report(self) -> TrainingStarted:
        return TrainingStarted(
            device=self.learner.device,
            train_count=self._train_count,
            validation_count=self._counts[Part.VALIDATION],
            test_count=self._counts[Part.TEST],
            weights=self.learner.model.count_params(),
            epochs_done=len(self.history),
        )

    def _is_patience_over(self) -> bool:
        if not self._config.patience or not self.history:
            return False
        best = min(self.history, key=_merit).epoch
        return len(self.history) - best >= self._config.patience

    def _learn_epoch(self, number: int) -> bool:
        """Return whether the epoch came to its end."""
        began = time.monotonic()
        paused_s, whole, rate, place = 0.0, True, 0.0, 0
        self.learner.clear_totals()
        self._told = Totals()
        for place, (glyphs, labels) in enumerate(self._batches.epoch(number)):
            paused_s += self._pause()
            if self._control.should_end():
                whole = False
                break
            step = (number - 1) * len(self._batches) + place
            rate = self._rate(step)
            self.learner.step(glyphs, labels, rate)
            if self._clock.tick(len(labels)):
                self._tell_batch(number, place + 1, rate)
        self._tell_batch(number, place + 1, rate)
        if not self._control.interrupted and self._told.count:
            took_s = time.monotonic() - began - paused_s
            self._end_epoch(number, rate, took_s)
        return whole

    def _pause(self) -> float:
        paused_s = self._control.wait_while_paused(
            lambda paused: self._report(PauseChanged(paused))
        )
        self._clock.forgive(paused_s)
        return paused_s

    def _rate(self, step: int) -> float:
        factor = rate_factor(self._config.schedule, step / self._clock.total)
        return self._config.learning_rate * factor

    def _tell_batch(self, number: int, batch: int, rate: float) -> None:
        samples, samples_per_s, remaining_s = self._clock.lap()
        if not samples:
            return
        totals = self.learner.totals()
        lap, self._told = totals - self._told, totals
        report = BatchReport(
            epoch=number,
            batch=batch,
            batches=len(self._batches),
            loss=lap.loss,
            accuracy=lap.accuracy,
            learning_rate=rate,
            samples_per_s=samples_per_s,
            remaining_s=remaining_s,
        )
        self._batch_reports.append(report)
        self._report(report)

    def _end_epoch(self, number: int, rate: float, took_s: float) -> None:
        checked = self.learner.evaluate(self._validation)
        epoch = EpochReport(
            epoch=number,
            epochs=self._config.epochs,
            loss=self._told.loss,
            accuracy=self._told.accuracy,
            validation_loss=checked.loss,
            validation_accuracy=checked.accuracy,
            learning_rate=rate,
            took_s=took_s,
            is_best=False,
        )
        if _merit(epoch) == math.inf:
            raise TrainingError(
                "The training diverged: the loss is no number any more. Choose a "
                "lower learning rate."
            )
        if _merit(epoch) < min(map(_merit, self.history), default=math.inf):
            epoch = replace(epoch, is_best=True)
            self.best = self.learner.weights()
        self.history.append(epoch)
        self._report(epoch)


class Clock:
    """Measures speed in laps of at least a tenth of a second.

    Attributes
    ----------
    total : int
        Batches of the whole training.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._left = total
        self._lap_at = self._from = time.monotonic()
        self._samples = 0
        self._done = 0

    def skip(self, batches: int) -> None:
        """Leave out batches that an earlier run did."""
        self._left -= batches

    def tick(self, samples: int) -> bool:
        """Count a batch of `samples` pictures; tell whether a report is due."""
        now = time.monotonic()
        if self._done == 0:
            self._from = now  # the first batch waits for the compiler
        self._done += 1
        self._left -= 1
        self._samples += samples
        return now - self._lap_at >= REPORT_INTERVAL_S

    def forgive(self, paused_s: float) -> None:
        """Leave a pause out of the measurement."""
        self._lap_at += paused_s
        self._from += paused_s

    def lap(self) -> tuple[int, float, float]:
        """Return samples, samples a second and the remaining seconds; begin anew."""
        now = time.monotonic()
        samples, took_s = self._samples, max(now - self._lap_at, 1e-9)
        per_batch_s = (now - self._from) / max(self._done - 1, 1)
        self._lap_at, self._samples = now, 0
        return samples, samples / took_s, per_batch_s * self._left


def _limited(digits: Labelled, limit: int) -> Labelled:
    if not 0 < limit < len(digits.labels):
        return digits
    # Sources lie one after the other, often sorted: take from everywhere.
    chosen = np.random.default_rng(0).permutation(len(digits.labels))[:limit]
    return Labelled(digits.glyphs[chosen], digits.labels[chosen])
