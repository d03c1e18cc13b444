"""Train the letter network: ``python -m digitdesk.ml.letter_training --data FOLDER``.

It says of each column of a written line whether letters or digits stand there, from
strips (`digitdesk.core.strip`): a single sign may be o or 0, its neighbours tell. It
learns from lines that `digitdesk.ml.written_words` writes, from scratch and with a
fixed seed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.files import write_atomically
from digitdesk.core.strip import LETTER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.line_training import digit_writer
from digitdesk.ml.long_training import fit_long
from digitdesk.ml.shipped_data import Origin, load_real, load_signs
from digitdesk.ml.strip_training import (
    CALIBRATION,
    StripRecipe,
    answers_of,
    batches_of,
    changed_strip,
    options_of,
    to_input,
    to_tflite,
    trained,
    watch,
    written,
)
from digitdesk.ml.written_words import DIGIT, LETTER, NEITHER, WordStrips, WordWriter

if TYPE_CHECKING:
    import keras

Batch = tuple[F32, F32, F32]
"""Inputs, whether they are letters, and weights."""

_DIGIT_WEIGHT = 2.0
"""Weight of a column of a digit against one of a letter: a lost digit harms more."""


RECIPE = StripRecipe(strips=200_000, epochs=14)


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
    made = written(WordWriter(digit_writer(digits), signs).strips, count, seed)
    return WordStrips(
        np.concatenate([strips.pictures for strips in made]),
        np.concatenate([strips.kinds for strips in made]),
    )


def fit(
    model: "keras.Model", strips: WordStrips, validation: WordStrips,
    recipe: StripRecipe, checkpoint: Path | None = None,
) -> None:  # fmt: skip
    """Train in place; the weights end as their moving average."""
    import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    fit_long(
        model, _batches(strips, recipe), loss, recipe, _watch(validation), checkpoint
    )


def _batches(strips: WordStrips, recipe: StripRecipe) -> "keras.utils.PyDataset":
    def batch(chosen: NDArray[np.int64], rng: np.random.Generator) -> Batch:
        pictures, kinds = strips.pictures[chosen], strips.kinds[chosen]
        for row, at in enumerate(chosen):
            pictures[row], wide, shift = changed_strip(strips.pictures[at], rng)
            kinds[row] = moved(strips.kinds[at], wide, shift / LETTER_STEP)
        return to_input(pictures), *targets(kinds)

    return batches_of(len(strips.kinds), recipe, batch)


def targets(kinds: NDArray[np.int8]) -> tuple[F32, F32]:
    """Say what each answer should be, and how much it weighs.

    Parameters
    ----------
    kinds : ndarray of int8, shape (n, columns)
        `LETTER`, `DIGIT` or `NEITHER`.

    Returns
    -------
    letters : ndarray of float32, shape (n, columns, 1)
        1 where letters stand.
    weights : ndarray of float32, shape (n, columns)
        0 where either answer will do.
    """
    weights = np.where(kinds == DIGIT, _DIGIT_WEIGHT, 1.0) * (kinds != NEITHER)
    letters = (kinds == LETTER)[..., None]
    return letters.astype(np.float32), weights.astype(np.float32)


def moved(kinds: NDArray[np.int8], wide: float, shift: float) -> NDArray[np.int8]:
    """Move what stands in columns as their picture was.

    Parameters
    ----------
    kinds : ndarray of int8, shape (columns,)
        `LETTER`, `DIGIT` or `NEITHER`.
    wide : float
        Times the picture became wider.
    shift : float
        Columns to the right that it was moved then.

    Returns
    -------
    ndarray of int8, shape (columns,)
        `NEITHER` where something new came into the picture.
    """
    source = np.round((np.arange(kinds.size) + 0.5 - shift) / wide - 0.5).astype(int)
    inside = (source >= 0) & (source < kinds.size)
    return np.where(inside, kinds[np.clip(source, 0, kinds.size - 1)], NEITHER).astype(
        np.int8
    )


def _watch(validation: WordStrips) -> "keras.callbacks.Callback":
    def describe(model: "keras.Model") -> str:
        said = answers_of(model, validation.pictures)[..., 0]
        kept = (said[validation.kinds == DIGIT] < 0).mean()
        told = (said[validation.kinds == LETTER] > 0).mean()
        return f"digits {kept:.4f} letters {told:.4f}"

    return watch(describe)


def main() -> None:
    """Train and write the network."""
    options = options_of(__doc__)
    recipe = RECIPE
    train, held_out = load_real(options.data, recipe.seed)
    signs = load_signs(options.data)[::2]  # the others measure the classifier
    # Other pictures, but partly of the same characters, written by other people.
    watched = np.arange(len(signs)) % 10 == 0
    taught = signs[~watched]

    def learn(model: "keras.Model", checkpoints: Path) -> None:
        validation = write_strips(held_out, signs[watched], 1_000, recipe.seed + 100)
        strips = write_strips(train, taught, recipe.strips, recipe.seed)
        fit(model, strips, validation, recipe, checkpoints)

    model = trained(options.scratch, recipe, build, learn)
    calibration = write_strips(train, taught, CALIBRATION, recipe.seed + 200)
    write_atomically(options.out, to_tflite(model, calibration.pictures))


if __name__ == "__main__":
    main()
