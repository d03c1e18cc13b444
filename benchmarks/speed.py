"""Measure DigitDesk's speed: ``python -m benchmarks.speed [--json] [PART...]``."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict

from benchmarks.speed_timing import Row, table


def _command() -> list[Row]:
    from benchmarks.speed_command import command_rows

    return command_rows()


def _network() -> list[Row]:
    from benchmarks.speed_reading import network_rows

    return network_rows()


def _frame() -> list[Row]:
    from benchmarks.speed_reading import frame_rows

    return frame_rows()


def _forms() -> list[Row]:
    from benchmarks.speed_forms import form_rows

    return form_rows()


def _start() -> list[Row]:
    from benchmarks.speed_window import start_rows

    return start_rows()


def _live() -> list[Row]:
    from benchmarks.speed_window import live_rows

    return live_rows()


PARTS: dict[str, Callable[[], list[Row]]] = {
    # The window first: nothing else is in memory then.
    "start": _start,
    "live": _live,
    "command": _command,
    "network": _network,
    "frame": _frame,
    "forms": _forms,
}


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows = [row for part in arguments.parts or PARTS for row in PARTS[part]()]
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        print(f"{platform.platform()}, {os.cpu_count()} cores; ", end="")
        print("ratio: times the median of the case's first subject\n")
        print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
