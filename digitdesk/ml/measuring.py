"""Let models read labelled digits, with progress and a way to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from digitdesk.core.comparison import Rival, compare
from digitdesk.core.digit_data import Labelled
from digitdesk.core.evaluation import Evaluation, evaluation_of
from digitdesk.core.training_types import DataSource
from digitdesk.core.types import Classifier, Scores
from digitdesk.ml.data_formats import DataError, Progress
from digitdesk.ml.dataset import read_source
from digitdesk.ml.predictor import Predictor

_CHUNK = 512

Fraction = Callable[[float], None]
"""Told how much is done, 0 to 1; what it raises ends the reading."""


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """What a model read, alone or beside another.

    Attributes
    ----------
    name : str
        What the model is called.
    digits : Labelled
        What it read.
    evaluation : Evaluation
        How well.
    rival : Rival or None
        The other model's answers.
    """

    name: str
    digits: Labelled
    evaluation: Evaluation
    rival: Rival | None


def measure_beside(
    folder: Path, other: Path | None, digits: Labelled, words: str, progress: Progress
) -> Measurement:
    """Let a model read digits, and another one too if it is not the same.

    Parameters
    ----------
    folder : Path
        The model's.
    other : Path or None
        The rival's.
    digits : Labelled
        At least one.
    words : str
        What to say meanwhile; ``{name}`` is the model that reads.
    progress : callable
        Told those words and how far that model is, 0 to 1.

    Raises
    ------
    DataError
        If there are no digits.
    ModelError
        If a model cannot read.
    """
    if not len(digits.labels):
        raise DataError("There are no test pictures to measure with: add some.")
    first = Predictor.load(folder)
    name = first.card.name
    found = measure(first, digits, partial(progress, words.format(name=name)))
    if other is None or other == folder:
        return Measurement(name, digits, found, None)
    second = Predictor.load(other)
    told = words.format(name=second.card.name)
    before = measure(second, digits, partial(progress, told))
    rival = Rival(second.card.name, before, compare(before, found))
    return Measurement(name, digits, found, rival)


def digits_to_measure(source: DataSource, progress: Progress) -> Labelled:
    """Read all digits of a source; of one with a test part only that.

    Raises
    ------
    DataError
        If the source cannot be used or is not there.
    """
    if source.path and not Path(source.path).exists():
        raise DataError(f"There is no file or folder “{source.path}”.")
    parts = read_source(source, progress)
    return parts.train if parts.test is None else parts.test


def measure(classifier: Classifier, digits: Labelled, progress: Fraction) -> Evaluation:
    """Do what `digitdesk.core.evaluation.evaluate` does, telling how far it is."""
    scores = []
    for start in range(0, len(digits.labels), _CHUNK):
        progress(start / len(digits.labels))
        scores.append(classifier.classify(digits.glyphs[start : start + _CHUNK]))
    joint = Scores(
        np.concatenate([part.probabilities for part in scores]),
        np.concatenate([part.not_digit for part in scores]),
    )
    return evaluation_of(joint, digits.labels, classifier.reject_threshold)
