import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.settings import (
    RECENT_LIMIT,
    Appearance,
    AppSettings,
    load_settings,
    recall_source,
    remember_source,
    save_settings,
)
from digitdesk.core.sources import Rotation, SourceKind, SourceSpec
from digitdesk.core.training_types import DataSource, TrainingConfig
from digitdesk.core.training_types import SourceKind as TrainingSource
from digitdesk.core.types import Box

CHANGED = AppSettings(
    appearance=Appearance.DARK,
    source=SourceSpec(
        kind=SourceKind.CAMERA,
        index=2,
        name="Büro",
        width=1280,
        height=720,
        mirror=True,
        rotation=Rotation.HALF,
    ),
    recent=(SourceSpec(kind=SourceKind.IMAGE, address="/tmp/ä.png"),),
    preprocess=PreprocessSettings(
        mode=ThresholdMode.ADAPTIVE, offset=-7, polarity=Polarity.LIGHT_ON_DARK
    ),
    smoothing=False,
    show_rejected=True,
    model="/models/mine",
    training=TrainingConfig(
        sources=(DataSource(TrainingSource.NPZ, "/data/ziffern.npz"),), epochs=7
    ),
    geometry="AAE=",
    layout="AAI=",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def _broken_copies(path: Path) -> list[Path]:
    return list(path.parent.glob("settings.json.broken-*"))


def test_no_file_gives_the_defaults_without_a_message(path: Path) -> None:
    loaded = load_settings(path)
    assert loaded.settings == AppSettings()
    assert loaded.message == ""
    assert not path.parent.exists()


def test_everything_survives_saving_and_loading(path: Path) -> None:
    save_settings(path, CHANGED)
    loaded = load_settings(path)
    assert loaded.settings == CHANGED
    assert loaded.message == ""


def test_the_region_of_interest_is_not_kept(path: Path) -> None:
    marked = replace(CHANGED.preprocess, region_of_interest=Box(1, 2, 3, 4))
    save_settings(path, replace(CHANGED, preprocess=marked))
    assert load_settings(path).settings == CHANGED


def test_entries_of_another_version_are_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"from the future": {"a": [1]}, "smoothing": false}')
    loaded = load_settings(path)
    assert loaded.message == ""
    assert loaded.settings.smoothing is False
    save_settings(path, replace(loaded.settings, smoothing=True))
    saved = json.loads(path.read_text("utf-8"))
    assert saved["from the future"] == {"a": [1]}
    assert saved["smoothing"] is True


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"smoothing": tr', id="cut off"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_a_damaged_file_is_set_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    loaded = load_settings(path)
    assert loaded.settings == AppSettings()
    (aside,) = _broken_copies(path)
    assert aside.read_bytes() == content
    assert aside.name in loaded.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("appearance", "purple", id="unknown word"),
        pytest.param("smoothing", 1, id="number for a truth value"),
        pytest.param("source", {"kind": "teapot"}, id="unknown source"),
        pytest.param("source", None, id="no source"),
        pytest.param("recent", 5, id="number for a list"),
        pytest.param("preprocess", {"threshold": 256}, id="out of range"),
        pytest.param("preprocess", {"threshold": True}, id="truth value for a number"),
        pytest.param("preprocess", {"mode": []}, id="list for a word"),
        pytest.param("preprocess", "garbage", id="word for settings"),
        pytest.param("training", {"epochs": 10**400}, id="endless epochs"),
        pytest.param("training", {"learning_rate": 10**400}, id="endless rate"),
        pytest.param("training", {"epochs": 0}, id="no epochs"),
        pytest.param("training", {"sources": []}, id="nothing to learn from"),
        pytest.param("geometry", ["AAE="], id="list for a text"),
    ],
)
def test_one_bad_entry_costs_only_itself(path: Path, name: str, value: Any) -> None:
    plain = json.loads(CHANGED.to_json())
    plain[name] = value
    path.parent.mkdir()
    path.write_text(json.dumps(plain))
    loaded = load_settings(path)
    expected = replace(CHANGED, **{name: getattr(AppSettings(), name)})
    assert loaded.settings == expected
    assert name in loaded.message
    assert len(_broken_copies(path)) == 1


def test_a_folder_in_the_files_place_is_explained(path: Path) -> None:
    path.mkdir(parents=True)
    loaded = load_settings(path)
    assert loaded.settings == AppSettings()
    assert str(path) in loaded.message


def test_recent_sources_are_kept_once_and_newest_first() -> None:
    specs = [SourceSpec(kind=SourceKind.IMAGE, address=f"/{n}.png") for n in range(12)]
    settings = AppSettings()
    for spec in [*specs, replace(specs[8], mirror=True)]:
        settings = replace(settings, recent=remember_source(settings, spec))
    assert len(settings.recent) == RECENT_LIMIT
    assert settings.recent[0] == replace(specs[8], mirror=True)
    assert settings.recent[1:4] == (specs[11], specs[10], specs[9])


@pytest.mark.parametrize(
    ("wanted", "mirror"),
    [
        pytest.param(SourceSpec(kind=SourceKind.CAMERA, index=2), True, id="open now"),
        pytest.param(SourceSpec(kind=SourceKind.CAMERA, index=1), False, id="recent"),
        pytest.param(SourceSpec(kind=SourceKind.CAMERA, index=0), False, id="new"),
    ],
)
def test_a_source_is_recalled_as_it_was_turned(
    wanted: SourceSpec, mirror: bool
) -> None:
    turned = SourceSpec(kind=SourceKind.CAMERA, index=1, rotation=Rotation.HALF)
    settings = replace(CHANGED, recent=(turned,))
    named = replace(wanted, name="Desk")
    recalled = recall_source(settings, named)
    assert (recalled.index, recalled.name) == (wanted.index, "Desk")
    assert recalled.mirror is mirror
    assert recalled.rotation == {2: 180, 1: 180, 0: 0}[wanted.index]
