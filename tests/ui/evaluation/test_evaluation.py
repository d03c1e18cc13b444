import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from digitdesk.core.comparison import Comparison, Rival, compare
from digitdesk.core.evaluation import Evaluation, Interval, evaluation_of
from digitdesk.core.settings import Appearance
from digitdesk.core.types import U8, Scores
from digitdesk.ui.evaluation.confusion_matrix import ConfusionMatrix
from digitdesk.ui.evaluation.reliability_chart import ReliabilityChart
from digitdesk.ui.evaluation.view import EvaluationView
from digitdesk.ui.evaluation.wording import comparison_sentence, gain_sentence, percent
from digitdesk.ui.theme import LIGHT, Sureness, apply_appearance

LEFT = Qt.MouseButton.LeftButton


def made(labels: list[int], answers: list[int], sure: list[float]) -> Evaluation:
    confidence = np.array(sure, np.float32)
    probabilities = np.repeat((1 - confidence)[:, None] / 9, 10, axis=1)
    probabilities[np.arange(len(labels)), answers] = confidence
    scores = Scores(probabilities.astype(np.float32), 1 - confidence)
    return evaluation_of(scores, np.array(labels, np.uint8), 0.5)


LABELS = [0, 1, 4, 4, 4, 9] * 3
ANSWERS = [0, 1, 9, 4, 9, 4] * 3
SURE = [0.99, 0.97, 0.8, 0.9, 0.6, 0.95] * 3
ERRORS = 9


@pytest.fixture
def evaluation() -> Evaluation:
    return made(LABELS, ANSWERS, SURE)


@pytest.fixture
def glyphs() -> U8:
    """Each glyph is filled with its own number."""
    numbers = np.arange(len(LABELS), dtype=np.uint8)
    return np.repeat(numbers, 784).reshape(-1, 28, 28)


@pytest.fixture
def view(qtbot: QtBot, evaluation: Evaluation, glyphs: U8) -> EvaluationView:
    view = EvaluationView()
    qtbot.addWidget(view)
    view.resize(1100, 600)
    view.show_evaluation(evaluation, glyphs, name="A", data="d.npz")
    with qtbot.waitExposed(view):
        view.show()
    return view


def _cell(matrix: ConfusionMatrix, label: int, answer: int) -> QPoint:
    return matrix.visualRect(matrix.model().index(label, answer)).center()


def test_the_figures_say_how_sure_they_are(view: EvaluationView) -> None:
    assert "50.00 %" in view.figures.accuracy.text
    assert "95 %: 29.03 % to 70.97 %" in view.figures.accuracy.text
    assert "9 of 18 misread" in view.figures.loss.text
    assert "0.5" in view.figures.rejected.text
    assert "50.00 %" in view.figures.accuracy.accessibleName()


def test_the_worst_errors_are_shown_first(view: EvaluationView) -> None:
    shown = view.pictures.wall.indices
    assert len(shown) == ERRORS
    sure = np.array(SURE)[shown]
    assert (np.diff(sure) <= 0).all()
    assert (np.array(LABELS)[shown] != np.array(ANSWERS)[shown]).all()


@pytest.mark.parametrize(
    ("label", "answer"), [(4, 9), (4, 4), (9, 4), (0, 5)], ids=lambda n: str(n)
)
def test_a_click_on_a_cell_shows_exactly_its_pictures(
    view: EvaluationView, label: int, answer: int
) -> None:
    view.tabs.setCurrentIndex(1)
    QTest.mouseClick(
        view.matrix.viewport(), LEFT, pos=_cell(view.matrix, label, answer)
    )
    wanted = [
        i
        for i, pair in enumerate(zip(LABELS, ANSWERS, strict=True))
        if pair == (label, answer)
    ]
    assert view.pictures.wall.indices.tolist() == wanted
    assert view.tabs.currentWidget() is view.pictures
    assert view.pictures.choice.currentText() == f"{label} read as {answer}"
    assert view.pictures.wall.model().rowCount() == len(wanted)


def test_cells_are_reached_by_the_keyboard(view: EvaluationView, qtbot: QtBot) -> None:
    view.activateWindow()
    QTest.mouseClick(view.matrix.viewport(), LEFT, pos=_cell(view.matrix, 4, 8))
    chosen: list[tuple[int, int]] = []
    view.matrix.cell_chosen.connect(lambda *cell: chosen.append(cell))
    QTest.keyClick(view.matrix, Qt.Key.Key_Right)
    QTest.keyClick(view.matrix, Qt.Key.Key_Up)
    QTest.keyClick(view.matrix, Qt.Key.Key_Return)
    assert chosen == [(4, 9), (3, 9), (3, 9)]
    assert len(view.pictures.wall.indices) == 0


def test_getting_the_focus_is_no_choice(view: EvaluationView) -> None:
    view.activateWindow()
    view.matrix.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert view.pictures.choice.currentIndex() == 0
    assert len(view.pictures.wall.indices) == ERRORS


def test_cells_say_in_words_what_their_colour_means(view: EvaluationView) -> None:
    index = view.matrix.model().index(4, 9)
    words = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert words == "4 read as 9: 6 digits, 66.67 %"
    assert index.data() == "6"
    assert view.matrix.model().index(0, 5).data() == ""


def test_cells_are_coloured_by_their_share_of_the_row(
    qapp: QApplication, view: EvaluationView
) -> None:
    apply_appearance(qapp, Appearance.LIGHT)
    QApplication.processEvents()
    picture = view.matrix.viewport().grab().toImage()

    def colour(label: int, answer: int) -> str:
        corner = view.matrix.visualRect(view.matrix.model().index(label, answer))
        return picture.pixelColor(corner.topLeft() + QPoint(4, 4)).name()

    assert colour(0, 0) == LIGHT.accent
    assert colour(9, 4) == Sureness.DOUBTFUL.colour
    assert colour(0, 5) == LIGHT.panel
    assert colour(4, 4) not in (LIGHT.accent, LIGHT.panel)


def test_a_picture_tells_what_it_was_taken_for(view: EvaluationView) -> None:
    wall = view.pictures.wall
    QTest.mouseClick(view.matrix.viewport(), LEFT, pos=_cell(view.matrix, 4, 9))
    place = wall.visualRect(wall.model().index(0, 0)).center()
    QTest.mouseClick(wall.viewport(), LEFT, pos=place)
    assert view.pictures.line.startswith("No. 3: a 4, read as 9 (80.0 %), ")
    assert "not a digit: 20.0 %" in view.pictures.line
    assert wall.model().index(0, 0).data() == "4 → 9\n80 %"


def test_each_digit_has_its_figures(view: EvaluationView) -> None:
    def row(digit: int) -> list[str]:
        columns = range(view.classes.columnCount())
        items = [view.classes.item(digit, column) for column in columns]
        return [item.text() if item else "" for item in items]

    assert row(4) == ["9", "33.33 %", "50.00 %", "40.00 %", "9 (6)"]
    assert row(0) == ["3", "100.00 %", "100.00 %", "100.00 %", ""]
    assert row(7)[:3] == ["0", "–", "–"]  # noqa: RUF001 - a dash


def test_the_reliability_diagram_has_the_bins_points(view: EvaluationView) -> None:
    chart = view.findChild(ReliabilityChart)
    assert isinstance(chart, ReliabilityChart)
    points = {round(x): round(y) for x, y in chart.points}
    assert points == {60: 0, 80: 0, 90: 100, 97: 67}


def test_what_changed_is_told_and_shown(view: EvaluationView, glyphs: U8) -> None:
    better = made(LABELS, [*LABELS[:-1], 4], SURE)
    old = made(LABELS, ANSWERS, SURE)
    rival = Rival("Old", old, compare(old, better))
    view.show_evaluation(better, glyphs, name="New", rival=rival)
    assert "“New” reads 8 more of 18 digits than “Old”" in view.verdict
    assert "hardly chance (p = 0.0078)" in view.verdict
    choice = view.pictures.choice
    choice.setFocus()
    for _ in range(2):
        QTest.keyClick(choice, Qt.Key.Key_Down)
    assert "Only this model reads them, not “Old”" in choice.currentText()
    wanted = [i for i in range(17) if LABELS[i] != ANSWERS[i]]
    assert view.pictures.wall.indices.tolist() == wanted
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert view.pictures.wall.indices.tolist() == []


def test_another_evaluation_replaces_all(view: EvaluationView, glyphs: U8) -> None:
    QTest.mouseClick(view.matrix.viewport(), LEFT, pos=_cell(view.matrix, 4, 9))
    view.show_evaluation(made([3], [3], [0.9]), glyphs[:1], name="B")
    assert view.pictures.choice.currentIndex() == 0
    assert view.pictures.choice.count() == 2
    assert len(view.pictures.wall.indices) == 0
    assert view.matrix.currentIndex() == QModelIndex()
    assert view.verdict == ""


def test_nothing_is_cut_off_in_a_small_window(view: EvaluationView) -> None:
    view.resize(500, 320)
    QApplication.processEvents()
    content = view.widget()
    assert content is not None
    assert content.height() >= content.minimumSizeHint().height()
    assert view.verticalScrollBar().maximum() > 0


@pytest.mark.parametrize(
    ("only_old", "only_new", "p_value", "words"),
    [
        (20, 32, 0.21, "“A” reads 12 more of 10,000 digits than “B”; that could be "
         "chance (p = 0.21)."),
        (60, 20, 0.00001, "“A” reads 40 fewer of 10,000 digits than “B”; that is "
         "hardly chance (p < 0.001)."),
        (7, 7, 1.0, "“A” and “B” read equally many of 10,000 digits right."),
    ],
    ids=["chance", "worse", "equal"],
)  # fmt: skip
def test_comparisons_are_told_in_plain_sentences(
    only_old: int, only_new: int, p_value: float, words: str
) -> None:
    gain = (only_new - only_old) / 10_000
    found = Comparison(only_old, only_new, p_value, Interval(gain, gain, gain))
    assert comparison_sentence("A", "B", found, 10_000) == words
    assert f"{100 * gain:+.2f} points" in gain_sentence(found)


def test_unknown_shares_are_a_dash() -> None:
    assert percent(float("nan")) == "–"  # noqa: RUF001 - a dash
    assert percent(0.12345) == "12.35 %"
