"""Labelled digits from files: npz archives, IDX files and a folder per class."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.digit_data import Labelled, Labels
from digitdesk.core.normalise import normalise
from digitdesk.core.picture import PictureError, load_picture
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_single
from digitdesk.core.sources import PICTURE_SUFFIXES
from digitdesk.core.types import GLYPH_SIZE, U8, Scores

Progress = Callable[[str, float], None]
"""Called with a task and a fraction in [0, 1]; may raise to end the work."""

_LARGEST_BYTES = 4_000_000_000

_SAMPLE, _MOST = 200, 0.9
"""So many pictures are looked at, and this share of them must be in MNIST's form, for
all to be taken as glyphs. (Of MNIST's own, three in ten thousand are not.)"""


class DataError(Exception):
    """Labelled digits cannot be used; the message is a sentence for the user."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The content of one source; `test` is None if it names no test part."""

    train: Labelled
    test: Labelled | None = None


def read_npz(path: Path) -> Parts:
    """Read arrays of pictures and labels; nothing pickled is ever loaded.

    Parameters
    ----------
    path : Path
        An archive with ``x_train``, ``y_train`` and perhaps ``x_test``, ``y_test``
        as Keras' own, or with ``x`` and ``y`` or ``images`` and ``labels``.

    Raises
    ------
    DataError
        If it is missing, damaged, pickled, or of another content.
    """
    arrays = _load_arrays(path)
    for pictures, labels in (("x_train", "y_train"), ("x", "y"), ("images", "labels")):
        if pictures in arrays and labels in arrays:
            train = to_labelled(arrays[pictures], arrays[labels], path.name)
            break
    else:
        raise DataError(
            f"“{path.name}” holds {_names(arrays)}; DigitDesk looks for x_train and "
            "y_train, x and y, or images and labels."
        )
    if "x_test" not in arrays or "y_test" not in arrays:
        return Parts(train)
    return Parts(train, to_labelled(arrays["x_test"], arrays["y_test"], path.name))


def _load_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST_BYTES:
                raise DataError(f"“{path.name}” is too large to be read at once.")
            if archive.testzip() is not None:
                raise _damaged(path)
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        if "allow_pickle" in str(error):
            raise DataError(
                f"“{path.name}” holds pickled objects. Loading them could run foreign "
                "code, so DigitDesk refuses them: save plain arrays instead."
            ) from error
        raise _damaged(path) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise (_damaged(path) if _begins_as_zip(path) else _no_archive(path)) from error


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"", b"PK\x03\x04", b"PK\x05\x06")


def read_idx(path: Path) -> Parts:
    """Read the files in which MNIST was first published, gzipped or not.

    Parameters
    ----------
    path : Path
        A file of pictures such as ``train-images-idx3-ubyte.gz`` (its labels are
        looked for beside it) or a folder with such files.

    Raises
    ------
    DataError
        If a file is missing, cut off, or not what its name says.
    """
    if not path.is_dir():
        return Parts(_read_idx_pair(path))
    pairs = {file.name: file for file in sorted(path.glob("*images*ubyte*"))}
    train = [file for name, file in pairs.items() if name.startswith("train")]
    test = [file for name, file in pairs.items() if name.startswith(("t10k", "test"))]
    if not train:
        raise DataError(
            f"The folder “{path.name}” has no file like train-images-idx3-ubyte."
        )
    return Parts(_read_idx_pair(train[0]), _read_idx_pair(test[0]) if test else None)


def _read_idx_pair(path: Path) -> Labelled:
    name = re.sub(r"images([-.])idx3", r"labels\1idx1", path.name)
    if name == path.name:
        raise DataError(
            f"“{path.name}” is not named like train-images-idx3-ubyte, so its labels "
            "cannot be found."
        )
    bare = name.removesuffix(".gz")
    found = [file for file in (bare, f"{bare}.gz") if (path.parent / file).is_file()]
    if not found:
        raise DataError(f"The labels “{name}” are missing beside “{path.name}”.")
    labels = _read_idx_array(path.parent / found[0], 1)
    return to_labelled(_read_idx_array(path, 3), labels, path.name)


def _read_idx_array(path: Path, axes: int) -> U8:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise _damaged(path) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    start = 4 + 4 * axes
    if content[:4] != bytes((0, 0, 8, axes)) or len(content) < start:
        raise DataError(f"“{path.name}” is no IDX file of bytes with {axes} axes.")
    shape = tuple(int(side) for side in np.frombuffer(content[4:start], ">u4"))
    values = np.frombuffer(content, np.uint8, offset=start)
    if values.size != np.prod(shape, dtype=np.int64):
        raise DataError(
            f"“{path.name}” is damaged: it promises {' x '.join(map(str, shape))} "
            f"bytes and has {values.size:,}. Copy or download it once more."
        )
    return values.reshape(shape)


def read_folder(path: Path, progress: Progress) -> Parts:
    """Read pictures from folders named 0 to 9, or from train and test with such.

    Raises
    ------
    DataError
        If there are no pictures, or one cannot be read. A class may be empty: other
        data may have it.
    """
    if not path.is_dir():
        raise DataError(f"There is no folder “{path}”.")
    for train, test in (("train", "test"), ("training", "testing")):
        if (path / train).is_dir():
            with_test = (path / test).is_dir()
            second = _read_classes(path / test, progress) if with_test else None
            return Parts(_read_classes(path / train, progress), second)
    return Parts(_read_classes(path, progress))


def holds_digits(folder: Path) -> bool:
    """Tell whether `read_folder` would find pictures; whether they are any good not."""
    places = (folder, folder / "train", folder / "training")
    return any(next(_labelled_files(place), None) is not None for place in places)


def _read_classes(folder: Path, progress: Progress) -> Labelled:
    files = list(_labelled_files(folder))
    if not files:
        raise DataError(
            f"“{folder.name}” has no pictures in folders named 0 to 9; put the "
            "pictures of each digit into a folder of its own."
        )
    glyphs = np.empty((len(files), GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    for number, (file, _) in enumerate(files):
        progress(f"Reading {folder.name}", number / len(files))
        try:
            glyphs[number] = glyph_of_picture(load_picture(file))
        except PictureError as error:
            raise DataError(f"{error} It is in “{file.parent}”.") from error
    return Labelled(glyphs, np.array([label for _, label in files], np.uint8))


def _labelled_files(folder: Path) -> Iterator[tuple[Path, int]]:
    for label in range(10):
        one_class = folder / str(label)
        if not one_class.is_dir():
            continue
        for file in sorted(one_class.iterdir()):
            is_picture = file.suffix.lower() in PICTURE_SUFFIXES
            if is_picture and not file.name.startswith("."):
                yield file, label


def glyph_of_picture(pixels: U8) -> U8:
    """Turn a picture of one digit into a glyph.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        Blue, green, red. A picture of 28x28 in MNIST's form is a glyph already.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        Ink is bright.
    """
    if pixels.shape[:2] == (GLYPH_SIZE, GLYPH_SIZE):
        grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
        glyph = unify_ink(grey[None])[0]
        return glyph if _is_glyph(glyph) else _fit(glyph)
    return read_single(pixels, _Undecided(), PreprocessSettings()).glyph


class _Undecided:
    """Stands for a classifier where only the glyph is wanted."""

    reject_threshold = 1.0

    def classify(self, glyphs: U8) -> Scores:
        even = np.full((len(glyphs), 10), 0.1, np.float32)
        return Scores(even, np.zeros(len(glyphs), np.float32))


def to_labelled(
    pictures: NDArray[np.generic], labels: NDArray[np.generic], name: str
) -> Labelled:
    """Check arrays and bring them into the common form.

    Parameters
    ----------
    pictures : ndarray, shape (n, height, width) or (n, height, width, 1)
        Bytes, or floats in [0, 1]. Ink may be bright or dark; pictures that are not
        in MNIST's form are normalised, as the reader would do.
    labels : ndarray, shape (n,) or (n, 10)
        0 to 9, or one-hot.
    name : str
        What an error message calls the source.

    Raises
    ------
    DataError
        If shapes, types, numbers of labels or values are wrong.
    """
    if pictures.ndim == 4 and pictures.shape[3] == 1:
        pictures = pictures[..., 0]
    if pictures.ndim != 3 or 0 in pictures.shape or pictures.dtype.kind not in "buif":
        raise DataError(
            f"The pictures in “{name}” have the shape {pictures.shape} and the type "
            f"{pictures.dtype}; they must be grey values of shape (n, 28, 28)."
        )
    plain = _check_labels(labels, name)
    if len(plain) != len(pictures):
        raise DataError(
            f"“{name}” has {len(pictures):,} pictures but {len(plain):,} labels."
        )
    glyphs = unify_ink(_to_bytes(pictures, name))
    if not _are_glyphs(glyphs):
        glyphs = np.stack([_fit(picture) for picture in glyphs])
    return Labelled(glyphs, plain)


def _check_labels(labels: NDArray[np.generic], name: str) -> Labels:
    if labels.ndim == 2 and labels.shape[1] == 10 and labels.dtype.kind in "buif":
        labels = labels.argmax(axis=1)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1 or labels.dtype.kind not in "uif":
        raise DataError(
            f"The labels in “{name}” have the shape {labels.shape} and the type "
            f"{labels.dtype}; they must be whole numbers of shape (n,)."
        )
    numbers = labels.astype(np.float64)
    wrong = ~np.isin(numbers, np.arange(10))
    if wrong.any():
        raise DataError(
            f"“{name}” has the label {numbers[wrong][0]:g}; labels must be 0 to 9."
        )
    return numbers.astype(np.uint8)


def _to_bytes(pictures: NDArray[np.generic], name: str) -> U8:
    if pictures.dtype == np.uint8:
        return pictures.astype(np.uint8)
    values = pictures.astype(np.float32)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high) and low >= 0 and high <= 255):
        raise DataError(
            f"The pictures in “{name}” have values from {low:g} to {high:g}; they must "
            "be from 0 to 1 or from 0 to 255."
        )
    return np.rint(values * (255 if high <= 1 else 1)).astype(np.uint8)


def unify_ink(pictures: U8) -> U8:
    """Return pictures of shape (n, h, w) with bright ink, told by their borders."""
    border = np.ones(pictures.shape[1:], bool)
    border[1:-1, 1:-1] = False
    # Most of the border is paper, even where single digits touch it; deciding for
    # the whole source keeps one odd picture from being turned around.
    dark = bool(np.median(pictures[:, border]) > 127)
    return np.subtract(255, pictures, dtype=np.uint8) if dark else pictures


def _are_glyphs(pictures: U8) -> bool:
    """Tell, by a sample, whether pictures have MNIST's size, box and centre."""
    if pictures.shape[1:] != (GLYPH_SIZE, GLYPH_SIZE):
        return False
    sample = pictures[:: max(1, len(pictures) // _SAMPLE)]
    return sum(map(_is_glyph, sample)) >= _MOST * len(sample)


def _is_glyph(picture: U8) -> bool:
    return np.array_equal(normalise(picture), picture)


def _fit(picture: U8) -> U8:
    floor = picture.max() // 6
    return normalise(np.where(picture > floor, picture, 0).astype(np.uint8))


def _names(arrays: dict[str, NDArray[np.generic]]) -> str:
    return ", ".join(sorted(arrays)[:6]) or "nothing"


def _damaged(path: Path) -> DataError:
    return DataError(
        f"“{path.name}” is damaged or cut off. Copy or download it once more."
    )


def _no_archive(path: Path) -> DataError:
    return DataError(
        f"“{path.name}” is no archive of digits. Choose a file that NumPy's savez has "
        "written, as mnist.npz; for pictures choose the folder that holds them."
    )


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"“{path}” cannot be read: {error.strerror or error}.")
