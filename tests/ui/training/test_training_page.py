from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidgetItem
from pytestqt.qtbot import QtBot

from digitdesk.core.comparison import compare
from digitdesk.core.digit_data import Labelled
from digitdesk.core.evaluation import Evaluation, evaluation_of
from digitdesk.core.training_types import (
    BatchReport,
    DataSource,
    EpochReport,
    NetworkName,
    Optimiser,
    Preparing,
    Schedule,
    SourceKind,
    TrainingConfig,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.core.types import Scores
from digitdesk.ui.training.evaluation_page import EvaluationPage
from digitdesk.ui.training.invitation import Invitation
from digitdesk.ui.training.model_list import ModelEntry, ModelList
from digitdesk.ui.training.page import TrainingPage

NPZ = DataSource(SourceKind.NPZ, "/data/mnist.npz")
CHOSEN = TrainingConfig(
    sources=(NPZ,),
    network=NetworkName.MLP,
    epochs=4,
    batch_size=64,
    optimiser=Optimiser.SGD,
    learning_rate=0.25,
    schedule=Schedule.COSINE,
    augment=True,
    patience=3,
    seed=12345,
    limit=1000,
)
EPOCH = EpochReport(
    epoch=1,
    epochs=4,
    loss=0.5,
    accuracy=0.9,
    validation_loss=0.2,
    validation_accuracy=0.95,
    learning_rate=0.01,
    took_s=3.0,
    is_best=True,
)
BATCH = BatchReport(
    epoch=1,
    batch=50,
    batches=100,
    loss=0.7,
    accuracy=0.8,
    learning_rate=0.005,
    samples_per_s=4000.0,
    remaining_s=95.0,
)
STARTED = TrainingStarted(
    device="CPU (2 cores)",
    train_count=55000,
    validation_count=5000,
    test_count=10000,
    weights=59906,
    epochs_done=0,
)


@pytest.fixture
def page(qtbot: QtBot) -> TrainingPage:
    page = TrainingPage()
    qtbot.addWidget(page)
    return page


def test_the_form_begins_with_the_fast_recipe(page: TrainingPage) -> None:
    assert page.setup.config == TrainingConfig()


def test_the_form_shows_and_returns_every_choice(page: TrainingPage) -> None:
    page.setup.show_config(CHOSEN)

    assert page.setup.config == CHOSEN


def test_local_data_take_the_place_of_the_download(
    qtbot: QtBot, page: TrainingPage
) -> None:
    with qtbot.waitSignal(page.setup.sources_changed):
        page.setup.add_source(NPZ)
    assert page.setup.config.sources == (NPZ,)

    page.setup.add_source(DataSource(SourceKind.FOLDER, "/data/own"))

    assert len(page.setup.config.sources) == 2


def test_without_a_choice_it_is_mnist(qtbot: QtBot, page: TrainingPage) -> None:
    page.setup.add_source(NPZ)
    assert not page.setup.remove_button.isEnabled()
    page.setup.sources.setCurrentRow(0)

    with qtbot.waitSignal(page.setup.sources_changed):
        page.setup.remove_button.click()

    assert page.setup.config.sources == (DataSource(SourceKind.MNIST),)


def test_the_page_invites_until_something_is_trained(page: TrainingPage) -> None:
    page.show()
    [invitation] = page.findChildren(Invitation)
    assert invitation.isVisible()
    assert not page.progress.curves.isVisible()

    page.progress.show_running(running=True)

    assert not invitation.isVisible()
    assert page.progress.curves.isVisible()


def test_the_page_fits_a_small_screen_at_200_percent(page: TrainingPage) -> None:
    page.show()
    page.resize(683, 300)

    assert page.minimumSizeHint().width() <= 683
    assert page.minimumSizeHint().height() <= 300
    first, last = page.progress.start, page.progress.cancel
    assert first.y() < last.y()  # in two rows
    page.resize(1366, 600)
    QApplication.processEvents()
    assert first.y() == last.y()


def test_the_menu_asks_for_data(qtbot: QtBot, page: TrainingPage) -> None:
    menu = page.setup.add_button.menu()
    [action] = [a for a in menu.actions() if a.data() == SourceKind.IDX]

    with qtbot.waitSignal(page.setup.source_requested) as heard:
        action.trigger()

    assert heard.args == [SourceKind.IDX]


def test_the_layer_table_follows_the_network(page: TrainingPage) -> None:
    tutorial = page.setup.network.findData(NetworkName.TUTORIAL.value)
    page.setup.network.setCurrentIndex(tutorial)

    cells = [page.setup.layers.item(0, column) for column in range(3)]
    assert [cell.text() for cell in cells if cell] == [
        "Convolution 32 (3x3)",
        "26 × 26 × 32",  # noqa: RUF001 - as it is shown
        "320",
    ]


def test_buttons_follow_the_training(qtbot: QtBot, page: TrainingPage) -> None:
    view = page.progress
    assert view.start.isEnabled()
    assert not view.stop.isEnabled()
    with qtbot.waitSignal(view.start_requested):
        view.start.click()

    view.show_running(running=True)
    assert not view.start.isEnabled()
    with qtbot.waitSignal(view.pause_requested):
        view.pause.click()
    view.show_paused(paused=True)
    with qtbot.waitSignal(view.resume_requested):
        view.pause.click()
    with qtbot.waitSignal(view.cancel_requested):
        view.cancel.click()
    with qtbot.waitSignal(view.stop_requested):
        view.stop.click()
    view.show_ending()
    assert not view.stop.isEnabled()
    assert view.cancel.isEnabled()

    view.show_outcome(TrainingOutcome(kind="finished", message="Done."))
    assert view.start.isEnabled()
    assert view.state_text == "Done."
    assert view.progress == 1


def test_progress_and_curves_grow(page: TrainingPage) -> None:
    view = page.progress
    view.show_running(running=True)
    view.show_preparing(Preparing("Downloading MNIST", 0.25))
    assert view.state_text == "Downloading MNIST 25%…"
    view.show_started(STARTED, epochs=4)

    view.show_batch(BATCH)
    view.show_batch(replace(BATCH, batch=100))
    view.show_epoch(EPOCH)

    assert view.progress == pytest.approx(0.25)
    assert view.state_text == "Epoch 1 of 4, about 1:35 min left"
    assert view.curves.batch_points == [(0.5, 0.7), (1.0, 0.7)]
    assert view.curves.epoch_count == 1
    view.show_running(running=True)
    assert view.curves.batch_points == []


def evaluation(wrong: int) -> Evaluation:
    labels = (np.arange(200) % 10).astype(np.uint8)
    answers = labels.copy()
    answers[:wrong] = 9
    sure = np.eye(10, dtype=np.float32)[answers] * 0.9 + 0.01
    return evaluation_of(Scores(sure, 1 - sure.max(axis=1)), labels, 0.5)


@pytest.fixture
def measured(qtbot: QtBot) -> EvaluationPage:
    view = EvaluationPage()
    qtbot.addWidget(view)
    view.resize(1200, 600)
    labels = (np.arange(200) % 10).astype(np.uint8)
    digits = Labelled(np.zeros((200, 28, 28), np.uint8), labels)
    view.show_evaluation(evaluation(9), digits, compare(evaluation(80), evaluation(9)))
    return view


def test_figures_and_the_verdict_are_shown(measured: EvaluationPage) -> None:
    text = measured.figures.toPlainText()

    assert "95.50%" in text
    assert "better than the active model" in text
    assert measured.grid.count == 9


def test_a_cell_shows_exactly_its_pictures(
    qtbot: QtBot, measured: EvaluationPage
) -> None:
    measured.show()
    qtbot.waitExposed(measured)
    cell = measured.confusion.cell_rect(4, 9).center().toPoint()

    QTest.mouseClick(measured.confusion, Qt.MouseButton.LeftButton, pos=cell)

    assert measured.grid.count == 1
    measured.grid.choose(4)
    assert "This is a 4." in measured.detail.text
    assert "9   91.0%" in measured.detail.text
    measured.worst.click()
    assert measured.grid.count == 9


def test_a_measurement_is_asked_for(qtbot: QtBot, measured: EvaluationPage) -> None:
    measured.show_models([("/a", "A"), ("/b", "B")], "/b")

    with qtbot.waitSignal(measured.evaluation_requested) as heard:
        measured.measure.click()

    assert heard.args == ["/b"]
    measured.show_busy()
    assert not measured.measure.isEnabled()
    measured.show_failure("No.")
    assert measured.measure.isEnabled()


ENTRIES = [
    ModelEntry("/s", "Shipped", is_own=False, is_active=True, details=(("a", "b"),)),
    ModelEntry("/o", "Own <b>", is_own=True, is_active=False, details=(("x<", "y"),)),
    ModelEntry("/d", "Bad", is_own=True, is_active=False, trouble="Cut in half."),
]


@pytest.fixture
def models(qtbot: QtBot) -> ModelList:
    view = ModelList()
    qtbot.addWidget(view)
    view.show_models(ENTRIES)
    return view


def enabled(models: ModelList) -> set[str]:
    return {name for name, button in models.buttons.items() if button.isEnabled()}


def test_only_what_is_possible_is_offered(models: ModelList) -> None:
    always = {"reveal", "import"}
    assert enabled(models) == {"activate", "duplicate", "export", *always}
    models.choose("/o")
    assert enabled(models) == {
        *("activate", "duplicate", "export", "rename", "delete"),
        *always,
    }
    models.choose("/d")
    assert enabled(models) == {"delete", *always}
    assert "Cut in half." in models.card.toPlainText()
    models.show_undo(possible=True)
    assert "undo" in enabled(models)


def test_a_cards_text_is_never_markup(models: ModelList) -> None:
    models.choose("/o")

    assert "Own <b>" in models.card.toPlainText()


@pytest.mark.parametrize(
    "name", ["activate", "rename", "duplicate", "delete", "reveal", "export"]
)
def test_buttons_name_the_chosen_model(
    qtbot: QtBot, models: ModelList, name: str
) -> None:
    models.choose("/o")

    with qtbot.waitSignal(getattr(models, f"{name}_requested")) as heard:
        models.buttons[name].click()

    assert heard.args == ["/o"]


def test_the_choice_survives_a_new_list(models: ModelList) -> None:
    models.choose("/o")

    models.show_models(ENTRIES[::-1])

    assert models.current is not None
    assert models.current.key == "/o"
    item = models.list.item(2)
    assert isinstance(item, QListWidgetItem)
    assert item.font().bold()  # the active one
