"""Time the start of the bundle beside that of the source tree.

``python -m benchmarks.speed_bundle dist/digitdesk`` starts both in turn and takes the
times from their log files, so that nothing has to be built into either.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psutil

from benchmarks.speed_timing import Row, row, table
from scripts.bundle_parts import size_table

EVENTS = {"Window painted": "to first paint", "First reading": "to first reading"}

FIGURES = {
    **EVENTS,
    "processor": "processor time to first reading",
    "MB": "resident memory",
}

_PATIENCE_S = 120.0


def start(command: Sequence[str]) -> dict[str, float]:
    """Start a program once and close it after its first reading.

    Parameters
    ----------
    command : sequence of str
        Starts DigitDesk's window.

    Returns
    -------
    dict of str to float
        Milliseconds from starting the process to each of `EVENTS`; and at the first
        reading ``processor``, the processor time, and ``MB``, the resident memory.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "DIGITDESK_HOME": home,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        }
        log = Path(home) / "log" / "digitdesk.log"
        started_s = time.time()
        with subprocess.Popen(command, env=environment) as process:
            try:
                lines = _wait(log, "First reading")
                watched = psutil.Process(process.pid)
                used = watched.cpu_times()
                resident_mb = watched.memory_info().rss / 1e6
            finally:
                process.terminate()
    # Of all threads; unlike the elapsed time it hardly depends on other programs.
    processor_ms = (used.user + used.system) * 1000
    return {**_times(lines, started_s), "processor": processor_ms, "MB": resident_mb}


def rows(bundle: Path, repeats: int) -> list[Row]:
    """Compare the bundle with the source tree; each is started `repeats` times."""
    commands = {
        "source tree": [sys.executable, "-m", "digitdesk"],
        "bundle": [str(bundle.absolute() / "digitdesk")],
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            runs[name].append(start(command))
    result = []
    for key, case in FIGURES.items():
        unit = "MB" if key == "MB" else "ms"
        figures = [
            row(case, name, [run[key] for run in runs[name]], unit) for name in commands
        ]
        first = figures[0].median
        result += [replace(figure, ratio=figure.median / first) for figure in figures]
    return result


def _wait(log: Path, words: str) -> list[str]:
    end_s = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end_s:
        if log.exists() and words in (text := log.read_text("utf-8")):
            return text.splitlines()
        time.sleep(0.05)
    raise TimeoutError(f"the program never wrote '{words}' into its log")


def _times(lines: Sequence[str], started_s: float) -> dict[str, float]:
    times = {}
    for line in lines:
        for words in EVENTS:
            if line.endswith(words):
                at = datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S,%f").astimezone()
                times[words] = (at.timestamp() - started_s) * 1000
    return times


def main() -> int:
    """Print the size by part and the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    print(size_table(arguments.bundle))
    print(table(rows(arguments.bundle, arguments.repeats)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
