import os
import time
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.digit_data import Labelled
from digitdesk.core.evaluation import evaluate
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.core.types import U8, Scores
from digitdesk.ml.data_formats import DataError
from digitdesk.ml.measuring import digits_to_measure, measure
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.staging import adopt, discard, new_stage
from digitdesk.ml.store import ModelStore


def test_what_was_made_is_taken_over_under_a_free_name(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    stage = new_stage(tmp_path)
    (stage / "net").mkdir(parents=True)
    (stage / "net" / "file").write_text("new")
    (stage / ".new-half").mkdir()

    place = adopt(stage, tmp_path)

    assert place == tmp_path / "net-2"
    assert (place / "file").read_text() == "new"
    assert not stage.exists()


def test_nothing_made_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    stage = new_stage(tmp_path)
    (stage / ".new-half").mkdir(parents=True)
    with pytest.raises(ModelError, match="made no model"):
        adopt(stage, tmp_path)
    assert list(tmp_path.iterdir()) == []
    discard(stage)  # twice does no harm


def test_only_old_trash_is_emptied(tmp_path: Path) -> None:
    old, new = tmp_path / ".trash" / "old", tmp_path / ".trash" / "new"
    for place in (old, new):
        (place / "model").mkdir(parents=True)
    long_ago_s = time.time() - 40 * 86_400
    os.utime(old, (long_ago_s, long_ago_s))
    store = ModelStore(tmp_path / "shipped", tmp_path)

    store.empty_trash(older_than_days=30)
    assert [place.name for place in (tmp_path / ".trash").iterdir()] == ["new"]
    store.empty_trash()
    assert list((tmp_path / ".trash").iterdir()) == []


class Brightness:
    """Reads the digit that a glyph's first pixel says."""

    reject_threshold = 0.4

    def classify(self, glyphs: U8) -> Scores:
        probabilities = np.eye(10, dtype=np.float32)[glyphs[:, 0, 0] % 10]
        return Scores(probabilities, np.zeros(len(glyphs), np.float32))


def test_measuring_is_evaluating_with_progress() -> None:
    rng = np.random.default_rng(0)
    glyphs = rng.integers(0, 256, (1300, 28, 28), dtype=np.uint8)
    digits = Labelled(glyphs, rng.integers(0, 10, 1300).astype(np.uint8))
    told: list[float] = []

    found = measure(Brightness(), digits, told.append)

    wanted = evaluate(Brightness(), digits)
    assert np.array_equal(found.answers, wanted.answers)
    assert np.array_equal(found.probabilities, wanted.probabilities)
    assert found.threshold == 0.4
    assert told == sorted(told)
    assert len(told) == 3


def test_only_the_test_part_is_measured_where_there_is_one(tmp_path: Path) -> None:
    x = np.zeros((30, 28, 28), np.uint8)
    x[:, 9:19, 13:15] = 255
    y = np.arange(30, dtype=np.uint8) % 10
    np.savez(tmp_path / "a.npz", x_train=x, y_train=y, x_test=x[:7], y_test=y[:7])
    np.savez(tmp_path / "b.npz", x=x, y=y)
    for name, count in (("a.npz", 7), ("b.npz", 30)):
        source = DataSource(SourceKind.NPZ, str(tmp_path / name))
        digits = digits_to_measure(source, lambda task, fraction: None)
        assert len(digits.labels) == count
    with pytest.raises(DataError, match="no file or folder"):
        digits_to_measure(DataSource(SourceKind.NPZ, "/no/such"), lambda task, f: None)
