"""Give a model away: its files, a script that runs it, and proof that it works."""

import shutil
from importlib import resources
from pathlib import Path

import cv2
import numpy as np

from digitdesk.core.files import write_atomically
from digitdesk.core.normalise import normalise
from digitdesk.core.pen import Hand, ink, write_digit
from digitdesk.core.types import U8
from digitdesk.ml.folders import draft_folder, place_folder
from digitdesk.ml.model_card import ModelCard, ModelError
from digitdesk.ml.predictor import Predictor

GOLDEN_COUNT = 20
GOLDEN_FILE = "golden.npz"
KERAS_FILE = "network.keras"
EXAMPLE_FILE = "example.py"


def export_model(folder: Path, target: Path, *, onnx: bool = False) -> Path:
    """Copy a model into a new folder that explains and proves itself.

    The folder holds the network (``.tflite``, also ``.keras`` where there is one, and
    ``.onnx`` on request), the card, ``example.py``, which needs only NumPy and LiteRT,
    and twenty golden digits, as pictures and in ``golden.npz`` with the answers that
    the example must give.

    Parameters
    ----------
    folder : Path
        The model.
    target : Path
        Where the new folder goes.
    onnx : bool
        Whether to write ``network.onnx`` too; needs the extra ``onnx``.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    ModelError
        If the model is damaged, or ONNX is wanted and cannot be had.
    OSError
        If the folder cannot be written.
    """
    card = ModelCard.load(folder)
    network = card.read_network(folder)
    glyphs = golden_glyphs()
    scores = Predictor(card, network).classify(glyphs)
    with draft_folder(target) as draft:
        write_atomically(draft / card.network, network)
        card.save(draft)
        if (folder / KERAS_FILE).is_file():
            shutil.copyfile(folder / KERAS_FILE, draft / KERAS_FILE)
        if onnx:
            write_atomically(draft / "network.onnx", _as_onnx(draft / KERAS_FILE))
        np.savez(
            draft / GOLDEN_FILE,
            glyphs=glyphs,
            probabilities=scores.probabilities,
            not_digit=scores.not_digit,
        )
        _save_pictures(glyphs, draft / "golden")
        write_atomically(draft / EXAMPLE_FILE, _example())
        return place_folder(draft, target, card.name)


def golden_glyphs() -> U8:
    """Return twenty glyphs, two of each digit, always the same: (20, 28, 28)."""
    rng = np.random.default_rng(20)
    glyphs = []
    for number in range(GOLDEN_COUNT):
        hand = Hand()
        strokes = write_digit(number % 10, hand, rng)
        glyphs.append(normalise(ink(strokes, hand, 60, rng)))
    return np.stack(glyphs)


def _save_pictures(glyphs: U8, folder: Path) -> None:
    for number, glyph in enumerate(glyphs):
        content = cv2.imencode(".png", glyph)[1].tobytes()
        write_atomically(folder / f"{number % 10}-{number // 10 + 1}.png", content)


def _example() -> bytes:
    return resources.files("digitdesk.ml").joinpath("exported_example.py").read_bytes()


def _as_onnx(keras_file: Path) -> bytes:
    if not keras_file.is_file():
        raise ModelError(
            "This model has no Keras file, which the conversion to ONNX starts from. "
            "Export it without ONNX."
        )
    from digitdesk.ml.onnx_export import to_onnx
    from digitdesk.ml.safe_keras import load_keras

    return to_onnx(load_keras(keras_file))
