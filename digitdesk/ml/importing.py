"""Make a model folder of a network file from elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitdesk.core.files import write_atomically
from digitdesk.core.types import F32, GLYPH_SIZE
from digitdesk.ml.folders import draft_folder, place_folder
from digitdesk.ml.model_card import (
    CARD_FILE,
    DIGITS_AND_REJECT,
    ModelCard,
    ModelError,
    checksum,
)
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.safe_keras import load_keras

if TYPE_CHECKING:
    import keras

KERAS_SUFFIXES = frozenset({".keras", ".h5", ".hdf5"})
_LARGEST_BYTES = 500_000_000
_UNCALIBRATED_THRESHOLD = 0.5


def import_model(path: Path, models: Path, name: str = "") -> Path:
    """Copy a network into a new model folder.

    Nothing in the file is run. A ``card.json`` that belongs to a ``.tflite`` file is
    taken along; without one the model is not calibrated.

    Parameters
    ----------
    path : Path
        A ``.keras``, ``.h5``, ``.tflite`` or ``.onnx`` file.
    models : Path
        Where the new folder goes.
    name : str
        What to call it; by default after the file.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    ModelError
        If the file cannot be used; the text says why.
    OSError
        If the folder cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix == ".tflite":
        network = _read(path)
    elif suffix in KERAS_SUFFIXES:
        network = _converted(load_keras(path), path.name)
    elif suffix == ".onnx":
        from digitdesk.ml.onnx_import import load_onnx

        network = _converted(load_onnx(_read(path), path.name), path.name)
    else:
        raise ModelError(
            "DigitDesk imports .keras, .h5, .tflite and .onnx files, not "
            f"“{path.name}”."
        )
    card = _card_beside(path, network) or _guessed_card(network, path)
    card = replace(card, name=name.strip() or card.name, network="network.tflite")
    Predictor(card, network)  # refuses what cannot read
    with draft_folder(models) as draft:
        write_atomically(draft / card.network, network)
        if suffix == ".keras":
            write_atomically(draft / "network.keras", _read(path))
        card.save(draft)
        return place_folder(draft, models, card.name)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ModelError(f"“{path.name}” is too large for a network of digits.")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"“{path}” cannot be read: {error.strerror}.") from error


def _converted(model: "keras.Model", name: str) -> bytes:
    from digitdesk.ml.convert import to_tflite

    return to_tflite(_shaped(model, name))


def _shaped(model: "keras.Model", name: str) -> "keras.Model":
    """Put the usual 28x28x1 input in front of networks that want it flat."""
    shape = tuple(model.input_shape[1:]) if _has_one_input(model) else ()
    if shape == (GLYPH_SIZE, GLYPH_SIZE, 1):
        return model
    if shape in {(GLYPH_SIZE, GLYPH_SIZE), (GLYPH_SIZE**2,)}:
        import keras

        entry = keras.Input((GLYPH_SIZE, GLYPH_SIZE, 1))
        return keras.Model(entry, model(keras.layers.Reshape(shape)(entry)))
    raise ModelError(
        f"The network in “{name}” takes input of the shape {model.input_shape}; "
        "DigitDesk needs one grey picture of 28x28."
    )


def _has_one_input(model: Any) -> bool:  # noqa: ANN401 - Keras has no types
    return len(model.inputs) == 1 and len(model.outputs) == 1


def _card_beside(path: Path, network: bytes) -> ModelCard | None:
    if not (path.parent / CARD_FILE).is_file():
        return None
    try:
        card = ModelCard.load(path.parent)
    except ModelError:
        return None
    return card if card.sha256 == checksum(network) else None


def _guessed_card(network: bytes, path: Path) -> ModelCard:
    """Find out by trying how many classes there are and what the answers mean."""
    card = ModelCard(
        name=path.stem or "Imported",
        sha256=checksum(network),
        reject_threshold=_UNCALIBRATED_THRESHOLD,
        description=f"Imported from {path.name}; not calibrated.",
    )
    try:
        Predictor(card, network)
    except ModelError:
        card = replace(card, classes=DIGITS_AND_REJECT)
        Predictor(card, network)
    kind = "probabilities" if _gives_shares(network, len(card.classes)) else "logits"
    return replace(card, output=kind)


def _gives_shares(network: bytes, classes: int) -> bool:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=network)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]
    target = interpreter.get_output_details()[0]["index"]
    answers: F32 = np.empty((4, classes), np.float32)
    for answer, glyph in zip(answers, _test_glyphs(), strict=True):
        interpreter.set_tensor(source["index"], glyph.reshape(source["shape"]))
        interpreter.invoke()
        answer[:] = interpreter.get_tensor(target)[0]
    return bool((answers >= 0).all() and np.allclose(answers.sum(axis=1), 1, atol=1e-3))


def _test_glyphs() -> F32:
    rng = np.random.default_rng(0)
    glyphs: F32 = rng.random((4, GLYPH_SIZE, GLYPH_SIZE, 1)).astype(np.float32)
    return glyphs
