"""The model card: what a model folder says of its network, checked on loading.

A model folder holds two files, ``card.json`` and the network that it names. Both are
data: nothing in a model folder is ever executed.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self, TypeGuard

from digitdesk.core.files import write_atomically

CARD_FILE = "card.json"
FORMAT = 1
DIGITS = tuple("0123456789")
DIGITS_AND_REJECT = (*DIGITS, "not_digit")
INPUT = {"shape": [28, 28, 1], "dtype": "float32", "range": [0, 1], "ink": "bright"}
PREPROCESSING = "mnist-20x20-centre-of-mass"

_LARGEST_CARD_BYTES = 1_000_000
_LARGEST_NETWORK_BYTES = 256_000_000


class ModelError(ValueError):
    """A model folder that cannot be used; the text says why, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What is known of one network.

    Attributes
    ----------
    name : str
        What the user sees.
    sha256 : str
        Checksum of the network file, 64 lower-case hexadecimal digits.
    network : str
        Name of the network file inside the model folder.
    classes : tuple of str
        The network's outputs in order: `DIGITS` or `DIGITS_AND_REJECT`.
    output : str
        ``"logits"`` or ``"probabilities"``.
    temperature : float
        Above 0; logits are divided by it before the softmax.
    reject_threshold : float
        In [0, 1]; a glyph whose `not_digit` exceeds it is rejected.
    training_data : tuple of str
        Names of the data sets it learned from.
    scores : mapping of str to float
        What was measured, such as ``{"mnist_test_accuracy": 0.995}``.
    created : str
        ISO date, such as ``"2026-11-23"``.
    description : str
        One or two sentences for the user; may be empty.

    Raises
    ------
    ModelError
        If a value is of the wrong type or outside its range.
    """

    name: str
    sha256: str
    network: str = "network.tflite"
    classes: tuple[str, ...] = DIGITS
    output: str = "logits"
    temperature: float = 1.0
    reject_threshold: float = 1.0
    training_data: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    created: str = field(default_factory=lambda: date.today().isoformat())
    description: str = ""

    def __post_init__(self) -> None:
        for name, (is_right, rule) in _RULES.items():
            if not is_right(getattr(self, name)):
                raise ModelError(f"The model card's '{name}' must be {rule}.")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read and check the card of a model folder.

        Raises
        ------
        ModelError
            If the card is missing, damaged, or of a kind that this version of
            DigitDesk does not understand.
        """
        return cls.from_json(_read(folder / CARD_FILE, _LARGEST_CARD_BYTES))

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Check the content of a card file; unknown keys are passed over.

        Raises
        ------
        ModelError
            If it is no card that this version of DigitDesk understands.
        """
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            raise ModelError("The model card is damaged: it is not JSON.") from None
        if not isinstance(record, dict):
            raise ModelError("The model card is damaged: it is not a JSON object.")
        for key, wanted in _FIXED.items():
            if record.get(key) != wanted:
                raise ModelError(
                    f"The model card's '{key}' is {record.get(key)!r}; this version "
                    f"of DigitDesk understands only {wanted!r}."
                )
        missing = [key for key in _RULES if key not in record]
        if missing:
            raise ModelError(f"The model card says nothing of '{missing[0]}'.")
        values = {key: record[key] for key in _RULES}
        for key in ("classes", "training_data"):
            if isinstance(values[key], list):
                values[key] = tuple(values[key])
        return cls(**values)

    def to_json(self) -> bytes:
        """Return the content of the card file."""
        record = {**_FIXED, **asdict(self)}
        return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()

    def save(self, folder: Path) -> None:
        """Write the card into a model folder, wholly or not at all.

        Raises
        ------
        OSError
            If the folder cannot be written to.
        """
        write_atomically(folder / CARD_FILE, self.to_json())

    def read_network(self, folder: Path) -> bytes:
        """Read the network file that belongs to this card.

        Raises
        ------
        ModelError
            If it is missing or is not the file that the card describes.
        """
        network = _read(folder / self.network, _LARGEST_NETWORK_BYTES)
        if checksum(network) != self.sha256:
            raise ModelError(
                f"The network file {folder / self.network} is damaged or was "
                "exchanged: its checksum is not the model card's. Install or import "
                "the model again."
            )
        return network


def checksum(network: bytes) -> str:
    """Return the SHA-256 checksum of a network file as hexadecimal digits."""
    return hashlib.sha256(network).hexdigest()


def _read(path: Path, largest_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(largest_bytes + 1)
    except FileNotFoundError:
        raise ModelError(
            f"There is no usable model in {path.parent}: {path.name} is missing."
        ) from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > largest_bytes:
        raise ModelError(f"{path} is too large to be part of a model.")
    return content


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_number(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def _is_file_name(value: object) -> bool:
    # A card must not lead out of its own folder.
    return _is_text(value) and bool(re.fullmatch(r"\w[\w.-]*\.tflite", value))


def _is_date(value: object) -> bool:
    if not _is_text(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _are_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _are_scores(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and all(map(_is_text, value))
        and all(map(_is_number, value.values()))
    )


_FIXED = {"format": FORMAT, "input": INPUT, "preprocessing": PREPROCESSING}

_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": (lambda value: _is_text(value) and bool(value.strip()), "a name"),
    "network": (_is_file_name, "the plain name of a .tflite file"),
    "sha256": (
        lambda value: _is_text(value) and bool(re.fullmatch("[0-9a-f]{64}", value)),
        "64 hexadecimal digits",
    ),
    "classes": (
        lambda value: value in (DIGITS, DIGITS_AND_REJECT),
        'the list "0" to "9", with or without "not_digit" at its end',
    ),
    "output": (
        lambda value: value in ("logits", "probabilities"),
        '"logits" or "probabilities"',
    ),
    "temperature": (
        lambda value: _is_number(value) and 0.01 <= value <= 100,
        "a number from 0.01 to 100",
    ),
    "reject_threshold": (
        lambda value: _is_number(value) and 0 <= value <= 1,
        "a number from 0 to 1",
    ),
    "training_data": (_are_texts, "a list of names"),
    "scores": (_are_scores, "a table of numbers"),
    "created": (_is_date, "a date such as 2026-11-23"),
    "description": (_is_text, "a text"),
}
