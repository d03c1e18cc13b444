"""How good a model is, with the doubt that belongs to each figure."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.digit_data import Labelled, Labels
from digitdesk.core.types import F32, Classifier, Scores

_Z_95 = 1.959963984540054
CALIBRATION_BINS = 15
KEEP_SHARES = (1.0, 0.995, 0.99, 0.98, 0.97, 0.95, 0.9, 0.8)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Digits of about the same confidence; all figures 0 to 1."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class RejectPoint:
    """What is left if the least certain digits are rejected.

    `kept` is the share of digits kept by `threshold`, `accuracy` is among those.
    """

    threshold: float
    kept: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A model's answers to labelled digits.

    Attributes
    ----------
    labels, answers : ndarray of uint8, shape (n,)
        What the digits are and what they were taken for.
    probabilities : ndarray of float32, shape (n, 10)
        Each row sums to 1.
    not_digit : ndarray of float32, shape (n,)
        In [0, 1].
    threshold : float
        The model's own reject threshold.
    """

    labels: Labels
    answers: Labels
    probabilities: F32
    not_digit: F32
    threshold: float

    @property
    def count(self) -> int:
        """How many digits there are."""
        return len(self.labels)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which digits were read right."""
        return np.asarray(self.answers == self.labels)

    def accuracy(self) -> Interval:
        """Return the share of digits read right, with Wilson's interval."""
        return wilson(int(self.right.sum()), self.count)

    def loss(self) -> float:
        """Return the mean negative logarithm of the right digits' probabilities."""
        chosen = self.probabilities[np.arange(self.count), self.labels]
        floor = np.finfo(np.float32).tiny
        return float(-np.log(np.maximum(chosen, floor)).mean()) if self.count else 0.0

    def confusion(self) -> NDArray[np.int64]:
        """Return counts, shape (10, 10): rows are what is, columns what was read."""
        cells = self.labels.astype(np.int64) * 10 + self.answers
        return np.bincount(cells, minlength=100).reshape(10, 10)

    def precision(self) -> NDArray[np.float64]:
        """Return for each digit how often reading it was right; NaN if never read."""
        table = self.confusion()
        return _shares(table.diagonal(), table.sum(axis=0))

    def recall(self) -> NDArray[np.float64]:
        """Return for each digit how often it was recognised; NaN if there is none."""
        table = self.confusion()
        return _shares(table.diagonal(), table.sum(axis=1))

    def reliability(self) -> tuple[ReliabilityBin, ...]:
        """Return bins of equal width in confidence; empty ones have a count of 0."""
        confidence = self.probabilities.max(axis=1, initial=0)
        bins = np.minimum(
            (confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1
        )
        return tuple(self._bin(confidence, bins == i) for i in range(CALIBRATION_BINS))

    def _bin(self, confidence: F32, chosen: NDArray[np.bool_]) -> ReliabilityBin:
        count = int(chosen.sum())
        if count == 0:
            return ReliabilityBin(0, 0.0, 0.0)
        mean = float(confidence[chosen].mean())
        return ReliabilityBin(count, mean, float(self.right[chosen].mean()))

    def calibration_error(self) -> float:
        """Return the expected calibration error (ECE), 0 to 1."""
        gaps = (b.count * abs(b.confidence - b.accuracy) for b in self.reliability())
        return sum(gaps) / max(self.count, 1)

    def reject_curve(self) -> tuple[RejectPoint, ...]:
        """Return accuracy among the kept, from keeping all to keeping 80 %."""
        return tuple(self._reject_point(share) for share in KEEP_SHARES if self.count)

    def _reject_point(self, share: float) -> RejectPoint:
        place = max(math.ceil(share * self.count) - 1, 0)
        threshold = float(np.sort(self.not_digit)[place])
        kept = self.not_digit <= threshold
        return RejectPoint(
            threshold, float(kept.mean()), float(self.right[kept].mean())
        )

    def rejected_share(self) -> float:
        """Return the share of digits that the model's own threshold rejects."""
        return float((self.not_digit > self.threshold).mean()) if self.count else 0.0

    def worst(self, most: int = 50) -> NDArray[np.int64]:
        """Return indices of misread digits, those read with most confidence first."""
        wrong = np.flatnonzero(~self.right)
        order = np.argsort(-self.probabilities[wrong].max(axis=1), kind="stable")
        return wrong[order][:most]

    def cell(self, label: int, answer: int) -> NDArray[np.int64]:
        """Return indices of the digits in one cell of the confusion matrix."""
        return np.flatnonzero((self.labels == label) & (self.answers == answer))


def evaluate(classifier: Classifier, digits: Labelled) -> Evaluation:
    """Let `classifier` read `digits`."""
    return evaluation_of(
        classifier.classify(digits.glyphs), digits.labels, classifier.reject_threshold
    )


def evaluation_of(scores: Scores, labels: Labels, threshold: float) -> Evaluation:
    """Return the evaluation of answers that were given already."""
    answers = scores.probabilities.argmax(axis=1).astype(np.uint8)
    return Evaluation(
        labels, answers, scores.probabilities, scores.not_digit, threshold
    )


def wilson(successes: int, trials: int) -> Interval:
    """Return a share and its 95 % interval.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22, 1927.
    """
    if trials == 0:
        return Interval(math.nan, 0.0, 1.0)
    share, z2 = successes / trials, _Z_95**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z_95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    half /= 1 + z2 / trials
    # The formula's own rounding must not exclude the share itself.
    return Interval(share, max(0.0, min(share, middle - half)),
                    min(1.0, max(share, middle + half)))  # fmt: skip


def _shares(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    shares = np.full(10, np.nan)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
