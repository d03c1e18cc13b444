"""Network streams: MJPEG over HTTP, RTSP."""

import base64
import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit

import cv2

from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.opencv import Capture
from digitdesk.core.sources.spec import without_credentials
from digitdesk.core.types import U8, Scene

_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}
_REFUSED = (401, 403, 407)
_GONE = (404, 410)


class StreamSource:
    """A stream by its URL.

    Parameters
    ----------
    url : str
        Begins with http, https, rtsp or rtsps; may hold user and password, which are
        never repeated in messages.
    open_timeout_s, read_timeout_s : float
        Longest silence while connecting, and between two pictures.
    """

    def __init__(
        self, url: str, open_timeout_s: float = 5.0, read_timeout_s: float = 4.0
    ) -> None:
        self._url = url.strip()
        self._label = without_credentials(self._url)
        self._open_timeout_s = open_timeout_s
        self._read_timeout_s = read_timeout_s
        self._capture: Capture | None = None
        self.scene = Scene()

    def open(self) -> None:
        """Connect; see `FrameSource.open`."""
        parts = self._parts()
        capture = Capture(
            self._url,
            cv2.CAP_FFMPEG,
            {
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: round(self._open_timeout_s * 1000),
                cv2.CAP_PROP_READ_TIMEOUT_MSEC: round(self._read_timeout_s * 1000),
            },
        )
        if not capture.is_open:
            # OpenCV does not say why; asking once more ourselves does.
            raise self._explain(parts)
        self._capture = capture
        self.scene = Scene()

    def read(self) -> U8 | None:
        """Wait for the next picture; see `FrameSource.read`."""
        pixels = self._capture.read() if self._capture is not None else None
        if pixels is None:
            raise SourceError(
                f"The stream {self._label} broke off. Check that its sender still "
                "runs.",
                Fault.UNREACHABLE,
            )
        return pixels

    def close(self) -> None:
        """Hang up."""
        if self._capture is not None:
            self._capture.close()
            self._capture = None

    def step(self, count: int) -> None:
        """Do nothing: a stream shows what is now."""

    def _parts(self) -> SplitResult:
        try:
            parts = urlsplit(self._url)
            usable = parts.scheme in _PORTS and bool(parts.hostname)
            _ = parts.port  # raises if it is no number
        except ValueError:
            usable = False
        if not usable:
            raise SourceError(
                f"“{self._label}” is not the address of a stream. It looks like "
                "http://camera.local:8080/video or rtsp://camera.local/stream.",
                Fault.UNREADABLE,
            )
        return parts

    def _explain(self, parts: SplitResult) -> SourceError:
        """Find out why a stream cannot be opened."""
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        try:
            if parts.scheme in ("http", "https"):
                return self._explain_status(self._ask(parts, host, port))
            socket.create_connection((host, port), self._open_timeout_s).close()
        except socket.gaierror:
            return self._unreachable("its host's name is unknown")
        except TimeoutError:
            return self._unreachable("it does not answer")
        except (OSError, HTTPException) as error:
            return self._unreachable(getattr(error, "strerror", None) or "it hangs up")
        return SourceError(
            f"The device at {self._label} answers, but sends no pictures. Check the "
            "path, the user and the password in its address.",
            Fault.UNREACHABLE,
        )

    def _ask(self, parts: SplitResult, host: str, port: int) -> int:
        """Ask for the stream and return the answer's HTTP status."""
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(host, port, timeout=self._open_timeout_s)
        headers = {}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            token = base64.b64encode(login.encode()).decode()
            headers["Authorization"] = f"Basic {token}"
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _explain_status(self, status: int) -> SourceError:
        if status in _REFUSED:
            return SourceError(
                f"The stream {self._label} refuses access. Put the right user and "
                "password into its address, as in http://user:password@host/.",
                Fault.PERMISSION,
            )
        if status in _GONE:
            return SourceError(
                f"There is no stream at {self._label}. Check the path in its address.",
                Fault.NOT_THERE,
            )
        if status >= 400:
            return self._unreachable(f"it reports error {status}")
        return SourceError(
            f"{self._label} answers, but not with a video. Check the path in its "
            "address.",
            Fault.UNREADABLE,
        )

    def _unreachable(self, why: str) -> SourceError:
        return SourceError(
            f"The stream {self._label} cannot be reached: {why}. Check the address, "
            "and that the device is switched on.",
            Fault.UNREACHABLE,
        )
