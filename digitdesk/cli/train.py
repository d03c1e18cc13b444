"""``digitdesk train``: let a network learn and keep it as a model."""

import argparse
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from digitdesk.cli import exit_codes
from digitdesk.core.networks import NETWORKS, layer_table
from digitdesk.core.paths import user_models, user_samples, user_training
from digitdesk.core.training_types import (
    RANGES,
    BatchReport,
    ConfigError,
    DataSource,
    EpochReport,
    NetworkName,
    Optimiser,
    Preparing,
    Schedule,
    SourceKind,
    TrainingConfig,
    TrainingEvent,
    TrainingJob,
    TrainingStarted,
)

if TYPE_CHECKING:
    from digitdesk.ml.training_control import TrainingControl

_DESCRIPTION = """\
Train a network and save it as a model folder. Without --data it learns MNIST, which is
downloaded once. Ctrl-C stops and keeps the best epoch; a second Ctrl-C breaks off, and
the same command with --resume goes on.
"""

_BAR_WIDTH = 24
_DEFAULT = TrainingConfig()
_HELP = {
    "epochs": "how often all training pictures are shown",
    "batch_size": "pictures per step",
    "learning_rate": "highest learning rate",
    "patience": "stop after so many epochs without progress; 0 never",
    "seed": "of weights, order, dropout and augmentation",
    "limit": "use at most so many training pictures; 0 uses all",
}


def add_parser(subparsers: Any) -> None:  # noqa: ANN401 - argparse hides its type
    """Add the command ``train``."""
    parser = subparsers.add_parser(
        "train",
        help="let a network learn digits",
        description=_DESCRIPTION,
        epilog="exit codes: 0 a model was saved, 1 the training failed, "
        "2 wrong command line, 130 broken off",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--data",
        action="append",
        metavar="PATH",
        help="an .npz archive, an IDX file, a folder per class, or the words mnist or "
        "samples; may be given several times",
    )
    choices = (
        ("network", NetworkName),
        ("optimiser", Optimiser),
        ("schedule", Schedule),
    )
    for name, kind in choices:
        default = getattr(_DEFAULT, name)
        values = [member.value for member in kind]
        parser.add_argument(f"--{name}", choices=values, default=default.value)
    for name, (low, high) in RANGES.items():
        default = getattr(_DEFAULT, name)
        parser.add_argument(
            "--" + name.replace("_", "-"),
            type=type(default),
            default=default,
            metavar="N",
            help=f"{_HELP[name]} ({low:g} to {high:g}; {default:g})",
        )
    parser.add_argument("--augment", action="store_true", help="vary the pictures")
    parser.add_argument("--name", default="", help="what to call the model")
    parser.add_argument(
        "--output", metavar="FOLDER", help="where the model's folder goes"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with a training broken off"
    )
    parser.add_argument(
        "--layers", action="store_true", help="print the network's layers and end"
    )
    parser.set_defaults(run=run, error=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Train as ordered; return the exit code."""
    try:
        config = chosen_config(arguments)
    except ConfigError as error:
        arguments.error(str(error))
    if arguments.layers:
        _print_layers(config.network)
        return exit_codes.OK
    # What TensorFlow's compiled code has to say is for its developers.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Imported late: only now is it sure that something will learn.
    from digitdesk.ml.training import train
    from digitdesk.ml.training_control import TrainingControl

    control = TrainingControl()
    before = signal.signal(signal.SIGINT, _Interrupter(control))
    console = Console()
    try:
        outcome = train(_job(arguments, config), console.report, control)
    finally:
        signal.signal(signal.SIGINT, before)
    console.clear()
    if outcome.was_successful():
        print(outcome.message)
        print(outcome.model_folder)
        return exit_codes.OK
    print(f"digitdesk: {outcome.message}", file=sys.stderr)
    broken_off = outcome.kind in ("interrupted", "cancelled")
    return exit_codes.INTERRUPTED if broken_off else exit_codes.FAILED


def chosen_config(arguments: argparse.Namespace) -> TrainingConfig:
    """Return the configuration that the options ask for.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """
    return TrainingConfig(
        sources=tuple(map(source_of, arguments.data or ["mnist"])),
        network=NetworkName(arguments.network),
        optimiser=Optimiser(arguments.optimiser),
        schedule=Schedule(arguments.schedule),
        augment=arguments.augment,
        **{name: getattr(arguments, name) for name in RANGES},
    )


def source_of(text: str) -> DataSource:
    """Return the source that a word or path on the command line means."""
    path = Path(text)
    if text == "mnist":
        return DataSource(SourceKind.MNIST)
    if text == "samples":
        return DataSource(SourceKind.SAMPLES, str(user_samples()))
    if "idx" in path.name or (path.is_dir() and any(path.glob("*idx?-ubyte*"))):
        return DataSource(SourceKind.IDX, str(path.absolute()))
    kind = SourceKind.NPZ if path.suffix == ".npz" else SourceKind.FOLDER
    return DataSource(kind, str(path.absolute()))


def _job(arguments: argparse.Namespace, config: TrainingConfig) -> TrainingJob:
    models = Path(arguments.output) if arguments.output else user_models()
    job = TrainingJob(
        config=config,
        run_folder=str(user_training() / f"command-{time.time_ns()}"),
        models_folder=str(models.absolute()),
        name=arguments.name.strip() or f"My {config.network} network",
    )
    return _broken_off(job) or job if arguments.resume else job


def _broken_off(job: TrainingJob) -> TrainingJob | None:
    from digitdesk.ml.checkpoint import resumable_jobs

    same = [
        replace(job, run_folder=found.run_folder)
        for found in resumable_jobs(user_training())
        if found.config == job.config
    ]
    return same[-1] if same else None


def _print_layers(network: NetworkName) -> None:
    rows = layer_table(NETWORKS[network])
    for row in rows:
        shape = " x ".join(map(str, row.shape))
        print(f"{row.name:34}{shape:>16}{row.weights:>12,}")
    print(f"{'weights':34}{'':16}{sum(row.weights for row in rows):>12,}")


class _Interrupter:
    """First Ctrl-C: stop and keep the best. Second: keep the checkpoint only."""

    def __init__(self, control: "TrainingControl") -> None:
        self._control = control
        self._asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            self._control.interrupt()
        else:
            self._control.stop()
        self._asked = True


class Console:
    """Shows a training as lines and, on a terminal, as a bar that moves."""

    def __init__(self) -> None:
        self._moves = sys.stderr.isatty()
        self._task = ""

    def report(self, event: TrainingEvent) -> None:
        """Show one event."""
        if isinstance(event, BatchReport):
            self._draw(_bar(event))
        elif isinstance(event, EpochReport):
            self.clear()
            print(_epoch_line(event), flush=True)
        elif isinstance(event, TrainingStarted):
            self.clear()
            print(_start_line(event), flush=True)
        elif isinstance(event, Preparing):
            share = f" {event.fraction:.0%}" if event.fraction >= 0 else ""
            self._draw(f"{event.task}{share} ...")

    def clear(self) -> None:
        """Remove the moving line."""
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._moves:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()


def _bar(event: BatchReport) -> str:
    done = round(_BAR_WIDTH * event.batch / event.batches)
    bar = "#" * done + "." * (_BAR_WIDTH - done)
    return (
        f"epoch {event.epoch} [{bar}] loss {event.loss:.4f}  "
        f"{event.samples_per_s:,.0f} pictures/s  {event.remaining_s:.0f} s left"
    )


def _epoch_line(event: EpochReport) -> str:
    best = "  best" if event.is_best else ""
    return (
        f"epoch {event.epoch}/{event.epochs}  loss {event.loss:.4f}  "
        f"accuracy {event.accuracy:.2%}  validation loss {event.validation_loss:.4f}  "
        f"accuracy {event.validation_accuracy:.2%}  {event.took_s:.1f} s{best}"
    )


def _start_line(event: TrainingStarted) -> str:
    parts = [
        f"{event.train_count:,} pictures to learn",
        f"{event.validation_count:,} to check",
        f"{event.test_count:,} to test",
        f"{event.weights:,} weights",
        event.device,
    ]
    if event.epochs_done:
        parts.append(f"going on after epoch {event.epochs_done}")
    return ", ".join(parts)
