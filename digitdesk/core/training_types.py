"""What a user chooses about training, and what a training reports."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self

CHECKPOINT_FILE = "checkpoint.npz"
"""In a run folder: what is needed to go on with a training."""


class ConfigError(ValueError):
    """A choice about training makes no sense; the message is a sentence."""


class SourceKind(StrEnum):
    """Where labelled digits come from."""

    MNIST = "mnist"
    NPZ = "npz"
    IDX = "idx"
    FOLDER = "folder"
    SAMPLES = "samples"


class NetworkName(StrEnum):
    """The networks that can be trained; `digitdesk.core.networks` describes them."""

    SMALL = "small"
    TUTORIAL = "tutorial"
    TINY = "tiny"
    MLP = "mlp"


class Optimiser(StrEnum):
    """How gradients become steps."""

    ADAM = "adam"
    ADAMW = "adamw"
    SGD = "sgd"
    RMSPROP = "rmsprop"
    ADADELTA = "adadelta"


class Schedule(StrEnum):
    """How the learning rate moves during a training."""

    ONE_CYCLE = "one_cycle"
    COSINE = "cosine"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class DataSource:
    """One place with labelled digits.

    Attributes
    ----------
    kind : SourceKind
        What is there.
    path : str
        File or folder. Empty for MNIST to be downloaded; for SAMPLES it is the
        user's samples folder.
    """

    kind: SourceKind
    path: str = ""

    def __post_init__(self) -> None:
        if not self.path and self.kind is not SourceKind.MNIST:
            raise ConfigError(f"Say which file or folder the {self.kind} data is in.")

    @property
    def title(self) -> str:
        """A short name for lists."""
        return Path(self.path).name if self.path else "MNIST"


RANGES: dict[str, tuple[float, float]] = {
    "epochs": (1, 1000),
    "batch_size": (1, 8192),
    "learning_rate": (1e-6, 10.0),
    "patience": (0, 1000),
    "seed": (0, 2**31 - 1),
    "limit": (0, 10_000_000),
}
"""Lowest and highest value of each number in `TrainingConfig`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """All that decides a training; equal configurations give equal curves.

    The defaults are the fast recipe.

    Attributes
    ----------
    sources : tuple of DataSource
        At least one; several are mixed.
    network : NetworkName
        Which network.
    epochs : int
        1 to 1000, how often all training pictures are shown.
    batch_size : int
        1 to 8192, pictures per step.
    optimiser : Optimiser
        How gradients become steps.
    learning_rate : float
        1e-6 to 10; the highest value that `schedule` reaches.
    schedule : Schedule
        How the learning rate moves.
    augment : bool
        Whether training pictures are varied (slant, stroke width, shift, ...).
    patience : int
        Epochs without a better validation loss after which training ends; 0 never.
    seed : int
        0 to 2**31 - 1, of weights, order, dropout and augmentation.
    limit : int
        Use at most so many training pictures; 0 uses all. For quick tries.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    sources: tuple[DataSource, ...] = (DataSource(SourceKind.MNIST),)
    network: NetworkName = NetworkName.SMALL
    epochs: int = 3
    batch_size: int = 128
    optimiser: Optimiser = Optimiser.ADAM
    learning_rate: float = 0.01
    schedule: Schedule = Schedule.ONE_CYCLE
    augment: bool = False
    patience: int = 0
    seed: int = 1
    limit: int = 0

    def __post_init__(self) -> None:
        if not self.sources:
            raise ConfigError("Choose at least one source of labelled digits.")
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:  # nor is a NaN
                words = name.replace("_", " ")
                raise ConfigError(
                    f"The {words} must be from {low:g} to {high:g}, not {value}."
                )

    def to_json(self) -> dict[str, object]:
        """Return plain values that `from_json` understands."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> Self:
        """Make a configuration of parsed JSON; missing keys get their defaults.

        Raises
        ------
        ConfigError
            If a key is unknown or a value is of a wrong type or range.
        """
        if not isinstance(values, Mapping):
            raise ConfigError("A training configuration must be a JSON object.")
        unknown = set(values) - set(_READERS)
        if unknown:
            raise ConfigError(
                f"Unknown training choices: {', '.join(sorted(unknown))}."
            )
        return cls(**{name: _READERS[name](name, v) for name, v in values.items()})


def _read_sources(name: str, value: object) -> tuple[DataSource, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"{name} must be a list.")
    return tuple(_read_source(item) for item in value)


def _read_source(item: object) -> DataSource:
    if not isinstance(item, Mapping) or set(item) - {"kind", "path"}:
        raise ConfigError("A data source has a kind and a path.")
    kind, path = item.get("kind"), item.get("path", "")
    if kind not in list(SourceKind) or not isinstance(path, str):
        raise ConfigError(f"There is no data source of the kind {kind!r}.")
    return DataSource(SourceKind(kind), path)


class _Choice:
    """Reads one member of an enumeration."""

    def __init__(self, choices: type[StrEnum]) -> None:
        self._choices = choices

    def __call__(self, name: str, value: object) -> StrEnum:
        if value not in list(self._choices):
            known = ", ".join(self._choices)
            raise ConfigError(f"The {name} must be one of {known}, not {value!r}.")
        return self._choices(str(value))


def _read_int(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{name} must be a whole number, not {value!r}.")
    return value


def _read_float(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{name} must be a number, not {value!r}.")
    try:
        return float(value)
    except OverflowError:
        raise ConfigError(f"The {name} is too large.") from None


def _read_bool(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{name} must be true or false, not {value!r}.")
    return value


_READERS: dict[str, Callable[[str, object], Any]] = {
    "sources": _read_sources,
    "network": _Choice(NetworkName),
    "epochs": _read_int,
    "batch_size": _read_int,
    "optimiser": _Choice(Optimiser),
    "learning_rate": _read_float,
    "schedule": _Choice(Schedule),
    "augment": _read_bool,
    "patience": _read_int,
    "seed": _read_int,
    "limit": _read_int,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """One order to the training program.

    Attributes
    ----------
    config : TrainingConfig
        What to train.
    run_folder : str
        Where the run keeps its configuration and checkpoint. If a checkpoint is
        there, the run goes on from it.
    models_folder : str
        Where the finished model gets its folder.
    name : str
        What the finished model is called.
    """

    config: TrainingConfig
    run_folder: str
    models_folder: str
    name: str


@dataclass(frozen=True, slots=True)
class Preparing:
    """Data are fetched and read; `fraction` in [0, 1], or -1 if unknown."""

    task: str
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStarted:
    """Data and network are ready.

    `epochs_done` is above 0 if a checkpoint is continued; `device` is for people.
    """

    device: str
    train_count: int
    validation_count: int
    test_count: int
    weights: int
    epochs_done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """How training goes; at most ten a second.

    `loss` (nats) and `accuracy` (0 to 1) are means since the report before; `epoch`
    and `batch` count from 1; `remaining_s` is in seconds for all that is left.
    """

    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    learning_rate: float
    samples_per_s: float
    remaining_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochReport:
    """One finished epoch; losses in nats, accuracies 0 to 1, `epoch` from 1."""

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    took_s: float
    is_best: bool


@dataclass(frozen=True, slots=True)
class PauseChanged:
    """Training stands still, or goes on again."""

    paused: bool


OutcomeKind = Literal["finished", "cancelled", "interrupted", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOutcome:
    """The end of a training.

    Attributes
    ----------
    kind : str
        ``finished`` (also when stopped early: the best epoch is kept),
        ``cancelled`` (everything was thrown away), ``interrupted`` (the program
        that ordered it went away; the checkpoint remains), or ``failed``.
    message : str
        A sentence fit to be shown.
    model_folder : str
        The finished model; empty unless ``finished``.
    resumable : bool
        Whether the run folder holds a checkpoint to go on from.
    """

    kind: OutcomeKind
    message: str
    model_folder: str = ""
    resumable: bool = False

    def was_successful(self) -> bool:
        """Tell whether there is a new model."""
        return self.kind == "finished"


TrainingEvent = (
    Preparing
    | TrainingStarted
    | BatchReport
    | EpochReport
    | PauseChanged
    | TrainingOutcome
)
"""Everything that a training reports."""
