"""Frames from a source, read in a thread of its own; the newest one wins."""

from PySide6.QtCore import QObject, Signal

from digitdesk.core.sources import Rotation, SourceSpec, SourceState, StateKind


class Camera(QObject):
    """Owns the capture thread. Lives in the GUI thread; no method here blocks it.

    Signals
    -------
    frame_captured(Frame)
        The newest frame, already turned and mirrored. Not emitted while paused and
        never for a source that was closed or replaced.
    state_changed(SourceState)
        The source opened, failed, ended, ...
    rate_measured(float)
        Frames per second that the source delivers, about once a second; 0 if none.
    """

    frame_captured = Signal(object)
    state_changed = Signal(object)
    rate_measured = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = SourceState(StateKind.CLOSED)

    @property
    def state(self) -> SourceState:
        """The last state that was reported."""
        return self._state

    def open(self, spec: SourceSpec) -> None:
        """Open another source in place of the present one. Returns at once."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop delivering frames at once; the source closes in its thread."""
        raise NotImplementedError

    def reopen(self) -> None:
        """Try again now; after an end, start from the beginning."""
        raise NotImplementedError

    def pause(self) -> None:
        """Stop delivering frames; the source stays open."""
        raise NotImplementedError

    def resume(self) -> None:
        """Go on after `pause`."""
        raise NotImplementedError

    def step(self, count: int) -> None:
        """Show the next picture of a folder, or the previous one if negative."""
        raise NotImplementedError

    def set_orientation(self, mirror: bool, rotation: Rotation) -> None:
        """Turn and mirror from the next frame on, without reopening."""
        raise NotImplementedError

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """Close and wait for the thread, as the program ends.

        Returns
        -------
        bool
            False if the source hangs; its thread is left alone and holds nothing
            that delays the end of the program.
        """
        raise NotImplementedError


class CameraLister(QObject):
    """Finds the cameras of this computer. Lives in the GUI thread.

    Signals
    -------
    cameras_found(tuple of SourceSpec)
        One per camera, with its name where the system gives one.
    """

    cameras_found = Signal(object)

    def refresh(self) -> None:
        """Look for cameras in a thread; `cameras_found` follows."""
        raise NotImplementedError

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """Wait for a search under way; False if it hangs."""
        raise NotImplementedError
