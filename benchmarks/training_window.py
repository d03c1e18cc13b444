"""What a training costs the window, and what the window costs a training.

    python -m benchmarks.training_window [--data mnist.npz] [--rounds 3] [--limit 20000]

*Stalls*: a timer of 10 ms in the window's thread; how late it comes while nothing is
trained and while a network learns (start and end of the training program included), the
Training page in front. *Own work* is the processor time that the window's thread itself
spent between two beats: what would be left on a computer with nothing else to do.
*Throughput*: pictures a second of the second epoch in the training program, beside the
same steps in a bare loop of a script. Rounds alternate: a busy computer is unkind to
both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

BEAT_MS = 10
QUIET_S = 8.0
PATIENCE_S = 900.0

Gaps = list[float]


def main() -> int:
    """Measure both and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data/mnist.npz", type=Path)
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--limit", default=20_000, type=int)
    parser.add_argument("--part", choices=("stalls", "bare"))
    arguments = parser.parse_args()
    data, limit = arguments.data.resolve(), arguments.limit
    if arguments.part:
        measured = {"stalls": stalls, "bare": bare}[arguments.part](data, limit)
        print(json.dumps(measured))
        return 0
    idle, learning = _part("stalls", data, limit)
    print(f"{'':24}{'median':>9}{'99 %':>9}{'worst':>9}")
    for when, beats in (("idle", idle), ("learning", learning)):
        for kind, gaps in (("gaps", beats[0]), ("own work", beats[1])):
            figures = "".join(f"{value:>6.1f} ms" for value in _figures(gaps))
            print(f"{when + ', ' + kind:24}{figures}")
    ratio = max(learning[0]) / max(idle[0])
    print(f"worst gap while learning beside idle: {ratio:.2f} times\n")
    rates: dict[str, list[float]] = {"bare loop": [], "training program": []}
    for _ in range(arguments.rounds):
        rates["bare loop"] += _part("bare", data, limit)
        rates["training program"].append(in_child(data, limit))
    for name, values in rates.items():
        print(f"{name:24}{statistics.median(values):>9,.0f} pictures/s")
    bare_rate, child_rate = (statistics.median(values) for values in rates.values())
    print(f"training program beside bare loop: {child_rate / bare_rate:.1%}")
    return 0


def _figures(gaps: Gaps) -> tuple[float, float, float]:
    ordered = sorted(gaps)
    return statistics.median(gaps), ordered[int(0.99 * len(gaps))], ordered[-1]


def _part(name: str, data: Path, limit: int) -> list[Any]:
    """Measure in a program of its own, so that no part leaves threads to another."""
    command = [sys.executable, "-m", "benchmarks.training_window", "--part", name]
    options = ["--data", str(data), "--limit", str(limit)]
    done = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE)
    measured: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def stalls(data: Path, limit: int) -> list[list[Gaps]]:
    """Return gaps and own work in ms between beats: idle, and while training."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest

    from digitdesk.app import Folders, Program, make_application
    from digitdesk.core.training_types import DataSource, SourceKind, TrainingConfig

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    source = DataSource(SourceKind.NPZ, str(data))
    config = TrainingConfig(sources=(source,), epochs=1, limit=limit)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITDESK_HOME"] = folder
        program = Program(make_application(()), Folders.below(Path(folder)))
        program.show()
        program.window.show_page(program.training.page)
        _wait(lambda: program.training.workshop is not None)
        workshop = program.training.workshop
        assert workshop is not None
        workshop.page.setup.show_config(config)
        workshop.data.load()
        _wait(lambda: workshop.page.browser.grid.count > 0)
        QTest.qWait(2000)
        beats: list[tuple[float, float]] = []
        heart = QTimer(program)
        heart.setTimerType(Qt.TimerType.PreciseTimer)
        heart.setInterval(BEAT_MS)
        heart.timeout.connect(lambda: beats.append(_now()))
        heart.start()
        QTest.qWait(int(QUIET_S * 1000))
        idle = _gaps_ms(beats)
        beats.clear()
        workshop.page.progress.start.click()
        _wait(lambda: workshop.page.progress.start.isEnabled())
        learning = _gaps_ms(beats)
        heart.stop()
        program.window.close()
        program.shut_down()
    return [idle, learning]


def _wait(until: Callable[[], bool]) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop

    deadline_s = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > deadline_s:
            raise TimeoutError("The program did not get that far")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _gaps_ms(beats: list[tuple[float, float]]) -> list[Gaps]:
    return [
        [1000 * (later[clock] - earlier[clock]) for earlier, later in pairwise(beats)]
        for clock in (0, 1)
    ]


def bare(data: Path, limit: int) -> list[float]:
    """Return pictures a second of the second epoch in a bare loop."""
    from digitdesk.core.digit_data import Labelled, Part
    from digitdesk.core.training_types import DataSource, SourceKind, TrainingConfig
    from digitdesk.ml.batches import Batches
    from digitdesk.ml.dataset import load_data
    from digitdesk.ml.learner import Learner

    config = TrainingConfig(sources=(DataSource(SourceKind.NPZ, str(data)),))
    learner = Learner(config)
    train = load_data(config.sources, lambda *_: None).part(Part.TRAIN)
    digits = Labelled(train.glyphs[:limit], train.labels[:limit])
    batches = Batches(digits, config.batch_size, config.seed, augment=config.augment)
    took_s = 0.0
    for number in (1, 2):
        began = time.perf_counter()
        for glyphs, labels in batches.epoch(number):
            learner.step(glyphs, labels, config.learning_rate)
        learner.totals()  # waits for the last step
        took_s = time.perf_counter() - began
    return [len(digits.labels) / took_s]


def in_child(data: Path, limit: int) -> float:
    """Return pictures a second of the second epoch in the training program."""
    from digitdesk.core.messages import decode_event, encode_job
    from digitdesk.core.training_types import (
        DataSource,
        EpochReport,
        SourceKind,
        TrainingConfig,
        TrainingJob,
        TrainingStarted,
    )

    source = DataSource(SourceKind.NPZ, str(data))
    config = TrainingConfig(sources=(source,), epochs=2, limit=limit)
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        job = TrainingJob(
            config=config,
            run_folder=f"{folder}/run",
            models_folder=f"{folder}/models",
            name="benchmark",
        )
        with subprocess.Popen(
            [sys.executable, "-m", "digitdesk", "--train-child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(encode_job(job))
            child.stdin.flush()
            for event in map(decode_event, child.stdout):
                if isinstance(event, TrainingStarted):
                    count = event.train_count
                if isinstance(event, EpochReport) and event.epoch == 2:
                    child.stdin.close()
                    return count / event.took_s
    raise RuntimeError("the training program ended before its second epoch")


if __name__ == "__main__":
    sys.exit(main())
