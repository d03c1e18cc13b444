"""From a spec to the source that it describes."""

from pathlib import Path
from typing import Protocol

from digitdesk.core.sources.spec import SourceKind, SourceSpec
from digitdesk.core.types import U8, Scene


class FrameSource(Protocol):
    """Anything that gives pictures, one after the other.

    Used by one thread at a time; only `step` may be called from another one. All
    other methods may block; nobody calls them in the GUI thread.
    """

    @property
    def scene(self) -> Scene:
        """What the last picture of `read` belongs to; another one after `open`."""
        ...

    def open(self) -> None:
        """Get ready to read.

        Raises
        ------
        SourceError
            If that is impossible; nothing needs closing then.
        """
        ...

    def read(self) -> U8 | None:
        """Wait for the next picture.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3), or None
            Blue, green, red, neither turned nor mirrored; the caller may keep it.
            None if there was none within a short wait and nothing is wrong.

        Raises
        ------
        SourceError
            If no more pictures come; with `Fault.ENDED` at a regular end.
        """
        ...

    def close(self) -> None:
        """Give everything back; does nothing if not open, raises nothing."""
        ...

    def step(self, count: int) -> None:
        """Go `count` pictures forward (backward if negative) where that exists."""
        ...


def make_source(spec: SourceSpec) -> FrameSource:
    """Make the source that `spec` describes, without opening it.

    Parameters
    ----------
    spec : SourceSpec
        Mirror and rotation are the caller's business.

    Returns
    -------
    FrameSource
        Not yet open.
    """
    # Imported late: the window must not wait for OpenCV.
    from digitdesk.core.sources.camera import CameraSource
    from digitdesk.core.sources.demo import DemoSource
    from digitdesk.core.sources.files import FolderSource, ImageSource
    from digitdesk.core.sources.stream import StreamSource
    from digitdesk.core.sources.video import VideoSource

    match spec.kind:
        case SourceKind.CAMERA:
            return CameraSource(spec.index, spec.width, spec.height)
        case SourceKind.STREAM:
            return StreamSource(spec.address)
        case SourceKind.VIDEO:
            return VideoSource(Path(spec.address), loop=spec.loop)
        case SourceKind.FOLDER:
            folder = Path(spec.address)
            return FolderSource(folder, spec.interval_s, loop=spec.loop)
        case SourceKind.IMAGE:
            return ImageSource(Path(spec.address))
        case SourceKind.DEMO:
            return DemoSource(seed=spec.index)
