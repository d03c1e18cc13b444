import json
from dataclasses import replace

import pytest

from digitdesk.core.training_types import (
    ConfigError,
    DataSource,
    NetworkName,
    Optimiser,
    Schedule,
    SourceKind,
    TrainingConfig,
    TrainingOutcome,
)

CHOSEN = TrainingConfig(
    sources=(DataSource(SourceKind.MNIST), DataSource(SourceKind.FOLDER, "/tmp/own ü")),
    network=NetworkName.TINY,
    epochs=7,
    batch_size=32,
    optimiser=Optimiser.SGD,
    learning_rate=0.125,
    schedule=Schedule.COSINE,
    augment=True,
    patience=2,
    seed=9,
    limit=500,
)


def test_a_configuration_survives_the_way_through_json() -> None:
    text = json.dumps(CHOSEN.to_json())

    assert TrainingConfig.from_json(json.loads(text)) == CHOSEN


def test_missing_keys_get_the_defaults() -> None:
    assert TrainingConfig.from_json({"epochs": 2}) == TrainingConfig(epochs=2)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        pytest.param([], "JSON object", id="no object"),
        pytest.param({"epoch": 3}, "Unknown", id="unknown key"),
        pytest.param({"epochs": "3"}, "whole number", id="text for a number"),
        pytest.param({"epochs": True}, "whole number", id="truth for a number"),
        pytest.param({"epochs": 0}, "from 1 to 1000", id="no epochs"),
        pytest.param({"learning_rate": float("nan")}, "learning rate", id="nan"),
        pytest.param({"learning_rate": [1]}, "a number", id="list for a number"),
        pytest.param({"learning_rate": 10**400}, "too large", id="endless"),
        pytest.param({"epochs": 10**400}, "from 1 to 1000", id="endless epochs"),
        pytest.param({"augment": 1}, "true or false", id="number for a truth"),
        pytest.param({"network": "resnet"}, "tutorial", id="unknown network"),
        pytest.param({"optimiser": ["adam"]}, "one of", id="list for a choice"),
        pytest.param({"sources": []}, "at least one", id="no data"),
        pytest.param({"sources": "mnist"}, "list", id="sources as text"),
        pytest.param({"sources": [{"kind": "cifar"}]}, "cifar", id="unknown data"),
        pytest.param({"sources": [{"kind": "npz"}]}, "which file", id="no path"),
        pytest.param({"sources": [{"kind": "npz", "a": 1}]}, "path", id="extra"),
    ],
)
def test_a_wrong_choice_is_named(values: object, word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        TrainingConfig.from_json(values)


def test_the_constructor_checks_too() -> None:
    with pytest.raises(ConfigError, match="batch size"):
        replace(CHOSEN, batch_size=0)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (DataSource(SourceKind.MNIST), "MNIST"),
        (DataSource(SourceKind.NPZ, "/data/usps.npz"), "usps.npz"),
    ],
    ids=["download", "file"],
)
def test_sources_have_short_names(source: DataSource, title: str) -> None:
    assert source.title == title


def test_only_a_finished_training_was_successful() -> None:
    assert TrainingOutcome(kind="finished", message="Done.").was_successful()
    assert not TrainingOutcome(kind="failed", message="No.").was_successful()
