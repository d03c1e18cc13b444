from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitdesk.core.paths import resources
from digitdesk.core.sources import Fault, SourceError
from digitdesk.core.sources import demo as demo_module
from digitdesk.core.sources.demo import (
    FRAMES_PER_PAGE,
    DemoSource,
    DemoTruth,
)
from digitdesk.core.sources.pages import TRUTH_FILE, load_pages, write_pages
from digitdesk.core.types import Box, Scene

TEXTS = [
    "01234\n56789",
    "1204\n385\n67\n2910\n4566",
    "20261123\n470815\n693128\n3141592",
]


@pytest.fixture
def demo() -> Iterator[DemoSource]:
    source = DemoSource()
    source.open()
    yield source
    source.close()


@pytest.mark.parametrize("number", [0, 100, 300, 700])
def test_a_frame_depends_on_seed_and_number_alone(
    demo: DemoSource, number: int
) -> None:
    other = DemoSource()
    other.open()
    other.picture(number + 5)
    np.testing.assert_array_equal(demo.picture(number), other.picture(number))
    assert demo.truth(number) == other.truth(number)


def test_another_seed_gives_another_film(demo: DemoSource) -> None:
    other = DemoSource(seed=3)  # begins with the same page
    other.open()
    assert (demo.transform(50) != other.transform(50)).any()
    assert (demo.picture(50) != other.picture(50)).mean() > 0.5


def test_the_first_reads_are_the_first_frames(demo: DemoSource) -> None:
    frames: list[np.ndarray] = []
    while len(frames) < 3:
        if (pixels := demo.read()) is not None:
            frames.append(pixels)
    for number, frame in enumerate(frames):
        assert frame.shape == (720, 1280, 3)
        assert frame.dtype == np.uint8
        np.testing.assert_array_equal(frame, demo.picture(number))


@pytest.mark.parametrize("page", [0, 1, 2, 3])
def test_pages_take_turns_and_are_wholly_seen_at_first(
    demo: DemoSource, page: int
) -> None:
    truth = demo.truth(page * FRAMES_PER_PAGE + 20)
    assert truth.text == TEXTS[page % 3]
    assert truth.complete
    assert truth.sharp
    assert not demo.truth(page * FRAMES_PER_PAGE).sharp


@pytest.mark.parametrize("number", [30, 270, 510], ids=["page 1", "page 2", "page 3"])
def test_every_box_holds_the_ink_of_its_digit(demo: DemoSource, number: int) -> None:
    grey = cv2.cvtColor(demo.picture(number), cv2.COLOR_BGR2GRAY)
    for digit in demo.truth(number).digits:
        box = digit.box
        inside = grey[box.y : box.bottom, box.x : box.right]
        assert inside.min() < 100, digit
        # Nearly no ink goes on outside: the outline just below and above is paper.
        rows = grey[[max(box.y - 3, 0), min(box.bottom + 3, 719)], box.x : box.right]
        assert (rows < 100).mean() < 0.1, digit


def test_a_digit_cut_by_the_edge_is_not_called_visible(demo: DemoSource) -> None:
    shift = np.eye(3)
    shift[0, 2] = -450  # the camera looks further to the right
    usual = demo.transform(50)
    demo.transform = lambda number: shift @ usual  # type: ignore[method-assign]  # a camera that is moved
    truth = demo.truth(50)
    assert not truth.complete
    assert len(truth.digits) < 10
    assert all(digit.box.x >= 0 for digit in truth.digits)


def test_light_is_uneven_and_frames_are_noisy(demo: DemoSource) -> None:
    grey = cv2.cvtColor(demo.picture(50), cv2.COLOR_BGR2GRAY).astype(float)
    coarse = cv2.resize(grey, (8, 4), None, 0, 0, cv2.INTER_AREA)
    assert coarse.max() - coarse.min() > 25
    still = demo.picture(50).astype(float) - cv2.blur(demo.picture(50), (5, 5))
    assert still.std() > 2


def test_a_text_has_a_line_per_written_line() -> None:
    assert DemoTruth((), True, True).text == ""


def test_a_damaged_installation_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Install DigitDesk again") as caught:
        DemoSource(folder=tmp_path).open()
    assert caught.value.fault is Fault.UNREADABLE


def test_a_missing_page_is_named(tmp_path: Path) -> None:
    truth = (resources() / "demo" / TRUTH_FILE).read_bytes()
    (tmp_path / TRUTH_FILE).write_bytes(truth)
    source = DemoSource(folder=tmp_path)
    source.open()
    with pytest.raises(SourceError, match="Install DigitDesk again"):
        source.picture(0)


def test_the_shipped_pages_are_what_the_script_writes(tmp_path: Path) -> None:
    write_pages(tmp_path)
    shipped = resources() / "demo"
    assert (tmp_path / TRUTH_FILE).read_bytes() == (shipped / TRUTH_FILE).read_bytes()
    for page in load_pages(shipped):
        ours = cv2.imread(str(tmp_path / page.file), cv2.IMREAD_GRAYSCALE)
        theirs = cv2.imread(str(shipped / page.file), cv2.IMREAD_GRAYSCALE)
        np.testing.assert_array_equal(ours, theirs)


def test_written_boxes_hold_the_ink_of_the_page() -> None:
    folder = resources() / "demo"
    for page in load_pages(folder):
        picture = cv2.imread(str(folder / page.file), cv2.IMREAD_GRAYSCALE)
        assert picture is not None
        for digit in page.digits:
            box: Box = digit.box
            part = picture[box.y : box.bottom, box.x : box.right]
            dark = part < 128
            assert dark.any(axis=0).mean() > 0.9, digit
            assert dark.any(axis=1).mean() > 0.9, digit


def test_each_page_is_a_scene(
    demo: DemoSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_module, "FRAMES_PER_PAGE", 3)  # in place of 8 s
    scenes: list[Scene] = []
    while len(scenes) < 7:
        if demo.read() is not None:
            scenes.append(demo.scene)
    assert [scenes.index(scene) for scene in scenes] == [0, 0, 0, 3, 3, 3, 6]
