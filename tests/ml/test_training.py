import errno
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    BatchReport,
    EpochReport,
    PauseChanged,
    Preparing,
    TrainingEvent,
    TrainingJob,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.core.types import F32
from digitdesk.ml import training
from digitdesk.ml.checkpoint import Checkpoint, resumable_jobs, save_job
from digitdesk.ml.dataset import load_data
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.training import Run, TrainingError, describe_failure, train
from digitdesk.ml.training_control import TrainingControl
from tests.written_digits import small_job, written_digits

pytestmark = [
    pytest.mark.train,
    # TensorFlow's converter and Keras call what NumPy and Python deprecate.
    pytest.mark.filterwarnings("ignore:::(keras|tensorflow|h5py|google).*"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _many_networks_in_one_process() -> None:
    # TensorFlow warns of it; the training program only ever makes one.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)


class Listener:
    """Keeps all events, and acts on some."""

    def __init__(self, act: Callable[[TrainingEvent], None] | None = None) -> None:
        self.events: list[TrainingEvent] = []
        self._act = act

    def __call__(self, event: TrainingEvent) -> None:
        self.events.append(event)
        if self._act:
            self._act(event)

    def epochs(self) -> list[EpochReport]:
        return [event for event in self.events if isinstance(event, EpochReport)]


def run(
    job: TrainingJob, act: Callable[[TrainingControl, TrainingEvent], None]
) -> tuple[TrainingOutcome, Listener]:
    control = TrainingControl()
    listener = Listener(lambda event: act(control, event))
    return train(job, listener, control), listener


def curve(epochs: list[EpochReport]) -> list[dict[str, object]]:
    return [asdict(replace(epoch, took_s=0)) for epoch in epochs]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingJob, Listener]:
    """One whole training, which several tests look at."""
    job = small_job(tmp_path_factory.mktemp("trained"), 1500)
    listener = Listener()
    listener.events.append(train(job, listener, TrainingControl()))
    return job, listener


def test_a_training_makes_a_model_that_reads(
    trained: tuple[TrainingJob, Listener],
) -> None:
    job, listener = trained
    outcome = listener.events[-1]

    assert isinstance(outcome, TrainingOutcome)
    assert outcome.was_successful(), outcome.message
    folder = Path(outcome.model_folder)
    assert folder == Path(job.models_folder) / "meine-ziffern"
    predictor = Predictor.load(folder)
    assert predictor.card.name == "Meine Ziffern"
    assert predictor.card.training_data == ("written.npz",)
    digits = written_digits(500, seed=1)
    right = predictor.classify(digits.glyphs).probabilities.argmax(1) == digits.labels
    assert right.mean() > 0.9
    assert predictor.card.scores["test accuracy"] > 0.85
    assert 0 < predictor.card.reject_threshold < 1
    assert not Path(job.run_folder).exists()
    kinds = {type(event) for event in listener.events[:-1]}
    assert kinds == {Preparing, TrainingStarted, BatchReport, EpochReport}
    assert len(json.loads((folder / "history.json").read_text())) == 3


def test_the_litert_network_answers_as_the_keras_network(
    trained: tuple[TrainingJob, Listener],
) -> None:
    import keras

    folder = Path(trained[0].models_folder) / "meine-ziffern"
    glyphs = written_digits(20, seed=2).glyphs
    model = keras.saving.load_model(folder / "network.keras")
    logits: F32 = np.asarray(model(glyphs[..., None] / np.float32(255)))
    predictor = Predictor.load(folder)
    scaled = np.exp(logits / predictor.card.temperature)
    expected = scaled / scaled.sum(axis=1, keepdims=True)
    answered = predictor.classify(glyphs).probabilities
    np.testing.assert_allclose(answered, expected, atol=1e-4)


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param({}, id="batch norm"),
        pytest.param(
            {"network": "tutorial", "augment": True, "optimiser": "adadelta",
             "learning_rate": 1.0, "schedule": "constant"},
            id="dropout and augmentation",
        ),
    ],
)  # fmt: skip
def test_an_interrupted_training_goes_on_with_the_same_curve(
    tmp_path: Path, choices: dict[str, object]
) -> None:
    def interrupt(control: TrainingControl, event: TrainingEvent) -> None:
        # In the middle of the second epoch, whose first half is lost.
        if isinstance(event, BatchReport) and event.epoch == 2:
            control.interrupt()

    def cancel_at_end(control: TrainingControl, event: TrainingEvent) -> None:
        if isinstance(event, EpochReport) and event.epoch == event.epochs:
            control.cancel()

    job = small_job(tmp_path, 400, **choices)
    first, before = run(job, interrupt)
    listed = resumable_jobs(tmp_path)
    second, after = run(job, lambda *_: None)
    _, whole = run(replace(job, run_folder=str(tmp_path / "other")), cancel_at_end)

    assert (first.kind, first.resumable) == ("interrupted", True)
    assert listed == (job,)
    assert second.was_successful(), second.message
    assert len(before.epochs()) == 1
    # What was learnt before is told again: the curves are whole.
    assert curve(after.epochs()) == curve(whole.epochs())
    told, again = (
        [e for e in events if isinstance(e, BatchReport) and e.epoch == 1]
        for events in (before.events, after.events)
    )
    assert told
    assert again == told
    resumed = next(e for e in after.events if isinstance(e, TrainingStarted))
    assert resumed.epochs_done == 1


def test_stop_keeps_the_best_even_of_half_an_epoch(tmp_path: Path) -> None:
    def stop(control: TrainingControl, event: TrainingEvent) -> None:
        if isinstance(event, BatchReport):
            control.stop()

    outcome, listener = run(small_job(tmp_path, epochs=1000), stop)

    assert outcome.was_successful(), outcome.message
    assert len(listener.epochs()) == 1
    assert (Path(outcome.model_folder) / "network.tflite").is_file()


@pytest.mark.parametrize("moment", [Preparing, BatchReport, EpochReport])
def test_cancel_leaves_nothing(tmp_path: Path, moment: type[TrainingEvent]) -> None:
    def cancel(control: TrainingControl, event: TrainingEvent) -> None:
        if isinstance(event, moment):
            control.cancel()

    outcome, _ = run(small_job(tmp_path), cancel)

    assert outcome.kind == "cancelled"
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "models").exists()


def test_a_pause_stands_still_until_resumed(tmp_path: Path) -> None:
    later: list[threading.Timer] = []

    def pause(control: TrainingControl, event: TrainingEvent) -> None:
        if isinstance(event, EpochReport):
            control.cancel()
        if isinstance(event, BatchReport) and not later:
            control.pause()
        if isinstance(event, PauseChanged) and event.paused:
            later.append(threading.Timer(0.3, control.resume))
            later[0].start()

    outcome, listener = run(small_job(tmp_path, epochs=1), pause)

    pauses = [event for event in listener.events if isinstance(event, PauseChanged)]
    assert pauses == [PauseChanged(paused=True), PauseChanged(paused=False)]
    assert (outcome.kind, len(listener.epochs())) == ("cancelled", 1)


def test_early_stopping_waits_for_its_patience(tmp_path: Path) -> None:
    job = small_job(
        tmp_path, 300, epochs=50, learning_rate=0.05, schedule="constant", patience=2
    )
    data = load_data(job.config.sources, lambda *_: None)
    listener = Listener()

    Run(job.config, data, listener, TrainingControl()).learn(tmp_path / "run")

    epochs = listener.epochs()
    assert len(epochs) < 50
    assert [epoch.is_best for epoch in epochs[-3:]] == [True, False, False]


def test_a_diverged_training_says_so(tmp_path: Path) -> None:
    config = small_job(tmp_path, 100).config
    data = load_data(config.sources, lambda *_: None)
    training = Run(config, data, Listener(), TrainingControl())
    # Where too large steps lead in the end.
    huge = [np.full_like(values, 1e30) for values in training.learner.weights()]
    training.learner.set_weights(huge)

    with pytest.raises(TrainingError, match="lower learning rate"):
        training.learn(tmp_path / "run")

    assert not (tmp_path / "run" / CHECKPOINT_FILE).exists()


def test_missing_data_are_named(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    (tmp_path / "written.npz").unlink()

    outcome, _ = run(job, lambda *_: None)

    assert outcome.kind == "failed"
    assert "written.npz" in outcome.message


def test_without_tensorflow_nothing_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "find_spec", lambda _name: None)

    outcome, listener = run(small_job(tmp_path), lambda *_: None)

    assert outcome.kind == "failed"
    assert "digitdesk[train]" in outcome.message
    assert not listener.events


def test_the_limit_is_kept(tmp_path: Path) -> None:
    def cancel(control: TrainingControl, event: TrainingEvent) -> None:
        if isinstance(event, TrainingStarted):
            control.cancel()

    _, listener = run(small_job(tmp_path, limit=100), cancel)

    started = next(e for e in listener.events if isinstance(e, TrainingStarted))
    assert started.train_count == 100
    assert started.weights > 0


def test_a_damaged_or_foreign_checkpoint_is_refused(tmp_path: Path) -> None:
    job = small_job(tmp_path)
    folder = Path(job.run_folder)
    save_job(replace(job, config=replace(job.config, epochs=9)))
    Checkpoint((), [np.zeros(3)], [np.zeros(3)]).save(folder)

    foreign, _ = run(job, lambda *_: None)
    save_job(job)
    other_network, _ = run(job, lambda *_: None)
    content = (folder / CHECKPOINT_FILE).read_bytes()
    (folder / CHECKPOINT_FILE).write_bytes(content[: len(content) // 2])
    damaged, _ = run(job, lambda *_: None)

    assert "another one" in foreign.message
    assert "another network" in other_network.message
    assert "damaged" in damaged.message


class ResourceExhaustedError(Exception):
    """Named as TensorFlow names it."""


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (OSError(errno.ENOSPC, "x"), "disk is full"),
        (MemoryError(), "not enough memory"),
        (ResourceExhaustedError(), "not enough memory"),
        (RuntimeError("strange"), "strange"),
    ],
    ids=["disk", "memory", "tensorflow", "other"],
)
def test_failures_are_named(error: Exception, word: str) -> None:
    assert word in describe_failure(error)
