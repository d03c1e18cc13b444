import json
import subprocess
import sys
from pathlib import Path

import pytest

from digitdesk.core import paths

USER_FOLDERS = [
    paths.user_models,
    paths.user_samples,
    paths.user_settings,
    paths.user_cache,
    paths.user_logs,
    paths.user_pictures,
]


def test_the_source_tree_holds_what_is_shipped() -> None:
    assert paths.resources().is_dir()
    assert (paths.default_model() / "card.json").is_file()


def test_a_bundle_brings_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)

    assert paths.shipped_models() == tmp_path / "models"


def test_a_damaged_installation_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "digitdesk/core/paths.py"))

    with pytest.raises(FileNotFoundError, match=r"'models' is missing.*install it"):
        paths.shipped_models()


def test_one_variable_moves_all_user_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))

    folders = [folder() for folder in USER_FOLDERS]

    assert all(folder.is_relative_to(tmp_path) for folder in folders)
    assert len(set(folders)) == len(folders)


def test_user_folders_are_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)

    for folder in USER_FOLDERS:
        assert folder().is_absolute()
        assert "DigitDesk" in folder().parts
        assert not folder().is_relative_to(Path(paths.__file__).parents[2])


def test_shipped_folders_are_found_from_anywhere(tmp_path: Path) -> None:
    root = Path(paths.__file__).parents[2]
    script = (
        f"import sys, json; sys.path.insert(0, {str(root)!r})\n"
        "from digitdesk.core import paths\n"
        "print(json.dumps([str(paths.resources()), 'platformdirs' in sys.modules]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == [str(root / "resources"), False]
