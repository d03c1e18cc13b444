"""From the store's models to what the page shows."""

from dataclasses import dataclass, replace
from pathlib import Path

from digitdesk.ml.model_card import DIGITS
from digitdesk.ml.store import ModelStore, StoredModel
from digitdesk.ui.models.entry import ModelEntry

_KERAS_FILE = "network.keras"


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A stored model, and what only a look at its files tells."""

    model: StoredModel
    size_bytes: int
    has_keras: bool


def entries_of(store: ModelStore) -> tuple[ListedModel, ...]:
    """Look at all models; reads files, so not in the GUI thread."""
    return tuple(
        ListedModel(
            model,
            sum(file.stat().st_size for file in model.folder.glob("*")),
            (model.folder / _KERAS_FILE).is_file(),
        )
        for model in store.models()
    )


def entry_of(listed: ListedModel, active: Path) -> ModelEntry:
    """Return what the page shows of a model."""
    model, card = listed.model, listed.model.card
    entry = ModelEntry(
        folder=model.folder,
        name=model.name,
        is_own=model.is_own,
        is_active=model.folder == active,
        trouble=model.trouble,
        size_bytes=listed.size_bytes,
        has_keras=listed.has_keras,
    )
    if card is None:
        return entry
    return replace(
        entry,
        created=card.created,
        description=card.description,
        training_data=card.training_data,
        scores=card.scores,
        temperature=card.temperature,
        reject_threshold=card.reject_threshold,
        knows_other_ink=card.classes != DIGITS,
    )
