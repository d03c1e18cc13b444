"""Keep LiteRT's greeting off the user's terminal."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_GREETING = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU."

_greeted = False


@contextmanager
def quiet_first_interpreter() -> Iterator[None]:
    """Drop what LiteRT prints on its first use in a process, and nothing else.

    The greeting is written by compiled code straight to the standard error stream,
    and no setting silences it. Whatever else is written meanwhile is kept and passed
    on. Does nothing from the second use on.
    """
    global _greeted
    if _greeted:
        yield
        return
    _greeted = True
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
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            _pass_on(caught.read())


def _pass_on(text: bytes) -> None:
    for line in text.splitlines(keepends=True):
        if line.strip() != _GREETING:
            os.write(2, line)
