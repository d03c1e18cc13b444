from importlib import import_module

import pytest

from digitdesk import __version__
from digitdesk.__main__ import main
from digitdesk.cli import exit_codes
from digitdesk.cli.parser import COMMANDS, build_parser


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])

    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"digitdesk {__version__}\n"


def test_help_names_every_command_and_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    text = capsys.readouterr().out
    for command in COMMANDS:
        assert f"    {command}" in text
    for name in ("OK", "FAILED", "USAGE", "NO_MODEL", "INTERRUPTED", "BROKEN_PIPE"):
        assert f"  {getattr(exit_codes, name)}  " in text.replace(", ", "\n  ")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_run_function(command: str) -> None:
    module = import_module(f"digitdesk.cli.{command}")

    assert callable(module.add_parser)
    assert callable(module.run)


def test_no_command_means_the_window() -> None:
    assert build_parser().parse_args([]).run is None


def test_an_unknown_command_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["paint"])

    assert stopped.value.code == exit_codes.USAGE
    assert "paint" in capsys.readouterr().err
