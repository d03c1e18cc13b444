"""The network that reads whole lines, as it is shipped."""

from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest

from digitdesk.core.line_text import BLANK, likely_numbers
from digitdesk.core.paths import default_model, shipped_models
from digitdesk.core.strip import STRIP_HEIGHT
from digitdesk.ml.line_predictor import (
    LETTER_NETWORK,
    LINE_NETWORK,
    LinePredictor,
)
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.synthesis import pen_digits
from digitdesk.ml.written_lines import NO_DIGIT, Writer


@pytest.fixture(scope="module")
def lines() -> LinePredictor:
    return LinePredictor.load(shipped_models())


def copied_networks(folder: Path) -> Path:
    """Copy the shipped networks, to do something to them."""
    for name in (LINE_NETWORK, LETTER_NETWORK):
        copyfile(shipped_models() / name, folder / name)
    return folder


def test_it_reads_most_numbers_of_the_simulated_pen(lines: LinePredictor) -> None:
    writer = Writer(*pen_digits(400, np.random.default_rng(11)))
    strips = writer.strips(150, np.random.default_rng(12))
    right = [
        likely_numbers(lines.answers(picture), 4)[0]
        == tuple(digits[digits != NO_DIGIT].tolist())
        for picture, digits in zip(strips.pictures, strips.digits, strict=True)
    ]
    assert np.mean(right) > 0.55  # many hardly can be read by anybody


def test_answers_are_logarithms_of_probabilities(lines: LinePredictor) -> None:
    strip = np.random.default_rng(0).integers(0, 255, (STRIP_HEIGHT, 131), np.uint8)
    answers = lines.answers(strip)
    assert answers.shape == (131 // 2, BLANK + 1)
    assert np.allclose(np.exp(answers).sum(axis=1), 1, atol=1e-5)


def test_an_empty_strip_holds_no_number(lines: LinePredictor) -> None:
    assert (
        likely_numbers(lines.answers(np.zeros((STRIP_HEIGHT, 200), np.uint8)), 3)[0]
        == ()
    )


def test_room_at_the_right_changes_nothing_at_the_left(lines: LinePredictor) -> None:
    strip = np.zeros((STRIP_HEIGHT, 64), np.uint8)
    strip[8:32, 20:24] = 200
    wider = np.pad(strip, ((0, 0), (0, 400)))
    assert np.allclose(lines.answers(strip)[:16], lines.answers(wider)[:16], atol=0.2)


def test_a_strip_of_another_height_is_refused(lines: LinePredictor) -> None:
    with pytest.raises(ValueError, match=f"{STRIP_HEIGHT} rows, not 28"):
        lines.answers(np.zeros((28, 100), np.uint8))


@pytest.mark.parametrize("name", [LINE_NETWORK, LETTER_NETWORK])
def test_a_missing_network_is_named(tmp_path: Path, name: str) -> None:
    networks = copied_networks(tmp_path)
    (networks / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} cannot be used; install"):
        LinePredictor.load(networks)


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("name", [LINE_NETWORK, LETTER_NETWORK])
def test_half_a_network_is_refused(tmp_path: Path, name: str, share: float) -> None:
    networks = copied_networks(tmp_path)
    whole = (networks / name).read_bytes()
    (networks / name).write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError, match="cannot be used; install"):
        LinePredictor.load(networks)


@pytest.mark.parametrize("name", [LINE_NETWORK, LETTER_NETWORK])
def test_a_network_for_single_digits_is_refused(tmp_path: Path, name: str) -> None:
    networks = copied_networks(tmp_path)
    (network,) = default_model().glob("*.tflite")
    copyfile(network, networks / name)
    with pytest.raises(ModelError, match="cannot be used"):
        LinePredictor.load(networks)


def test_the_two_networks_are_not_mistaken_for_each_other(tmp_path: Path) -> None:
    networks = copied_networks(tmp_path)
    copyfile(networks / LETTER_NETWORK, networks / LINE_NETWORK)
    with pytest.raises(ModelError, match="11 figures for every 2 columns"):
        LinePredictor.load(networks)
