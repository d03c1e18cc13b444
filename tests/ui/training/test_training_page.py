from dataclasses import replace

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

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
from digitdesk.ui.training.invitation import Invitation
from digitdesk.ui.training.page import TrainingPage

NPZ = DataSource(SourceKind.NPZ, "/data/mnist.npz")
FOLDER = DataSource(SourceKind.FOLDER, "/data/own")
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


def test_the_delete_key_removes_the_chosen_data(
    qtbot: QtBot, page: TrainingPage
) -> None:
    setup = page.setup
    setup.show_config(replace(CHOSEN, sources=(NPZ, FOLDER)))
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    setup.sources.setFocus()
    setup.sources.setCurrentRow(0)

    with qtbot.waitSignal(setup.sources_changed):
        QTest.keyClick(setup.sources, Qt.Key.Key_Delete)

    assert setup.config.sources == (FOLDER,)


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
    loss = view.curves.findChildren(pg.PlotWidget)[0]
    drawn = {item.name(): item.getOriginalDataset() for item in loss.listDataItems()}
    assert drawn["training"][0].tolist() == [0.5, 1.0]
    assert view.curves.epoch_count == 1
    view.show_running(running=True)
    assert view.curves.batch_points == []


def test_the_legend_covers_no_curve(page: TrainingPage) -> None:
    page.progress.show_running(running=True)
    page.resize(1000, 600)
    page.show()
    page.progress.show_epoch(EPOCH)
    page.grab()
    plots = page.progress.curves.findChildren(pg.PlotWidget)
    assert len(plots) == 2
    for plot in plots:
        item = plot.getPlotItem()
        legend, curves = item.legend.sceneBoundingRect(), item.vb.sceneBoundingRect()
        assert [label.text for _, label in item.legend.items] == [
            "training",
            "validation",
        ]
        assert curves.height() > 100
        assert not legend.intersects(curves)
        assert plot.sceneRect().contains(legend)
