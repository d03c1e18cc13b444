"""Train the line network: ``python -m digitdesk.ml.line_training --data FOLDER``.

It names the digits of a whole written line at once, without cutting it, from strips
(`digitdesk.core.strip`). It learns from lines that `digitdesk.ml.written_lines` writes,
from scratch and with a fixed seed.
"""

import argparse
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitdesk.core.files import write_atomically
from digitdesk.core.line_text import BLANK
from digitdesk.core.strip import ANSWER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.long_training import LongRecipe, fit_long
from digitdesk.ml.precision import add_precision, choose_precision, float32_copy
from digitdesk.ml.shipped_data import Origin, load_real
from digitdesk.ml.written_lines import NO_DIGIT, STRIP_WIDTH, Strips, Writer

if TYPE_CHECKING:
    import keras

_log = logging.getLogger(__name__)

_CALIBRATION = 500
"""Strips by which the ranges of 8-bit activations are measured."""

_SHARES = {"mnist_train": 0.58, "mouse": 0.14, "semeion": 0.14, "tablet": 0.14}
"""Of the digits that people wrote, how many are of which origin: MNIST's are many but
of one country."""

_REACH = 1
"""Answers on either side of a digit's middle that name it too."""

_DIGIT_WEIGHT = 3.0
"""Weight of an answer at a digit against a blank one, which are many more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRecipe(LongRecipe):
    """The choices of this training.

    Attributes
    ----------
    strips : int
        Written lines to learn from.
    """

    strips: int = 150_000
    epochs: int = 9
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2


def build() -> "keras.Model":
    """Build the network: (STRIP_HEIGHT, any width, 1) to (width / 2, 11) logits."""
    import keras

    layers = keras.layers
    strip = keras.Input((STRIP_HEIGHT, None, 1))
    x = strip
    for filters, kernel, stride, padding in (
        (32, 5, 2, "same"),
        (56, 3, 2, "same"),
        (72, 3, 1, "same"),
        (112, 3, (2, 1), "same"),
        (112, 3, 1, "same"),
    ):
        x = layers.Conv2D(filters, kernel, stride, padding=padding, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    # All rows of a column become one.
    x = layers.Conv2D(160, (STRIP_HEIGHT // 8, 1), use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for _ in range(2):
        x = layers.Conv2D(160, (1, 5), padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.2)(x)
    # A column of features is four pixels wide and gives two answers.
    answers = layers.Conv2D(2 * (BLANK + 1), 1, dtype="float32")(x)
    answers = layers.Reshape((-1, BLANK + 1))(answers)
    return keras.Model(strip, answers, name="digitdesk_lines")


def targets(strips: Strips) -> tuple[U8, F32]:
    """Say what each answer should be, and how much it weighs.

    Returns
    -------
    classes : ndarray of uint8, shape (n, STRIP_WIDTH / ANSWER_STEP)
        0 to 9, or `BLANK`.
    weights : ndarray of float32, shape (n, STRIP_WIDTH / ANSWER_STEP)
        0 beside a digit's middle, where either answer will do.
    """
    count = len(strips.digits)
    classes = np.full((count, STRIP_WIDTH // ANSWER_STEP), BLANK, np.uint8)
    weights = np.ones(classes.shape, np.float32)
    for row in range(count):
        middles = [
            (int(d), round(float(x - 0.5) / ANSWER_STEP))
            for d, x in zip(strips.digits[row], strips.centres[row], strict=True)
            if d != NO_DIGIT
        ]
        for _, at in middles:
            weights[row, max(0, at - _REACH) : max(0, at + _REACH + 1)] = 0
        for digit, at in middles:
            if 0 <= at < classes.shape[1]:
                classes[row, at] = digit
                weights[row, at] = _DIGIT_WEIGHT
        for (_, a), (_, b) in pairwise(middles):
            between = (a + b) // 2
            if b - a > 1 and 0 <= between < classes.shape[1]:
                weights[row, between] = _DIGIT_WEIGHT  # neighbours stay apart
    return classes, weights


def digit_writer(parts: Sequence[Origin]) -> Writer:
    """Return somebody who writes with the digits of many."""
    return Writer(
        np.concatenate([part.glyphs for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate(
            [np.full(len(p.labels), _SHARES[p.name] / len(p.labels)) for p in parts]
        ),
    )


def write_strips(parts: Sequence[Origin], count: int, seed: int) -> Strips:
    """Write `count` lines on all cores; the seed fixes them."""
    chunk = 500
    sizes = [min(chunk, count - start) for start in range(0, count, chunk)]
    # Forked processes would inherit OpenCV's threads in the middle of their work.
    spawn = get_context("spawn")
    with ProcessPoolExecutor(
        mp_context=spawn, initializer=_set_writer, initargs=(digit_writer(parts),)
    ) as pool:
        seeds = [(seed, number) for number in range(len(sizes))]
        made = list(pool.map(_write_chunk, sizes, seeds))
    return Strips(
        np.concatenate([strips.pictures for strips in made]),
        np.concatenate([strips.digits for strips in made]),
        np.concatenate([strips.centres for strips in made]),
    )


_writer: Writer | None = None


def _set_writer(writer: Writer) -> None:
    global _writer
    _writer = writer
    cv2.setNumThreads(1)


def _write_chunk(count: int, seed: tuple[int, int]) -> Strips:
    assert _writer is not None
    return _writer.strips(count, np.random.default_rng(seed))


def fit(
    model: "keras.Model", strips: Strips, validation: Strips, recipe: LineRecipe,
    checkpoint: Path | None = None,
) -> None:  # fmt: skip
    """Train in place; the weights end as their moving average."""
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    fit_long(
        model, _batches(strips, recipe), loss, recipe, _watch(validation), checkpoint
    )


def to_tflite(model: "keras.Model", calibration: U8) -> bytes:
    """Convert to 8-bit weights and activations for LiteRT; any width, float answers.

    Parameters
    ----------
    model : keras.Model
        Trained.
    calibration : ndarray of uint8, shape (n, STRIP_HEIGHT, STRIP_WIDTH)
        Strips by which the activations' ranges are measured.

    Returns
    -------
    bytes
        Its answers have the shape (1, 1, width / 4, 2 * 11): two to a column of
        features.
    """
    import keras
    import tensorflow as tf

    # The last layer only reshapes, which is done where the answers are read.
    inner = keras.Model(model.input, model.layers[-1].input)
    converter = tf.lite.TFLiteConverter.from_keras_model(inner)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: (
        [to_input(p[None])] for p in calibration
    )
    return bytes(converter.convert())


def best_path(answers: F32) -> list[str]:
    """Read logits of shape (n, steps, 11) column by column; repeats are one digit."""
    texts = []
    for row in answers.argmax(axis=2):
        changed = np.flatnonzero(np.diff(row, prepend=BLANK))
        texts.append("".join(str(row[i]) for i in changed if row[i] != BLANK))
    return texts


def to_input(pictures: U8) -> F32:
    """Scale strips of shape (n, height, width) to the network's input."""
    return pictures[..., None].astype(np.float32) / np.float32(255)


def _batches(strips: Strips, recipe: LineRecipe) -> "keras.utils.PyDataset":
    import keras

    class Batches(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
        """Draws a new order each epoch; a batch depends on its numbers alone."""

        def __init__(self) -> None:
            super().__init__(workers=2, max_queue_size=16)
            self.begin(1)

        def begin(self, epoch: int) -> None:
            """Prepare an epoch, counted from 1."""
            self._epoch = epoch
            rng = np.random.default_rng((recipe.seed, epoch))
            self._order = rng.permutation(len(strips.digits))

        def __len__(self) -> int:
            return len(strips.digits) // recipe.batch_size

        def __getitem__(self, number: int) -> tuple[F32, U8, F32]:
            size = recipe.batch_size
            chosen = self._order[number * size : (number + 1) * size]
            rng = np.random.default_rng((recipe.seed, self._epoch, number))
            changed = _changed(
                Strips(
                    strips.pictures[chosen],
                    strips.digits[chosen],
                    strips.centres[chosen],
                ),
                rng,
            )
            classes, weights = targets(changed)
            return to_input(changed.pictures), classes, weights

    return Batches()


def _changed(strips: Strips, rng: np.random.Generator) -> Strips:
    """Change each strip a little."""
    pictures = np.empty_like(strips.pictures)
    centres = np.empty_like(strips.centres)
    for row, picture in enumerate(strips.pictures):
        pictures[row], wide, shift = changed_strip(picture, rng)
        centres[row] = strips.centres[row] * wide + shift
    return Strips(pictures, strips.digits, centres)


def changed_strip(picture: U8, rng: np.random.Generator) -> tuple[U8, float, float]:
    """Move, scale, slant, blur and fade a strip a little.

    Returns
    -------
    picture : ndarray of uint8, shape (height, width)
        The changed strip.
    wide, shift : float
        A column x has become ``x * wide + shift``.
    """
    middle = (STRIP_HEIGHT - 1) / 2
    wide, tall = np.exp(rng.normal(0, 0.08, 2))
    slant, up = rng.normal(0, 0.12), rng.normal(0, 1.2)
    shift = rng.uniform(-6, 6)
    matrix = np.array(
        [
            [wide, -slant, shift + slant * middle],
            [0, tall, middle * (1 - tall) + up],
        ]
    )
    moved = cv2.warpAffine(picture, matrix, picture.shape[::-1])
    if rng.random() < 0.3:
        moved = cv2.GaussianBlur(moved, (0, 0), rng.uniform(0.3, 1.0))
    if rng.random() < 0.4:
        table = 255 * (np.arange(256) / 255) ** rng.uniform(0.6, 1.6)
        moved = cv2.LUT(moved, np.clip(table * rng.uniform(0.75, 1.2), 0, 255)
                        .astype(np.uint8))  # fmt: skip
    return np.asarray(moved, np.uint8), float(wide), float(shift)


def _watch(validation: Strips) -> "keras.callbacks.Callback":
    import keras

    truth = ["".join(str(d) for d in row if d != NO_DIGIT) for row in validation.digits]

    class Log(keras.callbacks.Callback):  # type: ignore[misc] # Keras is untyped
        def on_epoch_end(
            self, epoch: int, logs: dict[str, float] | None = None
        ) -> None:
            said = read(self.model, validation.pictures)
            right = sum(a == b for a, b in zip(said, truth, strict=True))
            _log.info("epoch %d %s exact %.4f", epoch + 1, logs, right / len(truth))

    return Log()


def read(model: "keras.Model", pictures: U8) -> list[str]:
    """Read strips with a Keras network."""
    texts: list[str] = []
    for start in range(0, len(pictures), 200):
        part = to_input(pictures[start : start + 200])
        texts += best_path(model(part, training=False).numpy())
    return texts


def main() -> None:
    """Train and write the network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--scratch", type=Path, required=True, help="for restarts")
    add_precision(parser)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.scratch.mkdir(parents=True, exist_ok=True)
    choose_precision(options)
    recipe = LineRecipe()
    train, held_out = load_real(options.data, recipe.seed)
    import keras

    finished = options.scratch / "lines.keras"
    if finished.is_file():
        model = keras.models.load_model(finished)
    else:
        validation = write_strips(held_out, 1_000, recipe.seed + 100)
        strips = write_strips(train, recipe.strips, recipe.seed)
        keras.utils.set_random_seed(recipe.seed)
        model = build()
        _log.info("%d strips, %d weights", len(strips.digits), model.count_params())
        fit(model, strips, validation, recipe, options.scratch / "checkpoints")
        model = float32_copy(model, build)
        model.save(finished)
    calibration = write_strips(train, _CALIBRATION, recipe.seed + 200)
    write_atomically(options.out, to_tflite(model, calibration.pictures))


if __name__ == "__main__":
    main()
