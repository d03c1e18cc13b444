"""Which source is wanted, and how its pictures are to be turned."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import IntEnum, StrEnum
from pathlib import Path, PurePath
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from digitdesk.core.types import Box


class SourceKind(StrEnum):
    """The kinds of sources."""

    CAMERA = "camera"
    VIDEO = "video"
    STREAM = "stream"
    FOLDER = "folder"
    IMAGE = "image"
    DEMO = "demo"


PICTURE_SUFFIXES = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)
"""Ends of the names of picture files, in lower case."""

VIDEO_SUFFIXES = frozenset(
    {".avi", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg"}
    | {".ogv", ".webm", ".wmv"}
)
"""Ends of the names of video files, in lower case."""


def kind_of_file(path: Path) -> SourceKind | None:
    """Tell which kind of source a file or folder looks like; None if like none."""
    if path.is_dir():
        return SourceKind.FOLDER
    suffix = path.suffix.lower()
    if suffix in VIDEO_SUFFIXES:
        return SourceKind.VIDEO
    return SourceKind.IMAGE if suffix in PICTURE_SUFFIXES else None


class Rotation(IntEnum):
    """Clockwise turn of the picture in degrees."""

    NONE = 0
    QUARTER = 90
    HALF = 180
    THREE_QUARTERS = 270


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """Everything that is needed to open a source, and worth remembering.

    Attributes
    ----------
    kind : SourceKind
        Decides which of the following count.
    address : str
        Path of a VIDEO, FOLDER or IMAGE; URL of a STREAM. May hold a password: show
        `label` instead.
    index : int
        Number of a CAMERA, from 0; seed of the DEMO.
    name : str
        The CAMERA's name where the system gives one; only shown.
    width, height : int
        Wanted resolution of a CAMERA in pixels; 0 leaves the choice to the camera.
        The nearest possible one is used.
    mirror : bool
        Swap left and right, after turning.
    rotation : Rotation
        Clockwise turn.
    loop : bool
        Start a VIDEO or a FOLDER with an interval again at its end; otherwise the
        last picture stays.
    interval_s : float
        Seconds between two pictures of a FOLDER; 0 waits for `step`.
    region_of_interest : Box or None
        Part of the turned picture that is read, in its pixels; None for all of it.
    lacks_secret : bool
        The address of a STREAM had a user, a password or a query that was not saved.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    kind: SourceKind
    address: str = ""
    index: int = 0
    name: str = ""
    width: int = 0
    height: int = 0
    mirror: bool = False
    rotation: Rotation = Rotation.NONE
    loop: bool = False
    interval_s: float = 0.0
    region_of_interest: Box | None = None
    lacks_secret: bool = False

    def __post_init__(self) -> None:
        # Plain values are welcome: settings and widgets hold strings and numbers.
        object.__setattr__(self, "kind", SourceKind(self.kind))
        object.__setattr__(self, "rotation", Rotation(self.rotation))
        for name in ("index", "width", "height", "interval_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")

    @property
    def is_live(self) -> bool:
        """Whether the pictures are of now, so that a pause cannot keep them."""
        return self.kind in (SourceKind.CAMERA, SourceKind.STREAM)

    @property
    def label(self) -> str:
        """What to call the source in the window; never holds a password."""
        if self.kind is SourceKind.CAMERA:
            return self.name or f"Camera {self.index}"
        if self.kind is SourceKind.DEMO:
            return "Demo"
        if self.kind is SourceKind.STREAM:
            return without_credentials(self.address)
        return PurePath(self.address).name or self.address

    def to_dict(self) -> dict[str, Any]:
        """Give plain strings, numbers and truth values for a settings file.

        User name and password of a stream's address are left out.
        """
        plain = asdict(self)
        plain["kind"] = self.kind.value
        plain["rotation"] = int(self.rotation)
        if self.kind is SourceKind.STREAM:
            plain["address"] = without_credentials(self.address)
            plain["lacks_secret"] = (
                self.lacks_secret or plain["address"] != self.address
            )
        return plain

    def is_same_source(self, other: "SourceSpec") -> bool:
        """Whether the two mean one source, however it is turned or cut."""
        mine, others = self.to_dict(), other.to_dict()
        return all(mine[name] == others[name] for name in ("kind", "address", "index"))

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Rebuild a spec from `to_dict`'s answer; unknown names are ignored.

        Raises
        ------
        ValueError
            If the kind is missing or unknown, or a value has the wrong type or range.
        """
        known = {
            field.name: plain[field.name]
            for field in fields(cls)
            if field.name in plain
        }
        if "kind" not in known:
            raise ValueError("A source needs a kind")
        for name, value in known.items():
            if not isinstance(value, _PLAIN_TYPES[name]):
                raise ValueError(f"{name} has the wrong type")  # noqa: TRY004 - one error type for callers
        if region := known.get("region_of_interest"):
            known["region_of_interest"] = _box(region)
        return cls(**known)


_PLAIN_TYPES: dict[str, type | tuple[type, ...]] = {
    "kind": str,
    "address": str,
    "index": int,
    "name": str,
    "width": int,
    "height": int,
    "mirror": bool,
    "rotation": int,
    "loop": bool,
    "interval_s": (int, float),
    "region_of_interest": (dict, type(None)),
    "lacks_secret": bool,
}


def _box(plain: Mapping[str, Any]) -> Box:
    sides = [plain.get(name) for name in ("x", "y", "w", "h")]
    x, y, w, h = (side if type(side) is int else -1 for side in sides)
    if min(x, y) < 0 or min(w, h) < 1:
        raise ValueError("region_of_interest is no box")
    return Box(x, y, w, h)


def without_credentials(url: str) -> str:
    """Remove user name and password, and query and fragment, from `url`.

    Cameras take passwords in the query as well as before the host's name.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(unreadable address)"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
