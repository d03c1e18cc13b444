import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from digitdesk.core.digit_data import DigitData, Part
from digitdesk.ui.training.browser import DataBrowser
from digitdesk.ui.training.glyph_grid import GlyphGrid

COUNT = 3000
DIRECTLY = Qt.FindChildOption.FindDirectChildrenOnly


@pytest.fixture
def data() -> DigitData:
    """3,000 glyphs; number n is a 28x28 square of the grey level n modulo 200."""
    numbers = np.arange(COUNT)
    levels = (numbers % 200).astype(np.uint8)
    return DigitData(
        np.repeat(levels, 784).reshape(COUNT, 28, 28),
        (numbers % 10).astype(np.uint8),
        (numbers % 3).astype(np.uint8),
        (numbers >= 2000).astype(np.uint8),
        ("mnist.npz", "own"),
    )


@pytest.fixture
def grid(qtbot: QtBot, data: DigitData) -> GlyphGrid:
    grid = GlyphGrid()
    qtbot.addWidget(grid)
    grid.resize(500, 400)
    grid.show_digits(data.glyphs, data.labels)
    with qtbot.waitExposed(grid):
        grid.show()
    return grid


def test_it_scrolls_through_all(grid: GlyphGrid) -> None:
    bar = grid.verticalScrollBar()

    bar.setValue(bar.maximum())

    last = grid.cell_rect(COUNT - 1)
    assert grid.viewport().rect().contains(last)
    shown = grid.viewport().grab().toImage().pixelColor(last.center())
    assert shown.red() == (COUNT - 1) % 200


def test_ten_are_in_a_row_at_any_width(grid: GlyphGrid) -> None:
    for width in (260, 500, 1400):
        grid.resize(width, 400)

        assert grid.cell_rect(9).right() <= grid.viewport().width()
        assert grid.cell_rect(10).left() == 0


def test_a_click_chooses(qtbot: QtBot, grid: GlyphGrid) -> None:
    grid.show_only(np.arange(100, 200))

    with qtbot.waitSignal(grid.chosen) as heard:
        middle = grid.cell_rect(13).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    assert heard.args == [113]
    assert grid.chosen_index == 113


def test_the_keyboard_walks(grid: GlyphGrid) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(grid, key)
    assert grid.chosen_index == 11
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.chosen_index == COUNT - 1
    assert grid.viewport().rect().contains(grid.cell_rect(COUNT - 1))
    QTest.keyClick(grid, Qt.Key.Key_Home)
    assert grid.chosen_index == 0


def test_the_collage_is_a_hundred_digits(grid: GlyphGrid) -> None:
    picture = grid.collage()

    step = (picture.width() + 3) // 10
    assert picture.width() == picture.height()
    assert picture.pixelColor(9 * step + 40, 9 * step + 40).red() == 99


def test_the_collage_is_a_hundred_digits_at_the_end_too(grid: GlyphGrid) -> None:
    grid.show_only(np.arange(1234))
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())

    picture = grid.collage()

    assert grid.collage_count == 100
    step = (picture.width() + 3) // 10
    last = picture.pixelColor(9 * step + 40, 9 * step + 40)
    assert last.red() == 1233 % 200
    grid.show_only(np.arange(7))
    assert grid.collage_count == 7


def test_misread_digits_are_marked(grid: GlyphGrid, data: DigitData) -> None:
    plain = grid.collage()
    answers = data.labels.copy()
    answers[5] = 9

    grid.show_digits(data.glyphs, data.labels, answers)

    step = (plain.width() + 3) // 10
    marked = grid.collage()
    inside, other = (5 * step, 0, step - 4, step - 4), (4 * step, 0, step - 4, step - 4)
    assert marked.copy(*inside) != plain.copy(*inside)
    assert marked.copy(*other) == plain.copy(*other)


@pytest.fixture
def browser(qtbot: QtBot, data: DigitData) -> DataBrowser:
    browser = DataBrowser()
    qtbot.addWidget(browser)
    browser.show_data(data)
    return browser


def test_filters_work_together(browser: DataBrowser) -> None:
    browser.digit.setCurrentIndex(browser.digit.findData(7))
    browser.part.setCurrentIndex(browser.part.findData(int(Part.TEST)))
    browser.source.setCurrentIndex(browser.source.findData(1))

    expected = [n for n in range(2000, COUNT) if n % 10 == 7 and n % 3 == 2]
    assert browser.chosen_indices().tolist() == expected
    assert browser.grid.count == len(expected)


def test_misread_digits_can_be_filtered(
    qtbot: QtBot, browser: DataBrowser, data: DigitData
) -> None:
    with qtbot.waitSignal(browser.answers_requested):
        browser.misread.click()
    said = np.eye(10, dtype=np.float32)[data.labels]
    said[[17, 300]] = np.eye(10, dtype=np.float32)[2]

    browser.show_answers(said)

    assert browser.chosen_indices().tolist() == [17, 300]


def test_a_chosen_digit_is_enlarged_with_its_reading(
    qtbot: QtBot, browser: DataBrowser, data: DigitData
) -> None:
    with qtbot.waitSignal(browser.answers_requested):
        browser.grid.choose(21)
    assert "This is a 1." in browser.detail.text

    browser.show_answers(np.eye(10, dtype=np.float32)[data.labels])

    assert browser.grid.chosen_index == 21
    assert "1   100.0%" in browser.detail.text


def test_another_model_s_answers_are_asked_for_anew(
    qtbot: QtBot, browser: DataBrowser
) -> None:
    browser.misread.click()
    browser.forget_answers()  # none had come yet
    assert not browser.misread.isChecked()
    with qtbot.waitSignal(browser.answers_requested):
        browser.misread.click()


def test_answers_to_other_digits_are_ignored(browser: DataBrowser) -> None:
    browser.show_answers(np.zeros((5, 10), np.float32))

    browser.grid.choose(0)

    assert "model" not in browser.detail.text


def test_the_export_says_how_many_it_saves(browser: DataBrowser) -> None:
    [button] = browser.findChildren(QPushButton, options=DIRECTLY)
    assert "100" in button.text()
    browser.digit.setCurrentIndex(browser.digit.findData(7))
    browser.part.setCurrentIndex(browser.part.findData(int(Part.TEST)))
    browser.source.setCurrentIndex(browser.source.findData(1))
    assert str(browser.grid.count) in button.text()
    assert browser.grid.count < 100


def test_an_empty_browser_says_what_to_do(qtbot: QtBot) -> None:
    browser = DataBrowser()
    qtbot.addWidget(browser)
    browser.show()

    assert browser.chosen_indices().size == 0
    assert browser.grid.count == 0
    assert "Choose data under Learn" in browser.nothing.text
    assert browser.nothing.isVisible()
    assert not browser.detail.isVisible()  # there is nothing to click
    [choose] = browser.nothing.findChildren(QPushButton)
    with qtbot.waitSignal(browser.data_requested):
        choose.click()


def test_filters_that_nothing_passes_say_so(browser: DataBrowser) -> None:
    browser.show()
    browser.digit.setCurrentIndex(browser.digit.findData(8))
    browser.misread.setChecked(True)
    browser.show_answers(np.eye(10, dtype=np.float32)[np.arange(COUNT) % 10])

    assert browser.grid.count == 0
    assert browser.nothing.isVisible()
    assert "filters" in browser.nothing.text
    browser.misread.setChecked(False)
    assert not browser.nothing.isVisible()
