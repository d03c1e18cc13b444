"""Training the line network: its targets, and a short run end to end."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.line_text import BLANK
from digitdesk.core.strip import ANSWER_STEP, STRIP_HEIGHT
from digitdesk.ml.line_training import best_path, targets
from digitdesk.ml.written_lines import MOST_DIGITS, NO_DIGIT, STRIP_WIDTH, Strips


def strips(digits: list[int], centres: list[float]) -> Strips:
    said = np.full((1, MOST_DIGITS), NO_DIGIT, np.int8)
    where = np.zeros((1, MOST_DIGITS), np.float32)
    said[0, : len(digits)] = digits
    where[0, : len(digits)] = centres
    return Strips(np.zeros((1, STRIP_HEIGHT, STRIP_WIDTH), np.uint8), said, where)


def test_the_middle_of_a_digit_is_named_and_all_else_is_blank() -> None:
    classes, weights = targets(strips([4, 9], [40.5, 101.5]))
    assert classes.shape == weights.shape == (1, STRIP_WIDTH // ANSWER_STEP)
    named = np.flatnonzero(classes[0] != BLANK).tolist()
    assert named == [40 // ANSWER_STEP, round(101 / ANSWER_STEP)]
    assert classes[0, named].tolist() == [4, 9]
    assert (weights[0, named] > 1).all()
    assert weights[0, named[0] - 1] == weights[0, named[0] + 1] == 0


def test_neighbours_stay_apart() -> None:
    classes, weights = targets(strips([3, 3], [40.5, 48.5]))
    between = 44 // ANSWER_STEP
    assert classes[0, between] == BLANK
    assert weights[0, between] > 1


def test_a_digit_moved_out_of_the_strip_is_not_named() -> None:
    classes, _ = targets(strips([3, 5], [-9.0, STRIP_WIDTH + 30.0]))
    assert (classes == BLANK).all()


def test_the_best_path_takes_repeats_for_one_digit() -> None:
    path = [BLANK, 7, 7, BLANK, 7, 1, BLANK]
    logits = np.eye(BLANK + 1, dtype=np.float32)[path][None]
    assert best_path(logits) == ["771"]


SHORT_RUN = """
import sys
import numpy as np
from digitdesk.ml import line_training as t, strip_training as strip
from digitdesk.core.strip import ANSWER_STEP
from digitdesk.ml.strip_network import StripNetwork
from digitdesk.ml.written_lines import Writer
from digitdesk.ml.synthesis import pen_digits

writer = Writer(*pen_digits(100, np.random.default_rng(1)))
strips = writer.strips(96, np.random.default_rng(2))
import keras
keras.utils.set_random_seed(1)
model = t.build()
recipe = strip.StripRecipe(strips=96, epochs=3, batch_size=16)
batch = strip.to_input(strips.pictures)
classes, weights = t.targets(strips)
def loss():
    logits = model(batch, training=True).numpy()
    logits -= logits.max(axis=2, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
    said = np.take_along_axis(logs, classes[..., None].astype(int), 2)[..., 0]
    return float(-(said * weights).sum() / weights.sum())
before = loss()
t.fit(model, strips, strips, recipe)
after = loss()
reader = StripNetwork(strip.to_tflite(model, strips.pictures[:32]), ANSWER_STEP, 11)
keras_says = model(batch[:8], training=False).numpy()
lite = np.stack([reader.answers(p) for p in strips.pictures[:8]])
lite -= lite.max(axis=2, keepdims=True)
lite -= np.log(np.exp(lite).sum(axis=2, keepdims=True))
keras_says -= keras_says.max(axis=2, keepdims=True)
keras_says -= np.log(np.exp(keras_says).sum(axis=2, keepdims=True))
apart = np.abs(np.exp(keras_says) - np.exp(lite)).mean()
print(before, after, float(apart))
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
    before, after, apart = map(float, run.stdout.splitlines()[-1].split())
    assert after < 0.7 * before
    assert apart < 0.02
