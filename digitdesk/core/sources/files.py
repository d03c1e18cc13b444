"""Pictures in files: one alone, or a folder of them."""

import logging
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
        With an interval: start again after the last picture.
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
        self._due_s = 0.0
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
        if steps is None and self._interval_s and time.perf_counter() >= self._due_s:
            steps = 1
            if self._shown == len(self._paths) - 1 and not self._loop:
                raise SourceError(
                    "That was the last picture of the folder.", Fault.ENDED
                )
        return None if steps is None else self._go(steps)

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def step(self, count: int) -> None:
        """Go `count` pictures forward, backward if negative, round the end.

        Who goes forth and back meanwhile gets the same picture once more.
        """
        with self._stepped:
            self._steps = (self._steps or 0) + count
            self._stepped.notify()

    def _go(self, steps: int) -> U8 | None:
        """Load the picture `steps` further on, or the next readable one."""
        direction = 1 if steps > 0 else -1
        place = self._shown + steps
        for _ in self._paths:
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
            self._due_s = time.perf_counter() + self._interval_s
            return picture
        raise self._empty()

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
