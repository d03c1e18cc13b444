"""``digitdesk read``: print the digits of picture files."""

import argparse
import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitdesk.cli import exit_codes
from digitdesk.cli.choices import (
    add_model_option,
    add_preprocessing_options,
    chosen_model,
    chosen_settings,
)

if TYPE_CHECKING:
    from digitdesk.cli.reader import Outcome

_DESCRIPTION = """\
Read pictures and print the digits of each written line, in reading order. Of several
files each line of the output starts with its file's name. "-" is the picture on the
standard input. A file that cannot be read is reported and does not stop the others.
"""


def add_parser(subparsers: Any) -> None:  # noqa: ANN401 - argparse hides its type
    """Add the command ``read``."""
    parser = subparsers.add_parser(
        "read",
        help="print the digits of picture files",
        description=_DESCRIPTION,
        epilog="exit codes: 0 all files read, 1 a file could not be read, "
        "2 wrong command line, 3 the model cannot be used",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a picture, or -")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.add_argument(
        "--single", action="store_true", help="each picture is exactly one digit"
    )
    parser.add_argument(
        "--all", action="store_true", help='print also what is "not a digit"'
    )
    add_model_option(parser)
    add_preprocessing_options(parser)
    parser.set_defaults(run=run, error=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Read the files and print what was found; return the exit code."""
    try:
        settings = chosen_settings(arguments)
    except ValueError as error:
        arguments.error(str(error))
    # Imported late: only now it is sure that something will be read.
    from digitdesk.cli.reader import Reader
    from digitdesk.ml.model_card import ModelError

    names = list(expand(arguments.files))
    try:
        reader = Reader(
            chosen_model(arguments),
            settings,
            single=arguments.single,
            keep_all=arguments.all,
            workers=min(len(names), os.cpu_count() or 1, 4),
        )
    except (ModelError, FileNotFoundError) as error:
        print(f"digitdesk: {error}", file=sys.stderr)
        return exit_codes.NO_MODEL
    with reader:
        outcomes = reader.read(names)
        if arguments.json:
            return print_json(outcomes)
        return print_text(outcomes, with_names=len(names) > 1)


def expand(names: Iterable[str]) -> Iterator[str]:
    """Replace patterns such as ``*.png``, which not every shell does, by files.

    A name that is no pattern, or a pattern that fits nothing, is kept.
    """
    for name in names:
        found = []
        if glob.has_magic(name) and not Path(name).exists():
            found = sorted(glob.glob(name))  # noqa: PTH207 - absolute patterns too
        yield from found or [name]


def print_text(outcomes: Iterable["Outcome"], *, with_names: bool) -> int:
    """Print a line of digits each, and errors to the standard error stream."""
    code = exit_codes.OK
    for outcome in outcomes:
        if outcome.error is not None:
            sys.stdout.flush()
            print(f"digitdesk: {outcome.name}: {outcome.error}", file=sys.stderr)
            code = exit_codes.FAILED
            continue
        texts = [" ".join(line.numbers) for line in outcome.lines]
        if with_names:
            texts = [f"{outcome.name}: {text}" for text in texts or [""]]
        for text in texts:
            print(text)
    return code


def print_json(outcomes: Iterable["Outcome"]) -> int:
    """Print a list of one object per file, each as soon as it is read."""
    import json

    code = exit_codes.OK
    opening = "["
    for outcome in outcomes:
        print(opening, json.dumps(outcome.record()), sep="\n", end="")
        opening = ","
        if outcome.error is not None:
            code = exit_codes.FAILED
    print("\n]")
    return code
