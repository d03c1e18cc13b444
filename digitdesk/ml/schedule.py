"""How the learning rate moves during a training."""

import math

from digitdesk.core.training_types import Schedule

_WARM_UP = 0.2
_START = 0.05


def rate_factor(schedule: Schedule, progress: float) -> float:
    """Return the share of the highest learning rate to use now.

    Parameters
    ----------
    schedule : Schedule
        ONE_CYCLE rises during the first fifth and falls to 0; COSINE only falls.
    progress : float
        Done share of the whole training, 0 to 1.

    Returns
    -------
    float
        0 to 1.

    References
    ----------
    L. N. Smith, N. Topin, "Super-convergence: very fast training of neural networks
    using large learning rates", 2019.
    """
    if schedule is Schedule.CONSTANT:
        return 1.0
    if schedule is Schedule.COSINE:
        return (1 + math.cos(math.pi * progress)) / 2
    if progress < _WARM_UP:
        return _START + (1 - _START) * progress / _WARM_UP
    return (1 - progress) / (1 - _WARM_UP)
