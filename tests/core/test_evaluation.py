import numpy as np
import pytest

from digitdesk.core.comparison import compare, mcnemar
from digitdesk.core.digit_data import Labelled
from digitdesk.core.evaluation import Evaluation, evaluate, evaluation_of, wilson
from digitdesk.core.types import U8, Scores


def made(
    labels: list[int], answers: list[int], sure: list[float] | None = None
) -> Evaluation:
    """An evaluation in which `answers` were given with confidence `sure`."""
    confidence = np.array(sure or [0.91] * len(labels), np.float32)
    rest = (1 - confidence) / 9
    probabilities = np.repeat(rest[:, None], 10, axis=1)
    probabilities[np.arange(len(labels)), answers] = confidence
    scores = Scores(probabilities.astype(np.float32), 1 - confidence)
    return evaluation_of(scores, np.array(labels, np.uint8), 0.5)


FOUR = made([1, 1, 2, 7], [1, 7, 2, 2], [0.9, 0.8, 0.7, 0.99])


def test_figures_of_a_small_case() -> None:
    assert FOUR.count == 4
    assert FOUR.accuracy().value == 0.5
    assert FOUR.confusion()[1, 7] == 1
    assert FOUR.confusion().sum() == 4
    assert FOUR.recall()[1] == 0.5
    assert FOUR.precision()[2] == 0.5
    assert np.isnan(FOUR.recall()[0])
    assert FOUR.cell(1, 7).tolist() == [1]
    assert FOUR.worst().tolist() == [3, 1]
    assert FOUR.worst(1).tolist() == [3]
    chosen = np.array([0.9, 0.2 / 9, 0.7, 0.01 / 9])
    assert FOUR.loss() == pytest.approx(-np.log(chosen).mean(), rel=1e-5)


def test_the_calibration_error_is_the_mean_gap() -> None:
    # Ten answers of confidence 0.9, nine of them right: honest.
    honest = made([3] * 10, [3] * 9 + [4], [0.9] * 10)
    boasting = made([3] * 10, [3] * 5 + [4] * 5, [0.9] * 10)

    assert honest.calibration_error() == pytest.approx(0, abs=1e-6)
    assert boasting.calibration_error() == pytest.approx(0.4, abs=1e-6)
    assert sum(b.count for b in boasting.reliability()) == 10


def test_full_confidence_falls_into_the_last_bin() -> None:
    assert made([3], [3], [1.0]).reliability()[-1].count == 1


def test_rejecting_the_doubtful_raises_accuracy() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.2, 1, 2000)
    answers = np.where(rng.random(2000) < sure, 3, 4)
    evaluation = made([3] * 2000, answers.tolist(), sure.tolist())

    curve = evaluation.reject_curve()

    assert [point.kept for point in curve] == pytest.approx(
        [1, 0.995, 0.99, 0.98, 0.97, 0.95, 0.9, 0.8], abs=1e-3
    )
    assert curve[-1].accuracy > curve[0].accuracy
    assert evaluation.rejected_share() == pytest.approx((sure < 0.5).mean())


def test_nothing_to_evaluate_is_no_accident() -> None:
    nothing = made([], [])

    assert np.isnan(nothing.accuracy().value)
    assert nothing.loss() == 0
    assert nothing.calibration_error() == 0
    assert nothing.reject_curve() == ()
    assert nothing.rejected_share() == 0


class Parrot:
    """Always says 5."""

    reject_threshold = 0.3

    def classify(self, glyphs: U8) -> Scores:
        probabilities = np.eye(10, dtype=np.float32)[np.full(len(glyphs), 5)]
        return Scores(probabilities, np.zeros(len(glyphs), np.float32))


def test_a_classifier_is_asked() -> None:
    digits = Labelled(np.zeros((4, 28, 28), np.uint8), np.array([5, 5, 1, 5], np.uint8))

    evaluation = evaluate(Parrot(), digits)

    assert evaluation.accuracy().value == 0.75
    assert evaluation.threshold == 0.3


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Figures of R's binom::binom.wilson.
        (9, 10, 0.5958500, 0.9821238),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (9975, 10000, 0.9963, 0.9983),
    ],
)
def test_wilsons_interval(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)

    assert interval.low == pytest.approx(low, abs=1e-4)
    assert interval.high == pytest.approx(high, abs=1e-4)
    assert interval.low <= interval.value <= interval.high


@pytest.mark.parametrize(
    ("only_old", "only_new", "p_value"),
    [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (0, 5, 2 / 32),
        (1, 9, 22 / 1024),
        (0, 2000, 0.0),
    ],
)
def test_mcnemars_exact_test(only_old: int, only_new: int, p_value: float) -> None:
    assert mcnemar(only_old, only_new) == pytest.approx(p_value)


@pytest.mark.parametrize(
    ("old_right", "new_right", "verdict"),
    [(900, 940, "better"), (940, 900, "worse"), (900, 901, "same")],
)
def test_noise_is_not_called_progress(
    old_right: int, new_right: int, verdict: str
) -> None:
    labels = [3] * 1000
    old = made(labels, [3] * old_right + [4] * (1000 - old_right))
    new = made(labels, [3] * new_right + [4] * (1000 - new_right))

    comparison = compare(old, new)

    assert comparison.verdict == verdict
    assert comparison.gain.value == pytest.approx((new_right - old_right) / 1000)
    assert comparison.gain.low <= comparison.gain.value <= comparison.gain.high


def test_models_are_compared_on_the_same_digits_only() -> None:
    with pytest.raises(ValueError, match="different digits"):
        compare(made([1], [1]), made([2], [2]))
