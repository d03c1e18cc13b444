"""Time ``digitdesk read`` as a whole program."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2

from benchmarks.speed_pages import page
from benchmarks.speed_timing import Row, row

FILES = 100


def command_rows(repeats: int = 7) -> list[Row]:
    """Time a run for one file, and what each further file costs."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(FILES):
            path = Path(folder) / f"{number}.jpg"
            path.write_bytes(cv2.imencode(".jpg", page(1280, 720, 10))[1].tobytes())
            files.append(str(path))
        one = [_run_ms(files[:1]) for _ in range(repeats)]
        many = [(_run_ms(files) - min(one)) / (FILES - 1) for _ in range(3)]
    case = "digitdesk read, 1280x720, 10 digits"
    return [row(case, "one file, start included", one), row(case, "each more", many)]


def _run_ms(files: list[str]) -> float:
    start_s = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "digitdesk", "read", *files],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return (time.perf_counter() - start_s) * 1000
