import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digitdesk.__main__ import main
from digitdesk.cli.parser import build_parser
from digitdesk.cli.train import chosen_config, source_of
from digitdesk.core.training_types import (
    DataSource,
    NetworkName,
    Schedule,
    SourceKind,
    TrainingConfig,
)
from digitdesk.ml.model_card import ModelCard
from tests.written_digits import saved_digits


def test_the_defaults_are_the_fast_recipe_on_mnist() -> None:
    assert chosen_config(build_parser().parse_args(["train"])) == TrainingConfig()


def test_every_choice_can_be_made(tmp_path: Path) -> None:
    options = (
        f"train --data mnist --data {tmp_path}/own.npz --network mlp --epochs 4 "
        "--batch-size 16 --learning-rate 0.5 --schedule cosine --optimiser sgd "
        "--patience 2 --seed 9 --limit 100 --augment"
    )

    config = chosen_config(build_parser().parse_args(options.split()))

    assert config.network is NetworkName.MLP
    assert config.schedule is Schedule.COSINE
    assert (config.epochs, config.batch_size, config.limit) == (4, 16, 100)
    assert config.augment
    assert [source.title for source in config.sources] == ["MNIST", "own.npz"]


def test_sources_are_told_by_their_look(tmp_path: Path) -> None:
    (tmp_path / "idx").mkdir()
    (tmp_path / "idx" / "train-images-idx3-ubyte").touch()

    assert source_of("mnist") == DataSource(SourceKind.MNIST)
    assert source_of("samples").kind is SourceKind.SAMPLES
    assert source_of(str(tmp_path)).kind is SourceKind.FOLDER
    assert source_of(str(tmp_path / "idx")).kind is SourceKind.IDX
    assert source_of("a-images.idx3-ubyte.gz").kind is SourceKind.IDX
    assert source_of("a.npz").path == str(Path("a.npz").absolute())


@pytest.mark.parametrize(
    "options", [["--epochs", "0"], ["--network", "vgg"], ["--learning-rate", "nan"]]
)
def test_impossible_choices_are_usage_errors(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["train", *options])

    assert options[0][2:].replace("-", " ")[:5] in capsys.readouterr().err


def test_the_layers_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--layers", "--network", "tutorial"]) == 0

    out = capsys.readouterr().out
    assert "26 x 26 x 32" in out
    assert "1,199,882" in out


def command(tmp_path: Path, *options: str) -> list[str]:
    source = saved_digits(tmp_path, 600)
    return [
        *(sys.executable, "-m", "digitdesk", "train", "--data", source.path),
        *("--network", "tiny", "--batch-size", "32", "--name", "Tiny net"),
        *("--output", str(tmp_path / "models"), *options),
    ]


def test_missing_data_end_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITDESK_HOME", str(tmp_path / "home"))

    assert main(["train", "--data", str(tmp_path / "none.npz")]) == 1

    assert "none.npz" in capsys.readouterr().err


@pytest.mark.train
def test_a_model_is_trained_and_saved(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "--epochs", "2"),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DIGITDESK_HOME": str(tmp_path / "home")},
    )

    lines = done.stdout.splitlines()
    assert done.stderr == ""  # TensorFlow greets nobody
    assert "pictures to learn" in lines[0]
    assert [line for line in lines if line.startswith("epoch ")][-1].startswith(
        "epoch 2/2"
    )
    folder = Path(lines[-1])
    assert folder == tmp_path / "models" / "tiny-net"
    assert ModelCard.load(folder).name == "Tiny net"


@pytest.mark.train
def test_ctrl_c_stops_and_keeps_the_best(tmp_path: Path) -> None:
    # A terminal, as a user has: its bar moves.
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        command(tmp_path, "--epochs", "1000"),
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
        env={**os.environ, "DIGITDESK_HOME": str(tmp_path / "home")},
    ) as process:
        os.close(terminal)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("epoch 2/"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        shown = b""
        while b"pictures/s" not in shown:
            shown += os.read(screen, 4096)
        os.close(screen)

    assert process.returncode == 0, rest
    assert (tmp_path / "models" / "tiny-net" / "network.tflite").is_file()
