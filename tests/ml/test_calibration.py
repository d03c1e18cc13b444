import numpy as np
import pytest

from digitdesk.ml.calibration import (
    fit_reject_threshold,
    fit_temperature,
    negative_log_likelihood,
    softmax,
)


@pytest.mark.parametrize("overconfidence", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_overconfidence(overconfidence: float) -> None:
    rng = np.random.default_rng(1)
    honest = rng.normal(0, 2, (20_000, 10)).astype(np.float32)
    drawn = (softmax(honest).cumsum(axis=1) < rng.random((20_000, 1))).sum(axis=1)
    labels = np.minimum(drawn, 9).astype(np.uint8)
    boasting = honest * np.float32(overconfidence)

    temperature = fit_temperature(boasting, labels)

    assert temperature == pytest.approx(overconfidence, rel=0.05)
    assert negative_log_likelihood(
        boasting, labels, temperature
    ) <= negative_log_likelihood(boasting, labels, 1.0)


def test_a_perfect_network_gets_a_temperature_in_range() -> None:
    labels = (np.arange(100) % 10).astype(np.uint8)

    assert 0.05 <= fit_temperature(np.eye(10, dtype=np.float32)[labels], labels) <= 20


def test_no_pictures_leave_everything_as_it_is() -> None:
    nothing = np.zeros((0, 10), np.float32)

    assert fit_temperature(nothing, np.zeros(0, np.uint8)) == 1
    assert fit_reject_threshold(np.zeros(0)) == 1


@pytest.mark.parametrize(("keep", "kept"), [(1.0, 1000), (0.97, 970), (0.5, 500)])
def test_the_threshold_keeps_the_wanted_share(keep: float, kept: int) -> None:
    figures = np.random.default_rng(2).random(1000)

    threshold = fit_reject_threshold(figures, keep)

    assert (figures <= threshold).sum() == kept
