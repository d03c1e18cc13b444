from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from digitdesk.core.settings import Appearance
from digitdesk.core.types import Frame
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.theme import apply_appearance, current_colours


@pytest.fixture(params=[Appearance.LIGHT, Appearance.DARK])
def window(
    request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot, frame: Frame
) -> Iterator[MainWindow]:
    apply_appearance(qapp, request.param)
    window = MainWindow()
    qtbot.addWidget(window)
    window.video.show_frame(frame)
    window.result.show_text("01234\n56789")
    window.resize(1200, 700)
    with qtbot.waitActive(window):
        window.show()
    yield window
    apply_appearance(qapp, Appearance.LIGHT)


def luminance(colour: QColor) -> float:
    shares = [colour.redF(), colour.greenF(), colour.blueF()]
    linear = [
        s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def edge(widget: QWidget) -> QColor:
    """Return the colour just inside of the left outline, half way down."""
    return widget.grab().toImage().pixelColor(QPoint(1, widget.height() // 2))


def targets(window: MainWindow) -> list[QWidget]:
    [text] = window.result.findChildren(QPlainTextEdit)
    return [window.video, text]


def tab_to(target: QWidget) -> None:
    for _ in range(60):
        if target.hasFocus():
            return
        QTest.keyClick(QApplication.focusWidget() or target.window(), Qt.Key.Key_Tab)
    raise AssertionError("the Tab key does not get there")


def test_tab_shows_where_it_has_come(window: MainWindow) -> None:
    for target in targets(window):
        plain = edge(target)

        tab_to(target)

        shown = edge(target)
        assert contrast(shown, plain) >= 3
        assert contrast(shown, QColor(current_colours().window)) >= 3
        assert contrast(shown, QColor(current_colours().panel)) >= 3
        QTest.keyClick(target, Qt.Key.Key_Backtab)
        assert edge(target) == plain


def test_a_click_shows_no_frame_until_keys_are_used(window: MainWindow) -> None:
    for target in targets(window):
        plain = edge(target)
        middle = target.rect().center()
        clicked = target.viewport() if isinstance(target, QPlainTextEdit) else target
        QTest.mouseClick(clicked, Qt.MouseButton.LeftButton, pos=middle)
        assert target.hasFocus()
        assert edge(target) == plain

        QTest.keyClick(target, Qt.Key.Key_Control)
        assert edge(target) == plain
        QTest.keyClick(target, Qt.Key.Key_Right)
        assert contrast(edge(target), plain) >= 3


def test_the_frame_grows_with_the_picture(window: MainWindow) -> None:
    tab_to(window.video)
    shown = edge(window.video)
    window.resize(1300, 760)
    QApplication.processEvents()
    image = window.video.grab().toImage()
    corner = QPoint(image.width() - 1, image.height() - 1)
    assert image.pixelColor(corner) == shown
