"""Labelled digits of all sources, split into training, validation and test."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.digit_data import DigitData, Labels, Part
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.core.types import U8
from digitdesk.ml.data_formats import (
    DataError,
    Parts,
    Progress,
    holds_digits,
    read_folder,
    read_idx,
    read_npz,
)
from digitdesk.ml.download import fetch_mnist

VALIDATION_SHARE = 1 / 12
TEST_SHARE = 1 / 7
"""Shares of a source's pictures; TEST_SHARE only where it brings no test part.

MNIST's 60,000 become about 55,000 and 5,000 beside its own 10,000 of test.
"""


def load_data(sources: Sequence[DataSource], progress: Progress) -> DigitData:
    """Read all sources and split them, always in the same way.

    Parameters
    ----------
    sources : sequence of DataSource
        At least one.
    progress : callable
        Told what happens; what it raises ends the loading.

    Raises
    ------
    DataError
        If a source cannot be used.
    """
    loaded = [split(read_source(source, progress)) for source in sources]
    origin = [np.full(len(one[1]), i, np.uint8) for i, one in enumerate(loaded)]
    return DigitData(
        np.concatenate([one[0] for one in loaded]),
        np.concatenate([one[1] for one in loaded]),
        np.concatenate([one[2] for one in loaded]),
        np.concatenate(origin),
        tuple(source.title for source in sources),
    )


def check_trainable(data: DigitData) -> None:
    """Raise a `DataError` unless each digit can be learned and checked."""
    for part, purpose in ((Part.TRAIN, "to learn"), (Part.VALIDATION, "to check")):
        counts = np.bincount(data.labels[data.parts == part], minlength=10)
        # A class may be missing from a small validation part by chance.
        lacking = np.flatnonzero(counts == 0) if part is Part.TRAIN else ()
        if counts.sum() == 0 or len(lacking):
            which = ", ".join(map(str, lacking)) or "any digit"
            raise DataError(f"There are no pictures of {which} {purpose}: add some.")


def read_source(source: DataSource, progress: Progress) -> Parts:
    """Read the digits of one source.

    Raises
    ------
    DataError
        If the source cannot be used.
    """
    progress(f"Reading {source.title}", -1.0)
    path = Path(source.path)
    match source.kind:
        case SourceKind.MNIST:
            return read_npz(path if source.path else fetch_mnist(progress))
        case SourceKind.NPZ:
            return read_npz(path)
        case SourceKind.IDX:
            return read_idx(path)
        case SourceKind.SAMPLES if not holds_digits(path):
            raise DataError(
                f"There are no samples of your own in “{path}” yet: put pictures of "
                "each digit into folders named 0 to 9 there."
            )
        case SourceKind.FOLDER | SourceKind.SAMPLES:
            return read_folder(path, progress)


def split(parts: Parts) -> tuple[U8, Labels, NDArray[np.uint8]]:
    """Return glyphs, labels and the part of each.

    A picture's own pixels decide where it goes. So the split is the same on every
    computer, equal pictures never meet on both sides of it, and a picture that is
    added later moves no other.
    """
    places = _places(parts.train.glyphs)
    chosen = np.where(places < VALIDATION_SHARE, Part.VALIDATION, Part.TRAIN)
    if parts.test is None:
        chosen = np.where(places > 1 - TEST_SHARE, Part.TEST, chosen)
        return parts.train.glyphs, parts.train.labels, chosen.astype(np.uint8)
    test = np.full(len(parts.test.labels), Part.TEST)
    return (
        np.concatenate([parts.train.glyphs, parts.test.glyphs]),
        np.concatenate([parts.train.labels, parts.test.labels]),
        np.concatenate([chosen, test]).astype(np.uint8),
    )


def _places(glyphs: U8) -> NDArray[np.float64]:
    """Return a place in [0, 1) for each glyph, evenly spread."""
    digests = (
        hashlib.blake2b(glyph.tobytes(), digest_size=8, key=b"split").digest()
        for glyph in glyphs
    )
    return np.frombuffer(b"".join(digests), "<u8") / 2.0**64
