"""Keep the greetings of LiteRT and TensorFlow off the user's terminal."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_LITERT = re.compile(rb"INFO: Created TensorFlow Lite XNNPACK delegate for CPU\.\s*")
_TENSORFLOW = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\) is called.*"
    rb"|I\d{4} .*|To enable the following instructions.*",
    re.DOTALL,
)

_greeted = False


@contextmanager
def quiet_first_interpreter() -> Iterator[None]:
    """Drop what LiteRT prints on its first use in a process, and nothing else.

    Does nothing from the second use on.
    """
    global _greeted
    if _greeted:
        yield
        return
    _greeted = True
    with _without(_LITERT):
        yield


@contextmanager
def quiet_tensorflow() -> Iterator[None]:
    """Drop what TensorFlow's compiled code notes while it is imported and started.

    Warnings and errors are passed on when the context ends.
    """
    with _without(_TENSORFLOW):
        yield


@contextmanager
def _without(greeting: re.Pattern[bytes]) -> Iterator[None]:
    """Drop lines of the standard error stream that match wholly; keep all others.

    Compiled code writes straight to the stream's descriptor, and no setting silences
    it before it has started.
    """
    try:
        kept = os.dup(2)
    except OSError:  # a program without a console has no standard error stream
        yield
        return
    with tempfile.TemporaryFile() as caught:
        if sys.stderr is not None:
            sys.stderr.flush()
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught.read().splitlines(keepends=True):
                if not greeting.fullmatch(line):
                    os.write(2, line)
