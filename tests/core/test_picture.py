from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from digitdesk.core.picture import (
    MAXIMUM_PIXELS,
    PictureError,
    decode_picture,
    load_picture,
)
from digitdesk.core.types import U8


def encoded(pixels: U8, suffix: str = ".png") -> bytes:
    ok, data = cv2.imencode(suffix, pixels)
    assert ok
    return data.tobytes()


@pytest.fixture
def colours() -> U8:
    """Four differently coloured quarters, so that turning shows."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30] = (250, 10, 10)
    pixels[:20, 30:] = (10, 250, 10)
    pixels[20:, :30] = (10, 10, 250)
    return pixels


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    tiff = (
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"
        + orientation.to_bytes(4, "little")
        + b"\0\0\0\0"
    )
    payload = b"Exif\0\0" + tiff
    segment = b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload
    return jpeg[:2] + segment + jpeg[2:]


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".webp", ".jpg"])
def test_formats(colours: U8, suffix: str) -> None:
    pixels = decode_picture(encoded(colours, suffix))
    assert pixels.shape == colours.shape
    assert np.abs(pixels.astype(int) - colours)[5:15, 5:25].mean() < 12


def test_an_odd_path_is_opened(tmp_path: Path, colours: U8) -> None:
    path = tmp_path / "Ümlaut ordner" / "数字 é.png"
    path.parent.mkdir()
    path.write_bytes(encoded(colours))
    assert np.array_equal(load_picture(path), colours)


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [(1, 0), (3, 2), (6, -1), (8, 1)],
    ids=["upright", "head down", "clockwise", "anticlockwise"],
)
def test_exif_orientation(colours: U8, orientation: int, turned: int) -> None:
    jpeg = encoded(colours, ".jpg")
    plain = decode_picture(jpeg)
    upright = decode_picture(with_orientation(jpeg, orientation))
    assert np.array_equal(upright, np.rot90(plain, turned))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("form", "alpha"), [("PNG", 255), ("PNG", 128), ("WEBP", 128), ("TIFF", 255)]
)
def test_exif_orientation_beside_alpha(
    colours: U8, form: str, alpha: int, orientation: int
) -> None:
    """Write as Pillow does; be upright as Pillow makes it."""
    picture = Image.fromarray(np.ascontiguousarray(colours[:, :, ::-1]))
    picture.putalpha(alpha)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = BytesIO()
    more = {"lossless": True} if form == "WEBP" else {}
    picture.save(file, form, exif=exif, **more)

    upright = ImageOps.exif_transpose(Image.open(BytesIO(file.getvalue())))
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    expected = np.asarray(paper)[:, :, 2::-1].astype(int)

    pixels = decode_picture(file.getvalue())
    assert pixels.shape == expected.shape
    assert np.abs(pixels - expected).max() <= 1


def test_a_damaged_exif_block_turns_nothing(colours: U8) -> None:
    picture = Image.fromarray(colours)
    picture.putalpha(128)
    for block in (b"", b"Exif\0\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\4"):
        file = BytesIO()
        picture.save(file, "PNG", exif=block)
        assert decode_picture(file.getvalue()).shape == colours.shape


def test_transparent_parts_lie_on_white() -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:4, :, 3] = 255
    pixels[4:6, :, 3] = 128
    flat = decode_picture(encoded(pixels))
    assert (flat[:4] == 0).all()
    assert (flat[6:] == 255).all()
    assert (np.abs(flat[4:6].astype(int) - 127) <= 1).all()


def test_16_bits_grey() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    pixels = decode_picture(encoded(ramp))  # type: ignore[arg-type]  # 16 bits
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels[:, :, 0], ramp >> 8)
    assert np.array_equal(pixels[:, :, 0], pixels[:, :, 2])


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="There is no file"):
        load_picture(tmp_path / "none.png")
    with pytest.raises(PictureError, match="is a folder"):
        load_picture(tmp_path)
    with pytest.raises(PictureError, match="cannot be opened"):
        load_picture("null\0byte.png")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"hello, this is a letter", "is not a picture"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
    ],
    ids=["empty", "text", "png start only", "jpeg start only"],
)
def test_no_picture(data: bytes, sentence: str) -> None:
    with pytest.raises(PictureError, match=f"“note.txt” {sentence}|{sentence}"):
        decode_picture(data, "note.txt")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_file_that_was_cut_off_is_refused(suffix: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)
    data = encoded(noise, suffix)
    with pytest.raises(PictureError, match="its end is missing"):
        decode_picture(data[: len(data) // 2])


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    data = bytearray(encoded(np.zeros((4, 4, 3), np.uint8)))
    data[16:24] = (60_000).to_bytes(4) * 2
    assert MAXIMUM_PIXELS < 60_000**2
    with pytest.raises(PictureError, match="too large \\(60000 x 60000 pixels\\)"):
        decode_picture(bytes(data))


def test_bytes_after_the_end_of_a_jpeg_do_no_harm(colours: U8) -> None:
    jpeg = encoded(colours, ".jpg")
    assert np.array_equal(decode_picture(jpeg + b"trailer" * 99), decode_picture(jpeg))
