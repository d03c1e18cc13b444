"""Training pictures in batches: in a new order each epoch, varied if wanted."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from digitdesk.core.digit_data import Labelled, Labels
from digitdesk.core.types import U8
from digitdesk.ml.augment import Augmentation, Augmenter

Batch = tuple[U8, Labels]

GENTLE = Augmentation(
    rotation_deg=10,
    slant=0.15,
    aspect=0.1,
    stroke=0.2,
    renormalise=0.2,
    blur=0.1,
    contrast=0.1,
    noise=0.05,
    remnant=0.02,
    cut=0.02,
)
"""Less than what the shipped model is trained with: trainings here are short."""

_AHEAD = 4


class Batches:
    """The batches of one epoch after another; equal seeds give equal batches.

    Parameters
    ----------
    digits : Labelled
        What to learn from.
    size : int
        Pictures per batch; the last one of an epoch may be smaller.
    seed : int
        Of order and variation.
    augment : bool
        Whether pictures are varied.
    """

    def __init__(
        self, digits: Labelled, size: int, seed: int, *, augment: bool
    ) -> None:
        self._digits = digits
        self._size = size
        self._seed = seed
        self._augment = augment

    def __len__(self) -> int:
        return -(-len(self._digits.labels) // self._size)

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of epoch `number`, whichever epochs came before."""
        order = np.random.default_rng((self._seed, number)).permutation(
            len(self._digits.labels)
        )
        parts = np.split(order, range(self._size, len(order), self._size))
        if not self._augment:
            yield from map(self._plain, parts)
            return
        # Varying is as dear as learning, so it is done ahead, beside it. Each batch
        # has dice of its own: the threads' order does not matter.
        with ThreadPoolExecutor(2, "augment") as pool:
            waiting: deque[Future[Batch]] = deque()
            for place, part in enumerate(parts):
                seed = (self._seed, number, place)
                waiting.append(pool.submit(self._varied, part, seed))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _plain(self, part: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Batch:
        return self._digits.glyphs[part], self._digits.labels[part]

    def _varied(
        self,
        part: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
        seed: tuple[int, int, int],
    ) -> Batch:
        glyphs, labels = self._plain(part)
        return Augmenter(GENTLE, seed).batch(glyphs), labels
