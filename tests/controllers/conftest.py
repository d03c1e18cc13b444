"""The whole program, with real workers, on files of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitdesk.app import Folders, Program
from digitdesk.core.paths import resources
from digitdesk.core.settings import AppSettings, save_settings
from digitdesk.core.sources import SourceKind, SourceSpec

WAIT_MS = 15_000


@pytest.fixture
def page() -> Path:
    """Return a picture of 0 to 9 in two lines."""
    return resources() / "demo" / "ten-digits.png"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.below(tmp_path / "home")


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, folders: Folders, page: Path) -> Iterator[
    Callable[..., Program]
]:  # fmt: skip
    programs: list[Program] = []

    def start(**settings: object) -> Program:
        values = replace(
            AppSettings(source=SourceSpec(kind=SourceKind.IMAGE, address=str(page))),
            **settings,  # type: ignore[arg-type]  # fields of AppSettings
        )
        save_settings(folders.settings_file, values)
        program = Program(qapp, folders)
        programs.append(program)
        program.show()
        return program

    yield start
    for program in programs:
        program.window.close()
        ended = program.shut_down()
        # Qt's children go with their parents, now: Python's collector would destroy
        # them at any time and in any order.
        program.window.deleteLater()
        program.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert ended


@pytest.fixture
def program(start: Callable[..., Program], qtbot: QtBot) -> Program:
    """Return the program, showing the page and what was read on it."""
    program = start()
    qtbot.waitUntil(lambda: program.live.text == "01234\n56789", timeout=WAIT_MS)
    return program
