"""Load Keras files without running anything that is written in them."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitdesk.ml.model_card import ModelError

if TYPE_CHECKING:
    import keras

LAYERS = frozenset(
    [
        "InputLayer",
        "Dense",
        "Conv2D",
        "DepthwiseConv2D",
        "SeparableConv2D",
        "ZeroPadding2D",
        "Cropping2D",
        "MaxPooling2D",
        "AveragePooling2D",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling2D",
        "Flatten",
        "Reshape",
        "Permute",
        "Dropout",
        "SpatialDropout2D",
        "GaussianNoise",
        "GaussianDropout",
        "BatchNormalization",
        "LayerNormalization",
        "Activation",
        "ReLU",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "Softmax",
        "Add",
        "Concatenate",
        "Multiply",
        "Average",
        "Maximum",
        "Subtract",
        "Rescaling",
        "Sequential",
        "Functional",
        "Model",
    ]
)
"""Layers that a file may name; none of them can carry code."""

_HELPERS = frozenset(
    [
        "DTypePolicy",
        "Policy",
        "GlorotUniform",
        "GlorotNormal",
        "HeNormal",
        "HeUniform",
        "LecunNormal",
        "LecunUniform",
        "Zeros",
        "Ones",
        "Constant",
        "RandomNormal",
        "RandomUniform",
        "TruncatedNormal",
        "VarianceScaling",
        "Orthogonal",
        "L1",
        "L2",
        "L1L2",
        "MaxNorm",
        "NonNeg",
        "UnitNorm",
        "__tuple__",
        "__keras_tensor__",
    ]
)

_CONFIG = "config.json"
_MEMBERS = frozenset({_CONFIG, "metadata.json", "model.weights.h5"})
_LARGEST_BYTES = 1_000_000_000
_PICKLE_STARTS = tuple(bytes((0x80, version)) for version in range(2, 6))


def load_keras(path: Path) -> "keras.Model":
    """Load a ``.keras`` or ``.h5`` file if it consists of plain layers only.

    What the file would build is read and checked before Keras sees it.

    Raises
    ------
    ModelError
        If it is damaged, or names a layer or object that could run code.
    """
    check_config(read_config(path), path.name)
    import keras

    try:
        # The file is named after its kind: Keras goes by the ending.
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever it stumbles over
        raise ModelError(f"Keras cannot load “{path.name}”: {error}") from error


def read_config(path: Path) -> object:
    """Return the description of the network in a file, without building it.

    Raises
    ------
    ModelError
        If it is missing, damaged, or a pickle.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(_PICKLE_STARTS):
            raise ModelError(
                f"“{path.name}” is a pickle. Loading it could run foreign code, so "
                "DigitDesk refuses it: save the model as .keras or .tflite."
            )
        text = _zipped(path) if start.startswith(b"PK") else _attribute(path)
        return json.loads(text)
    except FileNotFoundError:
        raise ModelError(f"There is no file “{path}”.") from None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RecursionError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"“{path.name}” is damaged, cut off, or no Keras model."
        ) from error


def _zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = {item.filename for item in archive.infolist()}
        strange = sorted(names - _MEMBERS)
        if strange:
            raise ModelError(
                f"“{path.name}” holds “{strange[0]}”, which no plain Keras model has."
            )
        if sum(item.file_size for item in archive.infolist()) > _LARGEST_BYTES:
            raise ModelError(f"“{path.name}” is too large.")
        return archive.read(_CONFIG)


def _attribute(path: Path) -> bytes:
    import h5py

    with h5py.File(path, "r") as file:
        text = file.attrs["model_config"]
    return text if isinstance(text, bytes) else str(text).encode()


def check_config(config: object, name: str) -> None:
    """Refuse a description that names more than plain layers.

    Raises
    ------
    ModelError
        Says which object it is.
    """
    if not isinstance(config, Mapping) or "class_name" not in config:
        raise ModelError(f"“{name}” describes no network.")
    # How it was trained is never looked at: models are loaded uncompiled.
    network = {key: config[key] for key in config if key != "compile_config"}
    for entry in _objects(network):
        kind = entry.get("class_name", "")
        module = entry.get("module") or "keras"
        registered = str(entry.get("registered_name") or "")
        if "Lambda" in str(kind) or kind == "__lambda__":
            raise ModelError(
                f"“{name}” has a Lambda layer, which is program code. DigitDesk never "
                "runs code from a model file: replace it by a plain layer."
            )
        known = kind in LAYERS or kind in _HELPERS
        plain = str(module).split(".")[0] == "keras" and ">" not in registered
        if not (known and plain):
            raise ModelError(
                f"“{name}” needs “{registered or kind}”, which is not among the plain "
                "layers that DigitDesk loads; it could run foreign code."
            )


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield every object that Keras would look up by a name."""
    if isinstance(value, Mapping):
        if "class_name" in value:
            yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
