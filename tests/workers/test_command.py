import sys
from pathlib import Path

import pytest

from digitdesk.workers.command import program_command


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
