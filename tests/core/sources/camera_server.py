"""A network camera with many tempers, on this computer."""

import base64
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np

from digitdesk.core.types import U8

BOUNDARY = b"frame"


def plain_picture(grey: int, width: int = 64, height: int = 48) -> U8:
    return np.full((height, width, 3), grey, np.uint8)


def jpeg(grey: int) -> bytes:
    return cv2.imencode(".jpg", plain_picture(grey))[1].tobytes()


class _Camera(BaseHTTPRequestHandler):
    """A network camera with one path per temper."""

    protocol_version = "HTTP/1.0"
    server: "CameraServer"

    def do_GET(self) -> None:
        {
            "/video": self._stream,
            "/private": self._private,
            "/short": self._short,
            "/stalls": self._stalls,
            "/hangs": self._hang,
            "/rubbish": self._rubbish,
            "/page": self._page,
            "/broken": self._broken,
        }.get(self.path, self._missing)()

    def _begin(self) -> None:
        self.send_response(200)
        kind = f"multipart/x-mixed-replace; boundary={BOUNDARY.decode()}"
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _part(self, grey: int) -> None:
        data = jpeg(grey)
        head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
        self.wfile.write(head % (BOUNDARY, len(data)) + data + b"\r\n")

    def _parts(self, count: int) -> None:
        try:
            for number in range(count):
                if self.server.closing.is_set():
                    return
                self._part(10 * (number % 20))
                time.sleep(0.01)
        except OSError:  # the viewer hung up
            pass

    def _stream(self) -> None:
        self._begin()
        self._parts(10_000)

    def _private(self) -> None:
        login = base64.b64encode(b"anna:geheim").decode()
        if self.headers.get("Authorization") == f"Basic {login}":
            self._stream()
        else:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()

    def _short(self) -> None:
        self._begin()
        self._parts(12)

    def _stalls(self) -> None:
        self._begin()
        self._parts(12)
        self.server.closing.wait(20)

    def _hang(self) -> None:
        self.server.closing.wait(20)

    def _rubbish(self) -> None:
        self._begin()
        rubbish = np.random.default_rng(1).integers(0, 256, 60_000, np.uint8)
        self.wfile.write(rubbish.tobytes())

    def _page(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body>Welcome to your camera</body></html>")

    def _missing(self) -> None:
        self.send_error(404)

    def _broken(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        """Keep the terminal clean."""


class CameraServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Camera)
        self.closing = threading.Event()

    def leave(self) -> None:
        """Hang up on everybody and go away."""
        self.closing.set()
        self.shutdown()
        self.server_close()

    def url(self, path: str, login: str = "") -> str:
        return f"http://{login}127.0.0.1:{self.server_address[1]}{path}"

    def handle_error(self, *_: object) -> None:
        """A viewer that hangs up is no error."""
