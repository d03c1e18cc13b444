import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitdesk.core.normalise import normalise
from digitdesk.core.types import U8
from digitdesk.ml.data_formats import (
    DataError,
    glyph_of_picture,
    holds_digits,
    read_folder,
    read_idx,
    read_npz,
    to_labelled,
    unify_ink,
)


def silent(task: str, fraction: float) -> None:
    pass


def strokes(count: int, side: int = 28) -> U8:
    """Upright strokes with feet of bright ink; of 28x28, in MNIST's form."""
    pictures = np.zeros((count, side, side), np.uint8)
    for number in range(count):
        column = side // 3 + number % (side // 3)
        top, bottom = side // 5, side - side // 5
        pictures[number, top:bottom, column : column + 2] = 200
        pictures[number, bottom - 2 : bottom, column : column + 2 + number % 5] = 200
    if side != 28:
        return pictures
    return np.array([normalise(one) for one in pictures], np.uint8).reshape(-1, 28, 28)


LABELS = np.arange(20) % 10


def save_idx(path: Path, array: NDArray[np.uint8], *, packed: bool = False) -> None:
    header = bytes((0, 0, 8, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    content = header + array.tobytes()
    path.write_bytes(gzip.compress(content) if packed else content)


@pytest.mark.parametrize(
    "names", [("x_train", "y_train"), ("x", "y"), ("images", "labels")], ids=str
)
def test_npz_archives_are_read(tmp_path: Path, names: tuple[str, str]) -> None:
    file = tmp_path / "digits.npz"
    arrays: dict[str, Any] = {names[0]: strokes(20), names[1]: LABELS}
    np.savez(file, **arrays)

    parts = read_npz(file)

    assert parts.test is None
    np.testing.assert_array_equal(parts.train.glyphs, strokes(20))
    np.testing.assert_array_equal(parts.train.labels, LABELS)


def test_a_test_part_of_an_npz_archive_stays_apart(tmp_path: Path) -> None:
    file = tmp_path / "digits.npz"
    np.savez(
        file, x_train=strokes(20), y_train=LABELS, x_test=strokes(3), y_test=[4, 5, 6]
    )

    test = read_npz(file).test

    assert test is not None
    assert test.labels.tolist() == [4, 5, 6]


class Bomb:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return (eval, ("1 / 0",))


def test_pickles_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "bomb.npz"
    np.savez(file, x=np.array([Bomb()], object), y=LABELS)

    with pytest.raises(DataError, match="pickled"):
        read_npz(file)


@pytest.mark.parametrize("size", [0, 30, 2000], ids=["empty", "start", "half"])
def test_a_cut_npz_archive_is_called_damaged(tmp_path: Path, size: int) -> None:
    whole, cut = tmp_path / "whole.npz", tmp_path / "cut.npz"
    np.savez(whole, x=strokes(20), y=LABELS)
    cut.write_bytes(whole.read_bytes()[:size])

    with pytest.raises(DataError, match="damaged or cut off"):
        read_npz(cut)


@pytest.mark.parametrize("suffix", [".png", ".npy"])
def test_what_is_no_archive_is_not_called_damaged(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"page{suffix}"
    if suffix == ".npy":
        np.save(file, strokes(20))
    else:
        cv2.imwrite(str(file), strokes(1)[0])

    with pytest.raises(DataError, match=r"is no archive.*savez.*pictures") as caught:
        read_npz(file)

    assert "damaged" not in str(caught.value)


def test_a_broken_npz_member_is_called_damaged(tmp_path: Path) -> None:
    file = tmp_path / "digits.npz"
    np.savez_compressed(file, x=strokes(20), y=LABELS)
    content = bytearray(file.read_bytes())
    content[120:140] = bytes(20)
    file.write_bytes(content)

    with pytest.raises(DataError, match="damaged"):
        read_npz(file)


def test_missing_files_and_other_archives_are_named(tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    np.savez(other, a=LABELS)

    with pytest.raises(DataError, match="cannot be read"):
        read_npz(tmp_path / "none.npz")
    with pytest.raises(DataError, match="holds a; DigitDesk looks for"):
        read_npz(other)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_idx_files_are_read(tmp_path: Path, packed: bool) -> None:
    end = ".gz" if packed else ""
    for name, count in (("train", 20), ("t10k", 10)):
        images = tmp_path / f"{name}-images-idx3-ubyte{end}"
        save_idx(images, strokes(count), packed=packed)
        labels = LABELS[:count].astype(np.uint8)
        save_idx(tmp_path / f"{name}-labels-idx1-ubyte{end}", labels, packed=packed)

    whole = read_idx(tmp_path)
    single = read_idx(tmp_path / f"train-images-idx3-ubyte{end}")

    assert whole.test is not None
    assert len(whole.test.labels) == 10
    np.testing.assert_array_equal(whole.train.glyphs, strokes(20))
    np.testing.assert_array_equal(single.train.labels, LABELS)
    assert single.test is None


def test_damaged_idx_files_get_a_sentence(tmp_path: Path) -> None:
    images = tmp_path / "train-images-idx3-ubyte"
    save_idx(images, strokes(20))

    with pytest.raises(DataError, match=r"labels .* missing"):
        read_idx(images)
    labels = tmp_path / "train-labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(bytes(100))[:20])
    with pytest.raises(DataError, match="damaged or cut off"):
        read_idx(images)
    save_idx(labels, strokes(2), packed=True)
    with pytest.raises(DataError, match="no IDX file"):
        read_idx(images)
    save_idx(labels, LABELS.astype(np.uint8), packed=True)
    images.write_bytes(images.read_bytes()[:-5])
    with pytest.raises(DataError, match="promises 20 x 28 x 28"):
        read_idx(images)


@pytest.mark.parametrize("name", ["pictures.bin", "none-images-idx3-ubyte"])
def test_idx_files_that_are_not_there_get_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError):
        read_idx(tmp_path / name)
    with pytest.raises(DataError, match="no file like"):
        read_idx(tmp_path)


def save_picture(path: Path, pixels: U8) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), pixels)


def test_a_folder_per_class_is_read(tmp_path: Path) -> None:
    save_picture(tmp_path / "1" / "a.png", strokes(1)[0])
    save_picture(tmp_path / "7" / "b.png", 255 - strokes(1, 300)[0])
    (tmp_path / "7" / "notes.txt").write_text("no picture")
    told: list[float] = []

    parts = read_folder(tmp_path, lambda task, fraction: told.append(fraction))

    assert parts.train.labels.tolist() == [1, 7]
    assert told == [0, 0.5]
    np.testing.assert_array_equal(parts.train.glyphs[0], strokes(1)[0])
    large = parts.train.glyphs[1]
    assert large.any(axis=1).sum() == 20  # as tall as MNIST's ink
    assert large[0].max() == 0  # bright ink on dark paper now


def test_a_folder_may_have_a_test_part(tmp_path: Path) -> None:
    save_picture(tmp_path / "train" / "1" / "a.png", strokes(1)[0])
    save_picture(tmp_path / "test" / "3" / "a.png", strokes(1)[0])

    parts = read_folder(tmp_path, silent)

    assert parts.test is not None
    assert parts.test.labels.tolist() == [3]


def test_unusable_folders_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        read_folder(tmp_path / "none", silent)
    with pytest.raises(DataError, match="named 0 to 9"):
        read_folder(tmp_path, silent)
    (tmp_path / "4").mkdir()
    with pytest.raises(DataError, match="no pictures in folders named 0 to 9"):
        read_folder(tmp_path, silent)
    assert not holds_digits(tmp_path)
    (tmp_path / "4" / "bad.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"bad.png"):
        read_folder(tmp_path, silent)
    assert holds_digits(tmp_path)


def test_a_class_may_be_empty_as_other_data_may_have_it(tmp_path: Path) -> None:
    (tmp_path / "4").mkdir()
    save_picture(tmp_path / "7" / "a.png", strokes(1)[0])

    assert read_folder(tmp_path, silent).train.labels.tolist() == [7]


def test_dark_ink_becomes_bright_ink() -> None:
    np.testing.assert_array_equal(unify_ink(255 - strokes(5)), strokes(5))
    np.testing.assert_array_equal(unify_ink(strokes(5)), strokes(5))


def test_a_photo_becomes_a_glyph() -> None:
    paper = np.full((200, 150, 3), 210, np.uint8)
    cv2.line(paper, (75, 40), (75, 160), (40, 40, 60), 12)

    glyph = glyph_of_picture(paper)

    # MNIST's centre of mass is pixel 14.
    assert glyph[14, 14] > 200
    assert glyph[:, :8].max() == 0


@pytest.mark.parametrize(
    ("pictures", "labels"),
    [
        pytest.param(strokes(20)[..., None], LABELS, id="channel axis"),
        pytest.param(strokes(20) / 255.0, LABELS, id="floats to 1"),
        pytest.param(strokes(20).astype(np.float64), LABELS, id="floats to 255"),
        pytest.param(strokes(20), np.eye(10)[LABELS], id="one-hot"),
        pytest.param(strokes(20), LABELS[:, None], id="column"),
        pytest.param(strokes(20), LABELS.astype(float), id="float labels"),
    ],
)
def test_common_forms_are_unified(
    pictures: NDArray[np.generic], labels: NDArray[np.generic]
) -> None:
    labelled = to_labelled(pictures, labels, "x")

    np.testing.assert_array_equal(labelled.glyphs, strokes(20))
    np.testing.assert_array_equal(labelled.labels, LABELS)


def test_other_sizes_are_normalised() -> None:
    glyphs = to_labelled(strokes(20, 16), LABELS, "x").glyphs

    assert glyphs.shape == (20, 28, 28)
    assert glyphs[0].any(axis=1).sum() == 20


@pytest.mark.parametrize(
    ("pictures", "labels", "word"),
    [
        pytest.param(strokes(20).reshape(20, -1), LABELS, "shape", id="flat"),
        pytest.param(strokes(0), LABELS[:0], "shape", id="none"),
        pytest.param(np.full((2, 28, 28), "a"), LABELS[:2], "type", id="text"),
        pytest.param(strokes(20), LABELS[:19], "but 19 labels", id="too few"),
        pytest.param(strokes(20), LABELS + 1, "label 10", id="label 10"),
        pytest.param(strokes(20), LABELS - 0.5, "label -0.5", id="half"),
        pytest.param(strokes(20), LABELS * np.nan, "label nan", id="nan label"),
        pytest.param(strokes(20), LABELS.astype(str), "whole", id="text labels"),
        pytest.param(strokes(20) - 5.0, LABELS, "from -5", id="negative"),
        pytest.param(strokes(20) * np.nan, LABELS, "nan", id="nan"),
    ],
)
def test_wrong_arrays_get_a_sentence(
    pictures: NDArray[np.generic], labels: NDArray[np.generic], word: str
) -> None:
    with pytest.raises(DataError, match=word):
        to_labelled(pictures, labels, "x")


def test_pictures_of_the_right_size_but_another_form_are_normalised() -> None:
    wanted = strokes(20).astype(int)
    shifted = np.roll(strokes(20), (3, -4), axis=(1, 2))
    faint = 40  # skirts of the ink may be lost with the paper's dirt
    fitted = to_labelled(shifted, LABELS, "x").glyphs
    np.testing.assert_allclose(fitted, wanted, atol=faint)
    picture = np.asarray(cv2.cvtColor(shifted[7], cv2.COLOR_GRAY2BGR), np.uint8)
    np.testing.assert_allclose(glyph_of_picture(picture), wanted[7], atol=faint)
