"""A screen of 1366x768 at 200 %: 683x384, of which a window may have 96 %."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QTabBar
from pytestqt.qtbot import QtBot

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
