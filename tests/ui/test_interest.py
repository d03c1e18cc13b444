import pytest
from PySide6.QtCore import QPointF, QRectF, QSize, Qt

from digitdesk.core.types import Box
from digitdesk.ui.interest import Drag, middle, nudged

AREA = QRectF(0, 0, 200, 100)
TAKEN = QRectF(50, 20, 60, 40)
PICTURE = QSize(1000, 500)  # an arrow key's step is 20 pixels
START = Box(100, 100, 200, 100)


@pytest.mark.parametrize(
    ("grip", "end", "expected"),
    [
        pytest.param((110, 60), (150, 90), (50, 20, 100, 70), id="lower right corner"),
        pytest.param((51, 21), (10, 5), (10, 5, 100, 55), id="upper left corner"),
        pytest.param((110, 20), (500, -9), (50, 0, 150, 60), id="never outside"),
        pytest.param((80, 20), (90, 25), (60, 25, 60, 40), id="moved by its edge"),
        pytest.param((80, 60), (-900, 900), (0, 60, 60, 40), id="moved to the corner"),
    ],
)
def test_a_region_follows_the_pointer(
    grip: tuple[int, int], end: tuple[int, int], expected: tuple[int, ...]
) -> None:
    drag = Drag.take(TAKEN, QPointF(*grip))
    assert drag is not None
    middle_way = drag.to(QPointF(70, 30), AREA)
    assert middle_way.to(QPointF(*end), AREA).rectangle == QRectF(*expected)


def test_inside_and_outside_there_is_nothing_to_take() -> None:
    assert Drag.take(TAKEN, QPointF(80, 40)) is None
    assert Drag.take(TAKEN, QPointF(150, 40)) is None


@pytest.mark.parametrize(
    ("key", "resize", "expected"),
    [
        pytest.param(Qt.Key.Key_Left, False, Box(80, 100, 200, 100), id="left"),
        pytest.param(Qt.Key.Key_Down, False, Box(100, 120, 200, 100), id="down"),
        pytest.param(Qt.Key.Key_Right, True, Box(100, 100, 220, 100), id="wider"),
        pytest.param(Qt.Key.Key_Up, True, Box(100, 100, 200, 80), id="lower"),
    ],
)
def test_arrow_keys_move_and_resize(key: Qt.Key, resize: bool, expected: Box) -> None:
    assert nudged(START, key, PICTURE, resize=resize) == expected


@pytest.mark.parametrize("resize", [False, True], ids=["moved", "resized"])
@pytest.mark.parametrize(
    "key", [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down]
)
def test_no_number_of_keys_leaves_the_picture(key: Qt.Key, resize: bool) -> None:
    box = middle(PICTURE)
    for _ in range(80):
        box = nudged(box, key, PICTURE, resize=resize)
    assert min(box.x, box.y) >= 0
    assert min(box.w, box.h) >= 1
    assert box.right <= PICTURE.width()
    assert box.bottom <= PICTURE.height()
