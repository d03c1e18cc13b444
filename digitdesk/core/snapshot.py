"""One moment of reading, kept as pictures and a JSON record."""

import errno
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from digitdesk import __version__
from digitdesk.core.files import write_atomically
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.types import U8, DigitReading, Reading


class SnapshotError(Exception):
    """A snapshot was not saved; the message is a sentence fit to be shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What is kept.

    Attributes
    ----------
    pixels : ndarray of uint8, shape (height, width, 3)
        The frame: blue, green, red.
    reading : Reading
        What was read in exactly this frame.
    settings : PreprocessSettings
        How ink was found.
    source, model : str
        Their names.
    taken_at : datetime
        With its time zone.
    """

    pixels: U8
    reading: Reading
    settings: PreprocessSettings
    source: str
    model: str
    taken_at: datetime


def save_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Save everything as one new folder, or nothing.

    Parameters
    ----------
    folder : Path
        Where the snapshot's own folder goes; made if missing.
    snapshot : Snapshot
        What to save.

    Returns
    -------
    Path
        The new folder: ``frame.png``, ``binary.png``, one ``digit-NN-D.png`` per
        digit, one ``rejected-NN.png`` per rejected region, and ``snapshot.json``.

    Raises
    ------
    SnapshotError
        If the disk is full, the folder is not writable, ...; nothing is left behind.
    """
    draft: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
        _write_files(draft, snapshot)
        draft.chmod(0o755)
        return _move_into_place(draft, folder, snapshot.taken_at)
    except OSError as error:
        raise SnapshotError(_sentence(error, folder)) from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _write_files(draft: Path, snapshot: Snapshot) -> None:
    reading = snapshot.reading
    _write_png(draft / "frame.png", snapshot.pixels)
    if reading.binary.size:
        _write_png(draft / "binary.png", reading.binary)
    lines: list[dict[str, Any]] = []
    count = 0
    for line in reading.lines:
        digits = []
        for digit in line.digits:
            count += 1
            name = f"digit-{count:02d}-{digit.digit}.png"
            _write_png(draft / name, digit.glyph)
            digits.append(_describe(digit, name))
        lines.append(
            {"text": line.text, "digits": digits, "numbers": list(line.numbers)}
        )
    rejected = []
    for number, digit in enumerate(reading.rejected, start=1):
        name = f"rejected-{number:02d}.png"
        _write_png(draft / name, digit.glyph)
        rejected.append(_describe(digit, name))
    record = {
        "format": 1,
        "program": f"DigitDesk {__version__}",
        "taken_at": snapshot.taken_at.isoformat(timespec="milliseconds"),
        "source": snapshot.source,
        "model": snapshot.model,
        "width": reading.width,
        "height": reading.height,
        "text": reading.text,
        "lines": lines,
        "rejected": rejected,
        "preprocessing": asdict(snapshot.settings),
    }
    text = json.dumps(record, indent=2, ensure_ascii=False)
    write_atomically(draft / "snapshot.json", text.encode())


def _describe(digit: DigitReading, file_name: str) -> dict[str, Any]:
    return {
        "digit": digit.digit,
        "confidence": round(digit.confidence, 6),
        "probabilities": [round(float(p), 6) for p in digit.probabilities],
        "not_digit": round(float(digit.not_digit), 6),
        "box": [digit.box.x, digit.box.y, digit.box.w, digit.box.h],
        "picture": file_name,
    }


def _write_png(path: Path, pixels: U8) -> None:
    import cv2  # not needed before the first snapshot, and slow to load

    worked, data = cv2.imencode(".png", pixels)
    if not worked:
        raise OSError(errno.EINVAL, f"{path.name} cannot be written as PNG")
    write_atomically(path, data.tobytes())


def _move_into_place(draft: Path, folder: Path, taken_at: datetime) -> Path:
    stem = taken_at.strftime("%Y-%m-%d %H.%M.%S")
    number = 1
    while True:
        name = stem if number == 1 else f"{stem} ({number})"
        target = folder / name
        # An existing empty folder would be replaced silently on some systems.
        if not target.exists():
            return draft.rename(target)
        number += 1


def _sentence(error: OSError, folder: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The snapshot was not saved: the disk with {folder} is full. "
            "Free some space and try again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"The snapshot was not saved: {folder} may not be written to. "
            "Check its permissions."
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return (
            f"The snapshot was not saved: where the folder {folder} should be, there "
            "is a file. Move it away."
        )
    return f"The snapshot was not saved in {folder}: {error.strerror or error}."
