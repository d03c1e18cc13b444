"""Turn a trained network into a model folder that DigitDesk reads with."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from digitdesk.core.digit_data import DigitData, Part
from digitdesk.core.evaluation import evaluate
from digitdesk.core.files import write_atomically
from digitdesk.core.networks import NETWORKS, layer_table
from digitdesk.core.training_types import EpochReport, TrainingJob
from digitdesk.core.types import F32
from digitdesk.ml.calibration import fit_reject_threshold, fit_temperature, softmax
from digitdesk.ml.checkpoint import json_of_history, save_job
from digitdesk.ml.convert import to_tflite
from digitdesk.ml.data_formats import Progress
from digitdesk.ml.folders import draft_folder, place_folder
from digitdesk.ml.learner import Learner
from digitdesk.ml.model_card import ModelCard, checksum
from digitdesk.ml.networks import ends_in_softmax
from digitdesk.ml.predictor import Predictor

KERAS_FILE = "network.keras"
HISTORY_FILE = "history.json"


def finish_model(
    job: TrainingJob,
    learner: Learner,
    data: DigitData,
    history: Sequence[EpochReport],
    progress: Progress,
) -> Path:
    """Calibrate, convert and measure the network, and save all as a model folder.

    Temperature and reject threshold come from the validation part; the test part is
    only measured. The folder appears in one step when it is complete.

    Returns
    -------
    Path
        The new folder, in the job's models folder.

    Raises
    ------
    OSError
        If the folder cannot be written to or the disk is full.
    """
    progress("Converting the network", -1.0)
    network = to_tflite(learner.model)
    card = _calibrated_card(job, learner, data, network)
    progress("Measuring the network", -1.0)
    card = replace(card, scores=_scores(card, network, data))
    models = Path(job.models_folder)
    with draft_folder(models) as draft:
        write_atomically(draft / card.network, network)
        learner.model.save(draft / KERAS_FILE)
        write_atomically(draft / HISTORY_FILE, json_of_history(tuple(history)).encode())
        save_job(replace(job, run_folder=str(draft)))
        card.save(draft)
        return place_folder(draft, models, job.name)


def _calibrated_card(
    job: TrainingJob, learner: Learner, data: DigitData, network: bytes
) -> ModelCard:
    validation = data.part(Part.VALIDATION)
    logits = _logits(job, learner.answers(validation.glyphs))
    temperature = fit_temperature(logits, validation.labels)
    sure = softmax(logits / np.float32(temperature)).max(axis=1)
    weights = sum(row.weights for row in layer_table(NETWORKS[job.config.network]))
    return ModelCard(
        name=job.name,
        sha256=checksum(network),
        output="probabilities" if _has_softmax(job) else "logits",
        temperature=temperature,
        reject_threshold=fit_reject_threshold(1 - sure),
        training_data=data.titles,
        description=f"Network “{job.config.network}”, {weights:,} weights.",
    )


def _has_softmax(job: TrainingJob) -> bool:
    return ends_in_softmax(job.config.network)


def _logits(job: TrainingJob, answers: F32) -> F32:
    if not _has_softmax(job):
        return answers
    return np.log(np.maximum(answers, np.finfo(np.float32).tiny))


def _scores(card: ModelCard, network: bytes, data: DigitData) -> dict[str, float]:
    scores = {}
    for part, name in ((Part.VALIDATION, "validation"), (Part.TEST, "test")):
        digits = data.part(part)
        if len(digits.labels):
            measured = evaluate(Predictor(card, network), digits)
            scores[f"{name} accuracy"] = measured.accuracy().value
            scores[f"{name} loss"] = measured.loss()
            scores[f"{name} calibration error"] = measured.calibration_error()
    return scores
