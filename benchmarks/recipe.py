"""The common recipe for reading digits from a camera, as tutorials teach it."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitdesk.core.types import F32, U8


class Recipe:
    """Grey, Otsu's threshold, resize to 28x28, invert, `model.predict`; frame by frame.

    It takes the whole picture for one digit of dark ink.

    Parameters
    ----------
    model : keras.Model
        A network with ten probabilities of a 28x28 picture.
    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - Keras has no types
        self._model = model

    def read(self, pixels: U8) -> F32:
        """Return the ten probabilities of a picture, blue, green, red."""
        probabilities: F32 = self.predict(self.glyph(pixels)[None])[0]
        return probabilities

    def glyph(self, pixels: U8) -> U8:
        """Return the whole picture squeezed to 28x28, ink bright."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        _, binary = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        small = cv2.resize(binary, (28, 28), interpolation=cv2.INTER_AREA)
        return np.asarray(255 - small, np.uint8)

    def predict(self, glyphs: U8) -> F32:
        """Return probabilities, shape (n, 10), of glyphs, shape (n, 28, 28)."""
        batch = glyphs[..., None].astype(np.float32) / 255
        probabilities: F32 = self._model.predict(batch, verbose=0)
        return probabilities


def train_recipe(folder: Path, epochs: int, keep: Path | None) -> Any:  # noqa: ANN401 - Keras has no types
    """Train the tutorial's network as tutorials do, or load it if it was kept."""
    import keras

    from digitdesk.core.training_types import NetworkName
    from digitdesk.ml import networks
    from digitdesk.ml.convert import to_input

    if keep is not None and keep.is_file():
        return keras.models.load_model(keep)
    keras.utils.set_random_seed(1)
    model = networks.build(NetworkName.TUTORIAL)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    with np.load(folder / "mnist.npz", allow_pickle=False) as data:
        model.fit(to_input(data["x_train"]), data["y_train"], 128, epochs, verbose=0)
    if keep is not None:
        model.save(keep)
    return model
