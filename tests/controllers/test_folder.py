"""A folder of pages, turned with the real program."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from digitdesk.app import Folders, Program
from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.core.types import Frame
from digitdesk.workers.recognition import RecognitionResult

WAIT_MS = 15_000


@pytest.fixture
def pages(tmp_path: Path, page: Path) -> Path:
    """Return a folder of three pages of one size: 01234, 56789 and 01234."""
    both = cv2.imread(str(page))
    assert both is not None
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, top in enumerate((0, 600, 0), start=1):
        name = str(folder / f"page {number}.png")
        assert cv2.imwrite(name, both[top : top + 600])
    return folder


def folder_spec(
    folder: Path, *, interval_s: float = 0, loop: bool = False
) -> SourceSpec:
    return SourceSpec(
        kind=SourceKind.FOLDER, address=str(folder), interval_s=interval_s, loop=loop
    )


@pytest.fixture
def program(qtbot: QtBot, start: Callable[..., Program], pages: Path) -> Program:
    """Return the program, showing the folder's first page and what was read on it."""
    program = start(source=folder_spec(pages))
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    return program


def test_each_page_is_read_by_itself(
    qtbot: QtBot, program: Program, pages: Path
) -> None:
    assert program.window.commands.smoothing.isChecked()
    second = cv2.imread(str(pages / "page 2.png"))
    assert second is not None

    def is_second_read() -> bool:
        result = program.live.result
        return result is not None and np.array_equal(result.frame.pixels, second)

    program.window.commands.next_picture.trigger()
    qtbot.waitUntil(is_second_read, timeout=WAIT_MS)

    assert program.live.text == "56789"
    assert program.live.result is not None
    raw = program.live.result.reading.digits
    shown = [region.reading.confidence for region in program.live.regions]
    assert shown[:5] == pytest.approx([digit.confidence for digit in raw], abs=1e-6)


def test_pages_are_turned_by_keys_after_the_last_one(
    qtbot: QtBot, start: Callable[..., Program], pages: Path
) -> None:
    program = start(source=folder_spec(pages, interval_s=0.001))
    window, measured = program.window, program.camera.rate_measured
    qtbot.waitUntil(lambda: "(3 of 3)" in window.windowTitle(), timeout=WAIT_MS)
    # Until no picture comes by itself any more.
    with qtbot.waitSignal(
        measured, timeout=WAIT_MS, check_params_cb=lambda rate_hz: rate_hz == 0
    ):
        pass
    assert "ended" not in window.status.texts[0]

    QTest.keyClick(window.video, Qt.Key.Key_PageDown)

    qtbot.waitUntil(lambda: "(1 of 3)" in window.windowTitle(), timeout=WAIT_MS)


def test_pages_that_turn_themselves_are_read_by_themselves(
    qtbot: QtBot, start: Callable[..., Program], pages: Path
) -> None:
    program = start(source=folder_spec(pages, interval_s=0.05, loop=True))
    texts: list[tuple[str, str]] = []

    def note(result: RecognitionResult) -> None:
        texts.append((program.live.text, result.reading.text))

    program.live.result_shown.connect(note)
    qtbot.waitUntil(lambda: len(texts) >= 6, timeout=WAIT_MS)

    assert {"01234", "56789"} == {raw for _, raw in texts}
    assert [shown for shown, _ in texts] == [raw for _, raw in texts]


def test_nothing_of_the_former_page_is_shown_on_the_next_one(
    qtbot: QtBot, program: Program
) -> None:
    former = program.live.result
    assert former is not None
    seen: list[object] = []

    def look(_frame: Frame) -> None:
        # A reading of the former page may be on its way just now.
        program.recogniser.result_ready.emit(former)
        seen.append((program.live.text, program.live.regions, program.live.result))

    program.camera.frame_captured.connect(look)
    program.window.commands.next_picture.trigger()
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)

    assert seen[0] == ("", (), None)
    qtbot.waitUntil(lambda: program.live.text == "56789", timeout=WAIT_MS)


def test_a_page_that_takes_long_says_that_it_is_being_read(
    qtbot: QtBot, program: Program
) -> None:
    window = program.window
    text = window.result.findChild(QPlainTextEdit)
    assert text is not None
    program.recogniser.set_resting(True)  # as slow as can be

    window.commands.next_picture.trigger()

    qtbot.waitUntil(lambda: window.video.badge == "Reading…", timeout=WAIT_MS)
    assert text.placeholderText() == "Reading…"
    program.recogniser.set_resting(False)
    qtbot.waitUntil(lambda: program.live.text == "56789", timeout=WAIT_MS)
    assert window.video.badge == ""


def test_a_page_that_comes_late_is_announced(qtbot: QtBot, program: Program) -> None:
    window, commands = program.window, program.window.commands
    program.camera.pause()  # as slow as can be
    commands.next_picture.trigger()
    qtbot.waitUntil(lambda: window.video.badge == "Reading…", timeout=WAIT_MS)
    commands.previous_picture.trigger()
    with qtbot.waitSignal(program.camera.frame_captured, timeout=WAIT_MS):
        program.camera.resume()  # the same page again
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    assert window.video.badge == ""


def test_a_page_without_digits_is_not_waited_for(
    qtbot: QtBot, start: Callable[..., Program], tmp_path: Path
) -> None:
    assert cv2.imwrite(str(tmp_path / "1.png"), np.full((300, 400, 3), 255, np.uint8))
    program = start(source=folder_spec(tmp_path))
    text = program.window.result.findChild(QPlainTextEdit)
    assert text is not None
    qtbot.waitUntil(lambda: program.live.result is not None, timeout=WAIT_MS)
    assert text.placeholderText() == "No digits"
    assert program.window.video.badge == ""


def test_a_source_that_is_opened_again_is_read_anew(
    qtbot: QtBot, start: Callable[..., Program], pages: Path
) -> None:
    picture = pages / "page 1.png"
    program = start(source=SourceSpec(kind=SourceKind.IMAGE, address=str(picture)))
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    picture.write_bytes((pages / "page 2.png").read_bytes())

    with qtbot.waitSignal(program.live.result_shown, timeout=WAIT_MS):
        program.window.commands.reopen.trigger()

    assert program.live.text == "56789"


def test_title_status_and_snapshot_name_the_page(
    qtbot: QtBot, program: Program, folders: Folders
) -> None:
    window, commands = program.window, program.window.commands
    assert window.windowTitle() == "page 1.png (1 of 3) – pages – DigitDesk"  # noqa: RUF001 - dashes
    commands.previous_picture.trigger()
    qtbot.waitUntil(
        lambda: window.status.texts[0] == "pages – page 3.png (3 of 3)",  # noqa: RUF001 - a dash
        timeout=WAIT_MS,
    )
    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    commands.snapshot.trigger()
    qtbot.waitUntil(lambda: bool(window.banners.texts), timeout=WAIT_MS)
    (folder,) = folders.pictures.iterdir()
    record = json.loads((folder / "snapshot.json").read_text("utf-8"))
    assert record["source"] == "pages/page 3.png"


def test_pages_are_turned_by_buttons_that_name_their_keys(
    qtbot: QtBot, program: Program, page: Path
) -> None:
    commands, bar = program.window.commands, program.window.toolbar
    for action, key in (
        (commands.next_picture, "Page Down"),
        (commands.previous_picture, "Page Up"),
    ):
        button = bar.widgetForAction(action)
        assert isinstance(button, QToolButton)
        assert key in button.toolTip()
        assert button.isEnabled()
    button = bar.widgetForAction(commands.next_picture)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.live.text == "56789", timeout=WAIT_MS)
    program.window.path_dropped.emit(page)
    assert not button.isEnabled()
    assert "of 3" not in program.window.windowTitle()


def test_pictures_that_cannot_be_read_are_named(
    qtbot: QtBot,
    start: Callable[..., Program],
    pages: Path,
    page: Path,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("Left out a picture")
    for number in range(7):
        (pages / f"page 1{number}.png").write_bytes(b"no picture")
    (pages / "page 0.png").write_bytes(b"no picture")
    program = start(source=folder_spec(pages))
    banners = program.window.banners

    qtbot.waitUntil(lambda: bool(banners.texts), timeout=WAIT_MS)
    assert banners.texts == ("1 of 11 pictures could not be read: page 0.png",)

    qtbot.waitUntil(lambda: program.live.text == "01234", timeout=WAIT_MS)
    program.window.commands.previous_picture.trigger()
    qtbot.waitUntil(lambda: "8 of 11" in banners.texts[0], timeout=WAIT_MS)
    (text,) = banners.texts  # it takes the place of the first message
    assert text.endswith("page 0.png, page 10.png, page 11.png, page 12.png, "
                         "page 13.png and 3 more")  # fmt: skip

    program.window.path_dropped.emit(page)
    assert not banners.texts
