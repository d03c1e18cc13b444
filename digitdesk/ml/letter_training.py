"""Train the letter network: ``python -m digitdesk.ml.letter_training --data FOLDER``.

It says of each column of a written line whether letters or digits stand there, from
strips (`digitdesk.core.strip`): a single sign may be o or 0, its neighbours tell. It
learns from lines that `digitdesk.ml.written_words` writes, from scratch and with a
fixed seed.
"""

import argparse
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.files import write_atomically
from digitdesk.core.strip import LETTER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.line_training import changed_strip, digit_writer, to_input
from digitdesk.ml.long_training import LongRecipe, fit_long
from digitdesk.ml.precision import add_precision, choose_precision, float32_copy
from digitdesk.ml.shipped_data import Origin, load_real, load_signs
from digitdesk.ml.written_words import DIGIT, LETTER, NEITHER, WordStrips, WordWriter

if TYPE_CHECKING:
    import keras

_log = logging.getLogger(__name__)

_CALIBRATION = 500
"""Strips by which the ranges of 8-bit activations are measured."""

_DIGIT_WEIGHT = 2.0
"""Weight of a column of a digit against one of a letter: a lost digit harms more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecipe(LongRecipe):
    """The choices of this training.

    Attributes
    ----------
    strips : int
        Written lines to learn from.
    """

    strips: int = 140_000
    epochs: int = 9
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2


def build() -> "keras.Model":
    """Build the network: (STRIP_HEIGHT, any width, 1) to (width / LETTER_STEP, 1)."""
    import keras

    layers = keras.layers
    strip = keras.Input((STRIP_HEIGHT, None, 1))
    x = strip
    for filters, kernel, stride in (
        (24, 5, 2),
        (40, 3, 2),
        (48, 3, 1),
        (64, 3, (2, 1)),
    ):
        x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    # All rows of a column become one; then each column looks at its neighbours.
    x = layers.Conv2D(96, (STRIP_HEIGHT // 8, 1), use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    for apart in (1, 2, 4, 8):
        x = layers.Conv2D(
            96, (1, 5), padding="same", dilation_rate=(1, apart), use_bias=False
        )(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Dropout(0.2)(x)
    answers = layers.Conv2D(1, 1, dtype="float32")(x)
    answers = layers.Reshape((-1, 1))(answers)
    return keras.Model(strip, answers, name="digitdesk_letters")


def write_strips(
    digits: Sequence[Origin], signs: U8, count: int, seed: int
) -> WordStrips:
    """Write `count` lines on all cores; the seed fixes them."""
    chunk = 500
    sizes = [min(chunk, count - start) for start in range(0, count, chunk)]
    # Forked processes would inherit OpenCV's threads in the middle of their work.
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"),
        initializer=_set_writer,
        initargs=(WordWriter(digit_writer(digits), signs),),
    ) as pool:
        seeds = [(seed, number) for number in range(len(sizes))]
        made = list(pool.map(_write_chunk, sizes, seeds))
    return WordStrips(
        np.concatenate([strips.pictures for strips in made]),
        np.concatenate([strips.kinds for strips in made]),
    )


_writer: WordWriter | None = None


def _set_writer(writer: WordWriter) -> None:
    global _writer
    _writer = writer
    cv2.setNumThreads(1)


def _write_chunk(count: int, seed: tuple[int, int]) -> WordStrips:
    assert _writer is not None
    return _writer.strips(count, np.random.default_rng(seed))


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
        Its answers have the shape (1, 1, width / LETTER_STEP, 1).
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


def _batches(strips: WordStrips, recipe: LetterRecipe) -> "keras.utils.PyDataset":
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
            self._order = rng.permutation(len(strips.kinds))

        def __len__(self) -> int:
            return len(strips.kinds) // recipe.batch_size

        def __getitem__(self, number: int) -> tuple[F32, F32, F32]:
            size = recipe.batch_size
            chosen = self._order[number * size : (number + 1) * size]
            rng = np.random.default_rng((recipe.seed, self._epoch, number))
            pictures = np.empty_like(strips.pictures[chosen])
            kinds = np.empty_like(strips.kinds[chosen])
            for row, at in enumerate(chosen):
                pictures[row], wide, shift = changed_strip(strips.pictures[at], rng)
                kinds[row] = _moved(strips.kinds[at], wide, shift / LETTER_STEP)
            weights = np.where(kinds == DIGIT, _DIGIT_WEIGHT, 1.0) * (kinds != NEITHER)
            return (
                to_input(pictures),
                (kinds == LETTER)[..., None].astype(np.float32),
                weights.astype(np.float32),
            )

    return Batches()


def _moved(kinds: NDArray[np.int8], wide: float, shift: float) -> NDArray[np.int8]:
    """Move what stands in columns as their picture was."""
    source = np.round((np.arange(kinds.size) + 0.5 - shift) / wide - 0.5).astype(int)
    inside = (source >= 0) & (source < kinds.size)
    return np.where(inside, kinds[np.clip(source, 0, kinds.size - 1)], NEITHER).astype(
        np.int8
    )


def _watch(validation: WordStrips) -> "keras.callbacks.Callback":
    import keras

    class Log(keras.callbacks.Callback):  # type: ignore[misc] # Keras is untyped
        def on_epoch_end(
            self, epoch: int, logs: dict[str, float] | None = None
        ) -> None:
            said = np.concatenate([
                self.model(to_input(validation.pictures[at : at + 200]),
                           training=False).numpy()[..., 0]
                for at in range(0, len(validation.pictures), 200)
            ])  # fmt: skip
            kept = (said[validation.kinds == DIGIT] < 0).mean()
            told = (said[validation.kinds == LETTER] > 0).mean()
            _log.info("epoch %d %s digits %.4f letters %.4f", epoch + 1, logs, kept,
                      told)  # fmt: skip

    return Log()


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
    recipe = LetterRecipe()
    train, held_out = load_real(options.data, recipe.seed)
    signs = load_signs(options.data)
    import keras

    finished = options.scratch / "letters.keras"
    if finished.is_file():
        model = keras.models.load_model(finished)
    else:
        validation = write_strips(held_out, signs[::2], 1_000, recipe.seed + 100)
        strips = write_strips(train, signs[::2], recipe.strips, recipe.seed)
        keras.utils.set_random_seed(recipe.seed)
        model = build()
        _log.info("%d strips, %d weights", len(strips.kinds), model.count_params())
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        fit_long(model, _batches(strips, recipe), loss, recipe, _watch(validation),
                 options.scratch / "checkpoints")  # fmt: skip
        model = float32_copy(model, build)
        model.save(finished)
    calibration = write_strips(train, signs[::2], _CALIBRATION, recipe.seed + 200)
    write_atomically(options.out, to_tflite(model, calibration.pictures))


if __name__ == "__main__":
    main()
