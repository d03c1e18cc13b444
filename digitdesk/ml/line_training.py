"""Train the line network: ``python -m digitdesk.ml.line_training --data FOLDER``.

It names the digits of a whole written line at once, without cutting it, from strips
(`digitdesk.core.strip`). It learns from lines that `digitdesk.ml.written_lines` writes,
from scratch and with a fixed seed.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.files import write_atomically
from digitdesk.core.line_text import BLANK
from digitdesk.core.strip import ANSWER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.long_training import fit_long
from digitdesk.ml.shipped_data import Origin, load_real
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
from digitdesk.ml.written_lines import NO_DIGIT, STRIP_WIDTH, Strips, Writer

if TYPE_CHECKING:
    import keras

_SHARES = {"mnist_train": 0.58, "mouse": 0.14, "semeion": 0.14, "tablet": 0.14}
"""Of the digits that people wrote, how many are of which origin: MNIST's are many but
of one country."""

_REACH = 1
"""Answers on either side of a digit's middle that name it too."""

Batch = tuple[F32, U8, F32]
"""Inputs, classes and weights."""

_DIGIT_WEIGHT = 3.0
"""Weight of an answer at a digit against a blank one, which are many more."""


RECIPE = StripRecipe(strips=150_000)


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
    made = written(digit_writer(parts).strips, count, seed)
    return Strips(
        np.concatenate([strips.pictures for strips in made]),
        np.concatenate([strips.digits for strips in made]),
        np.concatenate([strips.centres for strips in made]),
    )


def fit(
    model: "keras.Model", strips: Strips, validation: Strips, recipe: StripRecipe,
    checkpoint: Path | None = None,
) -> None:  # fmt: skip
    """Train in place; the weights end as their moving average."""
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    fit_long(
        model, _batches(strips, recipe), loss, recipe, _watch(validation), checkpoint
    )


def best_path(answers: F32) -> list[str]:
    """Read logits of shape (n, steps, 11) column by column; repeats are one digit."""
    texts = []
    for row in answers.argmax(axis=2):
        changed = np.flatnonzero(np.diff(row, prepend=BLANK))
        texts.append("".join(str(row[i]) for i in changed if row[i] != BLANK))
    return texts


def _batches(strips: Strips, recipe: StripRecipe) -> "keras.utils.PyDataset":
    def batch(chosen: NDArray[np.int64], rng: np.random.Generator) -> Batch:
        part = Strips(
            strips.pictures[chosen], strips.digits[chosen], strips.centres[chosen]
        )
        changed = _changed(part, rng)
        return (to_input(changed.pictures), *targets(changed))

    return batches_of(len(strips.digits), recipe, batch)


def _changed(strips: Strips, rng: np.random.Generator) -> Strips:
    """Change each strip a little."""
    pictures = np.empty_like(strips.pictures)
    centres = np.empty_like(strips.centres)
    for row, picture in enumerate(strips.pictures):
        pictures[row], wide, shift = changed_strip(picture, rng)
        centres[row] = strips.centres[row] * wide + shift
    return Strips(pictures, strips.digits, centres)


def _watch(validation: Strips) -> "keras.callbacks.Callback":
    truth = ["".join(str(d) for d in row if d != NO_DIGIT) for row in validation.digits]

    def describe(model: "keras.Model") -> str:
        said = read(model, validation.pictures)
        right = sum(a == b for a, b in zip(said, truth, strict=True))
        return f"exact {right / len(truth):.4f}"

    return watch(describe)


def read(model: "keras.Model", pictures: U8) -> list[str]:
    """Read strips with a Keras network."""
    return best_path(answers_of(model, pictures))


def main() -> None:
    """Train and write the network."""
    options = options_of(__doc__)
    recipe = RECIPE
    train, held_out = load_real(options.data, recipe.seed)

    def learn(model: "keras.Model", checkpoints: Path) -> None:
        validation = write_strips(held_out, 1_000, recipe.seed + 100)
        strips = write_strips(train, recipe.strips, recipe.seed)
        fit(model, strips, validation, recipe, checkpoints)

    model = trained(options.scratch, recipe, build, learn)
    calibration = write_strips(train, CALIBRATION, recipe.seed + 200)
    write_atomically(options.out, to_tflite(model, calibration.pictures))


if __name__ == "__main__":
    main()
