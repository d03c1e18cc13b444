import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitdesk.__main__ import main
from digitdesk.core.normalise import normalise
from digitdesk.core.settings import load_settings
from digitdesk.core.types import F32
from digitdesk.ml.model_card import ModelCard, checksum
from digitdesk.ml.page_scores import (
    PageTruth,
    longest_common,
    read_truth,
    score_page,
)
from tests.ml.linear_network import linear_network
from tests.written_digits import written_digits

Say = Callable[[], str]


def templates() -> F32:
    """Weights of a network that compares with the mean of each digit."""
    digits = written_digits(400)
    means = [digits.glyphs[digits.labels == i].mean(axis=0) for i in range(10)]
    flat = np.stack(means).reshape(10, 784).astype(np.float32) / 255
    scaled: F32 = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return scaled


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folders with two models: a sensible one and a confused one."""
    monkeypatch.setenv("DIGITDESK_HOME", str(tmp_path / "home"))
    for name, weights in (("good", templates()), ("bad", templates()[::-1])):
        folder = tmp_path / "home" / "data" / "models" / name
        folder.mkdir(parents=True)
        network = linear_network(np.ascontiguousarray(weights))
        (folder / "network.tflite").write_bytes(network)
        ModelCard(name=f"{name} net", sha256=checksum(network)).save(folder)
    return tmp_path / "home"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    return lambda: "".join(capsys.readouterr())


@pytest.fixture
def digits(tmp_path: Path) -> str:
    written = written_digits(200, seed=7)
    np.savez(tmp_path / "d.npz", x=written.glyphs, y=written.labels)
    return str(tmp_path / "d.npz")


def test_models_are_listed_and_one_is_marked(home: Path, say: Say) -> None:
    assert main(["models", "activate", "good net"]) == 0
    assert "“good net” reads" in say()
    chosen = load_settings(home / "config" / "settings.json").settings.model
    assert Path(chosen).name == "good"

    assert main(["models"]) == 0

    lines = {line[2:].split()[0]: line for line in say().splitlines()}
    assert lines["good"].startswith("*")
    assert lines["bad"].startswith(" ")
    assert "shipped" in lines["digitdesk-small"]


def test_the_shipped_model_is_remembered_wherever_it_lies(home: Path, say: Say) -> None:
    for name in ("good net", "digitdesk-small"):
        assert main(["models", "activate", name]) == 0
    assert load_settings(home / "config" / "settings.json").settings.model == ""
    say()
    assert main(["models"]) == 0
    assert any(line.startswith("* digitdesk-small") for line in say().splitlines())


def test_a_model_goes_out_and_comes_back(home: Path, tmp_path: Path, say: Say) -> None:
    assert main(["models", "export", "good", str(tmp_path / "out")]) == 0
    folder = Path(say().strip())
    assert (
        main(["models", "import", str(folder / "network.tflite"), "--name", "N"]) == 0
    )
    assert Path(say().strip()).name == "n"
    assert main(["models", "delete", "n"]) == 0
    assert "trash" in say()
    main(["models", "list"])
    assert " n " not in say()


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["activate", "none"], 3, "No model is called"),
        (["import", "none.tflite"], 3, "cannot be read"),
        (["compare", "good", "bad", "--data", "none.npz"], 1, "no file or folder"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_mistakes_get_a_sentence(
    home: Path, say: Say, words: list[str], code: int, text: str
) -> None:
    assert main(["models", *words]) == code

    assert text in say()


def test_two_models_are_compared(home: Path, digits: str, say: Say) -> None:
    assert main(["models", "compare", "good", "bad", "--data", digits]) == 0
    assert "The first is better." in say()
    assert main(["models", "compare", "good", "good", "--data", digits]) == 0
    assert "No difference beyond chance." in say()


def test_labelled_digits_are_evaluated(home: Path, digits: str, say: Say) -> None:
    assert main(["evaluate", "good", "--data", digits, "--json"]) == 0
    record = json.loads(say())

    assert record["count"] == 200
    assert record["accuracy"] > 0.5
    assert np.sum(record["confusion"]) == 200
    assert main(["evaluate", "good", "--data", digits]) == 0
    assert f"{record['accuracy']:.2%}" in say()


def test_a_given_test_part_is_what_is_measured(
    home: Path, tmp_path: Path, say: Say
) -> None:
    some = written_digits(100)
    np.savez(
        tmp_path / "m.npz",
        x_train=some.glyphs,
        y_train=some.labels,
        x_test=some.glyphs[:30],
        y_test=some.labels[:30],
    )

    main(["evaluate", "good", "--data", str(tmp_path / "m.npz"), "--json"])

    assert json.loads(say())["count"] == 30


def test_pages_are_evaluated(home: Path, tmp_path: Path, say: Say) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page = np.full((60, 160), 255, np.uint8)
    for place, glyph in enumerate(written_digits(3).glyphs):
        page[16:44, 20 + 45 * place : 48 + 45 * place] = 255 - normalise(glyph)
    cv2.imwrite(str(folder / "a.png"), page)
    truth = {"a.png": {"lines": ["012"], "ordered": True}}
    (folder / "truth.json").write_text(json.dumps(truth))

    assert main(["evaluate", "good", "--data", str(folder), "--json"]) == 0

    record = json.loads(say())
    assert (record["pages"], record["lines"]) == (1, 1)
    assert 0 <= record["f1"] <= 1
    assert record["files"][0]["truth"] == ["012"]
    assert main(["evaluate", "good", "--data", str(folder)]) == 0
    assert "digit F1" in say()


@pytest.mark.parametrize("content", ["{", '{"a": {}}', '{"a": {"lines": 3}}'])
def test_a_damaged_truth_gets_a_sentence(
    home: Path, tmp_path: Path, say: Say, content: str
) -> None:
    (tmp_path / "truth.json").write_text(content)

    assert main(["evaluate", "good", "--data", str(tmp_path)]) == 1

    assert "damaged" in say()


@pytest.mark.parametrize(
    ("lines", "ordered", "read", "right", "exact"),
    [
        (("123", "45"), True, ["123", "45"], 5, 2),
        (("123", "45"), True, ["45", "123"], 3, 2),
        (("123", "45"), False, ["54", "321"], 5, 0),
        (("123",), True, ["1223"], 3, 0),
        (("123",), True, [], 0, 0),
    ],
    ids=["right", "swapped", "scattered", "one too many", "nothing"],
)
def test_pages_are_scored(
    lines: tuple[str, ...], ordered: bool, read: list[str], right: int, exact: int
) -> None:
    score = score_page(PageTruth("a", lines, ordered), read)

    assert (score.right, score.exact_lines) == (right, exact)


def test_the_longest_common_subsequence() -> None:
    assert longest_common("12345", "1x3x5") == 3
    assert longest_common("", "1") == 0


def test_a_missing_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"truth\.json"):
        read_truth(tmp_path)
