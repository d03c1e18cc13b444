from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QSlider
from pytestqt.qtbot import QtBot

from digitdesk.app import Program
from digitdesk.core.picture import load_picture
from digitdesk.core.preprocess import PreprocessSettings, ThresholdMode
from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.core.types import Box
from digitdesk.ui.glyph_view import GlyphView
from digitdesk.ui.number_slider import NumberSlider
from digitdesk.workers.recognition import RecognitionResult

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 15_000


def _centre(program: Program, place: int) -> QPoint:
    video = program.window.video
    box = program.live.regions[place].reading.box
    return video.placement().to_widget(box).center().toPoint()


def _glyph_view(program: Program) -> GlyphView:
    view = program.window.input.findChild(GlyphView)
    assert isinstance(view, GlyphView)
    return view


def test_a_click_on_a_box_shows_its_glyph_and_its_bars(
    qtbot: QtBot, program: Program
) -> None:
    program.window.probabilities.build_chart()
    for place in (3, 8):
        QTest.mouseClick(program.window.video, LEFT, pos=_centre(program, place))
        region = program.live.regions[place]
        assert region.reading.digit == place
        assert _glyph_view(program).pixels is region.reading.glyph
        chart = program.window.probabilities.chart
        assert chart is not None
        heights = chart.heights_percent
        assert heights.index(max(heights)) == place


def test_a_slider_acts_on_a_still_picture_at_once(
    qtbot: QtBot, program: Program
) -> None:
    panel = program.window.preprocess
    manual = PreprocessSettings(mode=ThresholdMode.MANUAL, threshold=100)
    panel.show_settings(manual)
    panel.settings_edited.emit(manual)
    slider = panel.findChild(NumberSlider, "threshold")
    assert isinstance(slider, NumberSlider)
    handle = slider.findChild(QSlider)
    assert isinstance(handle, QSlider)
    with qtbot.waitSignal(program.live.result_shown, timeout=WAIT_MS):
        QTest.keyClick(handle, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: program.live.text == "", timeout=WAIT_MS)
    assert program.preferences.settings.preprocess.threshold == 0


def test_a_region_of_interest_is_drawn_and_cleared(
    qtbot: QtBot, program: Program
) -> None:
    video, commands = program.window.video, program.window.commands
    place = video.placement()
    upper = place.to_widget(Box(0, 0, 1920, 560)).toRect()
    commands.draw_region.trigger()
    QTest.mousePress(video, LEFT, pos=upper.topLeft())
    QTest.mouseMove(video, upper.center())
    QTest.mouseRelease(video, LEFT, pos=upper.bottomRight())
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    assert not commands.draw_region.isChecked()
    commands.clear_region.trigger()
    qtbot.waitUntil(lambda: program.live.text == "01234\n56789", timeout=WAIT_MS)
    assert not commands.clear_region.isEnabled()


def test_an_answer_of_an_older_generation_is_dropped(program: Program) -> None:
    result = program.live.result
    assert result is not None
    empty = replace(result.reading, lines=(), rejected=())
    late = RecognitionResult(result.generation - 1, result.frame, empty, 1.0)
    program.recogniser.result_ready.emit(late)
    assert program.live.text == "01234\n56789"
    assert program.live.result is result


def test_the_chosen_digit_stays_chosen_when_settings_change(
    qtbot: QtBot, program: Program
) -> None:
    QTest.mouseClick(program.window.video, LEFT, pos=_centre(program, 6))
    with qtbot.waitSignal(program.live.result_shown, timeout=WAIT_MS):
        panel = program.window.preprocess
        panel.settings_edited.emit(replace(panel.settings, despeckle=0))
    glyph = _glyph_view(program).pixels
    assert glyph is program.live.regions[6].reading.glyph


def test_copy_puts_the_result_on_the_clipboard(program: Program) -> None:
    QGuiApplication.clipboard().setText("something else")
    program.window.commands.copy.trigger()
    assert QGuiApplication.clipboard().text() == "01234\n56789"


def test_space_freezes_the_video_and_goes_on(
    qtbot: QtBot, start: Callable[..., Program]
) -> None:
    program = start(source=SourceSpec(kind=SourceKind.DEMO))
    video = program.window.video
    qtbot.waitUntil(lambda: bool(program.live.regions), timeout=WAIT_MS)
    video.setFocus()
    QTest.keyClick(video, Qt.Key.Key_Space)
    frozen = video.frame
    assert frozen is not None
    # What is on show is also what is read, however late its answer comes.
    qtbot.waitUntil(
        lambda: program.live.result is not None
        and program.live.result.frame is frozen,
        timeout=WAIT_MS,
    )  # fmt: skip
    assert video.frame is frozen
    QTest.keyClick(video, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: video.frame is not frozen, timeout=WAIT_MS)


@pytest.mark.parametrize("smoothing", [True, False], ids=["steady", "raw"])
def test_the_toggle_decides_between_running_and_raw_answer(
    qtbot: QtBot, start: Callable[..., Program], smoothing: bool
) -> None:
    program = start(smoothing=not smoothing)
    qtbot.waitUntil(lambda: bool(program.live.regions), timeout=WAIT_MS)
    box = program.window.result.findChild(QCheckBox)
    assert box is not None
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert program.window.commands.smoothing.isChecked() is smoothing
    assert program.preferences.settings.smoothing is smoothing
    assert program.live.result is not None
    raw = program.live.result.reading.digits
    shown = [region.reading for region in program.live.regions]
    assert all(any(r is s for r in raw) for s in shown) is not smoothing


def test_a_model_that_is_gone_is_replaced_by_the_shipped_one(
    qtbot: QtBot, start: Callable[..., Program]
) -> None:
    program = start(model="/nowhere/model")
    qtbot.waitUntil(lambda: bool(program.live.model_name), timeout=WAIT_MS)
    assert any("/nowhere/model" in text for text in program.window.banners.texts)


def test_without_a_picture_there_is_nothing_to_freeze_or_copy(
    qtbot: QtBot, start: Callable[..., Program], tmp_path: Path
) -> None:
    missing = SourceSpec(kind=SourceKind.IMAGE, address=str(tmp_path / "missing.png"))
    program = start(source=missing)
    commands = program.window.commands
    QGuiApplication.clipboard().setText("precious")
    qtbot.waitUntil(lambda: program.camera.state.is_trouble, timeout=WAIT_MS)

    for action in (commands.freeze, commands.draw_region, commands.copy):
        assert not action.isEnabled()
        action.trigger()
    program.window.result.copy_requested.emit()
    assert QGuiApplication.clipboard().text() == "precious"
    assert not commands.freeze.isChecked()


def test_a_copy_is_confirmed_in_passing(program: Program) -> None:
    commands, status = program.window.commands, program.window.status
    assert commands.freeze.isEnabled()
    assert commands.draw_region.isEnabled()
    commands.copy.trigger()
    assert status.currentMessage() == "Copied: 01234; 56789"


def test_a_page_without_digits_leaves_the_clipboard_alone(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    assert cv2.imwrite(str(tmp_path / "1.png"), np.full((300, 400, 3), 255, np.uint8))
    commands = program.window.commands
    commands.copy.trigger()
    program.window.path_dropped.emit(tmp_path / "1.png")
    with qtbot.waitSignal(program.live.result_shown, timeout=WAIT_MS):
        pass
    assert not commands.copy.isEnabled()
    assert commands.freeze.isEnabled()
    commands.copy.trigger()
    assert QGuiApplication.clipboard().text() == "01234\n56789"


@pytest.mark.parametrize("smoothing", [True, False])
def test_numbers_of_a_line_are_shown_and_copied_apart(
    start: Callable[..., Program], qtbot: QtBot, page: Path, tmp_path: Path,
    smoothing: bool,
) -> None:  # fmt: skip
    upper, lower = np.array_split(load_picture(page), 2)
    sheet = tmp_path / "sheet.png"
    cv2.imwrite(str(sheet), np.hstack([upper, lower]))
    source = SourceSpec(kind=SourceKind.IMAGE, address=str(sheet))
    program = start(source=source, smoothing=smoothing)
    qtbot.waitUntil(lambda: program.live.text == "01234 56789", timeout=WAIT_MS)
    program.window.commands.copy.trigger()
    assert QGuiApplication.clipboard().text() == "01234\t56789"
