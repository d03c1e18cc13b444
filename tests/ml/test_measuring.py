from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.digit_data import Labelled
from digitdesk.core.paths import default_model
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.ml.data_formats import DataError
from digitdesk.ml.measuring import digits_to_measure, measure_beside
from digitdesk.ml.model_card import ModelCard, checksum
from tests.ml.linear_network import linear_network
from tests.written_digits import written_digits

WORDS = "{name} reads"


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    """A model that takes everything for a 0."""
    network = linear_network(np.zeros((10, 784), np.float32))
    (tmp_path / "network.tflite").write_bytes(network)
    ModelCard(name="Blind", sha256=checksum(network)).save(tmp_path)
    return tmp_path


def test_two_models_read_the_same_digits(blind: Path) -> None:
    told: list[str] = []

    found = measure_beside(
        default_model(),
        blind,
        written_digits(40),
        WORDS,
        lambda text, _: told.append(text),
    )

    assert found.name == "DigitDesk small"
    assert found.rival is not None
    assert found.rival.name == "Blind"
    assert found.rival.comparison.verdict == "better"
    assert found.rival.evaluation.accuracy().value == pytest.approx(0.1)
    assert told == ["DigitDesk small reads", "Blind reads"]


def test_a_model_is_no_rival_of_itself(blind: Path) -> None:
    digits = written_digits(10)

    for other in (None, blind):
        found = measure_beside(blind, other, digits, WORDS, lambda text, _: None)
        assert found.rival is None
        assert found.digits is digits


def test_nothing_cannot_be_measured(blind: Path) -> None:
    none = Labelled(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))

    with pytest.raises(DataError, match="no test pictures"):
        measure_beside(blind, None, none, WORDS, lambda text, _: None)


@pytest.mark.parametrize("seed", range(6))
def test_a_small_source_is_measured_whole_unless_it_names_a_test_part(
    tmp_path: Path, seed: int
) -> None:
    written = written_digits(20, seed=seed)
    x, y = written.glyphs[:8], written.labels[:8]
    np.savez(tmp_path / "few.npz", x=x, y=y)
    source = DataSource(SourceKind.NPZ, str(tmp_path / "few.npz"))
    assert len(digits_to_measure(source, lambda *_: None).labels) == 8
    np.savez(tmp_path / "few.npz", x_train=x, y_train=y, x_test=x[:3], y_test=y[:3])
    assert len(digits_to_measure(source, lambda *_: None).labels) == 3
