"""Folders that another program fills; what it makes is taken over, or nothing is.

That program may be killed at any time. So it works in a hidden folder of its own beside
the place where its result belongs.
"""

import shutil
import uuid
from pathlib import Path

from digitdesk.ml.folders import place_folder
from digitdesk.ml.model_card import ModelError


def new_stage(parent: Path) -> Path:
    """Return a hidden folder in `parent` that does not exist yet."""
    return parent / f".stage-{uuid.uuid4().hex}"


def adopt(stage: Path, parent: Path) -> Path:
    """Move the one folder that was made in `stage` to `parent`; returns its place.

    Raises
    ------
    ModelError
        If there is none.
    OSError
        If it cannot be moved.
    """
    try:
        made = [folder for folder in stage.iterdir() if not folder.name.startswith(".")]
        if not made:
            raise ModelError("The other program has made no model.")
        return place_folder(made[0], parent, made[0].name)
    finally:
        discard(stage)


def discard(stage: Path) -> None:
    """Remove a stage with all that is in it."""
    shutil.rmtree(stage, ignore_errors=True)
