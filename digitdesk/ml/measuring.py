"""Let models read labelled digits, with progress and a way to stop."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from digitdesk.core.digit_data import DigitData, Labelled, Part
from digitdesk.core.evaluation import Evaluation, evaluation_of
from digitdesk.core.training_types import DataSource
from digitdesk.core.types import Classifier, Scores
from digitdesk.ml.data_formats import DataError, Progress
from digitdesk.ml.dataset import load_data

_CHUNK = 512

Fraction = Callable[[float], None]
"""Told how much is done, 0 to 1; what it raises ends the reading."""


def digits_to_measure(source: DataSource, progress: Progress) -> Labelled:
    """Read all digits of a source; of one with a test part only that.

    Raises
    ------
    DataError
        If the source cannot be used or is not there.
    """
    if source.path and not Path(source.path).exists():
        raise DataError(f"There is no file or folder “{source.path}”.")
    data = load_data([source], progress)
    if _names_test(data):
        return data.part(Part.TEST)
    return Labelled(data.glyphs, data.labels)


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


def _names_test(data: DigitData) -> bool:
    """Whether the source itself says which digits are for tests.

    Those follow the others, as one block; a test part drawn by us is scattered.
    """
    test = data.parts == Part.TEST
    count = int(test.sum())
    return 0 < count < len(test) and bool(test[-count:].all())
