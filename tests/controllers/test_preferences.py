from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitdesk.app import Program
from digitdesk.controllers.preferences import Preferences
from digitdesk.core.settings import Appearance, AppSettings, load_settings
from digitdesk.ui.theme import apply_appearance, is_dark
from digitdesk.workers.jobs import Jobs


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    assert jobs.shutdown()


def test_many_changes_are_saved_once(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    preferences = Preferences(AppSettings(), path, jobs)
    saved: list[object] = []
    jobs.job_done.connect(saved.append)
    with qtbot.waitSignal(jobs.job_done, timeout=10_000):
        for number in range(20):
            preferences.change(model=str(number))
    assert len(saved) == 1
    assert load_settings(path).settings.model == "19"


def test_nothing_is_saved_when_nothing_changes(
    qtbot: QtBot, jobs: Jobs, tmp_path: Path
) -> None:
    preferences = Preferences(AppSettings(), tmp_path / "settings.json", jobs)
    preferences.change(model="")
    assert not preferences.has_unsaved_changes


def test_a_failure_to_save_is_told(
    qtbot: QtBot, jobs: Jobs, tmp_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("save settings")
    (tmp_path / "file").write_text("no folder")
    path = tmp_path / "file" / "settings.json"
    preferences = Preferences(AppSettings(), path, jobs)
    with qtbot.waitSignal(preferences.failed, timeout=10_000) as failed:
        preferences.save()
    assert str(path) in failed.args[0]
    assert "Errno" not in failed.args[0]


def test_dark_is_chosen_in_the_menu_and_remembered(
    qapp: QApplication, program: Program
) -> None:
    actions = program.window.commands.appearance.actions()
    dark = next(a for a in actions if Appearance(a.data()) is Appearance.DARK)
    try:
        dark.trigger()
        assert is_dark()
        assert program.preferences.settings.appearance is Appearance.DARK
    finally:
        apply_appearance(qapp, Appearance.LIGHT)


@pytest.mark.parametrize(
    ("chosen", "follows"),
    [(Appearance.SYSTEM, True), (Appearance.LIGHT, False)],
    ids=["like the system", "always light"],
)
def test_the_window_follows_the_system_while_it_runs(
    qapp: QApplication,
    start: Callable[..., Program],
    chosen: Appearance,
    follows: bool,
) -> None:
    start(appearance=chosen)
    assert not is_dark()
    try:
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert is_dark() is follows
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
        assert not is_dark()
    finally:
        apply_appearance(qapp, Appearance.LIGHT)
