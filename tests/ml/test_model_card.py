import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digitdesk.ml.model_card import CARD_FILE, DIGITS, ModelCard, ModelError, checksum

MakeFolder = Callable[..., Path]


def card(**changes: Any) -> ModelCard:
    return ModelCard(**{"name": "Mine", "sha256": "a" * 64, **changes})


def record(**changes: object) -> bytes:
    return json.dumps(json.loads(card().to_json()) | changes).encode()


def test_a_saved_card_is_loaded_as_it_was(tmp_path: Path) -> None:
    saved = card(
        name="Zürich 数字",
        temperature=1.25,
        training_data=("MNIST",),
        scores={"mnist_test_accuracy": 0.5},
        description="Reads.",
    )

    saved.save(tmp_path / "new")

    assert ModelCard.load(tmp_path / "new") == saved


def test_the_file_says_how_the_network_is_fed() -> None:
    written = json.loads(card().to_json())

    assert written["format"] == 1
    assert written["input"]["ink"] == "bright"
    assert written["classes"] == list(DIGITS)


def test_unknown_keys_are_passed_over() -> None:
    assert ModelCard.from_json(record(colour="red")) == card()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"\xff\xfe\x00", "not JSON", id="bytes"),
        pytest.param(b"[" * 100_000, "not JSON", id="nested too deep"),
        pytest.param(b"[1]", "not a JSON object", id="list"),
        pytest.param(record(format=2), "'format' is 2", id="newer format"),
        pytest.param(b"{}", "'format' is None", id="nothing"),
        pytest.param(record(input={}), "'input' is {}", id="input"),
        pytest.param(record(preprocessing="x"), "'preprocessing' is 'x'", id="steps"),
        pytest.param(record(classes=["a", "b"]), "'classes' must be", id="classes"),
        pytest.param(record(classes=list("9876543210")), "'classes'", id="order"),
        pytest.param(record(classes=3), "'classes' must be", id="classes number"),
        pytest.param(record(temperature=0), "'temperature' must be", id="cold"),
        pytest.param(record(temperature=-1), "'temperature' must be", id="negative"),
        pytest.param(record(temperature="1"), "'temperature' must be", id="text"),
        pytest.param(record(temperature=True), "'temperature' must be", id="bool"),
        pytest.param(record(temperature=float("nan")), "'temperature'", id="nan"),
        pytest.param(record(reject_threshold=1.5), "'reject_threshold'", id="reject"),
        pytest.param(record(output="raw"), "'output' must be", id="output"),
        pytest.param(record(sha256="A1"), "'sha256' must be", id="checksum"),
        pytest.param(record(sha256=None), "'sha256' must be", id="no checksum"),
        pytest.param(record(network="../n.tflite"), "'network'", id="other folder"),
        pytest.param(record(network="/etc/n.tflite"), "'network'", id="absolute"),
        pytest.param(record(network="model.pkl"), "'network'", id="pickle"),
        pytest.param(record(name=" "), "'name' must be", id="name"),
        pytest.param(record(training_data="MNIST"), "'training_data'", id="data"),
        pytest.param(record(scores={"a": "b"}), "'scores' must be", id="scores"),
        pytest.param(record(created="today"), "'created' must be", id="date"),
        pytest.param(record(created=20261123), "'created' must be", id="date number"),
        pytest.param(record(description=None), "'description'", id="description"),
    ],
)
def test_a_damaged_card_is_named(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / CARD_FILE).write_bytes(content)

    with pytest.raises(ModelError, match=sentence):
        ModelCard.load(tmp_path)


@pytest.mark.parametrize("key", ["name", "sha256", "temperature", "scores"])
def test_a_missing_value_is_named(key: str) -> None:
    values = json.loads(card().to_json())
    del values[key]

    with pytest.raises(ModelError, match=f"says nothing of '{key}'"):
        ModelCard.from_json(json.dumps(values).encode())


def test_a_card_cannot_be_made_with_wrong_values() -> None:
    with pytest.raises(ModelError, match="'temperature'"):
        card(temperature=0.0)


@pytest.mark.parametrize("place", ["absent", "file"])
def test_a_folder_without_card_is_named(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(ModelError, match=r"card\.json"):
        ModelCard.load(tmp_path / place)


def test_the_network_is_checked_against_the_card(make_folder: MakeFolder) -> None:
    folder = make_folder()
    network = folder / "network.tflite"
    content = network.read_bytes()

    assert checksum(ModelCard.load(folder).read_network(folder)) == checksum(content)

    network.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match="checksum is not the model card's"):
        ModelCard.load(folder).read_network(folder)

    network.unlink()
    with pytest.raises(ModelError, match=r"network\.tflite is missing"):
        ModelCard.load(folder).read_network(folder)
