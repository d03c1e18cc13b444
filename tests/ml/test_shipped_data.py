import json
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import F32, U8
from digitdesk.ml import shipped_data
from digitdesk.ml.shipped_data import ShippedData, load_signs, load_training
from digitdesk.ml.synthesis import NotDigits, pen_digits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write small data sets in the form of the real ones."""
    path = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    glyphs, labels = pen_digits(300, rng)
    np.savez(path / "mnist.npz", x_train=glyphs[:200], y_train=labels[:200],
             x_test=glyphs[200:], y_test=labels[200:])  # fmt: skip
    np.savez(path / "drawn_jcprogjava.npz", x=255 - glyphs[:100], y=labels[:100])
    np.savez(path / "semeion.npz", x=glyphs[:60, 4:20, 4:20], y=labels[:60])
    signs = NotDigits(glyphs, glyphs[:0]).sample(20, rng)[0]
    names = np.array([f"sign{i:02}" for i in range(20)])
    np.savez(path / "neg_glyphs_omniglot.npz", x=255 - signs, names=names)
    strokes = [[[0.0, 0.0], [50.0, 30.0], [20.0, 100.0]]]
    samples = [{"label": i % 10, "strokes": strokes} for i in range(40)]
    (path / "pendigits_train_strokes.json").write_text(json.dumps({"samples": samples}))
    return path


def uncertain(glyphs: U8) -> F32:
    return np.full((len(glyphs), 10), 0.1, np.float32)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {"mnist_train": 50, "mouse": 10, "semeion": 6, "tablet": 4}
    monkeypatch.setattr(shipped_data, "_VALIDATION", counts)
    for name, count in (("_PEN_DIGITS", 30), ("_ROW_DIGITS", 20), ("_NEGATIVES", 40),
                        ("_ROW_FRAGMENTS", 20)):  # fmt: skip
        monkeypatch.setattr(shipped_data, name, count)


@pytest.fixture
def data(folder: Path, small: None) -> ShippedData:
    return load_training(folder, 3, uncertain)


def test_nothing_is_both_learned_and_held_out(data: ShippedData) -> None:
    for learned, held in zip(data.train[:4], data.validation[:4], strict=True):
        assert learned.name == held.name
        rows = {glyph.tobytes() for glyph in learned.glyphs}
        # The tablet's strokes are drawn anew each time, the others are distinct.
        if learned.name != "tablet":
            assert not any(glyph.tobytes() in rows for glyph in held.glyphs)
    assert len(data.train[0].labels) == 150
    assert len(data.validation[0].labels) == 50


def test_the_split_is_fixed_by_the_seed(folder: Path, small: None) -> None:
    first, second = (load_training(folder, 3, uncertain) for _ in range(2))
    for one, other in zip(first.train, second.train, strict=True):
        assert np.array_equal(one.glyphs, other.glyphs)


def test_digits_of_two_strokes_are_not_taken_from_the_tablet(data: ShippedData) -> None:
    assert not set(data.train[3].labels.tolist()) & {4, 5, 7}


def test_what_looks_like_a_digit_is_left_out(folder: Path, small: None) -> None:
    def sure(glyphs: U8) -> F32:
        answer = np.zeros((len(glyphs), 10), np.float32)
        answer[:, 1] = 1
        return answer

    parts = {part.name: part for part in load_training(folder, 3, sure).train}
    # Pairs, letters and blots are never digits; the judge is not asked about them.
    assert 5 < len(parts["not_digits"].labels) < 40
    assert not (parts["rows"].labels == NOT_DIGIT).any()


def test_signs_become_glyphs_with_bright_ink(folder: Path) -> None:
    signs = load_signs(folder)
    assert signs.shape == (20, 28, 28)
    assert 0 < signs.mean() < 128
