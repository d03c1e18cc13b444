import sys
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from digitdesk import __version__
from digitdesk.workers.command import CommandOutcome, CommandRun, program_command

END_MS = 60_000


@pytest.fixture
def command(qapp: object) -> CommandRun:
    return CommandRun()


def run(qtbot: QtBot, command: CommandRun, *arguments: str) -> CommandOutcome:
    with qtbot.waitSignal(command.ended, timeout=END_MS) as heard:
        command.start(*arguments)
        assert command.is_running
    assert heard.args is not None
    outcome = heard.args[0]
    assert isinstance(outcome, CommandOutcome)
    assert not command.is_running
    return outcome


def test_a_command_answers_with_its_last_line(
    qtbot: QtBot, command: CommandRun
) -> None:
    outcome = run(qtbot, command, "--version")

    assert outcome.succeeded
    assert __version__ in outcome.text


def test_a_failing_command_says_why(
    qtbot: QtBot, command: CommandRun, tmp_path: Path
) -> None:
    outcome = run(qtbot, command, "read", str(tmp_path / "gone.png"))

    assert not outcome.succeeded
    assert "gone.png" in outcome.text
    assert not outcome.text.startswith("digitdesk: ")


def test_commands_can_follow_but_not_overlap(qtbot: QtBot, command: CommandRun) -> None:
    with qtbot.waitSignal(command.ended, timeout=END_MS):
        command.start("--version")
        with pytest.raises(RuntimeError, match="running already"):
            command.start("--version")

    assert run(qtbot, command, "--version").succeeded


def test_a_cancelled_command_ends_at_once(qtbot: QtBot, command: CommandRun) -> None:
    with qtbot.waitSignal(command.ended, timeout=END_MS) as heard:
        command.start("read", "--json", "-")
        command.cancel()

    assert heard.args is not None
    assert not heard.args[0].succeeded
    assert heard.args[0].text
    assert psutil.Process().children() == []


def test_shutdown_leaves_nothing_running(command: CommandRun) -> None:
    assert command.shutdown()  # nothing ran
    command.start("--version")

    assert not command.shutdown(5000)

    assert psutil.Process().children() == []


def test_a_program_that_is_not_there_is_told(
    qtbot: QtBot, command: CommandRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))

    with qtbot.waitSignal(command.ended, timeout=END_MS) as heard:
        command.start("--version")

    assert heard.args is not None
    assert not heard.args[0].succeeded
    assert heard.args[0].text


def test_a_source_tree_starts_through_python() -> None:
    assert program_command("models") == [sys.executable, "-m", "digitdesk", "models"]


@pytest.mark.parametrize(
    ("files", "started"),
    [
        pytest.param(["digitdesk"], "digitdesk", id="one program"),
        pytest.param(
            ["digitdesk.exe", "digitdesk-cli.exe"], "digitdesk-cli.exe", id="windows"
        ),
    ],
)
def test_a_bundle_starts_the_program_that_can_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], started: str
) -> None:
    for file in files:
        (tmp_path / file).touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / files[0]))

    assert program_command("--train-child") == [
        str(tmp_path / started),
        "--train-child",
    ]
