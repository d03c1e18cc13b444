import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitdesk.core.types import F32
from digitdesk.ml import shipped_data
from digitdesk.ml.model_card import DIGITS, DIGITS_AND_REJECT, ModelCard, checksum
from digitdesk.ml.synthesis import NotDigits, pen_digits
from tests.ml.linear_network import linear_network

MakeFolder = Callable[..., Path]


@pytest.fixture
def weights() -> F32:
    """Of a linear network with eleven outputs."""
    return np.random.default_rng(5).normal(0, 0.1, (11, 784)).astype(np.float32)


@pytest.fixture
def make_folder(tmp_path: Path, weights: F32) -> MakeFolder:
    """Make a model folder around a linear network; `card` changes its card."""

    def make(network: bytes | None = None, outputs: int = 11, **card: object) -> Path:
        folder = tmp_path / "model"
        folder.mkdir(exist_ok=True)
        content = linear_network(weights[:outputs]) if network is None else network
        (folder / "network.tflite").write_bytes(content)
        values: dict[str, Any] = {
            "name": "Linear",
            "sha256": checksum(content),
            "classes": DIGITS_AND_REJECT if outputs == 11 else DIGITS,
            "reject_threshold": 0.25,
            **card,
        }
        ModelCard(**values).save(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def small_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
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


@pytest.fixture
def small_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take small parts of the small data sets."""
    counts = {"mnist_train": 50, "mouse": 10, "semeion": 6, "tablet": 4}
    monkeypatch.setattr(shipped_data, "_VALIDATION", counts)
    for name, count in (("_PEN_DIGITS", 30), ("_ROW_DIGITS", 20), ("_NEGATIVES", 40),
                        ("_CLUTTER", 20),
                        ("_ROW_FRAGMENTS", 20)):  # fmt: skip
        monkeypatch.setattr(shipped_data, name, count)
