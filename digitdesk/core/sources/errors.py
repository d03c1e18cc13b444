"""What can be wrong with a source."""

from enum import StrEnum


class Fault(StrEnum):
    """Why a source gives no pictures."""

    NOT_THERE = "not_there"
    PERMISSION = "permission"
    IN_USE = "in_use"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    STALLED = "stalled"
    ENDED = "ended"


_TEMPORARY = frozenset(
    {Fault.NOT_THERE, Fault.IN_USE, Fault.UNREACHABLE, Fault.STALLED}
)


class SourceError(Exception):
    """A source cannot be opened or read.

    Parameters
    ----------
    sentence : str
        Says what is wrong and what to do, without passwords; fit to be shown.
    fault : Fault
        The same for programs.
    """

    def __init__(self, sentence: str, fault: Fault) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fault = fault

    @property
    def is_temporary(self) -> bool:
        """Whether the fault may heal by itself, so that trying again makes sense."""
        return self.fault in _TEMPORARY
