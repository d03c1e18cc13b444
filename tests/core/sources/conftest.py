"""A real stream."""

import threading
from collections.abc import Iterator

import pytest

from tests.core.sources.camera_server import CameraServer


@pytest.fixture
def camera_server() -> Iterator[CameraServer]:
    """A network camera on this computer."""
    server = CameraServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.leave()
    thread.join()
