import math

import pytest

from digitdesk.core.messages import (
    Command,
    MessageError,
    decode_event,
    decode_order,
    encode_command,
    encode_event,
    encode_job,
)
from digitdesk.core.training_types import (
    BatchReport,
    ConfigError,
    EpochReport,
    PauseChanged,
    Preparing,
    TrainingConfig,
    TrainingEvent,
    TrainingJob,
    TrainingOutcome,
    TrainingStarted,
)

BATCH = BatchReport(
    epoch=1,
    batch=20,
    batches=468,
    loss=0.5,
    accuracy=0.875,
    learning_rate=0.001,
    samples_per_s=4000.0,
    remaining_s=12.5,
)
EVENTS: list[TrainingEvent] = [
    Preparing("Reading the digits", -1.0),
    TrainingStarted(
        device="CPU",
        train_count=55000,
        validation_count=5000,
        test_count=10000,
        weights=59906,
        epochs_done=0,
    ),
    BATCH,
    EpochReport(
        epoch=1,
        epochs=3,
        loss=0.2,
        accuracy=0.9,
        validation_loss=0.1,
        validation_accuracy=0.97,
        learning_rate=0.01,
        took_s=14.0,
        is_best=True,
    ),
    PauseChanged(paused=True),
    TrainingOutcome(kind="finished", message="Fertig, schön.", model_folder="/ü"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_survive_the_way(event: TrainingEvent) -> None:
    line = encode_event(event)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_event(line) == event


def test_a_loss_that_is_no_number_stays_none() -> None:
    diverged = Preparing("x", float("inf"))

    received = decode_event(encode_event(diverged))

    assert isinstance(received, Preparing)
    assert math.isnan(received.fraction)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b'{"type": "batch"', id="half a line"),
        pytest.param(b"[1]", id="a list"),
        pytest.param(b'{"type": "dance"}', id="unknown type"),
        pytest.param(b'{"type": "pause"}', id="value missing"),
        pytest.param(b'{"type": "pause", "paused": 1}', id="wrong type"),
        pytest.param(b'{"type": "pause", "paused": true, "x": 1}', id="too much"),
        pytest.param(
            b'{"type": "outcome", "kind": "won", "message": "", "model_folder": "",'
            b' "resumable": true}',
            id="unknown outcome",
        ),
    ],
)
def test_a_line_that_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(MessageError):
        decode_event(line)


def test_a_job_survives_the_way() -> None:
    job = TrainingJob(
        config=TrainingConfig(epochs=2), run_folder="/r", models_folder="/m", name="Ä"
    )

    assert decode_order(encode_job(job)) == job


@pytest.mark.parametrize("command", Command)
def test_commands_survive_the_way(command: Command) -> None:
    assert decode_order(encode_command(command)) is command


@pytest.mark.parametrize(
    "line", [b"{}", b'{"type": "start"}', b'{"type": "explode"}'], ids=repr
)
def test_an_unknown_order_is_refused(line: bytes) -> None:
    with pytest.raises(MessageError):
        decode_order(line)


def test_a_job_with_an_impossible_choice_is_refused() -> None:
    line = (
        b'{"type": "start", "config": {"epochs": -1}, "run_folder": "",'
        b' "models_folder": "", "name": ""}'
    )

    with pytest.raises(ConfigError, match="epochs"):
        decode_order(line)
