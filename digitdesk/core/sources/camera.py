"""Cameras of this computer."""

import os
import sys
from pathlib import Path

import cv2

from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.opencv import Capture
from digitdesk.core.types import U8, Scene

_PROBED_INDICES = range(5)
_LISTED = Path("/sys/class/video4linux")


class CameraSource:
    """A camera by its number.

    Parameters
    ----------
    index : int
        As the system counts, from 0.
    width, height : int
        Wanted resolution in pixels; 0 leaves it to the camera.
    """

    def __init__(self, index: int, width: int = 0, height: int = 0) -> None:
        self._index = index
        self._size = (width, height)
        self._capture: Capture | None = None
        self.scene = Scene()

    def open(self) -> None:
        """Open the camera and see a first picture; see `FrameSource.open`."""
        linux = sys.platform == "linux"
        if linux:
            self._check_device()
        capture = Capture(self._index, cv2.CAP_V4L2 if linux else cv2.CAP_ANY)
        if not capture.is_open:
            raise self._busy() if linux else self._missing()
        if all(self._size):
            # Compressed first: many cameras send large pictures only so at full rate.
            mjpg = int.from_bytes(b"MJPG", "little")
            width, height = self._size
            capture.set({
                cv2.CAP_PROP_FOURCC: mjpg,
                cv2.CAP_PROP_FRAME_WIDTH: width,
                cv2.CAP_PROP_FRAME_HEIGHT: height,
            })  # fmt: skip
        # Several programs may open a camera; only one of them gets pictures.
        if capture.read() is None:
            capture.close()
            raise self._busy()
        self._capture = capture
        self.scene = Scene()

    def read(self) -> U8 | None:
        """Wait for the next picture; see `FrameSource.read`."""
        pixels = self._capture.read() if self._capture is not None else None
        if pixels is not None:
            return pixels
        if sys.platform == "linux" and not self._device.exists():
            raise self._missing()
        raise SourceError(
            f"Camera {self._index} stopped delivering pictures. Check its cable.",
            Fault.STALLED,
        )

    def close(self) -> None:
        """Give the camera back."""
        if self._capture is not None:
            self._capture.close()
            self._capture = None

    def step(self, count: int) -> None:
        """Do nothing: a camera shows what is now."""

    @property
    def _device(self) -> Path:
        return Path(f"/dev/video{self._index}")

    def _check_device(self) -> None:
        if not self._device.exists():
            raise self._missing()
        if not os.access(self._device, os.R_OK | os.W_OK):
            raise SourceError(
                f"You may not use camera {self._index}. Add your user to the group "
                "“video” (sudo usermod -aG video $USER), then log in again.",
                Fault.PERMISSION,
            )

    def _missing(self) -> SourceError:
        hint = ""
        if sys.platform in ("win32", "darwin"):
            hint = (
                " If it is, allow DigitDesk to use the camera in the system's privacy "
                "settings."
            )
        return SourceError(
            f"Camera {self._index} is not there. Check that it is plugged in and "
            f"switched on.{hint}",
            Fault.NOT_THERE,
        )

    def _busy(self) -> SourceError:
        return SourceError(
            f"Camera {self._index} gives no picture; another program is probably using "
            "it. Close that program.",
            Fault.IN_USE,
        )


def named_cameras(folder: Path = _LISTED) -> tuple[tuple[int, str], ...]:
    """Read which cameras Linux knows; takes no time and opens none.

    Parameters
    ----------
    folder : Path
        Linux's list of video devices.

    Returns
    -------
    tuple of (int, str)
        Number and name of each camera.
    """
    found = []
    for device in folder.glob("video*"):
        number = device.name.removeprefix("video")
        try:
            # A camera's other nodes carry no pictures, only data about them.
            first = (device / "index").read_text().strip() == "0"
            name = (device / "name").read_text(errors="replace").strip()
        except OSError:  # unplugged this moment
            continue
        if number.isdecimal() and first:
            found.append((int(number), name))
    return tuple(sorted(found))


def probe_cameras() -> tuple[int, ...]:
    """Find cameras by trying; may take seconds and light the cameras' lamps.

    Returns
    -------
    tuple of int
        Numbers of the cameras that exist, even if they are in use.
    """
    found = []
    for index in _PROBED_INDICES:
        source = CameraSource(index)
        try:
            source.open()
        except SourceError as error:
            if error.fault is Fault.NOT_THERE:
                continue
        source.close()
        found.append(index)
    return tuple(found)
