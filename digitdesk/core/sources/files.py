"""Pictures in files: one alone, or a folder of them."""

import logging
import math
import re
import threading
import time
from pathlib import Path

from digitdesk.core.picture import PictureError, load_picture
from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.pace import LONGEST_WAIT_S
from digitdesk.core.sources.spec import PICTURE_SUFFIXES
from digitdesk.core.sources.video import check_file
from digitdesk.core.types import U8, Scene

logger = logging.getLogger(__name__)


def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort names as people do: ``page2`` before ``page10``, upper case as lower."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", name.casefold())
    return tuple((bool(text), int(number or 0), text) for number, text in parts)


class ImageSource:
    """Shows one picture.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._shown = False
        self.scene = Scene()

    def open(self) -> None:
        """Check the file; see `FrameSource.open`."""
        check_file(self._path)
        self._shown = False
        self.scene = Scene()

    def read(self) -> U8 | None:
        """Give the picture once; see `FrameSource.read`."""
        if self._shown:
            time.sleep(LONGEST_WAIT_S)
            return None
        self._shown = True
        try:
            return load_picture(self._path)
        except PictureError as error:
            raise SourceError(str(error), Fault.UNREADABLE) from error

    def close(self) -> None:
        """Do nothing: the file is not kept open."""

    def step(self, count: int) -> None:
        """Do nothing: there is one picture."""


class FolderSource:
    """Shows the pictures of a folder in the natural order of their names.

    Parameters
    ----------
    folder : Path
        Its subfolders do not count.
    interval_s : float
        Seconds for which each picture is shown; 0 waits for `step`.
    loop : bool
        With an interval: start again after the last picture. Otherwise that one stays,
        until `step` goes elsewhere.
    """

    def __init__(
        self, folder: Path, interval_s: float = 0.0, *, loop: bool = False
    ) -> None:
        self._folder = folder
        self._interval_s = interval_s
        self._loop = loop
        self._paths: list[Path] = []
        self._unreadable: set[Path] = set()
        self._shown = -1
        self.scene = Scene()
        self._due_s = math.inf
        self._steps: int | None = None
        self._stepped = threading.Condition()

    def open(self) -> None:
        """List the folder; see `FrameSource.open`."""
        if self._folder.is_file():
            raise SourceError(
                f"{self._folder} is a file. Choose the folder that holds the pictures.",
                Fault.UNREADABLE,
            )
        check_file(self._folder)
        self._paths = sorted(
            (
                path
                for path in self._folder.iterdir()
                if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()
            ),
            key=lambda path: natural_key(path.name),
        )
        if not self._paths:
            raise self._empty()
        self._unreadable.clear()
        self._shown = -1
        self._steps = 1

    def read(self) -> U8 | None:
        """Give the next picture when it is due; see `FrameSource.read`."""
        with self._stepped:
            if self._steps is None:
                self._stepped.wait(LONGEST_WAIT_S)
            steps, self._steps = self._steps, None
        if steps is not None:
            return self._go(steps, len(self._paths))
        return self._turn() if time.perf_counter() >= self._due_s else None

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def step(self, count: int) -> None:
        """Go `count` pictures forward, backward if negative, round the end.

        Who goes forth and back meanwhile gets the same picture once more.
        """
        with self._stepped:
            self._steps = (self._steps or 0) + count
            self._stepped.notify()

    def _turn(self) -> U8 | None:
        """Go on by itself, but not beyond the end of what does not loop."""
        count = len(self._paths)
        picture = self._go(1, count if self._loop else count - 1 - self._shown)
        if picture is None:
            self._due_s = math.inf  # it waits and does not end: one can turn back
        return picture

    def _go(self, steps: int, tries: int) -> U8 | None:
        """Load the picture `steps` further on, or the next readable one of `tries`."""
        direction = 1 if steps > 0 else -1
        place = self._shown + steps
        for _ in range(tries):
            path = self._paths[place % len(self._paths)]
            try:
                picture = load_picture(path)
            except PictureError as error:
                logger.warning("Left out a picture: %s", error)
                self._unreadable.add(path)
                place += direction
                continue
            self._unreadable.discard(path)  # somebody has mended it
            self._shown = place % len(self._paths)
            self.scene = self._scene()
            pause_s = self._interval_s or math.inf
            self._due_s = time.perf_counter() + pause_s
            return picture
        if len(self._unreadable) == len(self._paths):
            raise self._empty()
        return None

    def _scene(self) -> Scene:
        return Scene(
            name=self._paths[self._shown].name,
            place=self._shown + 1,
            count=len(self._paths),
            unreadable=tuple(p.name for p in self._paths if p in self._unreadable),
        )

    def _empty(self) -> SourceError:
        return SourceError(
            f"The folder {self._folder.name} holds no picture that can be read. "
            "Choose a folder with PNG, JPEG, TIFF, WebP, GIF or BMP files.",
            Fault.UNREADABLE,
        )
