"""Train the shipped model: ``python -m digitdesk.ml.shipped --data FOLDER``.

One network, trained from scratch with a fixed seed on the sets that may be trained on,
changed as paper changes them, with an eleventh outcome "not a digit". What chooses
anything (temperature, threshold) is held out of training; the test sets only measure.
"""

import argparse
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import F32, U8
from digitdesk.ml.augment import GENTLE, PAPER, Augmenter
from digitdesk.ml.calibration import softmax
from digitdesk.ml.convert import to_input
from digitdesk.ml.likeness import Flags
from digitdesk.ml.long_training import LongRecipe, fit_long
from digitdesk.ml.precision import add_precision, choose_precision, float32_copy
from digitdesk.ml.shipped_data import (
    Origin,
    ShippedData,
    load_mnist,
    load_training,
)

if TYPE_CHECKING:
    import keras

Indices = np.ndarray[tuple[int], np.dtype[np.int64]]

_log = logging.getLogger(__name__)

_FILTERS = ((16, 1), (40, 2), (48, 1), (112, 2), (112, 1))
_MAIN = "mnist_train"
_SHARES = {
    _MAIN: 1.3,
    "mouse": 0.45,
    "semeion": 2.0,
    "tablet": 0.8,
    "pen": 0.8,
    "rows": 0.45,
    "not_digits": 0.42,
    "clutter": 0.5,
}
"""How often each part's glyphs are drawn in an epoch."""

_SHARES_AT_LAST = {
    _MAIN: 2.1,
    "mouse": 0.25,
    "semeion": 2.0,
    "tablet": 0.8,
    "pen": 0.5,
    "rows": 0.26,
    "not_digits": 0.26,
    "clutter": 0.4,
}
"""The same when the network settles: most of it is neat writing then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(LongRecipe):
    """The choices of this training.

    Attributes
    ----------
    gentle, gentle_at_last : float
        Share of the glyphs that are changed but little, and the same in the last
        third of the epochs, when the network settles. MNIST's are then all changed but
        little.
    """

    epochs: int = 48
    batch_size: int = 256
    learning_rate: float = 2.5e-3
    weight_decay: float = 2e-2
    gentle: float = 0.3
    gentle_at_last: float = 0.6


_LOOK_EVERY = 5
"""Epochs after which the validation glyphs are looked at; it only tells the log."""

_SETTLING = 0.66
"""From the epoch at this share of all on, `gentle_at_last` holds."""


def build(outputs: int, filters: Sequence[tuple[int, int]] = _FILTERS) -> "keras.Model":
    """Build the network: 3x3 convolutions with batch norm; strides instead of pools."""
    import keras

    layers = keras.layers
    picture = keras.Input((28, 28, 1))
    x = picture
    for size, stride in filters:
        x = layers.Conv2D(size, 3, stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(filters[-1][0], 3, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    answers = layers.Dense(outputs, dtype="float32")(x)
    return keras.Model(picture, answers, name="digitdesk")


def fit(
    model: "keras.Model",
    parts: Sequence[Origin],
    validation: Sequence[Origin],
    recipe: Recipe,
    checkpoint: Path | None = None,
) -> None:
    """Train in place; the weights end as their moving average."""
    import keras

    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.03)
    batches = _batches(parts, recipe, outputs=int(model.output_shape[-1]))
    fit_long(
        model,
        batches,
        loss,
        recipe,
        _watch(validation),
        checkpoint,
        metrics=["accuracy"],
    )


def logits(model: "keras.Model", glyphs: U8) -> F32:
    """Run a Keras network over glyphs of shape (n, 28, 28)."""
    answers = np.empty((len(glyphs), model.output_shape[-1]), np.float32)
    for start in range(0, len(glyphs), 1000):
        part = slice(start, start + 1000)
        answers[part] = model(to_input(glyphs[part]), training=False).numpy()
    return answers


def train_shipped(
    folder: Path, recipe: Recipe, scratch: Path
) -> tuple["keras.Model", ShippedData]:
    """Train the network; a run that was broken off goes on.

    Parameters
    ----------
    folder : Path
        The data sets.
    recipe : Recipe
        How to train.
    scratch : Path
        Keeps a checkpoint of each epoch, and the finished network.

    Returns
    -------
    model : keras.Model
        Eleven logits, in 32 bits.
    data : ShippedData
        What it learned from, and what was held out.
    """
    import keras

    data = load_training(folder, recipe.seed, _train_judge(folder, recipe.seed))
    for part in data.train:
        _log.info("%s: %d", part.name, len(part.labels))
    finished = scratch / "finished.keras"
    if finished.is_file():
        return keras.models.load_model(finished), data
    keras.utils.set_random_seed(recipe.seed)
    model = build(NOT_DIGIT + 1)
    fit(model, data.train, data.validation, recipe, scratch / "checkpoints")
    model = float32_copy(model, lambda: build(NOT_DIGIT + 1))
    model.save(finished)
    return model, data


def _train_judge(folder: Path, seed: int) -> Callable[[U8], F32]:
    """Train a small network on digits alone; it judges what was made as no digit."""
    import keras

    keras.utils.set_random_seed(seed)
    judge = build(10, ((16, 2), (32, 2)))
    mnist = load_mnist(folder, "train")
    fit(judge, [mnist], [mnist.take(slice(0, 2000))], Recipe(epochs=2, seed=seed))

    def judged(glyphs: U8) -> F32:
        return softmax(logits(judge, glyphs)).astype(np.float32)

    return judged


def _batches(
    parts: Sequence[Origin], recipe: Recipe, outputs: int
) -> "keras.utils.PyDataset":
    import keras

    glyphs = np.concatenate([part.glyphs for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    main = np.concatenate([np.full(len(p.labels), p.name == _MAIN) for p in parts])
    one_hot = np.eye(outputs, dtype=np.float32)
    size = recipe.batch_size

    class Batches(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
        """Draws a new mixture each epoch; a batch depends on its numbers alone."""

        def __init__(self) -> None:
            super().__init__(workers=1, max_queue_size=16)
            self.begin(1)
            self._steps = len(self._order) // size

        def begin(self, epoch: int) -> None:
            """Prepare an epoch, counted from 1."""
            self._epoch = epoch
            self._settling = epoch > _SETTLING * recipe.epochs
            rng = np.random.default_rng((recipe.seed, epoch))
            order = rng.permutation(_draw(parts, _SHARES, rng))
            if self._settling:  # as many as before: the rate's fall counts the steps
                last = rng.permutation(_draw(parts, _SHARES_AT_LAST, rng))
                order = np.resize(last, len(order))
            self._order = order

        def __len__(self) -> int:
            return self._steps

        def __getitem__(self, number: int) -> tuple[F32, F32]:
            chosen = self._order[number * size : (number + 1) * size]
            seed = (recipe.seed, self._epoch, number)
            gently = self._gently(chosen, np.random.default_rng((*seed, 2)))
            changed = glyphs[chosen]
            changed[gently] = Augmenter(GENTLE, (*seed, 1)).batch(changed[gently])
            changed[~gently] = Augmenter(PAPER, seed).batch(changed[~gently])
            return to_input(changed), one_hot[labels[chosen]]

        def _gently(self, chosen: Indices, rng: np.random.Generator) -> Flags:
            share = recipe.gentle_at_last if self._settling else recipe.gentle
            gently: Flags = rng.random(len(chosen)) < share
            return gently | main[chosen] if self._settling else gently

    return Batches()


def _draw(
    parts: Sequence[Origin], shares: dict[str, float], rng: np.random.Generator
) -> Indices:
    """Draw the share of each part's glyphs, each of them as equally often as can be."""
    drawn: list[Indices] = []
    start = 0
    for part in parts:
        count, share = len(part.labels), shares.get(part.name, 1.0)
        rounds = [rng.permutation(count) for _ in range(math.ceil(share))]
        drawn.append(start + np.concatenate(rounds)[: math.floor(count * share)])
        start += count
    return np.concatenate(drawn)


def _watch(validation: Sequence[Origin]) -> "keras.callbacks.Callback":
    import keras

    class Log(keras.callbacks.Callback):  # type: ignore[misc] # Keras is untyped
        def on_epoch_end(
            self, epoch: int, logs: dict[str, float] | None = None
        ) -> None:
            looked_at = () if (epoch + 1) % _LOOK_EVERY else validation
            scores = {
                part.name: float((logits(self.model, part.glyphs).argmax(1)
                                  == part.labels).mean()) for part in looked_at
            }  # fmt: skip
            _log.info("epoch %d %s %s", epoch + 1, logs, scores)

    return Log()


def main() -> None:
    """Train and write the model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument(
        "--scratch", type=Path, required=True, help="folder for restarts"
    )
    add_precision(parser)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    choose_precision(options)
    options.scratch.mkdir(parents=True, exist_ok=True)
    model, data = train_shipped(options.data, Recipe(), options.scratch)
    from digitdesk.ml.shipping import ship

    ship(model, data, options.data, options.out)


if __name__ == "__main__":
    main()
