from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from digitdesk.core.sources import Rotation, SourceKind, SourceSpec
from digitdesk.ui.source_dialog import SourceDialog

CAMERAS = (
    SourceSpec(kind=SourceKind.CAMERA, index=0, name="Built-in"),
    SourceSpec(kind=SourceKind.CAMERA, index=2, name="Desk"),
)
DEMO = SourceSpec(kind=SourceKind.DEMO)


@pytest.mark.parametrize(
    "spec",
    [
        DEMO,
        SourceSpec(kind=SourceKind.IMAGE, address="/a/page.png"),
        SourceSpec(kind=SourceKind.VIDEO, address="/a/film.mp4", loop=True),
        SourceSpec(kind=SourceKind.FOLDER, address="/a"),
        SourceSpec(kind=SourceKind.FOLDER, address="/a", interval_s=2.5, loop=True),
        SourceSpec(kind=SourceKind.STREAM, address="rtsp://user:pw@host/live"),
        SourceSpec(
            kind=SourceKind.CAMERA,
            index=2,
            name="Desk",
            width=1280,
            height=720,
            mirror=True,
            rotation=Rotation.QUARTER,
        ),
    ],
    ids=lambda spec: f"{spec.kind}-{spec.interval_s}",
)
def test_what_is_shown_comes_back_unchanged(qtbot: QtBot, spec: SourceSpec) -> None:
    dialog = SourceDialog(spec, CAMERAS)
    qtbot.addWidget(dialog)
    assert dialog.spec == spec


def _open_button(dialog: SourceDialog) -> QPushButton:
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    return buttons.button(QDialogButtonBox.StandardButton.Open)


def test_a_camera_is_chosen_by_keys(qtbot: QtBot) -> None:
    dialog = SourceDialog(DEMO, CAMERAS)
    qtbot.addWidget(dialog)
    dialog.show()
    boxes = {box.accessibleName(): box for box in dialog.findChildren(QComboBox)}
    kind = dialog.findChildren(QComboBox)[0]
    QTest.keyClicks(kind, "Cam")
    QTest.keyClick(boxes["Camera"], Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.accepted):
        QTest.mouseClick(_open_button(dialog), Qt.MouseButton.LeftButton)
    assert dialog.spec == CAMERAS[1]


def test_cameras_that_are_found_later_are_offered(qtbot: QtBot) -> None:
    dialog = SourceDialog(SourceSpec(kind=SourceKind.CAMERA, index=2), ())
    qtbot.addWidget(dialog)
    assert not _open_button(dialog).isEnabled()
    dialog.show_cameras(CAMERAS)
    assert _open_button(dialog).isEnabled()
    assert dialog.spec == CAMERAS[1]


def test_a_source_without_an_address_cannot_be_opened(
    qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = SourceDialog(SourceSpec(kind=SourceKind.IMAGE), ())
    qtbot.addWidget(dialog)
    dialog.show()
    assert not _open_button(dialog).isEnabled()
    edit = next(e for e in dialog.findChildren(QLineEdit) if e.isVisible())
    QTest.keyClicks(edit, f" {tmp_path} ")
    assert _open_button(dialog).isEnabled()
    assert dialog.spec.address == str(tmp_path)


@pytest.mark.parametrize(
    ("kind", "kept", "offered"),
    [
        (SourceKind.IMAGE, "page.png", "*.gif"),
        (SourceKind.VIDEO, "film.mp4", "*.mp4"),
        (SourceKind.FOLDER, "", None),
    ],
)
def test_browsing_begins_where_the_address_is(
    qtbot: QtBot, tmp_path: Path, kind: SourceKind, kept: str, offered: str | None
) -> None:
    (tmp_path / "page.png").touch()
    (tmp_path / "film.mp4").touch()
    dialog = SourceDialog(SourceSpec(kind=kind, address=str(tmp_path / kept)), ())
    qtbot.addWidget(dialog)
    dialog.show()
    [browse] = [
        button
        for button in dialog.findChildren(QPushButton)
        if button.text() == "&Browse…" and button.isVisible()
    ]

    browse.click()

    [files] = dialog.findChildren(QFileDialog)
    assert files.directory().path() == str(tmp_path)
    if offered is not None:
        assert offered in files.nameFilters()[0]
    files.fileSelected.emit("/b/other")
    files.reject()
    assert dialog.spec.address == "/b/other"


@pytest.mark.parametrize("kind", SourceKind)
def test_tab_goes_from_top_to_bottom(qtbot: QtBot, kind: SourceKind) -> None:
    address = "" if kind in (SourceKind.CAMERA, SourceKind.DEMO) else "/a"
    dialog = SourceDialog(SourceSpec(kind=kind, address=address), CAMERAS)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    dialog.findChildren(QComboBox)[0].setFocus()
    places: list[tuple[int, int]] = []
    for _ in range(12):
        widget = dialog.focusWidget()
        # Of a row, its middle counts: its parts differ in height.
        middle = widget.mapTo(dialog, widget.rect().center())
        places.append((round(middle.y() / 8), middle.x()))
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        if dialog.focusWidget() is dialog.findChildren(QComboBox)[0]:
            break
    assert len(places) >= 5
    assert places == sorted(places)


@pytest.mark.parametrize(
    "kind", [SourceKind.STREAM, SourceKind.FOLDER, SourceKind.IMAGE, SourceKind.VIDEO]
)
def test_who_begins_to_type_writes_the_address(qtbot: QtBot, kind: SourceKind) -> None:
    dialog = SourceDialog(SourceSpec(kind=kind, address="old"), CAMERAS)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    QTest.keyClicks(dialog.focusWidget(), "demo/camera")
    assert (dialog.spec.kind, dialog.spec.address) == (kind, "demo/camera")
