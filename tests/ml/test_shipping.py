from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import U8
from digitdesk.ml import shipped
from digitdesk.ml.augment import GENTLE, Augmentation, Augmenter
from digitdesk.ml.model_card import ModelCard
from digitdesk.ml.precision import float32_copy
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped import Recipe, build, fit, logits, train_shipped
from digitdesk.ml.shipped_data import Origin, ShippedData
from digitdesk.ml.shipping import ship
from digitdesk.ml.synthesis import NotDigits, pen_digits

pytestmark = [
    pytest.mark.train,
    # Keras hands its variables to NumPy in a way that NumPy deprecates.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def data() -> ShippedData:
    rng = np.random.default_rng(0)
    glyphs, labels = pen_digits(900, rng)
    nothing = NotDigits(glyphs, glyphs[:0]).sample(300, rng)[0]
    negative = Origin(nothing, np.full(300, NOT_DIGIT, np.uint8), "not_digits")
    digits = Origin(glyphs, labels, "pen")
    return ShippedData(
        (digits.take(slice(0, 700)), negative.take(slice(0, 200))),
        (digits.take(slice(700, 900)), negative.take(slice(200, 300))),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write measuring sets of the pen's digits in the form of the real ones."""
    path = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(1)
    glyphs, labels = pen_digits(60, rng)
    np.savez(path / "mnist.npz", x_test=glyphs, y_test=labels)
    np.savez(path / "usps_train.npz", x=glyphs[:, 4:20, 4:20], y=labels)
    np.savez(path / "drawn_rotarymars.npz", x=255 - glyphs, y=labels)
    signs = NotDigits(glyphs, glyphs[:0]).sample(20, rng)[0]
    np.savez(path / "neg_glyphs_omniglot.npz", x=255 - signs, names=np.arange(20))
    return path


def test_a_trained_network_becomes_a_model_folder(
    data: ShippedData, folder: Path, tmp_path: Path
) -> None:
    import keras

    keras.utils.set_random_seed(1)
    model = build(NOT_DIGIT + 1, ((12, 2), (24, 2)))
    recipe = Recipe(epochs=32, batch_size=64, learning_rate=5e-3)
    fit(model, data.train, data.validation, recipe)
    card = ship(model, data, folder, tmp_path / "model")

    assert ModelCard.load(tmp_path / "model") == card
    predictor = Predictor.load(tmp_path / "model")
    held_out = data.validation[0]
    scores = predictor.classify(held_out.glyphs)
    answers = logits(model, held_out.glyphs)[:, :10].argmax(axis=1)
    # Eight bits change few answers.
    assert (scores.probabilities.argmax(axis=1) == answers).mean() > 0.95
    assert (answers == held_out.labels).mean() > 0.8
    kept = scores.not_digit <= predictor.reject_threshold
    assert kept.mean() > 0.95
    passed = predictor.classify(data.validation[1].glyphs).not_digit
    assert passed.mean() > scores.not_digit.mean() + 0.3
    assert card.scores["mnist_test_accuracy"] > 0.7


def test_what_is_finished_is_not_trained_again(
    small_sets: Path, small_counts: None, tmp_path: Path
) -> None:
    recipe = Recipe(epochs=1, batch_size=64)
    first, data = train_shipped(small_sets, recipe, tmp_path)
    finished = (tmp_path / "finished.keras").read_bytes()
    again, _ = train_shipped(small_sets, recipe, tmp_path)
    assert (tmp_path / "finished.keras").read_bytes() == finished
    glyphs = data.validation[0].glyphs
    assert np.array_equal(logits(first, glyphs), logits(again, glyphs))


def test_batches_are_drawn_for_the_epoch_that_runs(
    data: ShippedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, ...]] = []

    class Recording(Augmenter):
        def __init__(self, augmentation: Augmentation, seed: Sequence[int]) -> None:
            seen.append((*seed, augmentation is GENTLE))
            super().__init__(augmentation, seed)

    monkeypatch.setattr(shipped, "Augmenter", Recording)
    recipe = Recipe(epochs=4, batch_size=128, gentle=0.25, gentle_at_last=0.5)
    fit(build(NOT_DIGIT + 1, ((4, 2),)), data.train, data.validation, recipe)
    epochs = [epoch for _, epoch, *_ in seen]
    assert set(epochs) == {1, 2, 3, 4}
    assert epochs.count(4) >= epochs.count(2)
    assert len({one for one in seen if one[1] == 2}) == epochs.count(2)


def test_mnist_is_changed_but_little_when_the_network_settles(
    data: ShippedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: dict[tuple[int, bool], int] = {}

    class Counting(Augmenter):
        def __init__(self, augmentation: Augmentation, seed: Sequence[int]) -> None:
            self._key = seed[1], augmentation is GENTLE
            super().__init__(augmentation, seed)

        def batch(self, glyphs: U8) -> U8:
            changed[self._key] = changed.get(self._key, 0) + len(glyphs)
            return super().batch(glyphs)

    monkeypatch.setattr(shipped, "Augmenter", Counting)
    digits = replace(data.train[0], name="mnist_train")
    fit(build(10, ((4, 2),)), [digits], [], Recipe(epochs=3, batch_size=128))
    assert changed[1, False] > changed[1, True] > 0
    assert changed[3, False] == 0
    assert changed[3, True] == 7 * 128  # as many steps as before


def test_a_network_trained_in_16_bits_answers_the_same_in_32() -> None:
    import keras

    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build(NOT_DIGIT + 1, ((4, 2),))
        copy = float32_copy(model, lambda: build(NOT_DIGIT + 1, ((4, 2),)))
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy(policy)
    glyphs, _ = pen_digits(20, np.random.default_rng(2))
    assert {layer.compute_dtype for layer in copy.layers} == {"float32"}
    np.testing.assert_allclose(logits(copy, glyphs), logits(model, glyphs), atol=0.05)
