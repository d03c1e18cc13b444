import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from digitdesk.app import Folders, Program
from digitdesk.ui.banner import Banner, Severity

WAIT_MS = 15_000


def test_s_keeps_what_is_on_show(
    qtbot: QtBot, program: Program, folders: Folders
) -> None:
    QTest.keyClick(program.window.video, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: bool(program.window.banners.texts), timeout=WAIT_MS)
    (folder,) = folders.pictures.iterdir()
    record = json.loads((folder / "snapshot.json").read_text("utf-8"))
    assert record["text"] == "01234\n56789"
    assert record["source"] == "ten-digits.png"
    assert record["model"] == program.live.model_name
    assert len(list(folder.glob("digit-*.png"))) == 10
    assert any(str(folder) in text for text in program.window.banners.texts)


def test_a_failure_is_told_in_the_window(
    qtbot: QtBot, program: Program, folders: Folders, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("save snapshot")
    folders.pictures.write_text("a file in the folder's place")
    program.window.commands.snapshot.trigger()
    qtbot.waitUntil(lambda: bool(program.window.banners.texts), timeout=WAIT_MS)
    (banner,) = program.window.banners.findChildren(Banner)
    assert banner.severity is Severity.ERROR
    assert str(folders.pictures) in banner.text
    assert "Move it away" in banner.text
    program.window.commands.open_snapshots.trigger()  # says so, too, and goes on
    assert len(program.window.banners.texts) == 2
