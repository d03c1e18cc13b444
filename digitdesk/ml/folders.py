"""Model folders that appear in one step, under a free name."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Give a new folder in `parent` to be filled; it goes if the filling fails."""
    parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        yield draft
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def place_folder(draft: Path, parent: Path, name: str) -> Path:
    """Move a complete folder to a free place named after `name`, in one step.

    Raises
    ------
    OSError
        If `parent` cannot be written to.
    """
    draft.chmod(0o755)  # mkdtemp makes private folders
    slug = slug_of(name)
    number = 1
    while True:
        target = parent / (slug if number == 1 else f"{slug}-{number}")
        number += 1
        if target.exists():
            continue
        try:
            return draft.rename(target)
        except OSError:
            if not target.exists():
                raise  # else somebody was quicker


def slug_of(name: str) -> str:
    """Return a name for a folder on any system: letters, digits, ``-`` and ``_``."""
    words = re.sub(r"[^\w]+", "-", name.strip().casefold()).strip("-_")
    return words[:60] or "model"
