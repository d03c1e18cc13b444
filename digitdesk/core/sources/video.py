"""Video files, played at their own speed."""

from pathlib import Path

from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.opencv import Capture
from digitdesk.core.sources.pace import Pace
from digitdesk.core.types import U8, Scene

_USUAL_RATE_HZ = 25.0
_HIGHEST_RATE_HZ = 240.0


class VideoSource:
    """Plays a video file once, or over and over.

    Parameters
    ----------
    path : Path
        The file.
    loop : bool
        Start again at the end.
    """

    def __init__(self, path: Path, *, loop: bool = False) -> None:
        self._path = path
        self._loop = loop
        self._capture: Capture | None = None
        self._pace = Pace(_USUAL_RATE_HZ)
        self._read_any = False
        self.scene = Scene()

    def open(self) -> None:
        """Open the file; see `FrameSource.open`."""
        check_file(self._path)
        capture = Capture(str(self._path))
        if not capture.is_open:
            raise self._unreadable()
        self._capture = capture
        self._read_any = False
        self.scene = Scene()  # also when it starts again at its end
        rate_hz = capture.rate_hz
        if not 0 < rate_hz <= _HIGHEST_RATE_HZ:  # unknown, or a container's time base
            rate_hz = _USUAL_RATE_HZ
        self._pace = Pace(rate_hz)

    def read(self) -> U8 | None:
        """Give the next picture when it is due; see `FrameSource.read`."""
        if not self._pace.wait():
            return None
        capture = self._opened()
        for _ in range(self._pace.behind):  # decoding is too slow for the rate
            if not capture.skip():
                break
            self._pace.skip()
        pixels = capture.read()
        if pixels is not None:
            self._read_any = True
            return pixels
        if not self._read_any:
            raise self._unreadable()
        if not self._loop:
            raise SourceError("The video has ended.", Fault.ENDED)
        # Opening anew works for every container; seeking does not.
        self.close()
        self.open()
        return None

    def close(self) -> None:
        """Close the file."""
        if self._capture is not None:
            self._capture.close()
            self._capture = None

    def step(self, count: int) -> None:
        """Do nothing: a video plays by itself."""

    def _opened(self) -> Capture:
        if self._capture is None:
            raise SourceError("The video is closed.", Fault.ENDED)
        return self._capture

    def _unreadable(self) -> SourceError:
        return SourceError(
            f"{self._path.name} holds no video that can be read. Choose another file, "
            "or convert it to MP4.",
            Fault.UNREADABLE,
        )


def check_file(path: Path) -> None:
    """Make sure that a file can be read.

    Parameters
    ----------
    path : Path
        File or folder.

    Raises
    ------
    SourceError
        If it is missing or must not be read.
    """
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        else:
            path.open("rb").close()
    except FileNotFoundError:
        raise SourceError(
            f"{path} does not exist. It may have been moved or deleted.",
            Fault.NOT_THERE,
        ) from None
    except PermissionError:
        raise SourceError(
            f"{path} may not be read. Ask for the permission to read it.",
            Fault.PERMISSION,
        ) from None
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}.", Fault.UNREADABLE
        ) from None
