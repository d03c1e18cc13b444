from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitdesk.core.types import F32
from digitdesk.ml.model_card import DIGITS, DIGITS_AND_REJECT, ModelCard, checksum
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
