"""Picture files: decoded, upright and checked."""

from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import U8

MAXIMUM_FILE_BYTES = 300_000_000
"""Larger files are refused before they are read."""

MAXIMUM_PIXELS = 150_000_000
"""Larger pictures are refused before they are decoded, where the header tells."""

_JPEG_START = b"\xff\xd8"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_EXIF_BLOCK = cv2.IMAGE_METADATA_EXIF
_ORIENTATION_TAG = 0x0112
_START_OF_SCAN = 0xDA
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKERS_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8), 0xFF})


class PictureError(Exception):
    """A picture file cannot be read; the message is a sentence for the user."""


def load_picture(path: Path | str) -> U8:
    """Decode a picture file and turn it upright.

    Parameters
    ----------
    path : Path or str
        A JPEG, PNG, BMP, TIFF, WebP, GIF or any other file that OpenCV decodes.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Blue, green, red. The EXIF orientation is applied, transparent parts lie on
        white paper, 16-bit values are reduced to 8 bits.

    Raises
    ------
    PictureError
        If the file is missing, unreadable, empty, too large, cut off, or no picture.
    """
    path = Path(path)
    return decode_picture(_read_bytes(path), path.name)


def decode_picture(data: bytes, name: str = "picture") -> U8:
    """Decode a picture that is already in memory; as `load_picture`.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What an error message calls it.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Blue, green, red, upright.

    Raises
    ------
    PictureError
        If the bytes are empty, cut off, too large a picture, or no picture.
    """
    if not data:
        raise PictureError(f"“{name}” is empty.")
    _check_header(data, name)
    pixels = _decode(data, name)
    if pixels.shape[0] * pixels.shape[1] > MAXIMUM_PIXELS:
        raise _too_large(name, pixels.shape[1], pixels.shape[0])
    return _to_bgr(_to_8_bits(pixels))


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise PictureError(f"“{path.name}” is a folder; choose a picture in it.")
        if path.stat().st_size > MAXIMUM_FILE_BYTES:
            raise PictureError(
                f"“{path.name}” is larger than {MAXIMUM_FILE_BYTES // 1_000_000} MB; "
                "save it smaller and try again."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise PictureError(f"There is no file “{path}”.") from None
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(f"“{path.name}” cannot be opened: {reason}.") from error


def _decode(data: bytes, name: str) -> U8:
    buffer = np.frombuffer(data, np.uint8)
    try:
        if data.startswith(_JPEG_START):  # no alpha; this flag applies EXIF
            pixels = cv2.imdecode(buffer, cv2.IMREAD_COLOR)
        else:
            # IMREAD_UNCHANGED leaves the EXIF orientation out, all else the alpha.
            pixels, kinds, blocks = cv2.imdecodeWithMetadata(
                buffer, flags=cv2.IMREAD_UNCHANGED
            )
            if pixels is not None and _has_alpha(np.asarray(pixels)):
                exif = dict(zip(kinds, blocks, strict=True)).get(_EXIF_BLOCK)
                return _upright(np.asarray(pixels), _orientation(exif))
            pixels = cv2.imdecode(buffer, cv2.IMREAD_ANYDEPTH | cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise _no_picture(name) from error
    if pixels is None or pixels.size == 0:
        raise _no_picture(name)
    return np.asarray(pixels)


def _has_alpha(pixels: U8) -> bool:
    return pixels.ndim == 3 and pixels.shape[2] == 4


def _orientation(exif: NDArray[np.generic] | None) -> int:
    """Find the orientation, 1 to 8, in an EXIF block; 1 where it has none."""
    block = b"" if exif is None else np.asarray(exif).tobytes()
    order: Literal["little", "big"] = "little" if block.startswith(b"II") else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(block[at : at + length], order)

    entries = number(4, 4)
    for entry in range(number(entries, 2)):
        at = entries + 2 + 12 * entry
        if number(at, 2) == _ORIENTATION_TAG:
            return number(at + 8, 2)
    return 1


def _upright(pixels: U8, orientation: int) -> U8:
    """Turn and mirror a picture as its EXIF orientation asks."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels[::-1] if orientation in (3, 4, 7, 8) else pixels


def _to_8_bits(pixels: U8) -> U8:
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        return np.right_shift(pixels, 8).astype(np.uint8)
    wide = np.nan_to_num(pixels.astype(np.float32))
    low, high = float(wide.min()), float(wide.max())
    return ((wide - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)


def _to_bgr(pixels: U8) -> U8:
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    if not _has_alpha(pixels):
        return np.ascontiguousarray(pixels[:, :, :3])
    alpha = pixels[:, :, 3:].astype(np.uint16)
    over_white = pixels[:, :, :3] * alpha + 255 * (255 - alpha) + 127
    return (over_white // 255).astype(np.uint8)


def _check_header(data: bytes, name: str) -> None:
    """Refuse what OpenCV would decode by half, or at the cost of all memory."""
    if data.startswith(_PNG_START):
        width, height = (int.from_bytes(data[i : i + 4]) for i in (16, 20))
        complete = b"IEND" in data[-4096:] or b"IEND" in data
    elif data.startswith(_JPEG_START):
        width, height, scan = _jpeg_header(data)
        complete = data.rfind(b"\xff\xd9") > scan > 0
    else:
        return
    if width * height > MAXIMUM_PIXELS:
        raise _too_large(name, width, height)
    if not complete:
        raise PictureError(
            f"“{name}” is damaged: its end is missing. Copy it once more."
        )


def _jpeg_header(data: bytes) -> tuple[int, int, int]:
    """Width, height and the offset of the first scan; 0 where unknown."""
    width = height = 0
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _MARKERS_WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _START_OF_FRAME:
            height = int.from_bytes(data[at + 5 : at + 7])
            width = int.from_bytes(data[at + 7 : at + 9])
        if marker == _START_OF_SCAN:
            return width, height, at
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return width, height, 0


def _no_picture(name: str) -> PictureError:
    return PictureError(
        f"“{name}” is not a picture that DigitDesk can read; "
        "save it as JPEG or PNG and try again."
    )


def _too_large(name: str, width: int, height: int) -> PictureError:
    return PictureError(
        f"“{name}” is too large ({width} x {height} pixels); "
        f"{MAXIMUM_PIXELS // 1_000_000} megapixels is the limit."
    )
