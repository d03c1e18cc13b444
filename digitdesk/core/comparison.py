"""Tell progress from noise: two models on the same digits."""

import math
from dataclasses import dataclass

import numpy as np

from digitdesk.core.evaluation import Evaluation, Interval

SIGNIFICANT = 0.05
_ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a new model differs from an old one on the same digits.

    Attributes
    ----------
    only_old, only_new : int
        Digits that only the old, only the new model reads right.
    p_value : float
        Of McNemar's exact test: how likely so large a difference is by chance.
    gain : Interval
        New accuracy minus old, with a 95 % bootstrap interval.
    """

    only_old: int
    only_new: int
    p_value: float
    gain: Interval

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``same`` (no difference beyond chance)."""
        if self.p_value >= SIGNIFICANT:
            return "same"
        return "better" if self.only_new > self.only_old else "worse"


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """Another model's answers to the same digits, and how the new model differs.

    Attributes
    ----------
    name : str
        What to call it.
    evaluation : Evaluation
        Its answers.
    comparison : Comparison
        In which it is the old one.
    """

    name: str
    evaluation: Evaluation
    comparison: Comparison


def compare(old: Evaluation, new: Evaluation, seed: int = 0) -> Comparison:
    """Compare two models' answers to the same digits.

    Raises
    ------
    ValueError
        If the digits differ.
    """
    if not np.array_equal(old.labels, new.labels):
        raise ValueError("the two evaluations are of different digits")
    only_old = int((old.right & ~new.right).sum())
    only_new = int((new.right & ~old.right).sum())
    return Comparison(
        only_old,
        only_new,
        mcnemar(only_old, only_new),
        _bootstrap(only_old, only_new, old.count, seed),
    )


def mcnemar(only_old: int, only_new: int) -> float:
    """Return the two-sided p-value of McNemar's exact test.

    References
    ----------
    Q. McNemar, "Note on the sampling error of the difference between correlated
    proportions or percentages", Psychometrika 12, 1947.
    """
    trials, fewer = only_old + only_new, min(only_old, only_new)
    tail = sum(math.comb(trials, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << trials))


def _bootstrap(only_old: int, only_new: int, count: int, seed: int) -> Interval:
    """Resample digits: only those that the models read differently matter."""
    if count == 0:
        return Interval(math.nan, -1.0, 1.0)
    shares = np.array([only_old, only_new, count - only_old - only_new]) / count
    drawn = np.random.default_rng(seed).multinomial(count, shares, _ROUNDS)
    gains = (drawn[:, 1] - drawn[:, 0]) / count
    low, high = np.quantile(gains, [0.025, 0.975])
    return Interval((only_new - only_old) / count, float(low), float(high))
