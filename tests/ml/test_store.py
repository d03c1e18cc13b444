from collections.abc import Callable
from pathlib import Path

import pytest

from digitdesk.ml.model_card import ModelCard, ModelError
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.store import ModelStore

MakeFolder = Callable[..., Path]


@pytest.fixture
def store(tmp_path: Path, make_folder: MakeFolder) -> ModelStore:
    """One shipped model, two own ones."""
    for number, parent in enumerate(("shipped", "own", "own")):
        (tmp_path / parent).mkdir(exist_ok=True)
        folder = make_folder(name=f"Net {3 - number}")
        folder.rename(tmp_path / parent / f"net-{number}")
    return ModelStore(tmp_path / "shipped", tmp_path / "own")


def names(store: ModelStore) -> list[str]:
    return [model.name for model in store.models()]


def test_shipped_models_come_first_then_by_name(store: ModelStore) -> None:
    assert names(store) == ["Net 3", "Net 1", "Net 2"]
    assert [model.is_own for model in store.models()] == [False, True, True]


def test_nothing_there_is_an_empty_list(tmp_path: Path) -> None:
    assert ModelStore(tmp_path / "a", tmp_path / "b").models() == ()


def test_a_damaged_model_is_listed_with_its_trouble(store: ModelStore) -> None:
    network = store.own_folder / "net-1" / "network.tflite"
    network.write_bytes(network.read_bytes()[:100])
    (store.own_folder / "empty").mkdir()
    (store.own_folder / ".hidden").mkdir()

    troubles = {model.folder.name: model.trouble for model in store.models()}

    assert "checksum" in troubles["net-1"]
    assert "card.json is missing" in troubles["empty"]
    assert troubles["net-2"] == ""
    assert ".hidden" not in troubles


@pytest.mark.parametrize("name", ["net-1", "Net 2"], ids=["folder", "name"])
def test_models_are_found(store: ModelStore, name: str) -> None:
    assert store.find(name).folder.name == "net-1"


def test_unknown_and_ambiguous_names_are_refused(store: ModelStore) -> None:
    with pytest.raises(ModelError, match=r"No model is called “x”\. There are: net-0"):
        store.find("x")
    store.rename(store.own_folder / "net-1", "Net 1")
    with pytest.raises(ModelError, match="Several"):
        store.find("Net 1")


def test_renaming_keeps_the_folder(store: ModelStore) -> None:
    folder = store.own_folder / "net-1"

    store.rename(folder, " Mein Netz ")

    assert ModelCard.load(folder).name == "Mein Netz"
    with pytest.raises(ModelError):
        store.rename(folder, "  ")


def test_a_duplicate_reads_like_its_original(store: ModelStore, tmp_path: Path) -> None:
    copy = store.duplicate(tmp_path / "shipped" / "net-0", "Net 3 (Kopie)")
    again = store.duplicate(copy, "Net 3 (Kopie)")

    assert copy.name == "net-3-kopie"
    assert again.name == "net-3-kopie-2"
    assert Predictor.load(again).card.name == "Net 3 (Kopie)"


def test_a_failed_copy_leaves_nothing(store: ModelStore) -> None:
    with pytest.raises(ModelError):
        store.duplicate(store.own_folder / "none", "x")

    assert len(list(store.own_folder.iterdir())) == 2


def test_delete_can_be_undone(store: ModelStore) -> None:
    trashed = store.delete(store.own_folder / "net-1")
    assert names(store) == ["Net 3", "Net 1"]

    assert store.restore(trashed) == store.own_folder / "net-1"

    assert names(store) == ["Net 3", "Net 1", "Net 2"]


def test_undo_finds_another_place_if_the_old_one_is_taken(store: ModelStore) -> None:
    folder = store.own_folder / "net-1"
    trashed = store.delete(folder)
    store.duplicate(store.own_folder / "net-2", "net 1")

    restored = store.restore(trashed)

    assert restored.name == "net-1-2"
    assert len(names(store)) == 4


def test_the_trash_can_be_emptied(store: ModelStore) -> None:
    trashed = store.delete(store.own_folder / "net-1")

    store.empty_trash()

    assert not trashed.exists()


def test_shipped_models_are_never_changed(store: ModelStore, tmp_path: Path) -> None:
    shipped = tmp_path / "shipped" / "net-0"

    with pytest.raises(ModelError, match="came with DigitDesk"):
        store.rename(shipped, "x")
    with pytest.raises(ModelError, match="came with DigitDesk"):
        store.delete(shipped)

    assert ModelCard.load(shipped).name == "Net 3"
