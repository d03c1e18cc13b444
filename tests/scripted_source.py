"""A source that does what a test tells it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from digitdesk.core.sources import Fault, SourceError, SourceSpec
from digitdesk.core.types import U8, Scene


def numbered(number: int) -> U8:
    """A picture whose first pixel tells its number; 2 rows, 3 columns."""
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 0] = number
    return pixels


def unplugged() -> SourceError:
    return SourceError("The camera is not there.", Fault.NOT_THERE)


@dataclass
class ScriptedSource:
    """Gives `frames` pictures, then raises `error`, hangs, or stays quiet.

    `hang_in_open` and `hang_in_read` hang until `release` is set, as a driver may.
    """

    frames: int = 1_000_000
    error: Exception | None = None
    open_error: Exception | None = None
    hang_in_open: bool = False
    hang_in_read: bool = False
    interval_s: float = 0.001
    release: threading.Event = field(default_factory=threading.Event)
    closed: threading.Event = field(default_factory=threading.Event)
    opens: int = 0
    steps: int = 0
    given: int = 0
    scene: Scene = field(default_factory=Scene)

    def open(self) -> None:
        self.opens += 1
        self.given = 0
        self.scene = Scene()
        self.closed.clear()
        if self.hang_in_open:
            self.release.wait(30)
        if self.open_error is not None:
            raise self.open_error

    def read(self) -> U8 | None:
        threading.Event().wait(self.interval_s)
        if self.given < self.frames:
            self.given += 1
            return numbered((self.given - 1) % 256)
        if self.error is not None:
            raise self.error
        if self.hang_in_read:
            self.release.wait(30)
            return numbered(255)
        return None

    def close(self) -> None:
        self.closed.set()

    def step(self, count: int) -> None:
        self.steps += count


class Script:
    """Hands out one source after the other; the last one again and again."""

    def __init__(self, *sources: ScriptedSource) -> None:
        self.sources = sources
        self.made: list[SourceSpec] = []

    def __call__(self, spec: SourceSpec) -> ScriptedSource:
        self.made.append(spec)
        return self.sources[min(len(self.made), len(self.sources)) - 1]


Make = Callable[[SourceSpec], ScriptedSource]
