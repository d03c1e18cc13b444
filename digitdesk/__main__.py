"""Start DigitDesk: the window, or one of the commands."""

import os
import sys
from collections.abc import Sequence

from digitdesk.cli import exit_codes
from digitdesk.cli.parser import build_parser

TRAIN_CHILD = "--train-child"
"""As the only argument: be the program in which the window lets networks learn."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run DigitDesk.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; by default those of the process.

    Returns
    -------
    int
        The exit code; see `digitdesk.cli.exit_codes`.
    """
    if TRAIN_CHILD in (sys.argv[1:2] if argv is None else argv[:1]):
        return _run_training_program()
    _accept_any_file_name()
    arguments = build_parser().parse_args(argv)
    if arguments.run is None:
        return _open_window(smoke_test=arguments.smoke_test)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.BROKEN_PIPE
    return code


def _run_training_program() -> int:
    # Before anything can print: its standard output belongs to the window.
    from digitdesk.ml import child

    return child.main()


def _open_window(*, smoke_test: bool) -> int:
    # Imported late: the commands must not wait for Qt.
    from digitdesk import app

    return app.main(smoke_test=smoke_test)


def _accept_any_file_name() -> None:
    """Print any name, even one that is no text in the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:  # a program without a console
            continue
        utf8 = stream.encoding.lower() == "utf-8"
        errors = "surrogateescape" if utf8 else "backslashreplace"
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


if __name__ == "__main__":
    sys.exit(main())
