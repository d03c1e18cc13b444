"""What the Models page shows of one model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One model, as far as it is shown.

    Attributes
    ----------
    folder : Path
        Where it is; tells models apart.
    name : str
        What it is called.
    is_own : bool
        Whether it may be renamed and deleted.
    is_active : bool
        Whether it reads now.
    trouble : str
        Why it cannot be used, in a sentence; empty if it can.
    size_bytes : int
        Of the whole folder.
    has_keras : bool
        Whether its Keras file is there, which an ONNX file is made of.
    created : str
        ISO date; empty if unknown, as all that follows.
    description : str
        For the user.
    training_data : tuple of str
        What it learned from.
    scores : mapping of str to float
        What was measured.
    temperature, reject_threshold : float
        Its calibration.
    knows_other_ink : bool
        Whether the network itself can answer "not a digit".
    """

    folder: Path
    name: str
    is_own: bool
    is_active: bool = False
    trouble: str = ""
    size_bytes: int = 0
    has_keras: bool = False
    created: str = ""
    description: str = ""
    training_data: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    temperature: float = 1.0
    reject_threshold: float = 1.0
    knows_other_ink: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether it can read."""
        return not self.trouble

    @property
    def accuracy(self) -> float | None:
        """The accuracy on its test digits, as the card says; None if it does not."""
        names = [name for name in self.scores if name.endswith("accuracy")]
        best = sorted(names, key=lambda name: ("test" not in name, names.index(name)))
        return self.scores[best[0]] if best else None
