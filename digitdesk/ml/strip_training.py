"""What the trainings on strips of written lines have in common."""

import argparse
import logging
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.strip import STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.long_training import LongRecipe
from digitdesk.ml.precision import add_precision, choose_precision, float32_copy

if TYPE_CHECKING:
    import keras

T = TypeVar("T")

Random = np.random.Generator

CALIBRATION = 500
"""Strips by which the ranges of 8-bit activations are measured."""

_log = logging.getLogger(__name__)

_SHOWN = 200
"""Strips that a network looks at at a time."""

_CHUNK = 500
"""Lines that one process writes at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRecipe(LongRecipe):
    """The choices of such a training.

    Attributes
    ----------
    strips : int
        Written lines to learn from.
    """

    strips: int
    epochs: int = 9
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2


def options_of(description: str | None) -> argparse.Namespace:
    """Read the command line of such a training, and prepare for it.

    Parameters
    ----------
    description : str or None
        What the training is.

    Returns
    -------
    argparse.Namespace
        `data`, the folder of data sets; `out`, the file to write; `scratch`, an
        existing folder.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--scratch", type=Path, required=True, help="for restarts")
    add_precision(parser)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.scratch.mkdir(parents=True, exist_ok=True)
    choose_precision(options)
    return options


def trained(
    scratch: Path,
    recipe: StripRecipe,
    build: "Callable[[], keras.Model]",
    train: "Callable[[keras.Model, Path], None]",
) -> "keras.Model":
    """Train a network; what was broken off goes on, what is finished is kept.

    Parameters
    ----------
    scratch : Path
        Where both are kept, in a folder of the recipe's own.
    recipe : StripRecipe
        Its seed fixes the first weights.
    build : callable
        Makes the network.
    train : callable
        Trains it in place; the folder is for checkpoints.

    Returns
    -------
    keras.Model
        In 32 bits.
    """
    import keras

    own = f"{recipe.strips}-strips-{recipe.epochs}-epochs-seed-{recipe.seed}"
    finished = scratch / own / "finished.keras"
    if finished.is_file():
        return keras.models.load_model(finished)
    keras.utils.set_random_seed(recipe.seed)
    model = build()
    _log.info("%d weights", model.count_params())
    train(model, scratch / own / "checkpoints")
    model = float32_copy(model, build)
    model.save(finished)
    return model


def written(write: Callable[[int, Random], T], count: int, seed: int) -> list[T]:
    """Write `count` lines on all cores; the seed fixes them.

    Parameters
    ----------
    write : callable
        Writes so many lines; it is sent to other processes.
    count, seed : int
        How many, and which.

    Returns
    -------
    list
        What `write` gave, a part at a time.
    """
    sizes = [min(_CHUNK, count - start) for start in range(0, count, _CHUNK)]
    # Forked processes would inherit OpenCV's threads in the middle of their work.
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=_begin, initargs=(write,)
    ) as pool:
        seeds = [(seed, number) for number in range(len(sizes))]
        return list(pool.map(_write_chunk, sizes, seeds))


_write: Callable[[int, Random], Any] | None = None


def _begin(write: Callable[[int, Random], Any]) -> None:
    global _write
    _write = write
    cv2.setNumThreads(1)


def _write_chunk(count: int, seed: tuple[int, int]) -> Any:  # noqa: ANN401 - any T
    assert _write is not None
    return _write(count, np.random.default_rng(seed))


def batches_of(
    count: int,
    recipe: LongRecipe,
    batch: Callable[[NDArray[np.int64], Random], tuple[F32, Any, F32]],
) -> "keras.utils.PyDataset":
    """Draw examples in a new order each epoch; a batch depends on its numbers alone.

    Parameters
    ----------
    count : int
        Examples.
    recipe : LongRecipe
        Seed and size of a batch.
    batch : callable
        Gives inputs, targets and weights of the examples with some numbers.
    """
    import keras

    class Batches(keras.utils.PyDataset):  # type: ignore[misc] # Keras is untyped
        def __init__(self) -> None:
            super().__init__(workers=2, max_queue_size=16)
            self.begin(1)

        def begin(self, epoch: int) -> None:
            """Prepare an epoch, counted from 1."""
            self._epoch = epoch
            self._order = np.random.default_rng((recipe.seed, epoch)).permutation(count)

        def __len__(self) -> int:
            return count // recipe.batch_size

        def __getitem__(self, number: int) -> tuple[F32, Any, F32]:
            size = recipe.batch_size
            chosen = self._order[number * size : (number + 1) * size]
            rng = np.random.default_rng((recipe.seed, self._epoch, number))
            return batch(chosen, rng)

    return Batches()


def watch(describe: Callable[["keras.Model"], str]) -> "keras.callbacks.Callback":
    """Log after each epoch what `describe` says of the network."""
    import keras

    class Log(keras.callbacks.Callback):  # type: ignore[misc] # Keras is untyped
        def on_epoch_end(
            self, epoch: int, logs: dict[str, float] | None = None
        ) -> None:
            _log.info("epoch %d %s %s", epoch + 1, logs, describe(self.model))

    return Log()


def answers_of(model: "keras.Model", pictures: U8) -> F32:
    """Show strips, shape (n, height, width), to a Keras network, some at a time."""
    return np.concatenate([
        model(to_input(pictures[at : at + _SHOWN]), training=False).numpy()
        for at in range(0, len(pictures), _SHOWN)
    ])  # fmt: skip


def changed_strip(picture: U8, rng: Random) -> tuple[U8, float, float]:
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


def to_input(pictures: U8) -> F32:
    """Scale strips of shape (n, height, width) to a network's input."""
    return pictures[..., None].astype(np.float32) / np.float32(255)


def to_tflite(model: "keras.Model", calibration: U8) -> bytes:
    """Convert to 8-bit weights and activations for LiteRT; any width, float answers.

    Parameters
    ----------
    model : keras.Model
        Trained; its last layer only reshapes, which is left to who reads the answers.
    calibration : ndarray of uint8, shape (n, STRIP_HEIGHT, STRIP_WIDTH)
        Strips by which the activations' ranges are measured.

    Returns
    -------
    bytes
        The ``.tflite`` file.
    """
    import keras
    import tensorflow as tf

    inner = keras.Model(model.input, model.layers[-1].input)
    converter = tf.lite.TFLiteConverter.from_keras_model(inner)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: (
        [to_input(p[None])] for p in calibration
    )
    return bytes(converter.convert())
