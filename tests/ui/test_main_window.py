from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitdesk.core.preprocess import PreprocessSettings, ThresholdMode
from digitdesk.core.settings import Appearance
from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.ui.about import PARTS, AboutDialog
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.theme import apply_appearance
from digitdesk.ui.training.page import TrainingPage
from digitdesk.ui.video_view import VideoView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1280, 720)
    with qtbot.waitExposed(window):
        window.show()
    return window


def _docks(window: MainWindow) -> list[QDockWidget]:
    return window.findChildren(QDockWidget)


def test_the_first_painting_is_told_once(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    paintings: list[bool] = []
    window.painted.connect(lambda: paintings.append(True))
    with qtbot.waitSignal(window.painted):
        window.show()
    window.repaint()
    assert paintings == [True]


def test_docks_are_hidden_on_other_pages_and_come_back(window: MainWindow) -> None:
    window.input_dock.close()
    page = QWidget()
    window.add_page(page, "Training")
    window.show_page(page)
    assert not any(dock.isVisible() for dock in _docks(window))
    assert not any(d.toggleViewAction().isEnabled() for d in _docks(window))
    window.show_page(window.video)
    visible = {dock.objectName() for dock in _docks(window) if dock.isVisible()}
    assert visible == {"result", "probabilities", "preprocessing"}


def test_the_layout_that_is_kept_is_the_live_page_s(window: MainWindow) -> None:
    before = window.layout_state()
    page = QWidget()
    window.add_page(page, "Training")
    window.show_page(page)
    assert window.layout_state() == before


def test_a_closed_dock_comes_back_by_the_menu(window: MainWindow) -> None:
    dock = window.probability_dock
    dock.close()
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    assert dock.isVisible()


def test_docks_survive_a_restart(qtbot: QtBot, window: MainWindow) -> None:
    window.preprocess_dock.close()
    side = Qt.DockWidgetArea.BottomDockWidgetArea
    window.addDockWidget(side, window.result_dock)
    other = MainWindow()
    qtbot.addWidget(other)
    assert other.restore_layout(window.layout_state())
    with qtbot.waitExposed(other):
        other.show()
    assert other.dockWidgetArea(other.result_dock) == side
    assert not other.preprocess_dock.isVisible()
    other.commands.reset_layout.trigger()
    assert other.preprocess_dock.isVisible()
    assert other.dockWidgetArea(other.result_dock) != side


def test_a_guard_can_keep_the_window_open(qtbot: QtBot, window: MainWindow) -> None:
    window.close_guards.append(lambda: False)
    with qtbot.assertNotEmitted(window.closing):
        assert not window.close()
    window.close_guards.clear()
    with qtbot.waitSignal(window.closing):
        assert window.close()


def test_space_freezes_unless_a_button_has_the_focus(window: MainWindow) -> None:
    window.activateWindow()
    window.video.setFocus()
    QTest.keyClick(window.video, Qt.Key.Key_Space)
    assert window.commands.freeze.isChecked()
    box = window.result.findChild(QCheckBox)
    assert box is not None
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert window.commands.freeze.isChecked()
    assert box.isChecked()


def test_letters_typed_into_a_number_do_not_trigger_commands(
    window: MainWindow,
) -> None:
    taken: list[bool] = []
    window.commands.snapshot.triggered.connect(lambda: taken.append(True))
    window.activateWindow()
    window.video.setFocus()
    QTest.keyClick(window.video, Qt.Key.Key_S)
    assert taken == [True]


def test_shortcuts_are_unique(window: MainWindow) -> None:
    keys = [
        action.shortcut().toString()
        for action in window.actions()
        if not action.shortcut().isEmpty()
    ]
    assert len(keys) == len(set(keys)) > 12


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)], ids=["100 %", "200 %"])
def test_the_window_fits_a_small_screen(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    if size[1] < 600:  # as arranged on a screen of that size
        for dock in _docks(window)[1:]:
            window.tabifyDockWidget(_docks(window)[0], dock)
    window.show_message("A sentence that is long enough to be wrapped. " * 2)
    window.resize(*size)
    qtbot.waitUntil(lambda: window.size().width() <= size[0])
    assert window.size().height() <= size[1]
    assert window.video.width() >= 200
    assert window.video.height() >= 120


def test_what_can_be_used_has_an_accessible_name(window: MainWindow) -> None:
    kinds = (QSlider, QSpinBox, QComboBox, QAbstractButton, QPlainTextEdit, VideoView)
    used = [
        widget
        for kind in kinds
        for widget in window.findChildren(kind)
        if isinstance(widget, QWidget)
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    nameless = [
        widget
        for widget in used
        if not widget.accessibleName() and not getattr(widget, "text", str)()
    ]
    assert len(used) > 15
    assert nameless == []


@pytest.fixture
def light_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    apply_appearance(qapp, Appearance.LIGHT)


@pytest.mark.usefixtures("light_afterwards")
def test_icons_follow_the_appearance(qapp: QApplication, window: MainWindow) -> None:
    def drawn() -> QImage:
        return window.commands.snapshot.icon().pixmap(20, 20).toImage()

    apply_appearance(qapp, Appearance.LIGHT)
    light = drawn()
    apply_appearance(qapp, Appearance.DARK)
    assert drawn() != light


def test_a_message_is_shown_once_and_can_be_closed(window: MainWindow) -> None:
    for _ in range(2):
        banner = window.show_message("The disk is full.", Severity.ERROR)
    assert window.banners.texts == ("The disk is full.",)
    assert window.banners.isVisible()
    banner.closed.emit()
    assert not window.banners.texts
    assert not window.banners.isVisible()


def test_a_message_moves_nothing_under_the_mouse(window: MainWindow) -> None:
    page = TrainingPage()
    window.add_page(page, "Training")
    window.show_page(page)
    QApplication.processEvents()
    buttons = [page.setup.add_button, page.setup.remove_button, page.progress.start]
    places = [button.mapTo(window, QPoint()) for button in buttons]

    window.show_message("The disk is full. " * 20, Severity.ERROR, "Help")
    QApplication.processEvents()

    assert window.banners.isVisible()
    assert [button.mapTo(window, QPoint()) for button in buttons] == places


def test_old_messages_make_room_for_new_ones(window: MainWindow) -> None:
    for number in range(5):
        window.show_message(f"Message {number}")
    assert window.banners.texts == ("Message 2", "Message 3", "Message 4")


def test_what_is_said_of_the_camera_is_said_beside_its_picture(
    window: MainWindow,
) -> None:
    page = QWidget()
    window.add_page(page, "Training")
    hint = window.banners.show_message("Demo pages.", Severity.INFO, live_only=True)
    window.show_page(page)
    assert not window.banners.isVisible()
    other = window.show_message("The disk is full.", Severity.ERROR)
    assert other.isVisible()
    assert not hint.isVisible()
    other.closed.emit()
    assert not window.banners.isVisible()
    window.show_page(window.video)
    assert hint.isVisible()


def test_a_message_can_offer_help(qtbot: QtBot, window: MainWindow) -> None:
    banner = window.show_message("Choose.", Severity.INFO, "Choose a &camera…")
    with qtbot.waitSignal(banner.action_requested):
        for label in banner.findChildren(QWidget):
            if getattr(label, "text", str)() == "Choose a &camera…":
                QTest.mouseClick(label, LEFT)


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        pytest.param(["file:///tmp/page%20one.png"], "/tmp/page one.png", id="file"),
        pytest.param(["https://example.org/a.png"], None, id="web"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_a_dropped_file_is_told(
    window: MainWindow, urls: list[str], expected: str | None
) -> None:
    dropped: list[Path] = []
    window.path_dropped.connect(dropped.append)
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted() is (expected is not None)
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, LEFT, none))
    assert dropped == ([] if expected is None else [Path(expected)])


@pytest.mark.parametrize(
    ("name", "accepted"),
    [("digits.npz", False), ("page.JPG", True), ("", True)],
    ids=["digits", "picture", "folder"],
)
def test_beside_the_live_page_pictures_alone_are_welcome(
    window: MainWindow, tmp_path: Path, name: str, accepted: bool
) -> None:
    page = QWidget()
    window.add_page(page, "Training")
    window.show_page(page)
    dropped: list[Path] = []
    window.path_dropped.connect(dropped.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted() is accepted
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, LEFT, none))
    assert dropped == ([tmp_path / name] if accepted else [])


def test_cameras_and_recent_sources_are_offered(window: MainWindow) -> None:
    commands = window.commands
    camera = SourceSpec(kind=SourceKind.CAMERA, index=1, name="Tom & Jerry")
    for cameras in ((), (camera,)):
        commands.show_cameras(cameras)
    entries = commands.camera_menu.actions()
    assert entries[0].text() == "Tom && Jerry"
    assert entries[0].data() == camera
    assert entries[-1] is commands.find_cameras
    assert len(entries) == 3
    commands.show_recent(())
    (nothing,) = commands.recent_menu.actions()
    assert not nothing.isEnabled()


def test_the_status_bar_names_source_rate_latency_and_model(
    window: MainWindow,
) -> None:
    status = window.status
    status.show_source("Demo")
    status.show_rate(29.97)
    status.show_latency(12.4)
    status.show_model("small")
    assert status.texts == ("Demo", "30.0 fps", "latency 12 ms", "Model: small")
    status.show_rate(0)
    status.show_latency(None)
    assert status.texts[1:3] == ("", "")


def test_the_about_box_names_versions_and_licences(qtbot: QtBot) -> None:
    box = AboutDialog()
    qtbot.addWidget(box)
    text = " ".join(label.text() for label in box.findChildren(QLabel))
    for name, licence in PARTS:
        assert name in text
        assert licence in text
        assert metadata.version(name) in text  # the bundle takes these packages' data
    assert "MIT licence" in text


def test_no_key_is_a_mnemonic_twice(window: MainWindow) -> None:
    texts = [action.text() for action in window.menuBar().actions()]
    docks = [dock for dock in _docks(window) if dock.isVisible()]
    for part in docks:
        texts += [label.text() for label in part.findChildren(QLabel)]
        texts += [button.text() for button in part.findChildren(QAbstractButton)]
    keys = [QKeySequence.mnemonic(text).toString() for text in texts]
    keys = [key for key in keys if key]
    assert len(docks) == 4
    assert len(keys) >= 12
    assert sorted(keys) == sorted(set(keys))


def test_of_several_dropped_files_the_first_is_opened_and_named(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, none)
    QApplication.sendEvent(window, enter)
    with qtbot.waitSignal(window.path_dropped) as dropped:
        drop = QDropEvent(QPointF(9, 9), copy, data, LEFT, none)
        QApplication.sendEvent(window, drop)
    assert dropped.args == [paths[0]]
    assert len(window.banners.texts) == 1
    assert "one.png" in window.banners.texts[0]


def test_tab_goes_from_top_to_bottom_through_every_setting(
    qtbot: QtBot, window: MainWindow
) -> None:
    settings = PreprocessSettings(mode=ThresholdMode.MANUAL, threshold=99)
    window.preprocess.show_settings(settings)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.video.setFocus()
    reached: list[QWidget] = []
    while len(reached) < 30 and window.video not in reached:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        reached.append(window.focusWidget())
    assert window.video in reached
    inside = [w for w in reached if window.preprocess.isAncestorOf(w)]
    heights = [w.mapTo(window.preprocess, QPoint(0, 0)).y() for w in inside]
    assert len(inside) >= 6
    assert heights == sorted(heights)


def test_keys_of_the_live_page_do_nothing_on_other_pages(
    qtbot: QtBot, window: MainWindow
) -> None:
    commands = window.commands
    commands.next_picture.setEnabled(False)
    page = QWidget()
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.add_page(page, "Other")
    with qtbot.waitActive(window):
        window.activateWindow()
    heard: list[str] = []

    def hear(_checked: bool = False) -> None:
        heard.append("acted")

    for action in commands.live.actions():
        action.triggered.connect(hear)
    keys = (Qt.Key.Key_S, Qt.Key.Key_A, Qt.Key.Key_N, Qt.Key.Key_R, Qt.Key.Key_Space)

    window.show_page(page)
    page.setFocus()
    for key in keys:
        QTest.keyClick(page, key)
    assert heard == []

    window.show_page(window.video)
    window.video.setFocus()
    for key in keys:
        QTest.keyClick(window.video, key)
    assert len(heard) == len(keys)
    assert not commands.next_picture.isEnabled()  # it was not before


def test_the_picture_gets_the_focus_of_what_is_disabled(
    qtbot: QtBot, window: MainWindow
) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()
    window.result.show_text("123")
    copy = window.result.findChild(QPushButton)
    assert copy is not None
    copy.setFocus()
    window.result.show_unread("")
    assert window.focusWidget() is window.video
    window.preprocess.show_settings(PreprocessSettings(despeckle=0))
    reset = window.preprocess.findChild(QPushButton)
    assert reset is not None
    reset.setFocus()
    QTest.keyClick(reset, Qt.Key.Key_Space)
    assert not reset.isEnabled()
    assert window.focusWidget() is window.video
