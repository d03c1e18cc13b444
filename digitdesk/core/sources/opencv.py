"""What cameras, streams and video files have in common: OpenCV's capture."""

import os
from collections.abc import Mapping

# FFmpeg writes addresses, passwords and all, to the terminal unless told otherwise
# before its first use.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2
import numpy as np

from digitdesk.core.types import U8

# OpenCV's own lines say the same in other words than our sentences, and name addresses.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class Capture:
    """An open `cv2.VideoCapture`.

    Parameters
    ----------
    address : str or int
        File, URL or number of a camera.
    backend : int
        One of OpenCV's ``CAP_`` numbers.
    settings : mapping of int to int
        OpenCV's ``CAP_PROP_`` numbers and their values, applied while opening.
    """

    def __init__(
        self,
        address: str | int,
        backend: int = cv2.CAP_ANY,
        settings: Mapping[int, int] | None = None,
    ) -> None:
        flat = [number for pair in (settings or {}).items() for number in pair]
        self._capture = cv2.VideoCapture(address, backend, flat)

    @property
    def is_open(self) -> bool:
        """Whether opening worked and `close` was not called."""
        return bool(self._capture.isOpened())

    @property
    def rate_hz(self) -> float:
        """Pictures per second as the source states it; 0 or nonsense if unknown."""
        return float(self._capture.get(cv2.CAP_PROP_FPS))

    def set(self, settings: Mapping[int, int]) -> None:
        """Ask for other values; what is impossible is ignored by the device."""
        for key, value in settings.items():
            self._capture.set(key, value)

    def skip(self) -> bool:
        """Let a picture go; False if there is none."""
        return bool(self._capture.grab())

    def read(self) -> U8 | None:
        """Wait for a picture; None if there will be none.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3), or None
            Blue, green, red.
        """
        try:
            found, pixels = self._capture.read()
        except cv2.error:  # a damaged picture
            return None
        return np.asarray(pixels, np.uint8) if found and pixels is not None else None

    def close(self) -> None:
        """Give the device or connection back."""
        self._capture.release()
