"""The data that the shipped model learns from, and those that only measure it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from digitdesk.core.digit_data import Labelled
from digitdesk.core.normalise import normalise
from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import F32, U8
from digitdesk.ml.clutter import clutter
from digitdesk.ml.likeness import DigitLikeness, Flags, looks_like_digit
from digitdesk.ml.practice_rows import practice_rows
from digitdesk.ml.synthesis import NotDigits, pen_digits, stroke_digit

Random = np.random.Generator

_VALIDATION = {"mnist_train": 5_000, "mouse": 1_500, "semeion": 200, "tablet": 300}
_NEGATIVES = 60_000
_CLUTTER = 12_000
_SURE = 0.9  # probability from which the judge is taken at its word
_PEN_DIGITS = 20_000
_ROW_DIGITS, _ROW_FRAGMENTS = 40_000, 40_000
# Pen lifts are lost in the tablet recordings, which ruins digits of two strokes.
_ONE_STROKE = (0, 1, 2, 3, 6, 8, 9)


@dataclass(frozen=True, slots=True, eq=False)
class Origin(Labelled):
    """Glyphs and labels of one origin.

    Attributes
    ----------
    name : str
        Where they come from.
    """

    name: str

    def take(
        self, chosen: "slice | np.ndarray[tuple[int], np.dtype[np.bool]]"
    ) -> "Origin":
        """Return a part of the part."""
        return replace(self, glyphs=self.glyphs[chosen], labels=self.labels[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class ShippedData:
    """What to train on and what to choose by, origin by origin."""

    train: tuple[Origin, ...]
    validation: tuple[Origin, ...]


def load_mnist(folder: Path, part: str) -> Origin:
    """Load MNIST's ``train`` (60,000) or ``test`` (10,000) pictures."""
    with np.load(folder / "mnist.npz", allow_pickle=False) as data:
        return Origin(data[f"x_{part}"], data[f"y_{part}"], f"mnist_{part}")


def load_training(folder: Path, seed: int, judge: Callable[[U8], F32]) -> ShippedData:
    """Load and make everything that the shipped model learns from.

    Parameters
    ----------
    folder : Path
        The folder of data sets.
    seed : int
        Fixes the split and all that is made.
    judge : callable
        Gives the ten probabilities, shape (n, 10), of glyphs of shape (n, 28, 28), by a
        network trained on digits alone. What was made as "not a digit" but looks just
        like one would teach nonsense; by this and by `DigitLikeness` it is left out. Of
        fragments of rows this alone leaves out those that are a 1.
    """
    rng = np.random.default_rng(seed)
    train, validation = _real(folder, rng)
    likeness = digit_likeness(train)

    def deceives(glyphs: U8) -> Flags:
        return looks_like_digit(glyphs, likeness, judge, _SURE)

    train.append(Origin(*pen_digits(_PEN_DIGITS, rng), "pen"))
    signs = load_signs(folder)
    for parts, share, half in ((train, 1.0, 0), (validation, 0.06, 1)):
        rows = _rows(parts, share, judge, rng)
        things = clutter(round(_CLUTTER * share), rng)
        parts.append(_no_digits(parts[0], signs[half::2], share, deceives, rng))
        parts.append(_nothing("clutter", things[~deceives(things)]))
        parts.append(rows)
    return ShippedData(tuple(train), tuple(validation))


def digit_likeness(parts: Sequence[Origin]) -> DigitLikeness:
    """Compare with everything that people wrote, of parts of digits alone."""
    glyphs = np.concatenate([part.glyphs for part in parts])
    return DigitLikeness(glyphs, np.concatenate([part.labels for part in parts]))


def load_real(folder: Path, seed: int) -> tuple[list[Origin], list[Origin]]:
    """Load what people wrote, without anything made: to learn from, and held out.

    The split is that of `load_training` with the same seed.
    """
    return _real(folder, np.random.default_rng(seed))


def _real(folder: Path, rng: Random) -> tuple[list[Origin], list[Origin]]:
    made_anew = [_mouse(folder), _semeion(folder), _tablet(folder, rng)]
    train, validation = [], []
    for part in (load_mnist(folder, "train"), *made_anew):
        held_out = np.zeros(len(part.labels), bool)
        held_out[rng.permutation(len(part.labels))[: _VALIDATION[part.name]]] = True
        train.append(part.take(~held_out))
        validation.append(part.take(held_out))
    return train, validation


def _rows(
    parts: Sequence[Origin], share: float, judge: Callable[[U8], F32], rng: Random
) -> Origin:
    """Make rows of MNIST's and the pen's digits, cut as reading cuts them."""
    mixed = [part for part in parts if part.name in ("mnist_train", "pen")]
    glyphs = np.concatenate([part.glyphs for part in mixed])
    labels = np.concatenate([part.labels for part in mixed])
    wanted, fragments = (round(n * share) for n in (_ROW_DIGITS, _ROW_FRAGMENTS))
    rows = Origin(*practice_rows(glyphs, labels, wanted, fragments, rng), "rows")
    # A straight fragment is a 1 to anybody who does not see its neighbours.
    ones = (rows.labels == NOT_DIGIT) & (judge(rows.glyphs)[:, 1] > _SURE)
    return rows.take(~ones)


def _no_digits(
    digits: Origin,
    signs: U8,
    share: float,
    deceives: Callable[[U8], Flags],
    rng: Random,
) -> Origin:
    """Make what is no digit."""
    source = NotDigits(digits.glyphs, signs)
    glyphs, doubtful = source.sample(round(_NEGATIVES * share), rng)
    doubtful[doubtful] = deceives(glyphs[doubtful])
    return _nothing("not_digits", glyphs[~doubtful])


def _nothing(name: str, glyphs: U8) -> Origin:
    return Origin(glyphs, np.full(len(glyphs), NOT_DIGIT, np.uint8), name)


def load_signs(folder: Path) -> U8:
    """Load the Omniglot signs as glyphs; every other one is never trained on."""
    with np.load(folder / "neg_glyphs_omniglot.npz", allow_pickle=False) as data:
        order = np.argsort(data["names"])
        return _glyphs(255 - data["x"][order])


def measuring_sets(folder: Path) -> tuple[Origin, ...]:
    """Load the labelled sets that the model has never seen."""
    parts = [load_mnist(folder, "test")]
    for name, invert in (("usps_train", False), ("drawn_rotarymars", True)):
        with np.load(folder / f"{name}.npz", allow_pickle=False) as data:
            pictures = 255 - data["x"] if invert else data["x"]
            parts.append(Origin(_glyphs(pictures), data["y"], name))
    return tuple(parts)


def _mouse(folder: Path) -> Origin:
    with np.load(folder / "drawn_jcprogjava.npz", allow_pickle=False) as data:
        return Origin(_glyphs(255 - data["x"]), data["y"], "mouse")


def _semeion(folder: Path) -> Origin:
    with np.load(folder / "semeion.npz", allow_pickle=False) as data:
        return Origin(_glyphs(data["x"]), data["y"], "semeion")


def _tablet(folder: Path, rng: np.random.Generator) -> Origin:
    text = (folder / "pendigits_train_strokes.json").read_text(encoding="utf-8")
    samples = [s for s in json.loads(text)["samples"] if s["label"] in _ONE_STROKE]
    glyphs = [stroke_digit([np.array(stroke) for stroke in sample["strokes"]], rng)
              for sample in samples]  # fmt: skip
    labels = np.array([sample["label"] for sample in samples], np.uint8)
    return Origin(np.stack(glyphs), labels, "tablet")


def _glyphs(pictures: U8 | Sequence[U8]) -> U8:
    """Normalise pictures of single digits, ink bright."""
    enlarged = (
        cv2.resize(picture, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
        if max(picture.shape) < 2 * 28 else picture
        for picture in pictures
    )  # fmt: skip
    return np.stack(
        [normalise(np.where(p < 32, 0, p).astype(np.uint8)) for p in enlarged]
    )
