import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

from digitdesk.core.types import Box, Frame
from digitdesk.ui.region import Region
from digitdesk.ui.theme import Sureness
from digitdesk.ui.video_painter import Placement
from digitdesk.ui.video_view import VideoView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def regions(make_region: Callable[..., Region]) -> tuple[Region, ...]:
    return (
        make_region(7, 1, Box(20, 40, 40, 60)),
        make_region(8, 2, Box(100, 40, 40, 60), confidence=0.7),
        make_region(9, 3, Box(200, 140, 60, 60), accepted=False),
    )


@pytest.fixture
def view(qtbot: QtBot, frame: Frame, regions: tuple[Region, ...]) -> VideoView:
    # Twice as large as the frame, and wider: 40 pixels of backdrop on both sides.
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(720, 480)
    view.show_frame(frame)
    view.show_regions(regions, None)
    with qtbot.waitExposed(view):
        view.show()
    return view


def _in_view(x: int, y: int) -> QPoint:
    return QPoint(40 + 2 * x, 2 * y)


def _colour(view: VideoView, point: QPoint) -> QColor:
    return view.grab().toImage().pixelColor(point)


def test_a_picture_is_scaled_with_its_aspect_and_centred() -> None:
    place = Placement.fit(QSizeF(320, 240), QSizeF(720, 480))
    assert place.area == QRectF(40, 0, 640, 480)
    assert place.to_widget(Box(10, 20, 30, 40)) == QRectF(60, 40, 60, 80)
    assert place.to_picture(QPointF(60, 40)) == QPointF(10, 20)


def test_colours_of_the_frame_reach_the_screen(view: VideoView) -> None:
    assert _colour(view, _in_view(300, 20)) == QColor(220, 160, 40)


def test_each_region_gets_a_box_in_the_colour_of_its_sureness(view: VideoView) -> None:
    # Left edges of the boxes lie two pixels outside the ink.
    sure = _colour(view, _in_view(20, 70) - QPoint(2, 0))
    assert sure == QColor(Sureness.SURE.colour)
    image = view.grab().toImage()
    edge = [
        image.pixelColor(_in_view(100, 0).x() - 2, y)
        for y in range(_in_view(0, 50).y(), _in_view(0, 90).y())
    ]
    assert QColor(Sureness.FAIR.colour) in edge
    assert any(colour != QColor(Sureness.FAIR.colour) for colour in edge)  # dashed


def test_a_click_on_a_box_chooses_its_region(qtbot: QtBot, view: VideoView) -> None:
    with qtbot.waitSignal(view.region_chosen) as chosen:
        QTest.mouseClick(view, LEFT, pos=_in_view(120, 70))
    assert chosen.args == [8]


@pytest.mark.parametrize(
    ("shown", "expected"), [(False, []), (True, [9])], ids=["hidden", "shown"]
)
def test_rejected_regions_can_be_chosen_only_when_shown(
    qtbot: QtBot, view: VideoView, shown: bool, expected: list[int]
) -> None:
    chosen: list[int] = []
    view.region_chosen.connect(chosen.append)
    view.set_show_rejected(shown)
    QTest.mouseClick(view, LEFT, pos=_in_view(230, 170))
    assert chosen == expected


@pytest.mark.parametrize(
    ("chosen", "key", "expected"),
    [
        pytest.param(None, Qt.Key.Key_Right, 7, id="first"),
        pytest.param(None, Qt.Key.Key_Left, 8, id="last"),
        pytest.param(7, Qt.Key.Key_Right, 8, id="next"),
        pytest.param(8, Qt.Key.Key_Down, 7, id="round the end"),
        pytest.param(7, Qt.Key.Key_Up, 8, id="round the start"),
    ],
)
def test_arrow_keys_go_from_digit_to_digit(
    qtbot: QtBot,
    view: VideoView,
    regions: tuple[Region, ...],
    chosen: int | None,
    key: Qt.Key,
    expected: int,
) -> None:
    view.show_regions(regions, chosen)
    with qtbot.waitSignal(view.region_chosen) as signal:
        QTest.keyClick(view, key)
    assert signal.args == [expected]


def _drag(qtbot: QtBot, view: VideoView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, LEFT, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, pos=end)


def test_a_drag_draws_the_region_of_interest(qtbot: QtBot, view: VideoView) -> None:
    view.set_drawing(True)
    with qtbot.waitSignals([view.region_of_interest_drawn, view.drawing_ended]):
        view.region_of_interest_drawn.connect(view.show_region_of_interest)
        _drag(qtbot, view, _in_view(200, 150), _in_view(100, 50))
    view.set_drawing(False)
    inside, outside = _colour(view, _in_view(180, 60)), _colour(view, _in_view(250, 60))
    assert inside == QColor(220, 160, 40)
    assert outside.lightness() < inside.lightness() * 0.7


def test_the_region_of_interest_is_in_pixels_of_the_picture(
    qtbot: QtBot, view: VideoView
) -> None:
    view.set_drawing(True)
    with qtbot.waitSignal(view.region_of_interest_drawn) as drawn:
        _drag(qtbot, view, _in_view(100, 50), QPoint(5000, 5000))
    assert drawn.args == [Box(100, 50, 220, 190)]


def test_a_click_while_drawing_is_no_region_of_interest(
    qtbot: QtBot, view: VideoView
) -> None:
    drawn: list[Box] = []
    view.region_of_interest_drawn.connect(drawn.append)
    view.set_drawing(True)
    with qtbot.waitSignal(view.drawing_ended):
        QTest.mouseClick(view, LEFT, pos=_in_view(120, 70))
    assert drawn == []


def test_escape_stops_drawing(qtbot: QtBot, view: VideoView) -> None:
    view.set_drawing(True)
    QTest.mousePress(view, LEFT, pos=_in_view(100, 50))
    with qtbot.waitSignal(view.drawing_ended):
        QTest.keyClick(view, Qt.Key.Key_Escape)


def test_trouble_dims_the_picture_and_offers_to_reopen(
    qtbot: QtBot, view: VideoView
) -> None:
    corner = _in_view(300, 20)
    before = _colour(view, corner)
    view.show_trouble("The camera was unplugged.")
    assert _colour(view, corner).lightness() < before.lightness() * 0.6
    button, other = view.findChildren(QPushButton)
    assert button.isVisible()
    with qtbot.waitSignal(view.other_source_requested):
        QTest.mouseClick(other, LEFT)
    with qtbot.waitSignal(view.reopen_requested):
        QTest.mouseClick(button, LEFT)
    view.show_trouble("")
    assert not button.isVisible()
    assert _colour(view, corner) == before


def test_latency_is_measured_when_a_frame_is_painted(
    qtbot: QtBot, view: VideoView, frame: Frame
) -> None:
    taken_at_s = time.perf_counter() - 0.5
    view.show_frame(replace(frame, captured_at_s=taken_at_s))
    view.grab()
    elapsed_ms = (time.perf_counter() - taken_at_s) * 1000
    assert view.latency_ms is not None
    assert 500 <= view.latency_ms <= elapsed_ms


def test_without_a_frame_there_is_only_backdrop(qtbot: QtBot, view: VideoView) -> None:
    view.show_frame(None)
    image = view.grab().toImage()
    colours = {image.pixelColor(x, y).rgb() for x in (50, 360) for y in (50, 240)}
    assert len(colours) == 1


def _place_by_keys(view: VideoView, *keys: Qt.Key, shift: Qt.Key | None = None) -> None:
    view.set_drawing(True)
    for key in keys:
        QTest.keyClick(view, key)
    if shift is not None:
        QTest.keyClick(view, shift, Qt.KeyboardModifier.ShiftModifier)


def test_the_region_of_interest_is_placed_by_keys(
    qtbot: QtBot, view: VideoView
) -> None:
    keys = Qt.Key
    _place_by_keys(view, keys.Key_Right, keys.Key_Left, shift=keys.Key_Down)
    with (
        qtbot.waitSignal(view.drawing_ended),
        qtbot.waitSignal(view.region_of_interest_drawn) as drawn,
    ):
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert drawn.args == [Box(74, 60, 160, 126)]


def test_escape_leaves_the_region_of_interest_as_it_was(
    qtbot: QtBot, view: VideoView
) -> None:
    before = Box(10, 10, 300, 200)
    view.show_region_of_interest(before)
    drawn: list[Box] = []
    view.region_of_interest_drawn.connect(drawn.append)
    _place_by_keys(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    view.set_drawing(False)
    assert drawn == []
    inside = _colour(view, _in_view(12, 100))
    assert inside == QColor(220, 160, 40)  # not shaded: the old one is on show


def test_the_region_of_interest_is_moved_by_its_edge(
    qtbot: QtBot, view: VideoView
) -> None:
    view.show_regions((), None)
    view.show_region_of_interest(Box(50, 50, 100, 80))
    with qtbot.waitSignal(view.region_of_interest_drawn) as drawn:
        _drag(qtbot, view, _in_view(100, 50), _in_view(120, 60))
    assert drawn.args == [Box(70, 60, 100, 80)]


def test_a_hint_takes_the_place_of_a_missing_picture(
    qtbot: QtBot, view: VideoView
) -> None:
    view.show_frame(None)
    empty = view.grab().toImage()
    view.show_hint("Opening Camera 0…")
    assert view.grab().toImage() != empty
    view.show_trouble("Camera 0 is not there.")
    view.show_hint("")
    view.show_trouble("")
    assert view.grab().toImage() == empty


@pytest.mark.parametrize(
    ("x", "told"), [(120, "<b>2</b> 70.0 %"), (300, "")], ids=["box", "paper"]
)
def test_pointing_at_a_box_tells_the_likeliest_digits(
    monkeypatch: pytest.MonkeyPatch, view: VideoView, x: int, told: str
) -> None:
    shown: list[str] = []
    # Shown for real, it would outlive its widget, and the offscreen plugin complains.
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, __: shown.append(text))
    point = _in_view(x, 70)
    event = QHelpEvent(QEvent.Type.ToolTip, point, view.mapToGlobal(point))
    QApplication.sendEvent(view, event)
    assert len(shown) == 1
    assert shown[0].startswith(told)
    assert bool(shown[0]) is bool(told)


def test_time_before_somebody_looks_is_no_latency(
    qtbot: QtBot, view: VideoView, frame: Frame
) -> None:
    long_ago_s = time.perf_counter() - 100
    view.hide()
    view.show_frame(replace(frame, captured_at_s=long_ago_s))
    view.show()
    view.grab()
    assert view.latency_ms is None
    view.show_frame(replace(frame, captured_at_s=long_ago_s))
    view.hide()  # before it was painted
    view.show()
    view.grab()
    assert view.latency_ms is None


@pytest.mark.parametrize("place", ["top left", "bottom"])
def test_a_badge_covers_no_digit(
    view: VideoView, make_region: Callable[..., Region], place: str
) -> None:
    # Narrower than the view, the picture fills it from top to bottom.
    y = 20 if place == "top left" else 215
    boxes = [Box(x, y, 20, 20) for x in range(2, 300, 24)]
    regions = tuple(make_region(n, 1, box) for n, box in enumerate(boxes))
    view.show_regions(regions, None)
    without = view.grab().toImage()
    view.show_badge("Frozen, and more than a word")
    image = view.grab().toImage()
    assert image != without
    for box in boxes:
        # From the tag above to the box's lower edge.
        top = _in_view(box.x - 1, box.y - 10)
        covered = QRect(top, _in_view(box.right + 1, box.bottom))
        assert image.copy(covered) == without.copy(covered)
