from collections.abc import Callable, Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QMainWindow,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitdesk.core.preprocess import (
    RANGES,
    Polarity,
    PreprocessSettings,
    ThresholdMode,
)
from digitdesk.core.settings import Appearance
from digitdesk.core.types import Box
from digitdesk.ui.glyph_view import BinaryView, GlyphView
from digitdesk.ui.input_panel import InputPanel
from digitdesk.ui.number_slider import NumberSlider
from digitdesk.ui.preprocess_panel import PreprocessPanel
from digitdesk.ui.probability_chart import ProbabilityChart
from digitdesk.ui.probability_panel import ProbabilityPanel
from digitdesk.ui.region import Region
from digitdesk.ui.result_panel import ResultPanel
from digitdesk.ui.theme import DARK, LIGHT, apply_appearance

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def region(make_region: Callable[..., Region]) -> Region:
    return make_region(3, 7, Box(10, 20, 30, 40))


@pytest.fixture
def preprocess(qtbot: QtBot) -> PreprocessPanel:
    panel = PreprocessPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def _slider(panel: PreprocessPanel, name: str) -> NumberSlider:
    slider = panel.findChild(NumberSlider, name)
    assert isinstance(slider, NumberSlider)
    return slider


def _choose(qtbot: QtBot, box: QComboBox, text: str) -> None:
    box.setFocus()
    QTest.keyClicks(box, text)


@pytest.mark.parametrize("name", RANGES)
def test_sliders_and_numbers_have_the_documented_ranges(
    preprocess: PreprocessPanel, name: str
) -> None:
    slider = _slider(preprocess, name)
    for part in (slider.findChild(QSlider), slider.findChild(QSpinBox)):
        assert part is not None
        assert (part.minimum(), part.maximum()) == RANGES[name]
        assert part.value() == getattr(PreprocessSettings(), name)
        assert part.accessibleName()


@pytest.mark.parametrize(
    ("key", "mode", "enabled"),
    [
        ("M", ThresholdMode.MANUAL, {"threshold"}),
        ("Ad", ThresholdMode.ADAPTIVE, {"block_percent", "offset"}),
    ],
    ids=["manual", "adaptive"],
)
def test_only_the_numbers_of_the_chosen_mode_are_enabled(
    qtbot: QtBot,
    preprocess: PreprocessPanel,
    key: str,
    mode: ThresholdMode,
    enabled: set[str],
) -> None:
    with qtbot.waitSignal(preprocess.settings_edited) as edited:
        _choose(qtbot, preprocess.findChildren(QComboBox)[0], key)
    assert edited.args == [PreprocessSettings(mode=mode)]
    always = {"minimum_ink", "despeckle"}
    states = {name: _slider(preprocess, name).isEnabled() for name in RANGES}
    assert {name for name, on in states.items() if on} == enabled | always


def test_a_dragged_slider_changes_its_number_and_the_settings(
    qtbot: QtBot, preprocess: PreprocessPanel
) -> None:
    slider = _slider(preprocess, "minimum_ink").findChild(QSlider)
    spin = _slider(preprocess, "minimum_ink").findChild(QSpinBox)
    assert isinstance(slider, QSlider)
    assert isinstance(spin, QSpinBox)
    with qtbot.waitSignal(preprocess.settings_edited) as edited:
        QTest.keyClick(slider, Qt.Key.Key_End)
    assert spin.value() == 100
    assert edited.args == [PreprocessSettings(minimum_ink=100)]


def test_a_typed_number_moves_the_slider(
    qtbot: QtBot, preprocess: PreprocessPanel
) -> None:
    preprocess.show_settings(PreprocessSettings(mode=ThresholdMode.MANUAL))
    spin = _slider(preprocess, "threshold").findChild(QSpinBox)
    slider = _slider(preprocess, "threshold").findChild(QSlider)
    assert isinstance(spin, QSpinBox)
    assert isinstance(slider, QSlider)
    spin.selectAll()
    QTest.keyClicks(spin, "77")
    with qtbot.waitSignal(preprocess.settings_edited):
        QTest.keyClick(spin, Qt.Key.Key_Return)
    assert slider.value() == 77
    assert preprocess.settings.threshold == 77


def test_reset_keeps_the_region_of_interest(
    qtbot: QtBot, preprocess: PreprocessPanel
) -> None:
    button = preprocess.findChild(QPushButton)
    assert button is not None
    assert not button.isEnabled()
    preprocess.show_settings(
        PreprocessSettings(
            polarity=Polarity.LIGHT_ON_DARK, region_of_interest=Box(1, 2, 3, 4)
        )
    )
    with qtbot.waitSignal(preprocess.settings_edited) as edited:
        QTest.mouseClick(button, LEFT)
    assert edited.args == [PreprocessSettings(region_of_interest=Box(1, 2, 3, 4))]
    assert not button.isEnabled()


def test_showing_settings_tells_nobody(
    qtbot: QtBot, preprocess: PreprocessPanel
) -> None:
    with qtbot.assertNotEmitted(preprocess.settings_edited):
        preprocess.show_settings(
            PreprocessSettings(mode=ThresholdMode.ADAPTIVE, offset=-50, despeckle=3)
        )
    assert _slider(preprocess, "offset").value == -50


def test_result_is_shown_line_by_line_and_copied(qtbot: QtBot) -> None:
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 160)
    panel.show()
    button = panel.findChild(QPushButton)
    assert button is not None
    assert not button.isEnabled()
    panel.show_text("0471\n38")
    assert panel.text == "0471\n38"
    with qtbot.waitSignal(panel.copy_requested):
        QTest.mouseClick(button, LEFT)


def test_selected_numbers_are_copied_into_cells(qtbot: QtBot) -> None:
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_text("12 407 5\n38")
    text = panel.findChild(QPlainTextEdit)
    assert text is not None
    QTest.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "12\t407\t5\n38"
    assert panel.text == "12 407 5\n38"


def test_digits_are_as_large_as_the_room_allows(qtbot: QtBot) -> None:
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 160)
    panel.show()
    sizes = []
    for text in ("12", "1234567890123", "1\n2\n3\n4\n5"):
        panel.show_text(text)
        sizes.append(panel.font_size_px)
    assert sizes[0] > sizes[1] >= 16
    assert sizes[0] > sizes[2] >= 16


def test_digits_stay_large_in_another_appearance(
    qapp: QApplication, qtbot: QtBot
) -> None:
    apply_appearance(qapp, Appearance.LIGHT)
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 160)
    panel.show()
    panel.show_text("12")
    before = panel.font_size_px

    for appearance in (Appearance.DARK, Appearance.LIGHT):
        apply_appearance(qapp, appearance)
        assert panel.font_size_px == before


def test_smoothing_is_told_only_when_the_user_toggles_it(qtbot: QtBot) -> None:
    panel = ResultPanel()
    qtbot.addWidget(panel)
    panel.show()
    box = panel.findChild(QCheckBox)
    assert box is not None
    with qtbot.assertNotEmitted(panel.smoothing_toggled):
        panel.show_smoothing(True)
    with qtbot.waitSignal(panel.smoothing_toggled) as toggled:
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert toggled.args == [False]


def test_the_glyph_is_enlarged_without_smoothing(qtbot: QtBot) -> None:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[10, 5] = 255
    view = GlyphView("none")
    qtbot.addWidget(view)
    view.resize(300, 284)  # 10 pixels each, 10 pixels aside, 2 above
    view.show_pixels(glyph)
    image = view.grab().toImage()
    for dx, dy in ((2, 2), (8, 2), (5, 8)):
        assert image.pixelColor(10 + 50 + dx, 2 + 100 + dy) == QColor("white")
    for dx, dy in ((-2, 5), (12, 5), (5, -2), (5, 12)):
        assert image.pixelColor(10 + 50 + dx, 2 + 100 + dy) == QColor("black")
    grid = image.pixelColor(10 + 200, 2 + 5)
    assert QColor("black") != grid != QColor("white")


def test_the_chosen_region_is_framed_in_the_binarised_picture(qtbot: QtBot) -> None:
    view = BinaryView("none")
    qtbot.addWidget(view)
    view.resize(200, 100)
    view.show_pixels(np.zeros((50, 100), np.uint8))
    empty = view.grab().toImage()
    # The picture shows the right half of a frame of 400x200 pixels.
    view.show_box(Box(300, 100, 40, 50), covered=Box(200, 0, 200, 200))
    framed = view.grab().toImage()
    assert framed != empty
    assert framed.pixelColor(120, 48).lightness() > 100  # its upper edge
    assert framed.pixelColor(120, 60) == QColor("black")  # inside
    assert framed.pixelColor(40, 60) == QColor("black")  # far away


def test_the_input_panel_shows_the_glyph_of_the_region(
    qtbot: QtBot, region: Region
) -> None:
    panel = InputPanel()
    qtbot.addWidget(panel)
    view = panel.findChild(GlyphView)
    assert isinstance(view, GlyphView)
    panel.show_region(region)
    assert view.pixels is region.reading.glyph
    assert any("30 × 40" in label.text() for label in panel.findChildren(QLabel))  # noqa: RUF001 - as shown
    panel.show_region(None)
    assert view.pixels is None


@pytest.fixture
def probabilities(qtbot: QtBot) -> ProbabilityPanel:
    panel = ProbabilityPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 260)
    panel.show()
    return panel


def test_figures_shown_before_the_chart_exists_are_not_lost(
    probabilities: ProbabilityPanel, region: Region
) -> None:
    probabilities.show_region(region)
    assert probabilities.chart is None
    probabilities.build_chart()
    chart = probabilities.chart
    assert isinstance(chart, ProbabilityChart)
    assert chart.heights_percent[7] == pytest.approx(97)
    assert sum(chart.heights_percent) == pytest.approx(100)


def test_not_a_digit_is_told_apart(
    probabilities: ProbabilityPanel, region: Region
) -> None:
    probabilities.show_region(region)
    bar = probabilities.findChild(QProgressBar)
    assert bar is not None
    assert bar.value() == 125
    texts = [label.text() for label in probabilities.findChildren(QLabel)]
    assert "12.5 %" in texts
    assert "<b>7</b> 97.0 % · <b>0</b> 0.3 % · <b>1</b> 0.3 %" in texts
    probabilities.show_region(None)
    assert bar.value() == 0


def test_the_axes_of_the_chart_never_move(
    probabilities: ProbabilityPanel,
    region: Region,
    make_region: Callable[..., Region],
) -> None:
    probabilities.build_chart()
    chart = probabilities.chart
    assert chart is not None
    ranges = []
    for shown in (None, region, make_region(4, 1, Box(0, 0, 5, 5), confidence=0.2)):
        probabilities.show_region(shown)
        chart.grab()
        ranges.append(chart.axis_ranges)
    assert ranges[0] == ranges[1] == ranges[2]
    assert ranges[0][1][0] == 0
    assert ranges[0][1][1] >= 100


@pytest.mark.parametrize("height", [110, 150, 400])
def test_the_figure_over_a_full_bar_is_not_cut(qtbot: QtBot, height: int) -> None:
    chart = ProbabilityChart()
    qtbot.addWidget(chart)
    chart.resize(310, height)
    chart.show_probabilities(np.eye(10, dtype=np.float32)[3])
    with qtbot.waitExposed(chart):
        chart.show()
    chart.grab()  # figures are placed as they are painted
    [plot] = chart.findChildren(pg.PlotWidget)
    view = plot.getPlotItem().vb
    [figure] = [
        item
        for item in plot.scene().items()
        if isinstance(item, pg.TextItem) and item.toPlainText() == "100"
    ]
    top = figure.mapRectToScene(figure.boundingRect()).top()
    assert top >= view.sceneBoundingRect().top() - 1


@pytest.fixture
def light_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    apply_appearance(qapp, Appearance.LIGHT)


@pytest.mark.usefixtures("light_afterwards")
def test_the_chart_follows_the_appearance(
    qapp: QApplication, probabilities: ProbabilityPanel, region: Region
) -> None:
    apply_appearance(qapp, Appearance.LIGHT)
    probabilities.build_chart()
    probabilities.show_region(region)
    chart = probabilities.chart
    assert chart is not None
    for appearance, colours in ((Appearance.DARK, DARK), (Appearance.LIGHT, LIGHT)):
        apply_appearance(qapp, appearance)
        image = chart.grab().toImage()
        corner = image.pixelColor(image.width() - 3, 3)
        assert corner == QColor(colours.panel)


def test_mnemonics_of_a_panel_differ(preprocess: PreprocessPanel) -> None:
    texts = [label.text() for label in preprocess.findChildren(QLabel)]
    texts += [button.text() for button in preprocess.findChildren(QPushButton)]
    keys = [QKeySequence.mnemonic(text).toString() for text in texts if "&" in text]
    assert len(keys) == len(set(keys)) == 8


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_S])
def test_what_is_no_number_reaches_the_window(qtbot: QtBot, key: Qt.Key) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    slider = NumberSlider("Cut", 0, 255)
    window.setCentralWidget(slider)
    shortcut = QAction("Do it", window)
    shortcut.setShortcut(QKeySequence(key))
    window.addAction(shortcut)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    slider.setFocus()
    spin = slider.findChild(QSpinBox)
    assert spin is not None
    spin.selectAll()
    edited: list[int] = []
    slider.value_edited.connect(edited.append)
    QTest.keyClick(spin, Qt.Key.Key_6)
    with qtbot.waitSignal(shortcut.triggered):
        QTest.keyClick(spin, key)
    QTest.keyClick(spin, Qt.Key.Key_0)
    assert edited == [6, 60]  # at once, without Enter


def _wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_turning_pages_and_scrolling_by_change_no_setting(
    qtbot: QtBot, preprocess: PreprocessPanel
) -> None:
    kinds = (QComboBox, QSlider, QSpinBox)
    inputs = [w for kind in kinds for w in preprocess.findChildren(kind)]
    for mode in (ThresholdMode.MANUAL, ThresholdMode.ADAPTIVE):
        preprocess.show_settings(PreprocessSettings(mode=mode, offset=30))
        before = preprocess.settings
        enabled = [widget for widget in inputs if widget.isEnabled()]
        assert len(enabled) >= 8
        for widget in enabled:
            widget.clearFocus()
            _wheel(widget)
            assert not widget.hasFocus()
            assert preprocess.settings == before
            for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                QTest.keyClick(widget, key)
                assert preprocess.settings == before


def test_the_wheel_turns_what_has_the_focus(
    qtbot: QtBot, preprocess: PreprocessPanel
) -> None:
    with qtbot.waitActive(preprocess):
        preprocess.activateWindow()
    slider = _slider(preprocess, "minimum_ink").findChild(QSlider)
    assert isinstance(slider, QSlider)
    slider.setFocus()
    with qtbot.waitSignal(preprocess.settings_edited):
        _wheel(slider)


@pytest.mark.parametrize(
    ("not_digit", "words"),
    [
        (0.97, "Not a digit; at best <b>7</b>"),
        (0.4, "Left out as doubtful; at best <b>7</b>"),
        (0.001, "Left out, though it looks like <b>7</b>"),
    ],
)
def test_why_a_region_was_left_out_agrees_with_the_figures(
    probabilities: ProbabilityPanel,
    make_region: Callable[..., Region],
    not_digit: float,
    words: str,
) -> None:
    box = Box(0, 0, 30, 40)
    region = make_region(1, 7, box, accepted=False, not_digit=not_digit)
    probabilities.show_region(region)
    shown = [label for label in probabilities.findChildren(QLabel)
             if label.accessibleName() == "Answer"]  # fmt: skip
    assert shown[0].text().startswith(words)
    assert shown[0].wordWrap()
