"""Where pictures come from: cameras, files, streams and the built-in demo.

This package's own modules load fast; OpenCV is imported when a source is made.
"""

from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.factory import FrameSource, make_source
from digitdesk.core.sources.spec import (
    PICTURE_SUFFIXES,
    VIDEO_SUFFIXES,
    Rotation,
    SourceKind,
    SourceSpec,
    kind_of_file,
)
from digitdesk.core.sources.state import SourceState, StateKind

__all__ = [
    "PICTURE_SUFFIXES",
    "VIDEO_SUFFIXES",
    "Fault",
    "FrameSource",
    "Rotation",
    "SourceError",
    "SourceKind",
    "SourceSpec",
    "SourceState",
    "StateKind",
    "kind_of_file",
    "make_source",
]
