"""Figures as people write them, and what a comparison means in a sentence."""

import math

from PySide6.QtCore import QCoreApplication

from digitdesk.core.comparison import SIGNIFICANT, Comparison
from digitdesk.core.evaluation import Interval


def percent(share: float, places: int = 2) -> str:
    """Write a share in [0, 1]; a dash if it is unknown."""
    return "–" if math.isnan(share) else f"{100 * share:.{places}f} %"  # noqa: RUF001 - a dash


def interval_words(interval: Interval) -> str:
    """Write a share's 95 % interval."""
    text = _tr("{low} to {high}")
    return text.format(low=percent(interval.low), high=percent(interval.high))


def comparison_sentence(
    name: str, other: str, comparison: Comparison, count: int
) -> str:
    """Say how `name` (the new one) does beside `other` on `count` digits.

    Whether the difference could be chance is part of the sentence, so that nobody
    takes noise for progress.
    """
    gain = comparison.only_new - comparison.only_old
    if gain == 0:
        text = _tr("“{name}” and “{other}” read equally many of {count} digits right.")
    elif gain > 0:
        text = _tr("“{name}” reads {gain} more of {count} digits than “{other}”")
    else:
        text = _tr("“{name}” reads {gain} fewer of {count} digits than “{other}”")
    text = text.format(
        name=name, other=other, gain=f"{abs(gain):,}", count=f"{count:,}"
    )
    return text if gain == 0 else f"{text}; {_chance(comparison.p_value)}"


def gain_sentence(comparison: Comparison) -> str:
    """Write the gain in accuracy with its interval, in percentage points."""
    gain = comparison.gain
    text = _tr("Difference: {value} points (95 % interval {low} to {high}).")
    value, low, high = (f"{100 * x:+.2f}" for x in (gain.value, gain.low, gain.high))
    return text.format(value=value, low=low, high=high)


def _chance(p_value: float) -> str:
    p_words = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
    if p_value < SIGNIFICANT:
        return _tr("that is hardly chance ({p}).").format(p=p_words)
    return _tr("that could be chance ({p}).").format(p=p_words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Evaluation", text)
