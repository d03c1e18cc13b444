"""Files that are written wholly or not at all."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data`, or leave everything as it was.

    The bytes go to a new file in the same folder, reach the disk, and then take the
    place of the old file in one step: a reader sees the old content or the new one.

    Parameters
    ----------
    path : Path
        Where to write. Missing parent folders are made.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        If the folder cannot be written to or the disk is full. The old file, if
        any, is untouched and nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; a replaced file keeps what it had.
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else _new_file_mode())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _new_file_mode() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return 0o666 & ~mask
