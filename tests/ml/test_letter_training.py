"""Training the letter network: its targets, and a short run end to end."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digitdesk.ml.letter_training import moved, targets
from digitdesk.ml.written_words import DIGIT, LETTER, NEITHER


def test_letters_are_told_and_blank_columns_do_not_count() -> None:
    kinds = np.array([[LETTER, DIGIT, NEITHER]], np.int8)
    letters, weights = targets(kinds)
    assert letters[..., 0].tolist() == [[1, 0, 0]]
    assert weights[0, 2] == 0
    assert weights[0, 1] > weights[0, 0] > 0


@pytest.mark.parametrize(
    ("kinds", "wide", "shift", "wanted"),
    [
        ([LETTER, DIGIT, NEITHER, DIGIT], 1.0, 1.0, [NEITHER, LETTER, DIGIT, NEITHER]),
        ([LETTER, LETTER, DIGIT, DIGIT], 2.0, 0.0, [LETTER] * 4),
        ([LETTER, DIGIT, DIGIT, DIGIT], 1.0, -1.0, [DIGIT, DIGIT, DIGIT, NEITHER]),
    ],
    ids=["to the right", "wider", "to the left"],
)
def test_what_stands_in_columns_moves_with_the_picture(
    kinds: list[int], wide: float, shift: float, wanted: list[int]
) -> None:
    assert moved(np.array(kinds, np.int8), wide, shift).tolist() == wanted


SHORT_RUN = """
import numpy as np
from digitdesk.core.strip import LETTER_STEP
from digitdesk.ml import letter_training as t, strip_training as strip
from digitdesk.ml.strip_network import StripNetwork
from digitdesk.ml.synthesis import pen_digits
from digitdesk.ml.written_lines import Writer
from digitdesk.ml.written_words import DIGIT, LETTER, WordWriter

digits = Writer(*pen_digits(100, np.random.default_rng(1)))
signs = np.zeros((1, 28, 28), np.uint8)
signs[0, 4:24, 10:12] = 255
strips = WordWriter(digits, signs).strips(128, np.random.default_rng(2))
import keras
keras.utils.set_random_seed(1)
model = t.build()
recipe = strip.StripRecipe(strips=128, epochs=6, batch_size=16)
batch = strip.to_input(strips.pictures)
def apart():
    said = model(batch, training=True).numpy()[..., 0]
    letters, digits = (said[strips.kinds == kind] for kind in (LETTER, DIGIT))
    return float(letters.mean() - digits.mean())
before = apart()
t.fit(model, strips, strips, recipe)
after = apart()
reader = StripNetwork(
    strip.to_tflite(model, strips.pictures[:32]), LETTER_STEP, 1)
lite = np.stack([reader.answers(p)[:, 0] for p in strips.pictures[:8]])
keras_says = model(batch[:8], training=False).numpy()[..., 0]
print(before, after, np.corrcoef(lite.ravel(), keras_says.ravel())[0, 1])
"""


def test_a_short_training_learns_and_converts() -> None:
    pytest.importorskip("keras")
    environment = {
        **os.environ,
        "CUDA_VISIBLE_DEVICES": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", SHORT_RUN], cwd=root, env=environment, text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    before, after, alike = map(float, run.stdout.splitlines()[-1].split())
    assert after > before + 0.5
    assert alike > 0.9
