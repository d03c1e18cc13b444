import cv2
import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.paths import default_model
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.reading import read_picture, read_single
from digitdesk.core.types import U8
from digitdesk.ml.predictor import Predictor

AUTO = PreprocessSettings()


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor.load(default_model())


def picture(digit: int, seed: int, *, dark: bool = True, height: int = 150) -> U8:
    """A digit off the middle of textured, unevenly lit paper."""
    rng = np.random.default_rng(seed)
    hand = pen.Hand(pen=0.09 + 0.05 * (seed % 3), wobble=0.01)
    ink = pen.ink(pen.write_digit(digit, hand, rng, 0), hand, height, rng)
    left, top = rng.integers(height // 5, height, 2)
    right, bottom = rng.integers(height // 5, height, 2)
    ink = np.asarray(
        cv2.copyMakeBorder(ink, top, bottom, left, right, cv2.BORDER_CONSTANT), np.uint8
    )
    y, x = (np.linspace(0, 1, n)[:, None] for n in ink.shape)
    light = 210 - 50 * y - 40 * x.T
    grain = cv2.GaussianBlur(rng.normal(0, 1, ink.shape), (0, 0), 1.2)
    photo = light * (1 - 0.55 * ink / 255) + 4 * grain / grain.std()
    grey = photo.clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey if dark else 255 - grey, cv2.COLOR_GRAY2BGR))


@pytest.mark.parametrize("dark", [True, False], ids=["dark ink", "light ink"])
def test_digits_off_the_middle_of_paper_are_read(
    predictor: Predictor, dark: bool
) -> None:
    truth = [digit for digit in range(10) for _ in range(3)]
    read = [
        read_single(picture(digit, seed, dark=dark), predictor, AUTO).digit
        for seed, digit in enumerate(truth)
    ]
    assert sum(r == t for r, t in zip(read, truth, strict=True)) >= 29


def test_a_page_of_one_bold_digit_is_read(predictor: Predictor) -> None:
    texts = [read_picture(picture(d, 2, height=240), predictor, AUTO).text
             for d in range(10)]  # fmt: skip
    assert sum(text == str(d) for d, text in enumerate(texts)) >= 9


def test_a_stamp_on_grainy_paper_is_cut(predictor: Predictor) -> None:
    right = 0
    for digit in range(10):
        large = picture(digit, 1, height=90)
        small = cv2.resize(large, (36, 36), interpolation=cv2.INTER_AREA)
        right += (
            read_single(np.asarray(small, np.uint8), predictor, AUTO).digit == digit
        )
    assert right >= 8


def test_the_polarity_that_was_set_is_kept(predictor: Predictor) -> None:
    wrong = PreprocessSettings(polarity=Polarity.LIGHT_ON_DARK)
    automatic = read_single(picture(3, 1), predictor, AUTO)
    forced = read_single(picture(3, 1), predictor, wrong)
    assert automatic.digit == 3
    assert not np.array_equal(automatic.glyph, forced.glyph)


def test_an_empty_picture_is_answered_and_not_believed(predictor: Predictor) -> None:
    flat = np.full((80, 60, 3), 200, np.uint8)
    reading = read_single(flat, predictor, AUTO)
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-4)
    assert not reading.accepted


@pytest.mark.parametrize("grey", [0, 100])
def test_a_dark_picture_that_is_all_ink_is_answered_and_not_believed(
    predictor: Predictor, grey: int
) -> None:
    covered = np.full((240, 320, 3), grey, np.uint8)
    manual = PreprocessSettings(mode=ThresholdMode.MANUAL)
    assert not read_single(covered, predictor, manual).accepted
    assert not read_picture(covered, predictor, manual).digits


def test_a_stamp_is_one_digit_on_a_page_too(predictor: Predictor) -> None:
    rng = np.random.default_rng(5)
    hand = pen.Hand()
    ink = pen.ink(pen.write_digit(8, hand, rng, 0), hand, 84, rng)
    small = cv2.resize(ink, (20, 24), interpolation=cv2.INTER_AREA)
    stamp = cv2.copyMakeBorder(small, 2, 2, 4, 4, cv2.BORDER_CONSTANT)
    pixels = np.repeat(np.asarray(stamp, np.uint8)[..., None], 3, axis=2)
    reading = read_picture(pixels, predictor, AUTO)
    assert reading.text == "8"
    assert reading.binary.size > 0


def on_sheet(digit: int, seed: int) -> U8:
    """Write a digit on squared paper that lies on a dark table, half in shadow."""
    rng = np.random.default_rng(seed)
    hand = pen.Hand(pen=0.1, wobble=0.01)
    ink = np.zeros((380, 500), np.uint8)
    left, top = rng.uniform(60, 180, 2)
    pen.draw(ink, pen.write_digit(digit, hand, rng, 0), hand, left=left, top=top,
             height=160, rng=rng)  # fmt: skip
    paper = np.full((380, 500), 225, np.float32)
    for at in range(15, 500, 70):
        cv2.line(paper, (at, 0), (at, 380), 175, 2)
        cv2.line(paper, (0, at), (500, at), 175, 2)
    scene = np.full((480, 640), 70, np.float32) + rng.normal(0, 3, (480, 640))
    scene[50:430, 70:570] = paper * (1 - 0.75 * ink / 255)
    scene[:, 400:] *= 0.55
    grey = cv2.GaussianBlur(scene, (0, 0), 1).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))


def test_a_digit_on_a_sheet_on_a_table_is_read(predictor: Predictor) -> None:
    named = [read_single(on_sheet(d, d), predictor, AUTO).digit for d in range(10)]
    assert sum(name == d for d, name in enumerate(named)) >= 9
    found = [read_picture(on_sheet(d, d), predictor, AUTO).text for d in range(10)]
    assert sum(text == str(d) for d, text in enumerate(found)) >= 8
