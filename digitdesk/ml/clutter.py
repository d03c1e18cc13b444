"""Glyphs of what is not written at all: textures, prints and things, for training."""

from collections.abc import Callable

import cv2
import numpy as np

from digitdesk.core.finding import find_puzzles
from digitdesk.core.normalise import make_glyph
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.puzzle import CRUMB
from digitdesk.core.types import F32, U8
from digitdesk.ml.paper import paper, photographed

Random = np.random.Generator

_SIZE = (200, 280)
_MOST_ALIKE = 12
"""Glyphs that are taken of one picture."""

_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
          cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,-;:!?&%"


def clutter(count: int, rng: Random) -> U8:
    """Photograph things that nobody wrote, and cut them as reading cuts ink.

    Parameters
    ----------
    count : int
        How many glyphs.
    rng : numpy.random.Generator
        Source of everything that varies.

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)
        Some look just like a digit: a straight joint is a 1.
    """
    made: list[U8] = []
    while len(made) < count:
        puzzles = find_puzzles(scene(rng), PreprocessSettings()).puzzles
        offered = [
            candidate for puzzle in puzzles for candidate in puzzle.candidates
            if candidate.whole.box.h >= CRUMB * puzzle.digit_height
        ]  # fmt: skip
        for index in rng.permutation(len(offered))[:_MOST_ALIKE]:
            made.append(make_glyph(offered[index].whole.ink))
    return np.stack(made[:count])


def scene(rng: Random) -> U8:
    """Photograph a thing that nobody wrote: uint8 of shape (200, 280)."""
    show = _SCENES[int(rng.integers(len(_SCENES)))]
    return photographed(show(rng), rng)


def _noise(rng: Random, grain: float) -> F32:
    """Noise of deviation 1 whose grains are so many pixels wide."""
    rows, columns = _SIZE
    coarse = rng.normal(0, 1, (round(rows / grain) + 3, round(columns / grain) + 3))
    fine = cv2.resize(coarse.astype(np.float32), (columns, rows),
                      interpolation=cv2.INTER_CUBIC)  # fmt: skip
    return np.asarray(fine / max(float(fine.std()), 1e-6), np.float32)


def _grid() -> tuple[F32, F32]:
    y, x = np.mgrid[0 : _SIZE[0], 0 : _SIZE[1]].astype(np.float32)
    return x, y


def _grainy(rng: Random) -> F32:
    """Plaster, carpet, stone: noise of a few grains."""
    scene = np.full(_SIZE, rng.uniform(80, 190), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        grain = float(np.exp(rng.uniform(np.log(2), np.log(50))))
        scene += np.float32(rng.uniform(6, 40)) * _noise(rng, grain)
    return scene


def _waves(rng: Random) -> F32:
    """Wood, cloth, blinds: bent stripes of one direction."""
    x, y = _grid()
    angle = rng.uniform(0, np.pi)
    across = x * np.sin(angle) + y * np.cos(angle)
    across += np.float32(rng.uniform(0, 14)) * _noise(rng, rng.uniform(20, 120))
    stripes = np.sin(across * np.float32(2 * np.pi / rng.uniform(5, 50)))
    if rng.random() < 0.5:
        stripes = np.sign(stripes) * np.abs(stripes) ** np.float32(rng.uniform(0.1, 1))
    scene = rng.uniform(90, 190) + rng.uniform(8, 60) * stripes
    return np.asarray(scene + rng.uniform(0, 12) * _noise(rng, 2), np.float32)


def _blocks(rng: Random) -> F32:
    """Bricks, tiles, shelves, keyboards: rows of blocks with joints between."""
    x, y = _grid()
    x += np.float32(rng.uniform(0, 3)) * _noise(rng, 25)
    y += np.float32(rng.uniform(0, 3)) * _noise(rng, 25)
    long = rng.uniform(18, 110)
    high = long * rng.uniform(0.3, 1.6)
    joint = rng.uniform(2, 10)
    row = np.floor(y / high)
    x = x + np.float32(long * rng.choice([0, 0.5, 0.33])) * row
    tone = np.random.default_rng(int(rng.integers(1 << 30))).normal(0, 1, (64, 64))
    shade = tone[row.astype(int) % 64, np.floor(x / long).astype(int) % 64]
    inside = (y % high > joint) & (x % long > joint)
    scene = np.where(inside, rng.uniform(60, 220), rng.uniform(20, 240))
    scene = scene + rng.uniform(0, 25) * shade * inside
    return np.asarray(scene + rng.uniform(0, 14) * _noise(rng, 2), np.float32)


def _things(rng: Random) -> F32:
    """Leaves, coins, crumbs, twigs: many shapes over each other."""
    scene = np.full(_SIZE, rng.uniform(40, 230), np.float32)
    size = rng.uniform(6, 40)
    for _ in range(int(rng.uniform(0.1, 2) * scene.size / size**2)):
        centre = int(rng.integers(_SIZE[1])), int(rng.integers(_SIZE[0]))
        axes = int(size * rng.uniform(0.2, 1)), int(size * rng.uniform(0.05, 1))
        thick = int(rng.choice([-1, -1, 1, 2, 4]))
        cv2.ellipse(scene, centre, axes, rng.uniform(0, 360), 0,
                    float(rng.choice([360, 360, 200])), rng.uniform(20, 240), thick,
                    cv2.LINE_AA)  # fmt: skip
    return scene


def _print(rng: Random) -> F32:
    """Make lines of printed letters on paper."""
    ink = np.zeros(_SIZE, np.uint8)
    scale, thick = rng.uniform(0.5, 1.6), int(rng.integers(1, 4))
    font = int(rng.choice(_FONTS))
    step = round(scale * 34)
    for row in range(step, _SIZE[0], step):
        words = ["".join(rng.choice(list(_LETTERS), int(rng.integers(2, 9))))
                 for _ in range(5)]  # fmt: skip
        cv2.putText(ink, " ".join(words), (6, row), font, scale, 255, thick,
                    cv2.LINE_AA)  # fmt: skip
    sheet = paper(_SIZE, 30, rng)
    return np.asarray(sheet * (1 - ink * np.float32(rng.uniform(0.4, 0.9) / 255)))


def _bare(rng: Random) -> F32:
    """Paper with its print, and nothing on it."""
    return paper(_SIZE, float(rng.uniform(20, 60)), rng)


_SCENES: tuple[Callable[[Random], F32], ...] = (
    _grainy, _waves, _blocks, _blocks, _things, _print, _bare,
)  # fmt: skip
