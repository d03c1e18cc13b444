"""One region of ink as the widgets show it."""

from dataclasses import dataclass

from digitdesk.core.types import DigitReading
from digitdesk.ui.theme import Sureness

_WORTH_NAMING = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A reading with a name that lasts from frame to frame.

    Attributes
    ----------
    id : int
        Stays the same while the region is followed.
    reading : DigitReading
        The answer to show, running or raw.
    """

    id: int
    reading: DigitReading

    @property
    def sureness(self) -> Sureness:
        """How sure the answer looks."""
        return Sureness.of(self.reading.confidence, accepted=self.reading.accepted)

    @property
    def label(self) -> str:
        """The digit with its mark of doubt, such as ``"7"`` or ``"7?"``."""
        if not self.reading.accepted:
            return self.sureness.mark
        return f"{self.reading.digit}{self.sureness.mark}"

    @property
    def ranking(self) -> str:
        """The likeliest digits with their probabilities, each of at least 0.1 %."""
        return " · ".join(
            f"<b>{digit}</b> {100 * share:.1f} %"
            for rank, (digit, share) in enumerate(self.reading.top(3))
            if rank == 0 or share >= _WORTH_NAMING
        )
