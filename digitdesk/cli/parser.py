"""The grammar of the command line and the way to its commands."""

import argparse
from importlib import import_module

from digitdesk import __version__

COMMANDS = ("read", "evaluate", "models", "train")
"""Modules of `digitdesk.cli`, each with ``add_parser(subparsers)`` and a ``run``.

`add_parser` makes the command's parser and sets its default ``run``, a function from
the parsed arguments to an exit code. Heavy imports belong inside ``run``.
"""

_EPILOG = """\
Without a command the window opens.

exit codes:
  0  all went well
  1  a file could not be read or written, a training or the smoke test failed
  2  the command line is wrong
  3  the model cannot be used
  130  interrupted, 141  the reader of the output went away
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; ``run`` is None where none was given."""
    parser = argparse.ArgumentParser(
        prog="digitdesk",
        description="Read handwritten digits from a camera, a picture or a page.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=None)
    parser.add_argument(
        "--version", action="version", version=f"digitdesk {__version__}"
    )
    parser.add_argument(
        "--smoke-test",
        action="store_true",
        help="open the window offscreen, read the demo pages, exit 0 if all is right",
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"digitdesk.cli.{name}").add_parser(subparsers)
    return parser
