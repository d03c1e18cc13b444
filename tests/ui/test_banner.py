from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from digitdesk.ui.banner import BannerStack

TEXT = "These are demo pages. Choose a camera to read your own digits."


def test_the_button_stands_below_the_text_where_there_is_little_room(
    qtbot: QtBot,
) -> None:
    stack = BannerStack()
    qtbot.addWidget(stack)
    banner = stack.show_message(TEXT, action="Choose a camera")
    label = next(one for one in banner.findChildren(QLabel) if one.text() == TEXT)
    button = banner.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    stack.resize(900, 60)
    stack.show()
    qtbot.waitUntil(lambda: button.x() > label.geometry().right())
    stack.resize(260, 200)
    qtbot.waitUntil(lambda: button.y() > label.geometry().bottom())
    assert label.width() > button.minimumSizeHint().width()
    stack.resize(900, 60)
    qtbot.waitUntil(lambda: button.x() > label.geometry().right())


def test_a_button_that_is_offered_again_acts_once(qtbot: QtBot) -> None:
    stack = BannerStack()
    qtbot.addWidget(stack)
    heard: list[int] = []
    for _ in range(2):
        banner = stack.show_message(TEXT, action="Choose a camera")
        banner.action_requested.connect(lambda: heard.append(1))
        banner.action_requested.connect(banner.closed)
    assert stack.texts == (TEXT,)
    button = banner.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    button.click()
    assert heard == [1]
    assert not stack.texts
