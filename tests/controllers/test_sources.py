import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitdesk.app import Folders, Program
from digitdesk.controllers.sources import spec_for_path
from digitdesk.core.settings import load_settings
from digitdesk.core.sources import Rotation, SourceKind, SourceSpec, StateKind
from digitdesk.core.types import Box
from digitdesk.ui.glyph_view import BinaryView
from digitdesk.ui.source_dialog import SourceDialog
from digitdesk.ui.trouble_card import TroubleCard

WAIT_MS = 15_000
BOTH_LINES = "01234\n56789"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.png", SourceKind.IMAGE),
        ("page.JPG", SourceKind.IMAGE),
        ("film.MP4", SourceKind.VIDEO),
        ("no suffix", SourceKind.IMAGE),
        ("", SourceKind.FOLDER),
    ],
)
def test_the_name_tells_the_kind_of_source(
    tmp_path: Path, name: str, kind: SourceKind
) -> None:
    spec = spec_for_path(tmp_path / name)
    assert (spec.kind, spec.address) == (kind, str(tmp_path / name))


def test_a_missing_file_is_explained_and_can_be_reopened(
    qtbot: QtBot, start: Callable[..., Program], tmp_path: Path, page: Path
) -> None:
    missing = tmp_path / "later.png"
    program = start(source=spec_for_path(missing))
    button = program.window.video.findChild(QPushButton)
    assert button is not None
    qtbot.waitUntil(button.isVisible, timeout=WAIT_MS)
    missing.write_bytes(page.read_bytes())
    button.click()
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    assert not button.isVisible()


def test_nothing_of_the_old_source_stays_on_show(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    view = program.window.input.findChild(BinaryView)
    assert isinstance(view, BinaryView)
    assert view.pixels is not None
    program.sources.open(spec_for_path(tmp_path / "missing.png"))
    qtbot.waitUntil(lambda: program.camera.state.is_trouble, timeout=WAIT_MS)
    assert view.pixels is None
    assert program.live.text == ""
    assert program.window.video.frame is None
    assert program.window.video.latency_ms is None


def test_a_source_that_disappears_leaves_its_last_frame_on_show(
    qtbot: QtBot, start: Callable[..., Program], tmp_path: Path, page: Path
) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes(page.read_bytes())
    program = start(source=spec_for_path(copy))
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    copy.unlink()
    program.window.commands.reopen.trigger()
    qtbot.waitUntil(lambda: program.camera.state.is_trouble, timeout=WAIT_MS)
    assert program.window.video.frame is not None


def test_a_dropped_file_is_read_and_remembered(
    qtbot: QtBot, start: Callable[..., Program], folders: Folders, page: Path
) -> None:
    program = start(source=SourceSpec(kind=SourceKind.DEMO))
    program.window.path_dropped.emit(page)
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    assert program.window.windowTitle().startswith(page.name)
    program.window.close()
    program.jobs.submit("last", lambda: None)
    with qtbot.waitSignal(program.jobs.job_done, check_params_cb=_is_last):
        pass
    saved = load_settings(folders.settings_file).settings
    assert saved.source == spec_for_path(page)
    assert saved.recent == (spec_for_path(page),)
    (entry,) = program.window.commands.recent_menu.actions()
    assert entry.data() == spec_for_path(page)


def _is_last(outcome: object) -> bool:
    return getattr(outcome, "name", "") == "last"


def test_a_pasted_picture_is_read(
    qtbot: QtBot, start: Callable[..., Program], page: Path
) -> None:
    program = start(source=SourceSpec(kind=SourceKind.DEMO))
    QGuiApplication.clipboard().setImage(QImage(str(page)))
    program.window.commands.paste.trigger()
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    # The next start must not depend on what was once on the clipboard.
    assert program.preferences.settings.source.kind is SourceKind.DEMO
    assert program.preferences.settings.recent == ()


def test_pasting_text_says_that_it_is_no_picture(
    start: Callable[..., Program],
) -> None:
    program = start()
    QGuiApplication.clipboard().setText("7")
    program.window.commands.paste.trigger()
    assert any("clipboard" in text for text in program.window.banners.texts)


def file_dialog(program: Program) -> QFileDialog:
    [dialog] = [
        dialog
        for dialog in program.window.findChildren(QFileDialog)
        if dialog.isVisible()
    ]
    return dialog


def test_files_are_offered_by_kind_where_one_was_opened(
    qtbot: QtBot,
    start: Callable[..., Program],
    tmp_path: Path,
    page: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "Pictures").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    program = start(source=SourceSpec(kind=SourceKind.DEMO))
    commands = program.window.commands

    commands.open_file.trigger()

    first = file_dialog(program)
    assert "*.gif" in first.nameFilters()[0]
    assert "*.mp4" in first.nameFilters()[0]
    assert first.nameFilters()[-1] == "All files (*)"
    if sys.platform == "linux":  # elsewhere no variable tells where pictures are
        assert first.directory().path() == str(tmp_path / "Pictures")
    copy = tmp_path / "page.png"
    copy.write_bytes(page.read_bytes())
    first.fileSelected.emit(str(copy))
    first.reject()
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)

    for action in (commands.open_file, commands.open_folder):
        action.trigger()
        later = file_dialog(program)
        assert later.directory().path() == str(tmp_path)
        later.reject()


def test_turning_acts_on_a_still_picture_and_is_remembered(
    qtbot: QtBot, program: Program
) -> None:
    commands, video = program.window.commands, program.window.video
    commands.rotate.trigger()
    qtbot.waitUntil(
        lambda: video.frame is not None and video.frame.pixels.shape[0] == 1920,
        timeout=WAIT_MS,
    )
    for _ in range(3):
        commands.rotate.trigger()
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    commands.mirror.trigger()
    source = program.preferences.settings.source
    assert (source.rotation, source.mirror) == (Rotation.NONE, True)


def test_who_reopens_a_frozen_source_sees_it_run(
    qtbot: QtBot, program: Program
) -> None:
    commands = program.window.commands
    commands.freeze.trigger()
    assert commands.freeze.isChecked()
    commands.reopen.trigger()
    assert not commands.freeze.isChecked()
    number = program.window.video.frame
    qtbot.waitUntil(lambda: program.window.video.frame is not number, timeout=WAIT_MS)


def test_the_first_start_hints_at_the_camera(
    qtbot: QtBot, start: Callable[..., Program], page: Path
) -> None:
    program = start(source=SourceSpec(kind=SourceKind.DEMO))
    qtbot.waitUntil(lambda: bool(program.window.banners.texts), timeout=WAIT_MS)
    assert "camera" in program.window.banners.texts[0]
    program.sources.open(spec_for_path(page))
    assert not program.window.banners.texts


def test_the_dialog_opens_what_was_chosen(
    qtbot: QtBot, program: Program, tmp_path: Path, page: Path
) -> None:
    program.window.commands.choose_source.trigger()
    dialog = program.window.findChild(SourceDialog)
    assert isinstance(dialog, SourceDialog)
    (tmp_path / "pages").mkdir()
    copy = tmp_path / "pages" / "one.png"
    copy.write_bytes(page.read_bytes())
    spec = SourceSpec(kind=SourceKind.FOLDER, address=str(copy.parent))
    dialog.show_spec(spec)
    dialog.done(QDialog.DialogCode.Accepted)
    assert program.preferences.settings.source == spec
    assert program.window.commands.next_picture.isEnabled()
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)


UPPER = Box(0, 0, 1920, 560)


def test_a_part_to_read_is_remembered_with_its_source(
    qtbot: QtBot, program: Program, tmp_path: Path, page: Path
) -> None:
    window = program.window
    other = tmp_path / "other.png"
    other.write_bytes(page.read_bytes())
    window.video.region_of_interest_drawn.emit(UPPER)
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    window.path_dropped.emit(other)
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    assert not window.commands.clear_region.isEnabled()
    assert program.preferences.settings.source.region_of_interest is None
    window.path_dropped.emit(page)
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    assert program.preferences.settings.source.region_of_interest == UPPER
    window.commands.clear_region.trigger()
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    assert program.preferences.settings.recent[0].region_of_interest is None


def test_a_part_outside_of_the_picture_is_forgotten(
    qtbot: QtBot, start: Callable[..., Program], page: Path
) -> None:
    spec = SourceSpec(
        kind=SourceKind.IMAGE,
        address=str(page),
        region_of_interest=Box(5000, 0, 100, 100),
    )
    program = start(source=spec)
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
    assert program.preferences.settings.source.region_of_interest is None


def test_a_turned_source_comes_back_turned(
    qtbot: QtBot, program: Program, tmp_path: Path, page: Path
) -> None:
    program.window.video.region_of_interest_drawn.emit(UPPER)
    program.window.path_dropped.emit(page)
    program.window.commands.rotate.trigger()
    other = tmp_path / "other.png"
    other.write_bytes(page.read_bytes())
    program.window.path_dropped.emit(other)
    assert program.preferences.settings.source.rotation is Rotation.NONE
    program.window.path_dropped.emit(page)
    source = program.preferences.settings.source
    assert source.rotation is Rotation.QUARTER
    assert source.region_of_interest is None  # all places have changed


def test_pages_turned_by_hand_stay_where_they_are_when_rotated(
    qtbot: QtBot, start: Callable[..., Program], tmp_path: Path, page: Path
) -> None:
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(page.read_bytes())
    blank = QImage(300, 200, QImage.Format.Format_RGB888)
    blank.fill(0xFFFFFF)
    assert blank.save(str(tmp_path / "2.png"))
    program = start(source=spec_for_path(tmp_path))
    video, commands = program.window.video, program.window.commands

    def shape() -> tuple[int, ...]:
        return () if video.frame is None else video.frame.pixels.shape

    qtbot.waitUntil(lambda: shape() == (1200, 1920, 3), timeout=WAIT_MS)
    commands.freeze.trigger()
    commands.next_picture.trigger()  # frozen or not: a page that is turned is shown
    qtbot.waitUntil(lambda: shape() == (200, 300, 3), timeout=WAIT_MS)
    assert not commands.freeze.isChecked()
    commands.rotate.trigger()
    qtbot.waitUntil(lambda: shape() == (300, 200, 3), timeout=WAIT_MS)


def test_the_reason_stays_on_show_while_it_is_tried_again(
    qtbot: QtBot, start: Callable[..., Program]
) -> None:
    program = start(source=SourceSpec(kind=SourceKind.CAMERA, index=97))
    card = program.window.video.findChild(TroubleCard)
    assert card is not None
    text = card.findChild(QLabel)
    assert text is not None
    seen: list[tuple[StateKind, bool, str]] = []
    program.camera.state_changed.connect(
        lambda state: seen.append((state.kind, card.is_shown, text.text()))
    )
    tried = StateKind.RECONNECTING
    qtbot.waitUntil(
        lambda: [kind for kind, *_ in seen].count(tried) == 2, timeout=WAIT_MS
    )
    first = [kind for kind, *_ in seen].index(tried)
    for kind, shown, words in seen[first:]:
        assert shown, kind
        assert words.startswith("Camera 97 is not there.")
    assert seen[first + 1][0] is StateKind.OPENING
    assert "Trying again" in seen[first + 1][2]


def test_a_stream_whose_password_is_gone_asks_for_it(
    qtbot: QtBot, start: Callable[..., Program]
) -> None:
    stream = SourceSpec(
        kind=SourceKind.STREAM, address="http://anna:geheim@127.0.0.1:9/video"
    )
    program = start(source=stream)
    window = program.window
    qtbot.waitUntil(lambda: bool(window.findChildren(SourceDialog)), timeout=WAIT_MS)
    (dialog,) = window.findChildren(SourceDialog)
    assert program.camera.state.spec is None
    texts = [edit.text() for edit in dialog.findChildren(QLineEdit)]
    assert "http://127.0.0.1:9/video" in texts
    hints = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert any("stores no passwords" in label.text() for label in hints)
    dialog.reject()
    program.sources.open(stream)  # typed anew, it is simply opened
    assert program.camera.state.spec == stream


@pytest.mark.parametrize("way", ["drop", "paste", "demo"])
def test_what_is_opened_from_another_page_is_shown(
    qtbot: QtBot, program: Program, page: Path, way: str
) -> None:
    window = program.window
    other = QWidget()
    window.add_page(other, "Other")
    window.show_page(other)
    assert not window.video.isVisible()
    if way == "drop":
        window.path_dropped.emit(page)
    elif way == "demo":
        window.commands.demo.trigger()
    else:
        QGuiApplication.clipboard().setImage(QImage(str(page)))
        window.commands.paste.trigger()
    qtbot.waitUntil(window.video.isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: program.live.text == BOTH_LINES, timeout=WAIT_MS)
