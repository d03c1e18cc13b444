"""Real videos and streams."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest

from tests.core.sources.camera_server import CameraServer, plain_picture


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """Write a video whose frame n has the grey level 20 * n."""

    def make(frames: int, rate_hz: float = 100.0) -> Path:
        path = tmp_path / "video.avi"
        fourcc = cv2.VideoWriter.fourcc(*"MJPG")
        writer = cv2.VideoWriter(str(path), fourcc, rate_hz, (64, 48))
        assert writer.isOpened()
        for number in range(frames):
            writer.write(plain_picture(20 * number))
        writer.release()
        return path

    return make


@pytest.fixture
def camera_server() -> Iterator[CameraServer]:
    """A network camera on this computer."""
    server = CameraServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.leave()
    thread.join()
