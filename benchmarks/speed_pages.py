"""Pages of digits, made by the simulated pen, for timing."""

import numpy as np

from digitdesk.core.normalise import normalise
from digitdesk.core.pen import Hand, draw, ink, write_digit
from digitdesk.core.types import U8

_HAND = Hand(slant=0.1, aspect=0.6, wobble=0.01, pen=0.09)


def glyphs(count: int) -> U8:
    """Return glyphs of digits, uint8 of shape (count, 28, 28)."""
    rng = np.random.default_rng(3)
    inks = (ink(write_digit(i % 10, _HAND, rng), _HAND, 60, rng) for i in range(count))
    return np.stack([normalise(one) for one in inks])


def page(width: int, height: int, count: int) -> U8:
    """Return a photo of digits in rows, unevenly lit: uint8, (height, width, 3)."""
    rng = np.random.default_rng(count)
    columns = int(np.ceil(np.sqrt(count * width / height)))
    rows = int(np.ceil(count / columns))
    cell = min(width / columns, height / rows)
    canvas = np.zeros((height, width), np.uint8)
    for number in range(count):
        row, column = divmod(number, columns)
        draw(
            canvas,
            write_digit(number % 10, _HAND, rng),
            _HAND,
            left=(column + 0.3) * cell,
            top=(row + 0.2) * cell,
            height=0.6 * cell,
            rng=rng,
        )
    light = np.linspace(150, 235, width, dtype=np.float32)[None, :, None]
    noise = rng.normal(0, 3, (height, width, 3)).astype(np.float32)
    photo = light * (1 - 0.75 / 255 * canvas[:, :, None].astype(np.float32)) + noise
    return np.asarray(photo.clip(0, 255).astype(np.uint8))
