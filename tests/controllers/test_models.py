"""The Models page with its real store, threads and programs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import (
    QMimeData,
    QPoint,
    QPointF,
    Qt,
    QUrl,
)
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from digitdesk.app import Program
from digitdesk.core.paths import default_model
from digitdesk.ml.exporting import export_model
from digitdesk.ml.model_card import ModelCard, checksum
from digitdesk.ui.banner import Banner
from digitdesk.ui.models.export_dialog import ExportDialog
from digitdesk.ui.models.measure_dialog import MeasureDialog
from digitdesk.ui.models.page import ModelsPage
from tests.ml.linear_network import linear_network
from tests.written_digits import written_digits

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 30_000
SHIPPED = "DigitDesk small"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's models: a blind one that is sound, and one cut in half."""
    monkeypatch.setenv("DIGITDESK_HOME", str(tmp_path / "home"))
    own = tmp_path / "home" / "data" / "models"
    network = linear_network(np.zeros((10, 784), np.float32))
    for name in ("blind", "torn"):
        folder = own / name
        folder.mkdir(parents=True)
        (folder / "network.tflite").write_bytes(network)
        ModelCard(name=name.title(), sha256=checksum(network)).save(folder)
    (own / "torn" / "network.tflite").write_bytes(network[: len(network) // 2])
    return own


@pytest.fixture
def opened(own: Path, start: Callable[..., Program]) -> Program:
    """The running program, showing the desk."""
    program = start()
    program.window.show_page(program.models.page)
    return program


@pytest.fixture
def desk(opened: Program, qtbot: QtBot) -> ModelsPage:
    """The desk, with all models listed and the program at rest."""
    manager = opened.models.manager
    assert manager is not None
    qtbot.waitUntil(lambda: len(manager.page.models.entries) == 3, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: opened.live.model_name == SHIPPED, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: opened.window.probabilities.chart is not None, timeout=WAIT_MS
    )
    manager.page.window().activateWindow()
    return manager.page


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    written = written_digits(60, seed=7)
    np.savez(tmp_path / "d.npz", x=written.glyphs, y=written.labels)
    return tmp_path / "d.npz"


def _choose(desk: ModelsPage, name: str) -> None:
    row = [entry.name for entry in desk.models.entries].index(name)
    place = desk.models.visualRect(desk.models.model().index(row, 0)).center()
    QTest.mouseClick(desk.models.viewport(), LEFT, pos=place)
    assert desk.current is not None
    assert desk.current.name == name


def _press(desk: ModelsPage, action: str) -> None:
    button = desk.bar.widgetForAction(getattr(desk, action))
    assert isinstance(button, QToolButton)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def _names(desk: ModelsPage) -> list[str]:
    return [entry.name for entry in desk.models.entries]


def _texts(desk: ModelsPage) -> str:
    return "\n".join(banner.text for banner in desk.window().findChildren(Banner))


def _accept(dialog: object) -> None:
    assert isinstance(dialog, MeasureDialog | ExportDialog)
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Ok), LEFT)


def test_models_are_listed_with_their_cards(desk: ModelsPage) -> None:
    assert _names(desk) == [SHIPPED, "Blind", "torn"]
    assert desk.current is not None
    assert desk.current.name == SHIPPED
    assert desk.current.is_active
    card = ModelCard.load(default_model())
    for words in (card.description, card.created, ", ".join(card.training_data)):
        assert words in desk.card.text
    assert f"{card.temperature:.4g}" in desk.card.text
    row = desk.models.model().index(0, 0)
    spoken = row.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "in use · shipped" in spoken


def test_a_shipped_model_can_only_be_duplicated(desk: ModelsPage, qtbot: QtBot) -> None:
    _choose(desk, SHIPPED)
    assert not desk.rename.isEnabled()
    assert not desk.delete.isEnabled()
    QTest.keyClick(desk.models, Qt.Key.Key_F2)
    assert desk.models.findChild(QLineEdit) is None
    _press(desk, "duplicate")
    copy = f"{SHIPPED} (copy)"
    qtbot.waitUntil(lambda: copy in _names(desk), timeout=WAIT_MS)
    assert desk.current is not None
    assert desk.current.name == copy
    assert desk.rename.isEnabled()


def test_a_damaged_model_is_listed_with_its_sentence(
    desk: ModelsPage, qtbot: QtBot, own: Path
) -> None:
    _choose(desk, "torn")
    assert "is damaged or was exchanged" in desk.card.text
    for action in (desk.use, desk.evaluate, desk.export, desk.rename, desk.duplicate):
        assert not action.isEnabled()
    _press(desk, "delete")
    qtbot.waitUntil(lambda: "torn" not in _names(desk), timeout=WAIT_MS)
    assert not (own / "torn").exists()


def test_a_name_is_changed_in_place(desk: ModelsPage, qtbot: QtBot, own: Path) -> None:
    _choose(desk, "Blind")
    QTest.keyClick(desk.models, Qt.Key.Key_F2)
    editor = desk.models.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Mole")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Mole" in _names(desk), timeout=WAIT_MS)
    assert ModelCard.load(own / "blind").name == "Mole"


def test_another_model_reads_without_restart(
    opened: Program, desk: ModelsPage, qtbot: QtBot
) -> None:
    _choose(desk, "Blind")
    _press(desk, "use")
    qtbot.waitUntil(lambda: opened.live.model_name == "Blind", timeout=WAIT_MS)
    assert Path(opened.preferences.settings.model).name == "blind"
    qtbot.waitUntil(
        lambda: [e.name for e in desk.models.entries if e.is_active] == ["Blind"],
        timeout=WAIT_MS,
    )


def test_a_deleted_model_in_use_comes_back_and_reads_again(
    opened: Program, desk: ModelsPage, qtbot: QtBot, own: Path
) -> None:
    _choose(desk, "Blind")
    QTest.keyClick(desk.models, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: opened.live.model_name == "Blind", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: bool(desk.current and desk.current.is_active))
    QTest.keyClick(desk.models, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "“Blind” was deleted." in _texts(desk), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: opened.live.model_name == SHIPPED, timeout=WAIT_MS)
    assert not (own / "blind").exists()
    assert opened.preferences.settings.model == ""
    undo = next(
        button
        for button in desk.window().findChildren(QPushButton)
        if button.text() == "&Undo"
    )
    QTest.mouseClick(undo, LEFT)
    qtbot.waitUntil(lambda: opened.live.model_name == "Blind", timeout=WAIT_MS)
    assert (own / "blind" / "card.json").is_file()
    assert not desk.undo.isEnabled()
    qtbot.waitUntil(lambda: "Blind" in _names(desk), timeout=WAIT_MS)


def test_a_model_is_shown_in_its_folder(
    desk: ModelsPage, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    _choose(desk, "torn")
    _press(desk, "reveal")
    assert [Path(url.toLocalFile()) for url in opened] == [own / "torn"]


def test_digits_are_read_and_two_models_compared(
    desk: ModelsPage, qtbot: QtBot, digits: Path
) -> None:
    _choose(desk, SHIPPED)
    _press(desk, "compare")
    dialog = desk.findChild(MeasureDialog)
    assert isinstance(dialog, MeasureDialog)
    assert dialog.rival.currentText() == "Blind"
    QTest.keyClicks(dialog.path, str(digits))
    _accept(dialog)
    assert desk.progress.text != ""
    assert not desk.evaluate.isEnabled()
    qtbot.waitUntil(lambda: desk.tabs.isTabEnabled(1), timeout=WAIT_MS)
    assert desk.tabs.currentWidget() is desk.evaluation
    assert f"“{SHIPPED}” reads" in desk.evaluation.verdict
    assert "more of 60 digits than “Blind”" in desk.evaluation.verdict
    assert "hardly chance (p < 0.001)" in desk.evaluation.verdict
    assert desk.progress.text == ""
    assert desk.evaluate.isEnabled()


def test_wrong_data_get_a_sentence(
    desk: ModelsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    _choose(desk, "Blind")
    _press(desk, "evaluate")
    dialog = desk.findChild(MeasureDialog)
    assert isinstance(dialog, MeasureDialog)
    QTest.keyClicks(dialog.path, str(tmp_path / "none.npz"))
    _accept(dialog)
    qtbot.waitUntil(lambda: "There is no file or folder" in _texts(desk))
    assert not desk.tabs.isTabEnabled(1)
    assert desk.evaluate.isEnabled()


def test_a_model_goes_out_and_comes_back_by_a_drop(
    desk: ModelsPage, qtbot: QtBot, tmp_path: Path, own: Path
) -> None:
    _choose(desk, "Blind")
    _press(desk, "export")
    dialog = desk.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    assert not dialog.onnx_box.isEnabled()  # there is no Keras file
    dialog.path.selectAll()
    QTest.keyClicks(dialog.path, str(tmp_path / "out"))
    _accept(dialog)
    qtbot.waitUntil(lambda: "was exported to" in _texts(desk), timeout=WAIT_MS)
    exported = tmp_path / "out" / "blind"
    assert (exported / "example.py").is_file()
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == ["blind"]

    _drop(desk, exported / "network.tflite")

    qtbot.waitUntil(lambda: _names(desk).count("Blind") == 2, timeout=WAIT_MS)
    assert desk.current is not None
    assert desk.current.folder == own / "blind-2"
    assert {f.name for f in own.iterdir()} == {"blind", "blind-2", "torn"}


@pytest.mark.parametrize(
    ("name", "welcome"), [("page.png", False), ("network.tflite", True)]
)
def test_a_picture_is_left_to_the_window(
    desk: ModelsPage, tmp_path: Path, name: str, welcome: bool
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, none)
    enter.ignore()
    desk.dragEnterEvent(enter)
    assert enter.isAccepted() is welcome


def _drop(desk: ModelsPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, LEFT, none)
    QApplication.sendEvent(desk, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(50, 50), copy, data, LEFT, none)
    QApplication.sendEvent(desk, drop)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("weights.pkl", b"\x80\x04.", "imports .keras, .h5, .tflite and .onnx"),
        ("half.tflite", b"\0\0\0\0TFL3", "half.tflite"),
        ("pickled.h5", b"\x80\x04\x95.", "is a pickle"),
    ],
    ids=["kind", "damaged", "pickle"],
)
def test_bad_files_are_refused_by_name(
    desk: ModelsPage, qtbot: QtBot, own: Path, tmp_path: Path,
    name: str, content: bytes, words: str,
) -> None:  # fmt: skip
    (tmp_path / name).write_bytes(content)
    _drop(desk, tmp_path / name)
    qtbot.waitUntil(lambda: words in _texts(desk), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.take_in.isEnabled(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: {f.name for f in own.iterdir()} == {"blind", "torn"})


def test_an_import_can_be_cancelled_and_leaves_nothing(
    desk: ModelsPage, qtbot: QtBot, own: Path, tmp_path: Path
) -> None:
    source = export_model(own / "blind", tmp_path / "out")
    before = _texts(desk)
    _drop(desk, source / "network.tflite")
    assert "Importing network.tflite" in desk.progress.text
    QTest.mouseClick(desk.progress.cancel, LEFT)
    qtbot.waitUntil(lambda: desk.progress.text == "", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: desk.take_in.isEnabled())
    assert {f.name for f in own.iterdir() if not f.name.startswith(".")} == {
        "blind",
        "torn",
    }
    assert _texts(desk) == before


def test_a_folder_that_vanished_is_told(
    desk: ModelsPage, qtbot: QtBot, own: Path
) -> None:
    _choose(desk, "Blind")
    shutil.rmtree(own / "blind")
    _press(desk, "use")
    qtbot.waitUntil(lambda: "There is no usable model" in _texts(desk), timeout=WAIT_MS)
