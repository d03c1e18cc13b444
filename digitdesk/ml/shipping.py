"""Make a trained network ready to ship: convert, calibrate, measure, describe."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitdesk.core.evaluation import evaluate
from digitdesk.core.files import write_atomically
from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import U8
from digitdesk.ml.augment import Augmenter
from digitdesk.ml.calibration import fit_reject_threshold, fit_temperature
from digitdesk.ml.convert import to_tflite
from digitdesk.ml.model_card import DIGITS_AND_REJECT, ModelCard, checksum
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.shipped_data import (
    Origin,
    ShippedData,
    load_signs,
    measuring_sets,
)

if TYPE_CHECKING:
    import keras

_CALIBRATION_GLYPHS = 1_000
_KEEP = 0.99  # share of augmented real digits that must not be rejected


def ship(
    model: "keras.Model", data: ShippedData, folder: Path, out: Path, seed: int = 1
) -> ModelCard:
    """Write the model folder of a trained network.

    Parameters
    ----------
    model : keras.Model
        Eleven logits for glyphs of shape (28, 28, 1) in [0, 1].
    data : ShippedData
        Training glyphs set the 8-bit ranges, validation glyphs temperature and
        threshold.
    folder : Path
        The data sets; the measuring ones give the card's scores.
    out : Path
        Model folder to write.
    seed : int
        Fixes the choice of glyphs and their changes.

    Returns
    -------
    ModelCard
        As written.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    rng = np.random.default_rng(seed)
    everything = np.concatenate([part.glyphs for part in data.train])
    chosen = rng.permutation(len(everything))[:_CALIBRATION_GLYPHS]
    network = to_tflite(model, Augmenter(seed=seed).batch(everything[chosen]))
    card = ModelCard(
        name="DigitDesk small",
        sha256=checksum(network),
        classes=DIGITS_AND_REJECT,
        training_data=tuple(part.name for part in data.train),
        description="Reads one handwritten digit and tells digits from other ink; "
        "six convolutions with 8-bit weights.",
    )
    card = _calibrated(card, network, data.validation, seed)
    card = replace(card, scores=_scores(card, network, folder))
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / card.network, network)
    card.save(out)
    return card


def _calibrated(
    card: ModelCard, network: bytes, validation: Sequence[Origin], seed: int
) -> ModelCard:
    """Fit temperature and threshold on held-out digits, as they are and changed.

    Parts that hold other ink too are left out: their digits were cut out of rows, and
    of some nobody could say whether they are whole.
    """
    digits = [part for part in validation if NOT_DIGIT not in part.labels]
    glyphs = np.concatenate([part.glyphs for part in digits])
    labels = np.concatenate([part.labels for part in digits])
    glyphs = np.concatenate([glyphs, Augmenter(seed=seed).batch(glyphs)])
    labels = np.concatenate([labels, labels])
    raw = Predictor(card, network).classify(glyphs)
    logits = np.log(np.maximum(raw.probabilities, np.finfo(np.float32).tiny))
    card = replace(card, temperature=round(fit_temperature(logits, labels), 4))
    not_digit = Predictor(card, network).classify(glyphs).not_digit
    threshold = round(fit_reject_threshold(not_digit, _KEEP), 4)
    return replace(card, reject_threshold=threshold)


def _scores(card: ModelCard, network: bytes, folder: Path) -> dict[str, float]:
    """Measure on sets that were never trained on."""
    predictor = Predictor(card, network)
    scores: dict[str, float] = {}
    for part in measuring_sets(folder):
        evaluation = evaluate(predictor, part)
        scores[f"{part.name}_accuracy"] = round(evaluation.accuracy().value, 5)
        scores[f"{part.name}_ece"] = round(evaluation.calibration_error(), 5)
        scores[f"{part.name}_rejected"] = round(evaluation.rejected_share(), 5)
    scores["signs_accepted"] = _accepted(predictor, load_signs(folder)[1::2])
    return scores


def _accepted(predictor: Predictor, glyphs: U8) -> float:
    """Return the share of glyphs that pass as digits."""
    not_digit = predictor.classify(glyphs).not_digit
    return round(float((not_digit <= predictor.reject_threshold).mean()), 5)
