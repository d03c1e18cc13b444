"""Make a network's confidence honest, on pictures that it did not learn from."""

import math

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.digit_data import Labels
from digitdesk.core.types import F32

_LOWEST, _HIGHEST = 0.05, 20.0
_STEPS = 60


def softmax(logits: F32) -> NDArray[np.float64]:
    """Return probabilities of shape (n, k) for logits of the same shape."""
    wide = logits.astype(np.float64)
    exponents = np.exp(wide - wide.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))


def negative_log_likelihood(logits: F32, labels: Labels, temperature: float) -> float:
    """Return the mean loss in nats if logits are divided by `temperature`."""
    chosen = softmax(logits / np.float32(temperature))[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-300)).mean())


def fit_temperature(logits: F32, labels: Labels) -> float:
    """Return the temperature at which confidence fits accuracy best.

    Parameters
    ----------
    logits : ndarray of float32, shape (n, k)
        Or logarithms of probabilities. Of pictures that taught nothing.
    labels : ndarray of uint8, shape (n,)
        Column of the right answer.

    Returns
    -------
    float
        From 0.05 to 20; above 1 the network was too sure of itself. 1 for no
        pictures.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural
    networks", ICML 2017.
    """
    if len(labels) == 0:
        return 1.0
    # The loss has one minimum in log T, so a golden-section search finds it.
    low, high = math.log(_LOWEST), math.log(_HIGHEST)
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(_STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        losses = [
            negative_log_likelihood(logits, labels, math.exp(at))
            for at in (left, right)
        ]
        if losses[0] <= losses[1]:
            high = right
        else:
            low = left
        if high - low < 1e-4:
            break
    return math.exp((low + high) / 2)


def fit_reject_threshold(not_digit: NDArray[np.floating], keep: float = 0.995) -> float:
    """Return the strictest threshold that keeps a share `keep` of real digits.

    Parameters
    ----------
    not_digit : ndarray of float, shape (n,)
        Figures in [0, 1] that the network gave to real digits.
    keep : float
        Share in (0, 1] that must not be rejected.

    Returns
    -------
    float
        In [0, 1]; 1 for no pictures.
    """
    if len(not_digit) == 0:
        return 1.0
    place = math.ceil(keep * len(not_digit)) - 1
    return float(min(1.0, np.sort(not_digit)[max(place, 0)]))
