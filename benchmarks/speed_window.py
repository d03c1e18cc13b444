"""Time the window: its start, and what a 60 fps source sees of it.

Each measurement is a program of its own: ``python -m benchmarks.speed_window JOB``
prints its figures as JSON.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import psutil

from benchmarks.speed_timing import Row, row

RATE_HZ = 60
LIVE_S = 10


def start_rows(repeats: int = 7) -> list[Row]:
    """Time from starting the process to first paint and first reading."""
    runs = [_run("start") for _ in range(repeats)]
    figures = {
        "paint_ms": "to first paint",
        "paint_cpu_ms": "to first paint, processor time",
        "reading_ms": "to first reading",
        "reading_cpu_ms": "to first reading, processor time",
    }
    case = "start of the window"
    return [
        *(row(case, name, [run[key] for run in runs]) for key, name in figures.items()),
        row("demo, 5 s", "resident memory", [r["resident_mb"] for r in runs], "MB"),
    ]


def live_rows() -> list[Row]:
    """Time frames of a 1280x720 video at 60 fps on their way to the screen."""
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "demo.avi"
        _write_video(video)
        run = _run("live", str(video))
    case = f"1280x720 at {RATE_HZ} fps, {LIVE_S} s"
    due = RATE_HZ * LIVE_S
    drops = {
        "frames not read from the source": due - run["captured"],
        "frames read but not painted": run["captured"] - len(run["paint_ms"]),
    }
    return [
        row(case, "read() to paint", run["paint_ms"]),
        row(case, "read() to boxes shown", run["boxes_ms"]),
        row(case, "reading of a frame", run["reading_ms"]),
        row(case, "readings per second", [len(run["boxes_ms"]) / LIVE_S], "1/s"),
        *(row(case, name, [100 * n / due], "%") for name, n in drops.items()),
        row(case, "resident memory", [run["resident_mb"]], "MB"),
    ]


def _run(*arguments: str) -> dict[str, Any]:
    started_s = time.time()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed_window", str(started_s), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the window failed ({done.returncode}):\n{done.stderr}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _write_video(path: Path) -> None:
    from digitdesk.core.sources.demo import DemoSource

    demo = DemoSource()
    demo.open()
    codec = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), codec, RATE_HZ, (1280, 720))
    for number in range(5 * RATE_HZ):
        writer.write(demo.picture(20 + number // 4))
    writer.release()


def _child(started_s: float, job: str, arguments: list[str]) -> int:
    # Only what the program itself imports at its start may be imported before it.
    from digitdesk.app import Folders, Program, make_application

    application = make_application(())
    with tempfile.TemporaryDirectory() as folder:
        program = Program(application, Folders.below(Path(folder)))
        from benchmarks.speed_probe import LiveProbe, StartProbe

        probe: StartProbe | LiveProbe
        if job == "start":
            probe = StartProbe(program, started_s)
        else:
            probe = LiveProbe(program, arguments[0], LIVE_S)
        probe.ended.connect(application.quit)
        program.show()
        application.exec()
        resident_mb = psutil.Process().memory_info().rss / 1e6
        program.window.close()
        program.shut_down()
    print(json.dumps({**probe.figures, "resident_mb": resident_mb}))
    return 0


if __name__ == "__main__":
    sys.exit(_child(float(sys.argv[1]), sys.argv[2], sys.argv[3:]))
