"""A screen of 1366x768 at 200 %: 683x384, of which a window may have 96 %."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QTabBar
from pytestqt.qtbot import QtBot

import digitdesk
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.models.page import ModelsPage
from digitdesk.ui.training.invitation import Invitation
from digitdesk.ui.training.page import TrainingPage

ROOM = QSize(655, 368)


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    for page in (TrainingPage(), ModelsPage()):
        window.add_page(page, type(page).__name__)
    window.probabilities.build_chart()
    window.resize(ROOM)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_every_page_fits(window: MainWindow) -> None:
    window.show_message("Something that takes more than one line. " * 2, action="Help")
    pages = (window.findChild(TrainingPage), window.findChild(ModelsPage), window.video)
    for page in pages:
        assert page is not None
        window.show_page(page)
        QApplication.processEvents()
        assert window.size() == ROOM


def test_a_layout_of_a_larger_screen_makes_room(
    qtbot: QtBot, window: MainWindow
) -> None:
    available = window.screen().availableSize()
    left = Qt.DockWidgetArea.LeftDockWidgetArea
    for dock in window.findChildren(QDockWidget):
        window.addDockWidget(left, dock, Qt.Orientation.Horizontal)
        dock.show()
    assert window.minimumSizeHint().width() > available.width()
    other = MainWindow()
    qtbot.addWidget(other)
    other.restore_layout(window.layout_state())
    assert other.minimumSizeHint().boundedTo(available) == other.minimumSizeHint()


def test_no_line_of_the_invitation_is_cut(window: MainWindow) -> None:
    page = window.findChild(TrainingPage)
    assert page is not None
    window.show_page(page)
    QApplication.processEvents()
    invitation = page.findChild(Invitation)
    assert invitation is not None
    labels = invitation.findChildren(QLabel)
    assert len(labels) == 8
    for label in labels:
        assert label.height() >= label.heightForWidth(label.width())


def test_no_setting_is_cut_at_its_side(window: MainWindow) -> None:
    window.preprocess_dock.raise_()
    QApplication.processEvents()
    content = window.preprocess.widget()
    assert content is not None
    assert content.isVisible()
    assert content.width() <= window.preprocess.viewport().width()


def test_what_is_said_of_unusable_data_is_not_cut(window: MainWindow) -> None:
    page = window.findChild(TrainingPage)
    assert page is not None
    window.show_page(page)
    page.progress.show_obstacle("There is no folder “/a/rather/long/path”. " * 3)
    page.browser.show_missing("There is no folder “/a/rather/long/path”. " * 3)
    for number, part in enumerate((page.progress, page.browser.nothing)):
        page.tabs.setCurrentIndex(number)
        QApplication.processEvents()
        labels = [label for label in part.findChildren(QLabel) if label.isVisible()]
        assert labels
        for label in labels:
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            assert label.width() <= page.width()
    assert window.size() == ROOM


_EIGHT_NUMBERS = """
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from digitdesk.core.settings import Appearance
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.theme import apply_appearance

app = QApplication([])
app.setStyle("Fusion")
apply_appearance(app, Appearance.LIGHT)
window = MainWindow()
window.probabilities.build_chart()
window.resize(1366, 700)  # a title and a task bar have their place, too
window.show()
app.processEvents()
window.result.show_text("\\n".join(["1234567"] * 8))
app.processEvents()
[text] = window.result.findChildren(QPlainTextEdit)
assert window.probability_dock.y() > window.result_dock.y(), "they are no tabs"
print(text.verticalScrollBar().maximum(), text.horizontalScrollBar().maximum())
"""


def test_eight_numbers_need_no_scroll_bar_on_1366x768(tmp_path: Path) -> None:
    screens = tmp_path / "screens.json"
    screen = {"name": "one", "x": 0, "y": 0, "width": 1366, "height": 768,
              "logicalDpi": 96, "dpr": 1}  # fmt: skip
    screens.write_text(json.dumps({"screens": [screen]}))
    done = subprocess.run(
        [sys.executable, "-c", _EIGHT_NUMBERS],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
            "PYTHONPATH": str(Path(digitdesk.__file__).parents[1]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "0 0\n", done.stderr


def test_titles_of_docks_are_whole_after_another_page(window: MainWindow) -> None:
    for dock in window.findChildren(QDockWidget):
        if dock is not window.result_dock:
            window.tabifyDockWidget(window.result_dock, dock)
    page = window.findChild(TrainingPage)
    assert page is not None
    window.show_page(page)
    window.show_page(window.video)
    directly = Qt.FindChildOption.FindDirectChildrenOnly
    bars = window.findChildren(QTabBar, options=directly)
    assert any(bar.count() == 4 for bar in bars)
    assert {bar.elideMode() for bar in bars} == {Qt.TextElideMode.ElideNone}
