"""How a source is doing."""

from dataclasses import dataclass
from enum import StrEnum

from digitdesk.core.sources.errors import Fault
from digitdesk.core.sources.spec import SourceSpec


class StateKind(StrEnum):
    """Where a source is between being opened and being closed."""

    CLOSED = "closed"
    OPENING = "opening"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    RECONNECTING = "reconnecting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SourceState:
    """One report about a source.

    Attributes
    ----------
    kind : StateKind
        RECONNECTING: it failed and is tried again by itself. FAILED: it is not.
    spec : SourceSpec or None
        Which source; None before the first one.
    sentence : str
        What is wrong and what to do, fit to be shown; empty if all is well.
    fault : Fault or None
        The same for programs.
    retry_in_s : float
        Seconds until the next try; 0 unless RECONNECTING.
    """

    kind: StateKind
    spec: SourceSpec | None = None
    sentence: str = ""
    fault: Fault | None = None
    retry_in_s: float = 0.0

    @property
    def is_trouble(self) -> bool:
        """Whether the last frame on show is old because something went wrong."""
        return self.kind in (StateKind.RECONNECTING, StateKind.FAILED)
