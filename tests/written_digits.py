"""Digits written by the simulated pen: real work for trainings, made in a moment."""

from functools import cache
from pathlib import Path

import numpy as np

from digitdesk.core.digit_data import Labelled
from digitdesk.core.normalise import normalise
from digitdesk.core.pen import Hand, ink, write_digit
from digitdesk.core.training_types import (
    DataSource,
    NetworkName,
    SourceKind,
    TrainingConfig,
    TrainingJob,
)
from digitdesk.core.types import U8


@cache  # many tests want the same ones
def written_digits(count: int, seed: int = 0) -> Labelled:
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    return Labelled(
        np.stack([_glyph(int(label), rng) for label in labels]),
        labels.astype(np.uint8),
    )


def _glyph(label: int, rng: np.random.Generator) -> U8:
    hand = Hand.sample(rng)
    return normalise(ink(write_digit(label, hand, rng), hand, 40, rng))


def saved_digits(folder: Path, count: int) -> DataSource:
    digits = written_digits(count)
    path = folder / "written.npz"
    np.savez(path, x=digits.glyphs, y=digits.labels)
    return DataSource(SourceKind.NPZ, str(path))


def small_job(folder: Path, count: int = 800, **choices: object) -> TrainingJob:
    """A training of seconds in `folder`; `choices` change its configuration."""
    source = saved_digits(folder, count)
    plain: dict[str, object] = {
        "sources": [{"kind": source.kind, "path": source.path}],
        "network": NetworkName.TINY,
        "epochs": 3,
        "batch_size": 32,
        **choices,
    }
    return TrainingJob(
        config=TrainingConfig.from_json(plain),
        run_folder=str(folder / "run"),
        models_folder=str(folder / "models"),
        name="Meine Ziffern",
    )
