"""The Training page with the real program behind it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from digitdesk.app import Folders, Program
from digitdesk.controllers.workshop import Workshop
from digitdesk.core.paths import (
    HOME_VARIABLE,
    default_model,
    shipped_models,
    user_models,
    user_samples,
)
from digitdesk.core.settings import load_settings
from digitdesk.core.training_types import (
    CHECKPOINT_FILE,
    DataSource,
    SourceKind,
    TrainingConfig,
    TrainingOutcome,
)
from digitdesk.ml.model_card import ModelCard
from digitdesk.ml.store import ModelStore
from digitdesk.ui.training.browser import DataBrowser
from tests.written_digits import saved_digits, small_job, written_digits

WAIT_MS = 20_000
TRAIN_MS = 300_000  # on a busy computer
Start = Callable[..., Program]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "user"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path


@pytest.fixture
def program(start: Start, home: Path) -> Program:
    return start()


@pytest.fixture
def workshop(qtbot: QtBot, program: Program) -> Workshop:
    program.window.show_page(program.training.page)
    qtbot.waitUntil(lambda: program.training.workshop is not None, timeout=WAIT_MS)
    workshop = program.training.workshop
    assert workshop is not None
    return workshop


@pytest.fixture
def browser(qtbot: QtBot, workshop: Workshop, home: Path) -> DataBrowser:
    """Show 300 digits of a file."""
    browser = workshop.page.browser
    workshop.adding.add_path(saved_digits(home, 300).path)
    qtbot.waitUntil(lambda: browser.grid.count == 300, timeout=WAIT_MS)
    return browser


@pytest.fixture
def opened_places(qapp: QApplication) -> Iterator[list[QUrl]]:
    """Stand in the place of the system's file manager: note what is to be opened."""
    places: list[QUrl] = []
    manager = FileManager(places)
    QDesktopServices.setUrlHandler("file", manager, "show")  # type: ignore[arg-type]  # its stub asks for bytes, wrongly
    yield places
    QDesktopServices.unsetUrlHandler("file")


class FileManager(QObject):
    def __init__(self, places: list[QUrl]) -> None:
        super().__init__()
        self._places = places

    @Slot(QUrl)
    def show(self, place: QUrl) -> None:
        self._places.append(place)


def click(widget: object) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]  # any widget


def offered(program: Program, text: str) -> QPushButton:
    """Return a banner's button."""
    buttons = program.window.banners.findChildren(QPushButton)
    [button] = [b for b in buttons if b.text().replace("&", "") == text]
    return button


def choose_small_training(workshop: Workshop, home: Path, epochs: int) -> None:
    job = small_job(home, 1500, epochs=epochs)
    workshop.page.setup.show_config(job.config)
    workshop.page.setup.name.setText("Mein Netz")


def test_the_page_is_built_when_it_is_looked_at(qtbot: QtBot, program: Program) -> None:
    assert program.training.workshop is None

    program.window.show_page(program.training.page)

    qtbot.waitUntil(lambda: program.training.workshop is not None, timeout=WAIT_MS)


def test_local_digits_are_shown_and_read(
    qtbot: QtBot, workshop: Workshop, browser: DataBrowser, home: Path
) -> None:
    browser.misread.click()

    qtbot.waitUntil(lambda: browser.grid.count < 300, timeout=WAIT_MS)
    browser.misread.click()
    browser.grid.choose(3)
    assert "The active model says:" in browser.detail.text
    workshop.data.export_collage(str(home / "collage.png"))
    qtbot.waitUntil((home / "collage.png").is_file, timeout=WAIT_MS)


def test_digits_are_read_once_however_many_are_looked_at(
    qtbot: QtBot, workshop: Workshop, browser: DataBrowser
) -> None:
    tasks = workshop.data.tasks
    read: list[str] = []
    tasks.task_ended.connect(lambda outcome: read.append(outcome.name))
    for index in range(20):
        browser.grid.choose(index)
    browser.grid.choose(3)
    qtbot.waitUntil(
        lambda: "The active model says:" in browser.detail.text, timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: not tasks.is_busy, timeout=WAIT_MS)
    assert read.count("read digits") == 1


def test_another_model_is_asked_anew(
    qtbot: QtBot, program: Program, browser: DataBrowser, home: Path
) -> None:
    browser.misread.click()
    qtbot.waitUntil(lambda: browser.grid.count < 300, timeout=WAIT_MS)

    program.active.activate(shipped_copy(home, "Other"))

    qtbot.waitUntil(lambda: browser.grid.count == 300, timeout=WAIT_MS)
    assert not browser.misread.isChecked()


def test_the_model_that_is_asked_may_be_loaded_afterwards(
    qtbot: QtBot, program: Program, browser: DataBrowser
) -> None:
    recogniser = program.recogniser
    with qtbot.waitSignal(recogniser.model_loaded, timeout=WAIT_MS):
        browser.misread.click()
        recogniser.load_model(program.active.folder)

    qtbot.waitUntil(lambda: browser.grid.count < 300, timeout=WAIT_MS)
    assert browser.misread.isChecked()


def test_the_former_models_answers_come_too_late(
    qtbot: QtBot, program: Program, browser: DataBrowser, home: Path
) -> None:
    browser.misread.click()
    with qtbot.waitSignal(program.recogniser.model_loaded, timeout=WAIT_MS):
        program.active.activate(shipped_copy(home, "Other"))
        browser.misread.setChecked(False)
        browser.misread.setChecked(True)  # the other one is asked

    qtbot.waitUntil(lambda: browser.grid.count < 300, timeout=WAIT_MS)
    assert browser.misread.isChecked()


def test_pictures_that_are_added_to_a_folder_are_seen(
    qtbot: QtBot, workshop: Workshop, home: Path
) -> None:
    grid, page = workshop.page.browser.grid, workshop.page
    folder = home / "classes" / "3"
    folder.mkdir(parents=True)
    digit = np.zeros((28, 28), np.uint8)
    digit[5:20, 13:15] = 255
    for number in range(20):
        cv2.imwrite(str(folder / f"{number}.png"), digit)
    page.setup.add_source(DataSource(SourceKind.FOLDER, str(folder.parent)))
    qtbot.waitUntil(lambda: grid.count == 20, timeout=WAIT_MS)

    cv2.imwrite(str(folder / "one more.png"), digit)
    page.tabs.setCurrentIndex(1)

    qtbot.waitUntil(lambda: grid.count == 21, timeout=WAIT_MS)


def test_loading_shows_progress_and_what_was_loaded(
    qtbot: QtBot, workshop: Workshop, home: Path
) -> None:
    page = workshop.page
    assert "not on this computer yet" in page.setup.data_state

    workshop.adding.add_path(saved_digits(home, 300).path)

    assert page.busy.isVisible()
    qtbot.waitUntil(lambda: page.browser.grid.count == 300, timeout=WAIT_MS)
    assert not page.busy.isVisible()
    numbers = [int(word) for word in page.setup.data_state.split() if word.isdigit()]
    assert sum(numbers) == 300


def _endless(report: Callable[[str, float], None]) -> None:
    while True:
        report("Endless", 0.5)
        time.sleep(0.01)


def test_loading_can_be_cancelled_and_begins_anew(
    qtbot: QtBot, workshop: Workshop, home: Path
) -> None:
    page, grid = workshop.page, workshop.page.browser.grid
    # It waits behind a task that ends by being cancelled only.
    workshop.data.tasks.submit("preview", _endless)
    page.setup.add_source(saved_digits(home, 300))
    qtbot.waitUntil(lambda: "Endless" in page.busy.text, timeout=WAIT_MS)

    click(page.busy.cancel)

    qtbot.waitUntil(lambda: not page.busy.isVisible(), timeout=WAIT_MS)
    assert "not loaded" in page.setup.data_state
    assert page.progress.start.isEnabled()  # the training program may load them
    assert grid.count == 0
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: grid.count == 300, timeout=WAIT_MS)


def test_unusable_digits_are_told(
    qtbot: QtBot, program: Program, workshop: Workshop, home: Path
) -> None:
    (home / "cut.npz").write_bytes(b"PK")

    workshop.adding.add_path(str(home / "cut.npz"))

    def told() -> bool:
        return any("cut.npz" in text for text in program.window.banners.texts)

    qtbot.waitUntil(told, timeout=WAIT_MS)
    # It has not taken the place of what can be used.
    assert workshop.page.setup.config.sources == (DataSource(SourceKind.MNIST),)
    assert workshop.page.progress.start.isEnabled()
    assert workshop.page.progress.obstacle == ""


def test_digits_are_added_beside_others_after_they_were_read(
    qtbot: QtBot, workshop: Workshop, browser: DataBrowser, home: Path
) -> None:
    read: list[str] = []
    workshop.data.tasks.task_ended.connect(lambda outcome: read.append(outcome.name))
    (home / "more").mkdir()

    workshop.adding.add_path(saved_digits(home / "more", 60).path)

    qtbot.waitUntil(lambda: browser.grid.count == 360, timeout=WAIT_MS)
    assert len(workshop.page.setup.config.sources) == 2
    assert read == ["add digits", "load digits"]


def labelled_pictures(folder: Path, per_digit: int = 4) -> None:
    """Write pictures of every digit into folders named 0 to 9."""
    digits = written_digits(10 * per_digit)
    for number, (glyph, label) in enumerate(
        zip(digits.glyphs, digits.labels, strict=True)
    ):
        place = folder / str(label)
        place.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(place / f"{number}.png"), glyph)


def test_own_samples_are_explained_made_and_added(
    qtbot: QtBot,
    program: Program,
    workshop: Workshop,
    home: Path,
    opened_places: list[QUrl],
) -> None:
    setup = workshop.page.setup
    [own] = [a for a in setup.add_button.menu().actions() if "own" in a.text()]
    own.trigger()

    def explained() -> bool:
        return any(box.isVisible() for box in workshop.page.findChildren(QMessageBox))

    qtbot.waitUntil(explained, timeout=WAIT_MS)
    [box] = workshop.page.findChildren(QMessageBox)
    assert str(user_samples()) in box.informativeText()
    assert "folders named 0 to 9" in box.informativeText()
    assert setup.config.sources == (DataSource(SourceKind.MNIST),)

    click(box.buttons()[0])
    qtbot.waitUntil(lambda: bool(program.window.banners.texts), timeout=WAIT_MS)
    assert [place.toLocalFile() for place in opened_places] == [str(user_samples())]
    made = sorted(place.name for place in user_samples().iterdir())
    assert made == list("0123456789")
    assert setup.config.sources == (DataSource(SourceKind.MNIST),)

    labelled_pictures(user_samples())
    own.trigger()
    qtbot.waitUntil(lambda: workshop.page.browser.grid.count == 40, timeout=WAIT_MS)
    [source] = setup.config.sources
    assert (source.kind, source.path) == (SourceKind.SAMPLES, str(user_samples()))
    assert not program.window.banners.texts  # it has been done


def test_train_waits_for_data_that_can_be_used_and_says_why(
    qtbot: QtBot, qapp: QApplication, workshop: Workshop, home: Path
) -> None:
    page, folder = workshop.page, home / "classes"
    page.show()
    page.setup.add_source(DataSource(SourceKind.FOLDER, str(folder)))  # as remembered
    view, nothing = page.progress, page.browser.nothing

    qtbot.waitUntil(lambda: view.obstacle != "", timeout=WAIT_MS)
    assert "There is no folder" in view.obstacle
    assert not view.start.isEnabled()
    assert view.obstacle in nothing.text
    assert "cannot be used" in page.setup.data_state

    labelled_pictures(folder)
    shutil.rmtree(folder / "3")
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: "pictures of 3" in view.obstacle, timeout=WAIT_MS)
    assert not view.start.isEnabled()
    assert page.browser.grid.count == 36

    labelled_pictures(folder)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: view.obstacle == "", timeout=WAIT_MS)
    assert view.start.isEnabled()


def test_without_digits_the_page_says_what_to_do(
    qtbot: QtBot, workshop: Workshop, browser: DataBrowser
) -> None:
    page = workshop.page
    page.tabs.setCurrentIndex(1)
    assert browser.grid.isVisible()
    page.setup.show_config(TrainingConfig())

    page.setup.sources_changed.emit()

    assert browser.grid.count == 0
    assert not browser.grid.isVisible()
    assert "MNIST is not on this computer yet" in browser.nothing.text
    assert not browser.digit.isEnabled()
    [choose] = browser.nothing.findChildren(QPushButton)
    click(choose)
    assert page.tabs.currentIndex() == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("collage.xyz", "cannot write “.xyz” files", id="kind"),
        pytest.param("a file/collage.png", "cannot be saved: ", id="place"),
    ],
)
def test_a_collage_that_is_not_saved_says_why(
    qtbot: QtBot,
    program: Program,
    workshop: Workshop,
    browser: DataBrowser,
    home: Path,
    name: str,
    why: str,
) -> None:
    (home / "a file").touch()

    workshop.data.export_collage(str(home / name))

    qtbot.waitUntil(lambda: bool(program.window.banners.texts), timeout=WAIT_MS)
    [text] = program.window.banners.texts
    assert why in text
    assert text.endswith(".")
    assert "Errno" not in text


def test_varied_digits_can_be_previewed(
    qtbot: QtBot, workshop: Workshop, home: Path
) -> None:
    workshop.adding.add_path(saved_digits(home, 300).path)
    qtbot.waitUntil(lambda: workshop.page.browser.grid.count == 300, timeout=WAIT_MS)

    click(workshop.page.setup.preview)

    def is_shown() -> bool:
        grid = workshop.data.preview_grid
        return grid is not None and grid.count == 100

    qtbot.waitUntil(is_shown, timeout=WAIT_MS)
    grid = workshop.data.preview_grid
    assert grid is not None
    grid.window().close()
    qtbot.waitUntil(lambda: workshop.data.preview_grid is None, timeout=WAIT_MS)


@pytest.mark.train
def test_train_measure_activate_and_read(
    qtbot: QtBot, program: Program, workshop: Workshop, home: Path
) -> None:
    page = workshop.page
    choose_small_training(workshop, home, epochs=2)

    with qtbot.waitSignal(workshop.learning.model_made, timeout=TRAIN_MS) as heard:
        click(page.progress.start)
        assert page.progress.stop.isEnabled()

    assert heard.args is not None
    folder = heard.args[0]
    assert ModelCard.load(folder).name == "Mein Netz"
    assert page.progress.curves.epoch_count == 2
    assert page.progress.start.isEnabled()

    page.tabs.setCurrentWidget(page.evaluation)
    assert "Measuring" in page.evaluation.words
    qtbot.waitUntil(lambda: page.evaluation.words == "", timeout=WAIT_MS)
    verdict = page.evaluation.view.verdict
    assert "“Mein Netz” reads" in verdict
    assert "“DigitDesk small”" in verdict
    offered(program, "Read with it").click()
    assert program.preferences.settings.model == str(folder)
    program.window.show_page(program.window.video)
    qtbot.waitUntil(lambda: program.live.model_name == "Mein Netz", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(program.live.text) > 5, timeout=WAIT_MS)


@pytest.mark.train
def test_a_closed_window_leaves_a_training_to_go_on_with(
    qtbot: QtBot, program: Program, workshop: Workshop, home: Path, start: Start
) -> None:
    choose_small_training(workshop, home, epochs=500)
    click(workshop.page.progress.start)
    curves = workshop.page.progress.curves
    qtbot.waitUntil(lambda: curves.epoch_count >= 2, timeout=TRAIN_MS)

    program.window.close()
    [box] = program.window.findChildren(QMessageBox)
    assert program.window.isVisible()  # it asks
    later = box.buttons()[0]
    click(later)

    qtbot.waitUntil(lambda: not program.window.isVisible(), timeout=TRAIN_MS)
    assert psutil.Process().children() == []
    assert list((home / "user" / "data" / "training").glob(f"*/{CHECKPOINT_FILE}"))

    again = start()
    again.window.show_page(again.training.page)
    qtbot.waitUntil(
        lambda: any("can go on" in text for text in again.window.banners.texts),
        timeout=WAIT_MS,
    )


def answer(program: Program, text: str) -> None:
    """Click a button of the one question that is asked."""
    [box] = program.window.findChildren(QMessageBox)
    [button] = [b for b in box.buttons() if b.text().replace("&", "") == text]
    click(button)


@pytest.mark.train
def test_a_training_is_discarded_only_after_a_question(
    qtbot: QtBot, program: Program, workshop: Workshop, home: Path
) -> None:
    view, process = workshop.page.progress, workshop.learning.process
    choose_small_training(workshop, home, epochs=500)
    click(view.start)
    qtbot.waitUntil(lambda: view.curves.epoch_count >= 1, timeout=TRAIN_MS)

    click(view.cancel)
    answer(program, "Go on learning")
    epochs = view.curves.epoch_count
    qtbot.waitUntil(lambda: view.curves.epoch_count > epochs + 1, timeout=TRAIN_MS)
    assert view.stop.isEnabled()

    qtbot.waitUntil(lambda: not program.window.findChildren(QMessageBox))
    click(view.cancel)
    with qtbot.waitSignal(process.training_ended, timeout=TRAIN_MS) as ended:
        answer(program, "Discard it")
    assert ended.args is not None
    assert ended.args[0].kind == "cancelled"
    assert not list((home / "user" / "data" / "training").glob(f"*/{CHECKPOINT_FILE}"))


def test_a_failure_is_told_once_until_it_is_out_of_date(
    program: Program, workshop: Workshop, home: Path
) -> None:
    sentence = "MNIST cannot be downloaded: the connection broke off."
    ended, view = workshop.learning.process.training_ended, workshop.page.progress
    banners = program.window.banners
    ended.emit(TrainingOutcome(kind="failed", message=sentence))
    assert banners.texts.count(sentence) == 1
    assert sentence not in view.state_text

    workshop.page.setup.add_source(saved_digits(home, 60))

    assert sentence not in banners.texts
    assert view.state_text == ""


def test_the_choices_come_back_after_a_restart(
    qtbot: QtBot, workshop: Workshop, home: Path, start: Start, folders: Folders
) -> None:
    workshop.page.setup.add_source(saved_digits(home, 300))
    workshop.page.setup.spins["epochs"].setValue(7)
    wanted = workshop.page.setup.config

    def saved() -> TrainingConfig:
        return load_settings(folders.settings_file).settings.training

    qtbot.waitUntil(lambda: saved() == wanted, timeout=WAIT_MS)

    again = start(training=saved())
    again.window.show_page(again.training.page)
    qtbot.waitUntil(lambda: again.training.workshop is not None, timeout=WAIT_MS)
    assert again.training.workshop is not None
    assert again.training.workshop.page.setup.config == wanted
    assert wanted.epochs == 7


def shipped_copy(home: Path, name: str) -> Path:
    """Put a model among the user's, as a training does."""
    store = ModelStore(shipped_models(), user_models())
    assert store.own_folder.is_relative_to(home)
    return store.duplicate(default_model(), name)


def test_a_new_model_is_listed_and_offered(
    qtbot: QtBot, program: Program, workshop: Workshop, home: Path
) -> None:
    window = program.window
    window.show_page(program.models.page)
    manager = program.models.manager
    assert manager is not None
    qtbot.waitUntil(lambda: len(manager.page.models.entries) == 1, timeout=WAIT_MS)
    folder = shipped_copy(home, "New")
    window.show_page(program.training.page)

    program.training.model_made.emit(folder)
    for _ in range(2):  # trained again under its name
        workshop.offer(folder, "New")

    qtbot.waitUntil(lambda: len(manager.page.models.entries) == 2, timeout=WAIT_MS)
    assert manager.page.current is not None
    assert manager.page.current.folder == folder
    offered(program, "Read with it").click()
    qtbot.waitUntil(lambda: program.live.model_name == "New", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: manager.page.models.entries[1].is_active, timeout=WAIT_MS)


def test_a_new_model_that_vanished_is_told_and_not_used(
    qtbot: QtBot, program: Program, workshop: Workshop, home: Path
) -> None:
    folder = shipped_copy(home, "New")
    workshop.offer(folder, "New")
    shutil.rmtree(folder)

    offered(program, "Read with it").click()

    assert any("is gone" in text for text in program.window.banners.texts)
    assert program.preferences.settings.model == ""
    # It cannot be measured either, and the page says so.
    evaluation = workshop.page.evaluation
    workshop.data.measure(folder, (saved_digits(home, 60),))
    qtbot.waitUntil(lambda: "no usable model" in evaluation.words, timeout=WAIT_MS)
