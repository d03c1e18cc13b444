import cv2
import numpy as np
import pytest

from digitdesk.core.rulings import without_rulings
from digitdesk.core.types import U8
from tests.core.pages import Page


def ruled(shape: tuple[int, ...], slope: float, *, squared: bool, pen: int) -> U8:
    lines = np.zeros(shape, np.uint8)
    height, width = shape
    for y in range(-height // 2, height * 3 // 2, 70):
        cv2.line(lines, (0, y), (width, round(y + slope * width)), 255, pen)
    if squared:
        for x in range(-width // 2, width * 3 // 2, 70):
            cv2.line(lines, (x, 0), (round(x - slope * height), height), 255, pen)
    return lines


@pytest.mark.parametrize("slope", [0.0, 0.02, -0.1, 0.25])
@pytest.mark.parametrize("squared", [False, True], ids=["ruled", "squared"])
@pytest.mark.parametrize("pen", [1, 3])
def test_lines_go_and_strokes_stay(slope: float, squared: bool, pen: int) -> None:
    page = Page(800, 600).write("3508", 120, 180, 150)
    written = (page.ink > 127).astype(np.uint8) * 255
    lines = ruled(written.shape, slope, squared=squared, pen=pen)
    cleaned = without_rulings(np.maximum(written, lines))
    alone = (lines > 0) & (written == 0)
    assert (cleaned[written > 0] > 0).mean() > 0.93
    # Lines that only cut a corner of the page are too short to be known for rulings.
    assert (cleaned[alone] > 0).mean() < 0.25


@pytest.mark.parametrize("text", ["3508", "1111", "7777"])
def test_writing_alone_is_left_as_it_is(text: str) -> None:
    written = (Page(800, 300).write(text, 60, 50, 160).ink > 127).astype(np.uint8) * 255
    assert np.array_equal(without_rulings(written), written)


def test_one_large_digit_is_no_ruling() -> None:
    written = (Page(480, 640).write("1", 200, 40, 560).ink > 127).astype(np.uint8) * 255
    assert np.array_equal(without_rulings(written), written)


def test_an_empty_mask() -> None:
    assert not without_rulings(np.zeros((50, 60), np.uint8)).any()


def boxed(
    text: str, *, apart: int = 0, empty: int = 0, turned: float = 0.0
) -> tuple[U8, U8]:
    """Write a digit into each of a row of boxes; return the ink and the boxes."""
    page = Page(1100, 500)
    lines = np.zeros((500, 1100), np.uint8)
    for number in range(len(text) + empty):
        left = 80 + number * (90 + apart)
        cv2.rectangle(lines, (left, 180), (left + 90, 290), 255, 3)
        if number < len(text):
            page.write(text[number], left + 25, 205, 60)
    turn = cv2.getRotationMatrix2D((550, 250), turned, 1)
    written, boxes = (cv2.warpAffine(layer, turn, (1100, 500))
                      for layer in (page.ink, lines))  # fmt: skip
    return (written > 127).astype(np.uint8) * 255, (boxes > 127).astype(np.uint8) * 255


@pytest.mark.parametrize("turned", [0.0, 4.0, -12.0])
@pytest.mark.parametrize(
    ("apart", "empty"), [(0, 0), (25, 0), (25, 3)], ids=["row", "single", "empty"]
)
def test_boxes_go_and_the_digits_in_them_stay(
    turned: float, apart: int, empty: int
) -> None:
    written, boxes = boxed("352680", apart=apart, empty=empty, turned=turned)
    cleaned = without_rulings(np.maximum(written, boxes))
    assert (cleaned[written > 0] > 0).mean() > 0.97
    assert (cleaned[(boxes > 0) & (written == 0)] > 0).mean() < 0.05


def test_the_lines_of_a_table_that_is_photographed_from_the_side_go() -> None:
    page = Page(900, 600)
    lines = np.zeros((600, 900), np.uint8)
    for row in range(4):
        cv2.line(lines, (60, 60 + 150 * row), (840, 60 + 150 * row), 255, 3)
        cv2.line(lines, (60 + 260 * row, 60), (60 + 260 * row, 510), 255, 3)
        if row < 3:
            page.write("20 83 96", 90, 100 + 150 * row, 70, pitch=1.2)
    corners = np.array([[0, 0], [900, 0], [900, 600], [0, 600]], np.float32)
    seen = np.array([[40, 10], [860, 50], [890, 580], [10, 600]], np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    written, table = (
        np.where(cv2.warpPerspective(layer, view, (900, 600)) > 127, 255, 0)
        for layer in (page.ink, lines)
    )
    cleaned = without_rulings(np.maximum(written, table).astype(np.uint8))
    assert (cleaned[written > 0] > 0).mean() > 0.95
    assert (cleaned[(table > 0) & (written == 0)] > 0).mean() < 0.1


@pytest.mark.parametrize("cut", [0, 45], ids=["whole", "cut off"])
def test_the_walls_of_boxes_of_several_directions_go(cut: int) -> None:
    """Walls that are found when the bars are gone already, or end with the picture."""
    page = Page(900, 400)
    lines = np.zeros((400, 900), np.uint8)
    walls = []
    for row in range(3):
        top, bottom = 20 + 120 * row, 110 + 120 * row
        for y in (top, bottom):
            cv2.line(lines, (30, y), (830, y), 255, 4)
        for number in range(9):
            lean = round((number - 4) * 3.5)
            left = 30 + 100 * number
            walls.append((left, top, bottom))
            cv2.line(lines, (left - lean, top), (left + lean, bottom), 255, 4)
        page.write("35 6801", 55, top + 20, 50, pitch=2)
    written = ((page.ink > 127) * 255).astype(np.uint8)[:, cut:]
    lines = lines[:, cut:]
    cleaned = without_rulings(np.maximum(written, lines))
    assert (cleaned[written > 0] > 0).mean() > 0.97
    rest = cv2.subtract(cleaned, written)
    assert max(
        cv2.boundingRect(part)[3]
        for part in cv2.findContours(rest, cv2.RETR_EXTERNAL, 2)[0]
    ) < 20  # fmt: skip


def test_an_upright_stroke_that_crosses_two_lines_is_no_wall() -> None:
    page = Page(800, 300).write("352680", 150, 90, 100)
    written = (page.ink > 127).astype(np.uint8) * 255
    cv2.line(written, (60, 60), (60, 220), 255, 8)
    lines = np.zeros_like(written)
    for y in (88, 192):
        cv2.line(lines, (0, y), (800, y), 255, 3)
    cleaned = without_rulings(np.maximum(written, lines))
    assert np.mean(cleaned[60:220, 50:71].max(axis=1) > 0) > 0.9
    assert (cleaned[(lines > 0) & (written == 0)] > 0).mean() < 0.1


def test_the_dark_edge_of_a_sheet_goes() -> None:
    page = Page(800, 600).write("352680", 150, 200, 80)
    written = (page.ink > 127).astype(np.uint8) * 255
    edge = np.zeros_like(written)
    cv2.line(edge, (700, 20), (690, 560), 255, 40)
    cleaned = without_rulings(np.maximum(written, edge))
    assert np.array_equal(cleaned, written)


def test_where_few_pieces_tell_no_height_only_lines_of_the_page_go() -> None:
    written = (Page(700, 300).write("17", 90, 60, 150).ink > 127).astype(np.uint8) * 255
    assert np.array_equal(without_rulings(written), written)


def test_the_joints_of_bricks_go_with_the_lines_between_them() -> None:
    page = Page(1000, 600).write("3526", 80, 480, 60)
    written = (page.ink > 127).astype(np.uint8) * 255
    wall = np.zeros_like(written)
    for row in range(5):
        y = 40 + 80 * row
        cv2.line(wall, (20, y), (980, y), 255, 5)
        for x in range(80 + 60 * (row % 2), 960, 120):
            bent = np.array(
                [[x, y], [x + 12, y + 30], [x - 9, y + 55], [x + 4, y + 80]]
            )
            if row < 4:
                cv2.polylines(wall, [bent], isClosed=False, color=255, thickness=6)
    cleaned = without_rulings(np.maximum(written, wall))
    assert (cleaned[written > 0] > 0).mean() > 0.97
    assert (cleaned[wall > 0] > 0).mean() < 0.15


def lone(text: str = "8", size: float = 220) -> U8:
    """Write one bold digit on a page; return its ink."""
    page = Page(640, 480).write(text, 210, 130, size)
    return (page.ink > 127).astype(np.uint8) * 255


@pytest.mark.parametrize("text", ["2", "5", "7", "8"])
@pytest.mark.parametrize("squared", [False, True], ids=["ruled", "squared"])
def test_a_bold_digit_keeps_its_strokes_where_lines_cross_it(
    text: str, squared: bool
) -> None:
    written = lone(text)
    lines = np.zeros_like(written)
    for y in (60, 200, 340, 470):
        cv2.line(lines, (0, y), (640, y), 255, 2)
    for x in (90, 260, 430, 600) if squared else ():
        cv2.line(lines, (x, 0), (x, 480), 255, 2)
    cleaned = without_rulings(np.maximum(written, lines))
    alone = (lines > 0) & (cv2.dilate(written, np.ones((9, 9))) == 0)
    assert (cleaned[written > 0] > 0).mean() > 0.95
    assert (cleaned[alone] > 0).mean() < 0.02


def test_the_pieces_of_a_line_that_a_wide_digit_parts_go() -> None:
    written = lone("0", 300)
    lines = np.zeros_like(written)
    cv2.line(lines, (0, 280), (640, 280), 255, 2)
    lines[:, 150:500] = 0
    cleaned = without_rulings(np.maximum(written, lines))
    assert not cleaned[:, :140].any()
    assert not cleaned[:, 510:].any()
    assert (cleaned[written > 0] > 0).mean() > 0.99


@pytest.mark.parametrize("text", ["1", "4", "0"])
def test_the_box_around_a_lone_digit_goes(text: str) -> None:
    written = lone(text, 120)
    x, y, w, h = cv2.boundingRect(written)
    framed = written.copy()
    cv2.rectangle(framed, (x - 15, y - 15), (x + w + 15, y + h + 15), 255, 2)
    assert np.array_equal(without_rulings(framed), written)


def test_boxes_that_all_touch_their_digits_go() -> None:
    """No digit stands free, so that the boxes must tell how high one is."""
    page, lines = Page(800, 400), np.zeros((400, 800), np.uint8)
    for row in range(2):
        for number, digit in enumerate("352680"):
            left, top = 60 + 90 * number, 60 + 150 * row
            page.write(digit, left + 14, top + 12, 60)
            cv2.rectangle(lines, (left, top), (left + 70, top + 70), 255, 3)
    written = (page.ink > 127).astype(np.uint8) * 255
    cleaned = without_rulings(np.maximum(written, lines))
    # What a digit has of its own along the line goes with it.
    assert (cleaned[written > 0] > 0).mean() > 0.85
    assert (cleaned[(lines > 0) & (written == 0)] > 0).mean() < 0.1


@pytest.mark.parametrize("turned", [0.0, 9.0, -20.0])
def test_an_empty_box_is_no_nought(turned: float) -> None:
    frame = np.zeros((480, 640), np.uint8)
    corners = cv2.boxPoints(((260, 240), (120, 180), turned)).astype(np.int32)
    cv2.polylines(frame, [corners], isClosed=True, color=255, thickness=8)
    assert not without_rulings(frame).any()


@pytest.mark.parametrize("corner", [30, 58])
def test_a_nought_with_corners_stays(corner: int) -> None:
    """Round a box's corners so far that somebody may have drawn it."""
    nought = np.zeros((480, 640), np.uint8)
    cv2.rectangle(nought, (260 - 60 + corner, 150), (260 + 60 - corner, 330), 255, -1)
    cv2.rectangle(nought, (200, 150 + corner), (320, 330 - corner), 255, -1)
    for x in (200 + corner, 320 - corner):
        for y in (150 + corner, 330 - corner):
            cv2.circle(nought, (x, y), corner, 255, -1)
    inner = cv2.erode(nought, np.ones((17, 17), np.uint8))
    nought[inner > 0] = 0
    assert np.array_equal(without_rulings(nought), nought)


def test_strokes_in_a_picture_of_one_line_are_no_lines_of_a_page() -> None:
    written = np.zeros((70, 300), np.uint8)
    for x in (20, 60, 110):
        cv2.line(written, (x, 0), (x + 4, 69), 255, 2)
    assert np.array_equal(without_rulings(written), written)
