"""The data that the shipped model learns from, and those that only measure it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from digitdesk.core.normalise import normalise
from digitdesk.core.types import U8
from digitdesk.ml.synthesis import NotDigits, pen_digits, stroke_digit

NOT_DIGIT = 10
"""Label of what is no digit."""

_VALIDATION = {"mnist": 5_000, "mouse": 1_500, "semeion": 200, "tablet": 300}
_NEGATIVES, _VALIDATION_NEGATIVES = 40_000, 2_000
_PEN_DIGITS = 8_000
# Pen lifts are lost in the tablet recordings, which ruins digits of two strokes.
_ONE_STROKE = (0, 1, 2, 3, 6, 8, 9)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Glyphs and labels of one origin.

    Attributes
    ----------
    glyphs : ndarray of uint8, shape (n, 28, 28)
        Ink is bright.
    labels : ndarray of uint8, shape (n,)
        0 to 9, or `NOT_DIGIT`.
    """

    name: str
    glyphs: U8
    labels: U8

    def take(
        self, chosen: "slice | np.ndarray[tuple[int], np.dtype[np.bool]]"
    ) -> "Part":
        """Return a part of the part."""
        return replace(self, glyphs=self.glyphs[chosen], labels=self.labels[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class ShippedData:
    """What to train on and what to choose by, origin by origin."""

    train: tuple[Part, ...]
    validation: tuple[Part, ...]


def load_mnist(folder: Path, part: str) -> Part:
    """Load MNIST's ``train`` (60,000) or ``test`` (10,000) pictures."""
    with np.load(folder / "mnist.npz", allow_pickle=False) as data:
        return Part(f"mnist_{part}", data[f"x_{part}"], data[f"y_{part}"])


def load_training(
    folder: Path, seed: int, looks_like_digit: Callable[[U8], "np.ndarray"]
) -> ShippedData:
    """Load and make everything that the shipped model learns from.

    Parameters
    ----------
    folder : Path
        The folder of data sets.
    seed : int
        Fixes the split and all that is made.
    looks_like_digit : callable
        Says of glyphs of shape (n, 28, 28) which ones, although made as "not a digit",
        a network trained on digits alone is sure to read; those would teach nonsense
        and are left out.
    """
    rng = np.random.default_rng(seed)
    real = [load_mnist(folder, "train"), _mouse(folder), _semeion(folder),
            _tablet(folder, rng)]  # fmt: skip
    train, validation = [], []
    for part in real:
        held_out = np.zeros(len(part.labels), bool)
        count = _VALIDATION[part.name.removesuffix("_train")]
        held_out[rng.permutation(len(part.labels))[:count]] = True
        train.append(part.take(~held_out))
        validation.append(part.take(held_out))
    train.append(Part("pen", *pen_digits(_PEN_DIGITS, rng)))
    signs = load_signs(folder)
    for parts, count, half in ((train, _NEGATIVES, 0), (validation,
                               _VALIDATION_NEGATIVES, 1)):  # fmt: skip
        source = NotDigits(parts[0].glyphs, signs[half::2])
        glyphs, doubtful = source.sample(count, rng)
        doubtful[doubtful] = looks_like_digit(glyphs[doubtful])
        glyphs = glyphs[~doubtful]
        labels = np.full(len(glyphs), NOT_DIGIT, np.uint8)
        parts.append(Part("not_digits", glyphs, labels))
    return ShippedData(tuple(train), tuple(validation))


def load_signs(folder: Path) -> U8:
    """Load the Omniglot signs as glyphs; every other one is never trained on."""
    with np.load(folder / "neg_glyphs_omniglot.npz", allow_pickle=False) as data:
        order = np.argsort(data["names"])
        return _glyphs(255 - data["x"][order])


def measuring_sets(folder: Path) -> tuple[Part, ...]:
    """Load the labelled sets that the model has never seen."""
    parts = [load_mnist(folder, "test")]
    for name, invert in (("usps_train", False), ("drawn_rotarymars", True)):
        with np.load(folder / f"{name}.npz", allow_pickle=False) as data:
            pictures = 255 - data["x"] if invert else data["x"]
            parts.append(Part(name, _glyphs(pictures), data["y"]))
    return tuple(parts)


def _mouse(folder: Path) -> Part:
    with np.load(folder / "drawn_jcprogjava.npz", allow_pickle=False) as data:
        return Part("mouse", _glyphs(255 - data["x"]), data["y"])


def _semeion(folder: Path) -> Part:
    with np.load(folder / "semeion.npz", allow_pickle=False) as data:
        return Part("semeion", _glyphs(data["x"]), data["y"])


def _tablet(folder: Path, rng: np.random.Generator) -> Part:
    text = (folder / "pendigits_train_strokes.json").read_text(encoding="utf-8")
    samples = [s for s in json.loads(text)["samples"] if s["label"] in _ONE_STROKE]
    glyphs = [stroke_digit([np.array(stroke) for stroke in sample["strokes"]], rng)
              for sample in samples]  # fmt: skip
    labels = np.array([sample["label"] for sample in samples], np.uint8)
    return Part("tablet", np.stack(glyphs), labels)


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
