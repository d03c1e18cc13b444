import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.preprocess import Polarity, PreprocessSettings
from digitdesk.core.reading import read_picture, read_single
from digitdesk.core.types import U8, Box, Classifier
from tests.core.pages import PLAIN_HAND, Page

DATA = Path(os.environ.get("DIGITDESK_DATA", "../shared/data"))
AUTO = PreprocessSettings()


def ruled_lines(page: Page) -> U8:
    lines = np.zeros_like(page.ink)
    lines[30::60] = 110
    return lines


@pytest.mark.parametrize(
    "look",
    [{}, {"shade": 0.7}, {"depth": 0.3}, {"negative": True}, {"noise": 8}],
    ids=["plain", "shaded", "faint", "white on black", "noisy"],
)
def test_two_lines(classifier: Classifier, look: dict[str, float]) -> None:
    page = Page().write("2058", 80, 60, 90).write("367", 120, 280, 90)
    reading = read_picture(page.photo(**look), classifier, AUTO)  # type: ignore[arg-type]  # one dict for all
    assert reading.text == "2058\n367"


@pytest.mark.parametrize("degrees", [-15, -6, 10])
def test_a_tilted_page(classifier: Classifier, degrees: float) -> None:
    page = Page(900, 700).write("20582", 250, 220, 70).write("36052", 250, 400, 70)
    reading = read_picture(page.turned(degrees).photo(), classifier, AUTO)
    assert reading.text == "20582\n36052"


def test_ruled_paper(classifier: Classifier) -> None:
    page = Page().write("2058", 80, 70, 100).write("3602", 80, 270, 100)
    picture = page.photo(lines=ruled_lines(page))
    assert read_picture(picture, classifier, AUTO).text == "2058\n3602"


@pytest.mark.parametrize("turned", [0.0, 8.0])
@pytest.mark.parametrize("table", [40, 130])
def test_a_small_note_on_a_table(
    classifier: Classifier, table: int, turned: float
) -> None:
    page = Page(420, 220).write("35268", 60, 40, 50).write("410", 60, 120, 50)
    note = page.photo()
    scene = np.full((700, 900, 3), table, np.uint8)
    turn = cv2.getRotationMatrix2D((210, 110), turned, 1)
    turn[:, 2] += (240, 250)
    cv2.warpAffine(note, turn, (900, 700), scene, borderMode=cv2.BORDER_TRANSPARENT)
    noise = np.random.default_rng(1).normal(0, 3, scene.shape)
    scene = np.clip(scene + noise, 0, 255).astype(np.uint8)
    reading = read_picture(scene, classifier, PreprocessSettings())
    assert [line.text for line in reading.lines] == ["35268", "410"]
    assert all(240 < d.box.x < 700 and 200 < d.box.y < 500 for d in reading.digits)
    assert reading.binary.shape == (700, 900)
    assert 0.001 < (reading.binary > 0).mean() < 0.05


def wooden(picture: U8, corners: list[list[int]]) -> U8:
    """Lay a picture on a wooden table of 900 x 700 pixels, seen from the side."""
    rng = np.random.default_rng(3)
    grain = rng.normal(0, 18, (22, 450)).astype(np.float32)
    wood = (40, 70, 110) + cv2.resize(grain, (900, 700))[..., None]
    height, width = picture.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    way = cv2.getPerspectiveTransform(flat, np.array(corners, np.float32))
    scene = wood.clip(0, 255).astype(np.uint8)
    cv2.warpPerspective(picture, way, (900, 700), scene,
                        borderMode=cv2.BORDER_TRANSPARENT)  # fmt: skip
    return scene


def shaded_from(picture: U8, column: int, share: float) -> U8:
    dark = picture.astype(np.float32)
    dark[:, column:] *= share
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), 1.5), np.float32).astype(np.uint8)


@pytest.mark.parametrize("share", [1.0, 0.7])
def test_a_sheet_on_a_wooden_table(classifier: Classifier, share: float) -> None:
    """The grain of the wood, which looks like ones, is not read."""
    page = Page(560, 420).write("35268", 60, 60, 50).write("4102", 60, 180, 50)
    scene = wooden(page.photo(), [[180, 120], [740, 150], [700, 590], [150, 540]])
    reading = read_picture(shaded_from(scene, 560, share), classifier, AUTO)
    assert [line.text for line in reading.lines] == ["35268", "4102"]
    assert all(150 < d.box.x < 740 and 120 < d.box.y < 590 for d in reading.digits)
    assert (reading.width, reading.height) == (900, 700)


@pytest.mark.parametrize(
    ("share", "pitch", "thickness", "strength"), [(0.7, 34, 1, 60), (0.4, 20, 2, 70)]
)
def test_a_ruled_sheet_on_a_table_half_in_shadow(
    classifier: Classifier, share: float, pitch: int, thickness: int, strength: int
) -> None:
    """What its rulings leave does not speak against reading the sheet alone."""
    page = Page(560, 420).write("35268", 60, 60, 50).write("4102", 60, 180, 50)
    rulings = np.zeros_like(page.ink)
    for row in range(15, 15 + thickness):
        rulings[row::pitch] = strength
    picture = page.photo(lines=rulings)
    scene = wooden(picture, [[180, 120], [740, 150], [700, 590], [150, 540]])
    reading = read_picture(shaded_from(scene, 560, share), classifier, AUTO)
    assert [line.text for line in reading.lines] == ["35268", "4102"]


@pytest.mark.parametrize(("start", "steepness"), [(0, 0.8), (40, 0.5)])
def test_a_page_between_shadows_whose_ink_seems_to_be_light(
    classifier: Classifier, start: int, steepness: float
) -> None:
    """Between two dark areas paper itself is a light stroke."""
    page = Page(1000, 750).write("4102", 60, 60, 40).write("35268", 60, 150, 40)
    y, x = np.mgrid[0:750, 0:1000]
    light = np.where(y > start + steepness * x, 0.5, 1.0).astype(np.float32)
    light[:, :30] *= 0.6
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), 2), np.float32)
    picture = (page.photo(noise=4) * light[..., None]).astype(np.uint8)
    reading = read_picture(picture, classifier, AUTO)
    assert [line.text for line in reading.lines] == ["4102", "35268"]
    set_wrong = replace(AUTO, polarity=Polarity.LIGHT_ON_DARK)
    assert not read_picture(picture, classifier, set_wrong).digits


def test_numbers_beside_a_coloured_area_are_read(classifier: Classifier) -> None:
    """What looks like a sheet is none where people wrote beside it."""
    page = Page(640, 480).write("2058", 60, 40, 50).write("367", 60, 360, 50)
    picture = page.photo()
    picture[160:310, 80:560] = (90, 160, 190)
    picture[160:310, 80:560][Page(480, 150).write("41", 40, 40, 60).ink > 127] = 30
    text = read_picture(picture, classifier, AUTO).text.split("\n")
    assert "2058" in text
    assert "367" in text


def test_boxes_lie_around_the_digits(classifier: Classifier) -> None:
    picture = Page(2400, 1800).write("25", 600, 700, 300, pitch=2).photo()
    two, five = read_picture(picture, classifier, AUTO).digits
    assert 560 < two.box.x < 640
    assert 1160 < five.box.x < 1240
    assert two.box.y == pytest.approx(690, abs=40)
    assert two.box.h == pytest.approx(330, abs=50)


def test_the_glyph_is_what_the_classifier_saw(classifier: Classifier) -> None:
    picture = Page().write("2058", 80, 60, 90).photo()
    for digit in read_picture(picture, classifier, AUTO).digits:
        again = classifier.classify(digit.glyph[None])
        assert np.allclose(again.probabilities[0], digit.probabilities, atol=1e-5)
        assert digit.accepted


def test_only_the_region_of_interest_is_read(classifier: Classifier) -> None:
    picture = Page().write("2058", 80, 60, 90).write("367", 120, 280, 90).photo()
    settings = replace(AUTO, region_of_interest=Box(0, 240, 640, 200))
    reading = read_picture(picture, classifier, settings)
    assert reading.text == "367"
    assert all(digit.box.y > 240 for digit in reading.digits)
    assert (reading.width, reading.height) == (640, 480)


def test_minimum_ink_leaves_small_digits_out(classifier: Classifier) -> None:
    picture = Page().write("2058", 60, 60, 130).write("36", 120, 330, 50).photo()
    assert read_picture(picture, classifier, AUTO).text == "2058\n36"
    coarse = replace(AUTO, minimum_ink=100)
    assert "36" not in read_picture(picture, classifier, coarse).text.split("\n")


@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_blank_paper_gives_no_digit(classifier: Classifier, noise: float) -> None:
    reading = read_picture(Page().photo(noise=noise, shade=0.5), classifier, AUTO)
    assert reading.lines == ()
    assert reading.text == ""


def test_most_scribbles_beside_digits_are_rejected(classifier: Classifier) -> None:
    taken = 0
    for seed in range(12):
        page = Page().write("2058", 60, 60, 100)
        rng = np.random.default_rng(seed)
        pen.draw(page.ink, pen.scribble(PLAIN_HAND, rng), PLAIN_HAND, left=400,
                 top=300, height=120, rng=rng)  # fmt: skip
        reading = read_picture(page.photo(), classifier, AUTO)
        assert reading.lines[0].text == "2058"
        taken += len(reading.digits) > 4
    assert taken <= 4


def test_reading_twice_gives_the_same(classifier: Classifier) -> None:
    picture = Page().write("2058", 80, 60, 90).photo()
    one, two = (read_picture(picture, classifier, AUTO) for _ in range(2))
    assert one.text == two.text
    assert np.array_equal(one.binary, two.binary)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (5, 5), (2000, 3)])
def test_odd_shapes_give_no_digit_and_no_error(
    classifier: Classifier, shape: tuple[int, int]
) -> None:
    picture = np.full((*shape, 3), 128, np.uint8)
    assert read_picture(picture, classifier, AUTO).text == ""
    assert read_single(picture, classifier, AUTO).probabilities.sum() == pytest.approx(
        1
    )


@pytest.mark.parametrize("digit", [3, 5, 9])
def test_one_large_digit_may_have_fallen_apart(
    classifier: Classifier, digit: int
) -> None:
    page = Page(800, 800).write(str(digit), 240, 120, 560)
    page.ink[290:350] = 0
    reading = read_picture(page.photo(), classifier, AUTO)
    assert reading.text == str(digit)
    assert not reading.rejected
    box = reading.digits[0].box
    assert box.y < 180
    assert box.bottom > 620
    beside = Page(2400, 2400).write(str(digit), 1040, 1000, 560)
    beside.ink[1170:1230] = 0
    region = replace(AUTO, region_of_interest=Box(900, 900, 800, 800))
    assert read_picture(beside.photo(), classifier, region).text == str(digit)


@pytest.mark.parametrize("size", [16, 28, 60, 150, 700])
@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("digit", [2, 5, 8])
def test_a_single_digit_of_any_size(
    classifier: Classifier, size: int, negative: bool, digit: int
) -> None:
    page = Page(800, 800).write(str(digit), 240, 120, 560)
    picture = page.photo(noise=0, negative=negative)
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    reading = read_single(np.asarray(small, np.uint8), classifier, AUTO)
    assert reading.digit == digit
    assert reading.accepted


def test_a_set_polarity_is_obeyed_for_single_digits(classifier: Classifier) -> None:
    picture = Page(800, 800).write("5", 240, 120, 560).photo(noise=0)
    reduced = cv2.resize(picture, (28, 28), interpolation=cv2.INTER_AREA)
    small = np.asarray(reduced, np.uint8)
    right = replace(AUTO, polarity=Polarity.DARK_ON_LIGHT)
    wrong = replace(AUTO, polarity=Polarity.LIGHT_ON_DARK)
    dark, light = (read_single(small, classifier, wish) for wish in (right, wrong))
    assert dark.digit == 5
    assert np.corrcoef(dark.glyph.ravel(), light.glyph.ravel())[0, 1] < 0.5


@pytest.mark.data
@pytest.mark.parametrize("name", ["mnist", "usps_train", "semeion", "drawn_rotarymars"])
def test_singles_reach_the_classifier_itself(classifier: Classifier, name: str) -> None:
    archive = DATA / f"{name}.npz"
    if not archive.exists():
        pytest.skip(f"{archive} is not there; set DIGITDESK_DATA to the data folder")
    kept = np.load(archive)
    key = "x_test" if name == "mnist" else "x"
    pictures, digits = kept[key][:400], kept[key.replace("x", "y")][:400]
    read = [
        read_single(np.repeat(p[..., None], 3, axis=2), classifier, AUTO).digit
        for p in pictures
    ]
    assert np.mean(read == digits) > 0.97
