import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitdesk.app import QUIT_VARIABLE, Folders, Program
from digitdesk.core.paths import HOME_VARIABLE
from digitdesk.core.settings import load_settings

WAIT_MS = 15_000


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.below(tmp_path)


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, folders: Folders) -> Iterator[Program]:
    program = Program(qapp, folders)
    yield program
    program.window.close()
    ended = program.shut_down()
    program.window.deleteLater()
    program.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert ended


def test_nothing_slow_starts_before_the_window_is_painted(
    qtbot: QtBot, program: Program
) -> None:
    assert program.camera.state.spec is None
    assert program.window.probabilities.chart is None
    program.show()
    qtbot.waitUntil(lambda: program.camera.state.spec is not None, timeout=WAIT_MS)


def test_the_demo_is_read_and_then_the_chart_appears(
    qtbot: QtBot, program: Program
) -> None:
    program.show()
    with qtbot.waitSignal(program.live.result_shown, timeout=WAIT_MS):
        pass
    qtbot.waitUntil(
        lambda: program.window.probabilities.chart is not None, timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: program.live.text == "01234\n56789", timeout=WAIT_MS)


def test_damaged_settings_are_told_in_the_window(
    qapp: QApplication, qtbot: QtBot, folders: Folders
) -> None:
    folders.settings_file.write_text('{"smoothing": ')
    program = Program(qapp, folders)
    try:
        assert any("damaged" in text for text in program.window.banners.texts)
    finally:
        assert program.shut_down()
        program.window.deleteLater()
        program.deleteLater()


def test_an_unexpected_error_is_logged_told_and_survived(
    qtbot: QtBot, program: Program, folders: Folders, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("Uncaught exception")
    before = sys.excepthook
    program.failures.install()
    try:
        error = ZeroDivisionError("seven by nought")
        sys.excepthook(type(error), error, None)
    finally:
        program.failures.remove()
    assert sys.excepthook is before
    (text,) = program.window.banners.texts
    assert "seven by nought" in text
    assert str(folders.logs) in text


def _run(code: list[str], home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, HOME_VARIABLE: str(home), **more}
    return subprocess.run(  # our own interpreter with our own arguments
        [sys.executable, *code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_importing_the_program_loads_nothing_slow(tmp_path: Path) -> None:
    slow = "'tensorflow', 'keras', 'ai_edge_litert', 'skimage', 'pyqtgraph', 'scipy'"
    code = (
        f"import digitdesk.app, sys; print([m for m in ({slow}) if m in sys.modules])"
    )
    answer = _run(["-c", code], tmp_path)
    assert answer.stdout.strip() == "[]", answer.stderr


def test_the_program_starts_and_quits_cleanly(tmp_path: Path) -> None:
    answer = _run(["-m", "digitdesk"], tmp_path, **{QUIT_VARIABLE: "1.5"})
    assert answer.returncode == 0
    assert answer.stderr == ""
    loaded = load_settings(tmp_path / "config" / "settings.json")
    assert loaded.settings.geometry
    assert loaded.settings.layout
    log = (tmp_path / "log" / "digitdesk.log").read_text("utf-8")
    assert "Window painted" in log


def test_the_window_comes_back_as_it_was_left(
    qapp: QApplication, qtbot: QtBot, folders: Folders, program: Program
) -> None:
    program.show()
    program.window.resize(700, 640)
    program.window.input_dock.close()
    program.window.close()
    assert program.jobs.shutdown()
    saved = json.loads(folders.settings_file.read_text("utf-8"))
    assert saved["layout"]
    again = Program(qapp, folders)
    try:
        assert again.window.size().width() == 700
        assert again.window.input_dock.isHidden()
        assert not again.window.result_dock.isHidden()
    finally:
        assert again.shut_down()
        again.window.deleteLater()
        again.deleteLater()


def test_the_smoke_test_reads_the_demo(tmp_path: Path) -> None:
    answer = _run(["-m", "digitdesk", "--smoke-test"], tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "right" in answer.stdout


def test_a_log_folder_that_cannot_be_made_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file in the folder's place")
    answer = _run(["-m", "digitdesk"], tmp_path, **{QUIT_VARIABLE: "0.5"})
    assert answer.returncode == 0
    assert "There is no log file" in answer.stderr
