"""The shipped networks, for the tests that read."""

import pytest

from digitdesk.core.paths import default_model, shipped_models
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor


@pytest.fixture(scope="session")
def classifier() -> Predictor:
    return Predictor.load(default_model())


@pytest.fixture(scope="session")
def lines() -> LinePredictor:
    return LinePredictor.load(shipped_models())
