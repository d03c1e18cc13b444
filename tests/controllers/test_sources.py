from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from digitdesk.app import Folders, Program
from digitdesk.controllers.sources import spec_for_path
from digitdesk.core.settings import load_settings
from digitdesk.core.sources import Rotation, SourceKind, SourceSpec
from digitdesk.ui.glyph_view import BinaryView
from digitdesk.ui.source_dialog import SourceDialog

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
