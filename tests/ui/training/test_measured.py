import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.comparison import Rival, compare
from digitdesk.core.evaluation import Evaluation, evaluation_of
from digitdesk.core.types import Scores
from digitdesk.ui.training.measured import Measured

COUNT = 200


def evaluation(wrong: int) -> Evaluation:
    labels = (np.arange(COUNT) % 10).astype(np.uint8)
    answers = labels.copy()
    answers[:wrong] = (labels[:wrong] + 1) % 10
    sure = np.eye(10, dtype=np.float32)[answers] * 0.9 + 0.01
    return evaluation_of(Scores(sure, 1 - sure.max(axis=1)), labels, 0.5)


@pytest.fixture
def measured(qtbot: QtBot) -> Measured:
    view = Measured()
    qtbot.addWidget(view)
    view.show()
    return view


def test_it_says_what_will_be_there(measured: Measured) -> None:
    assert "After a training" in measured.words
    assert not measured.view.isVisible()


def test_the_evaluation_takes_the_words_place(measured: Measured) -> None:
    new, old = evaluation(9), evaluation(80)
    glyphs = np.zeros((COUNT, 28, 28), np.uint8)

    measured.show_evaluation(
        new,
        glyphs,
        name="New",
        data="d.npz",
        rival=Rival("Old", old, compare(old, new)),
    )

    assert measured.view.isVisible()
    assert measured.words == ""
    assert "“New” reads" in measured.view.verdict
    assert "“Old”" in measured.view.verdict
    assert len(measured.view.pictures.wall.indices) == 9


def test_the_next_measurement_hides_the_last(measured: Measured) -> None:
    glyphs = np.zeros((COUNT, 28, 28), np.uint8)
    measured.show_evaluation(evaluation(9), glyphs, name="N", data="d", rival=None)

    measured.show_words("Measuring…")

    assert measured.words == "Measuring…"
    assert not measured.view.isVisible()
