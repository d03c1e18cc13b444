from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QSpinBox,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from digitdesk.core.settings import Appearance
from digitdesk.ui.icons import icon
from digitdesk.ui.theme import (
    DARK,
    LIGHT,
    Colours,
    Sureness,
    apply_appearance,
    current_colours,
    is_dark,
)

_DIRECTLY = Qt.FindChildOption.FindDirectChildrenOnly


@pytest.fixture(autouse=True)
def _plain_again(qapp: QApplication) -> Iterator[None]:
    yield
    apply_appearance(qapp, Appearance.LIGHT)


@pytest.mark.parametrize(
    ("appearance", "dark"), [(Appearance.DARK, True), (Appearance.LIGHT, False)]
)
def test_the_chosen_appearance_wins(
    qapp: QApplication, appearance: Appearance, dark: bool
) -> None:
    apply_appearance(qapp, appearance)
    assert is_dark() is dark
    assert current_colours() is (DARK if dark else LIGHT)
    window = qapp.palette().color(QPalette.ColorRole.Window)
    assert window == QColor(current_colours().window)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "window"),
        ("text", "panel"),
        ("text", "raised"),
        ("muted", "window"),
        ("muted", "panel"),
        ("on_accent", "accent"),
        ("on_warning", "warning"),
        ("accent", "chosen"),
    ],
)
def test_text_can_be_read_on_its_ground(
    colours: object, text: str, ground: str
) -> None:
    # 4.5 is what WCAG 2 asks for normal text.
    assert _contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("look", list(Sureness), ids=lambda look: look.name)
def test_a_tag_can_be_read(look: Sureness) -> None:
    assert _contrast(look.ink, look.colour) >= 3  # what it asks for large, bold text


@pytest.mark.parametrize(
    ("confidence", "accepted", "look"),
    [
        (0.99, True, Sureness.SURE),
        (0.9, True, Sureness.SURE),
        (0.89, True, Sureness.FAIR),
        (0.6, True, Sureness.FAIR),
        (0.59, True, Sureness.DOUBTFUL),
        (0.99, False, Sureness.REJECTED),
    ],
)
def test_confidence_decides_the_look(
    confidence: float, accepted: bool, look: Sureness
) -> None:
    assert Sureness.of(confidence, accepted=accepted) is look


def test_looks_differ_without_colour() -> None:
    marks = {(look.line, look.mark) for look in Sureness}
    assert len(marks) == len(Sureness)


def test_icons_are_drawn_in_the_colour_of_the_text(qapp: QApplication) -> None:
    darkest = {}
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        apply_appearance(qapp, appearance)
        image = icon("freeze").pixmap(20, 20).toImage()
        strokes = [
            image.pixelColor(x, y).lightness()
            for x in range(20)
            for y in range(20)
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert strokes
        darkest[appearance] = sum(strokes) / len(strokes)
    assert darkest[Appearance.LIGHT] < 60
    assert darkest[Appearance.DARK] > 200


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "panel"])
def test_outlines_can_be_seen(colours: Colours, ground: str) -> None:
    # 3 is what WCAG 2 asks for what is no text (1.4.11).
    assert _contrast(colours.outline, getattr(colours, ground)) >= 3


def _bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setFixedHeight(8)
    return bar


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
@pytest.mark.parametrize(
    "make",
    [QCheckBox, QRadioButton, QLineEdit, QPlainTextEdit, QSpinBox, QComboBox, _bar],
)
def test_what_can_be_filled_or_ticked_is_drawn_with_its_outline(
    qapp: QApplication,
    qtbot: QtBot,
    appearance: Appearance,
    make: Callable[[], QWidget],
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(make())
    apply_appearance(qapp, appearance)
    page.show()
    (inner,) = page.findChildren(QWidget, options=_DIRECTLY)
    drawn = page.grab().toImage()
    y = inner.geometry().center().y()
    row = [drawn.pixelColor(inner.x() + x, y).name() for x in range(4)]
    window = drawn.pixelColor(1, 1).name()
    assert window == current_colours().window
    assert max(_contrast(pixel, window) for pixel in row) >= 3


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_free_part_of_a_header_is_no_outline(
    qapp: QApplication, qtbot: QtBot, appearance: Appearance
) -> None:
    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    table.resize(400, 100)
    apply_appearance(qapp, appearance)
    table.show()
    header = table.horizontalHeader()
    drawn = header.grab().toImage()
    free = drawn.pixelColor(header.width() - 5, header.height() // 2).name()
    assert _contrast(free, current_colours().window) < 1.5


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_what_can_be_ticked_in_a_menu_has_an_outline(
    qapp: QApplication, qtbot: QtBot, appearance: Appearance
) -> None:
    apply_appearance(qapp, appearance)
    menu = QMenu()
    qtbot.addWidget(menu)
    action = menu.addAction("")
    action.setCheckable(True)
    menu.resize(menu.sizeHint())
    drawn = menu.grab().toImage()
    y = menu.actionGeometry(action).center().y()
    ground = drawn.pixelColor(menu.width() - 5, y).name()
    row = [drawn.pixelColor(x, y).name() for x in range(3, 24)]
    assert max(_contrast(pixel, ground) for pixel in row) >= 3


def _contrast(first: str, second: str) -> float:
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    shade = QColor(colour)
    parts = (shade.redF(), shade.greenF(), shade.blueF())
    linear: list[float] = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
