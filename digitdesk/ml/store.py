"""The models that can be read with: shipped ones and the user's own."""

import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from digitdesk.ml.folders import draft_folder, place_folder
from digitdesk.ml.model_card import ModelCard, ModelError

_TRASH = ".trash"
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One model folder.

    Attributes
    ----------
    folder : Path
        Where it is; its name never changes.
    is_own : bool
        Whether it may be renamed and deleted; shipped ones may not.
    card : ModelCard or None
        None if the card cannot be used.
    trouble : str
        Why not, in a sentence; empty if all is well.
    """

    folder: Path
    is_own: bool
    card: ModelCard | None
    trouble: str = ""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.card.name if self.card else self.folder.name


class ModelStore:
    """Lists and changes model folders. Every change happens in one step.

    Parameters
    ----------
    shipped : Path
        Folder of the model folders that came with DigitDesk; only read.
    own : Path
        Folder of the user's; made when first needed.
    """

    def __init__(self, shipped: Path, own: Path) -> None:
        self._shipped = shipped
        self._own = own

    @property
    def own_folder(self) -> Path:
        """Where the user's models are kept."""
        return self._own

    def models(self) -> tuple[StoredModel, ...]:
        """Return all models, shipped ones first, each group by name.

        A damaged model is listed with its trouble, so that it can be deleted.
        """
        shipped = (_look_at(folder, is_own=False) for folder in _folders(self._shipped))
        own = (_look_at(folder, is_own=True) for folder in _folders(self._own))
        order = [sorted(group, key=lambda m: m.name.casefold()) for group in
                 (shipped, own)]  # fmt: skip
        return (*order[0], *order[1])

    def find(self, name: str) -> StoredModel:
        """Return the model with this folder, folder name or, if only one has it, name.

        Raises
        ------
        ModelError
            If there is none, or several.
        """
        models = self.models()
        found = [model for model in models if str(model.folder) == name]
        found = found or [model for model in models if model.folder.name == name]
        found = found or [model for model in models if model.name == name]
        if len(found) != 1:
            known = ", ".join(model.folder.name for model in models) or "none"
            count = "Several models are" if found else "No model is"
            raise ModelError(f"{count} called “{name}”. There are: {known}.")
        return found[0]

    def rename(self, folder: Path, name: str) -> None:
        """Give one of the user's models another name; its folder stays.

        Raises
        ------
        ModelError
            If the model is shipped or damaged, or the name is empty.
        OSError
            If the card cannot be written.
        """
        self._check_own(folder)
        replace(ModelCard.load(folder), name=name.strip()).save(folder)

    def duplicate(self, folder: Path, name: str) -> Path:
        """Copy a model under another name; returns the copy's folder.

        Raises
        ------
        ModelError
            If it is damaged or the name is empty.
        OSError
            If the copy cannot be written.
        """
        card = replace(ModelCard.load(folder), name=name.strip())
        with draft_folder(self._own) as draft:
            shutil.copytree(folder, draft, dirs_exist_ok=True)
            card.save(draft)
            return place_folder(draft, self._own, name)

    def delete(self, folder: Path) -> Path:
        """Move one of the user's models to the trash; returns its place there.

        Raises
        ------
        ModelError
            If the model is shipped.
        OSError
            If it cannot be moved.
        """
        self._check_own(folder)
        trash = self._own / _TRASH
        trash.mkdir(exist_ok=True)
        return folder.rename(Path(tempfile.mkdtemp(dir=trash)) / folder.name)

    def restore(self, trashed: Path) -> Path:
        """Undo `delete`; returns the model's folder.

        Raises
        ------
        OSError
            If it is not in the trash any more.
        """
        place = self._own / trashed.name
        if place.exists():  # the name was taken meanwhile
            place = place_folder(trashed, self._own, trashed.name)
        else:
            trashed.rename(place)
        trashed.parent.rmdir()
        return place

    def empty_trash(self, older_than_days: float = 0) -> None:
        """Delete for good what has been in the trash for longer than some days."""
        trash = self._own / _TRASH
        newest_s = time.time() - older_than_days * _DAY_S
        for place in trash.iterdir() if trash.is_dir() else ():
            if place.stat().st_mtime <= newest_s:
                shutil.rmtree(place, ignore_errors=True)

    def _check_own(self, folder: Path) -> None:
        if folder.parent != self._own:
            raise ModelError(
                "This model came with DigitDesk and cannot be changed; duplicate it."
            )


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return [
        folder
        for folder in sorted(parent.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    ]


def _look_at(folder: Path, *, is_own: bool) -> StoredModel:
    try:
        card = ModelCard.load(folder)
        card.read_network(folder)
    except ModelError as error:
        return StoredModel(folder, is_own, None, str(error))
    return StoredModel(folder, is_own, card)
