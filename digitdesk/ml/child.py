"""The training program: orders on stdin, events on stdout, one JSON object a line.

It ends by itself when its stdin ends, that is, also when the program that started it
crashed; the checkpoint then stays.
"""

import logging
import os
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

from digitdesk.core.messages import (
    Command,
    MessageError,
    decode_order,
    encode_event,
)
from digitdesk.core.training_types import (
    ConfigError,
    Preparing,
    TrainingEvent,
    TrainingJob,
    TrainingOutcome,
)
from digitdesk.ml.training_control import TrainingControl

_log = logging.getLogger(__name__)

_NICENESS = 1


def main() -> int:
    """Run one training as ordered on stdin; returns the exit code 0."""
    events = _EventPipe(_take_stdout())
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with suppress(AttributeError, OSError):  # Windows knows no niceness
        os.nice(_NICENESS)  # the window comes first
    control = TrainingControl()
    jobs: queue.SimpleQueue[TrainingJob | TrainingOutcome | None] = queue.SimpleQueue()
    threading.Thread(target=_obey, args=(jobs, control), daemon=True).start()
    job = jobs.get()
    if isinstance(job, TrainingOutcome):
        events.send(job)
    elif job is not None:
        events.send(_train(job, events, control))
    return 0


def _train(
    job: TrainingJob, events: "_EventPipe", control: TrainingControl
) -> TrainingOutcome:
    events.send(Preparing("Starting", -1.0))
    # Imported late, so that even a program that is stopped at once answers at once.
    from digitdesk.ml.training import train

    return train(job, events.send, control)


def _take_stdout() -> int:
    """Return the pipe to the parent; whatever prints from now on goes to stderr."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return pipe


class _EventPipe:
    """Writes events; goes quiet when nobody listens any more."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def send(self, event: TrainingEvent) -> None:
        line = encode_event(event)
        # The end of stdin tells that the parent is gone; there is no one to tell here.
        with suppress(BrokenPipeError):
            while line:
                line = line[os.write(self._pipe, line) :]


def _obey(
    jobs: "queue.SimpleQueue[TrainingJob | TrainingOutcome | None]",
    control: TrainingControl,
) -> None:
    commands = {
        Command.PAUSE: control.pause,
        Command.RESUME: control.resume,
        Command.STOP: control.stop,
        Command.CANCEL: control.cancel,
    }
    for line in _lines():
        try:
            order = decode_order(line)
        except MessageError as error:
            _log.warning("An order was not understood: %s", error)
        except ConfigError as error:
            jobs.put(TrainingOutcome(kind="failed", message=str(error)))
        else:
            if isinstance(order, TrainingJob):
                jobs.put(order)
            else:
                commands[order]()
    control.interrupt()
    jobs.put(None)


def _lines() -> Iterator[bytes]:
    """Yield the lines of stdin until it ends.

    Read without Python's buffer, whose lock a waiting thread would hold when the
    interpreter ends.
    """
    rest = b""
    while chunk := os.read(0, 1 << 16):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from filter(None, whole)


if __name__ == "__main__":
    sys.exit(main())
