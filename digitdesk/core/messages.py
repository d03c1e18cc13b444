"""Training orders and events as lines of JSON, between DigitDesk and its child."""

import dataclasses
import json
import typing
from enum import StrEnum

from digitdesk.core.training_types import (
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


class MessageError(ValueError):
    """A line is no message; the sentence says why."""


class Command(StrEnum):
    """Orders without further content."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    CANCEL = "cancel"


_EVENTS: dict[str, type[TrainingEvent]] = {
    "preparing": Preparing,
    "started": TrainingStarted,
    "batch": BatchReport,
    "epoch": EpochReport,
    "pause": PauseChanged,
    "outcome": TrainingOutcome,
}
_KINDS = {event: kind for kind, event in _EVENTS.items()}


def encode_event(event: TrainingEvent) -> bytes:
    r"""Return `event` as one line of UTF-8 JSON, ending in ``\n``.

    Numbers that JSON does not know (a loss that became NaN) are written as null.
    """
    values = {
        name: None if isinstance(value, float) and value - value != 0 else value
        for name, value in dataclasses.asdict(event).items()
    }
    return _line({"type": _KINDS[type(event)], **values})


def decode_event(line: bytes) -> TrainingEvent:
    """Return the event in one line.

    Raises
    ------
    MessageError
        If the line is not JSON, of an unknown type, or lacks a value.
    """
    values = _parse(line)
    event = _EVENTS.get(str(values.pop("type", None)))
    if event is None:
        raise MessageError("The line is no event of a training.")
    hints = typing.get_type_hints(event)
    if set(values) != set(hints):
        raise MessageError(f"The event {_KINDS[event]} has other values than expected.")
    return event(**{name: _check(hints[name], value) for name, value in values.items()})


def encode_job(job: TrainingJob) -> bytes:
    """Return the order to start `job` as one line."""
    return _line({"type": "start", **dataclasses.asdict(job)})


def encode_command(command: Command) -> bytes:
    """Return `command` as one line."""
    return _line({"type": command.value})


def decode_order(line: bytes) -> TrainingJob | Command:
    """Return the order in one line.

    Raises
    ------
    MessageError
        If the line is not JSON or no known order.
    ConfigError
        If the configuration in a start order is invalid.
    """
    values = _parse(line)
    kind = values.pop("type", None)
    if kind in list(Command):
        return Command(str(kind))
    if kind != "start" or set(values) != _JOB_FIELDS:
        raise MessageError("The line is no order to a training.")
    config = TrainingConfig.from_json(values.pop("config"))
    words = {name: _check(str, value) for name, value in values.items()}
    return TrainingJob(config=config, **words)


_JOB_FIELDS = {field.name for field in dataclasses.fields(TrainingJob)}


def _line(values: dict[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _parse(line: bytes) -> dict[str, object]:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise MessageError("The line is not JSON.") from error
    if not isinstance(values, dict):
        raise MessageError("The line is not a JSON object.")
    return values


def _check(hint: object, value: object) -> typing.Any:  # noqa: ANN401 - as the hint says
    """Return `value` as a field of the type `hint`, or raise."""
    if hint is float:
        if value is None:
            return float("nan")
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif typing.get_origin(hint) is typing.Literal:
        if value in typing.get_args(hint):
            return value
    elif type(value) is hint:
        return value
    raise MessageError(f"A value of a message is wrong: {value!r}.")
