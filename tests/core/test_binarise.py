import cv2
import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.binarise import Ink, find_ink
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.types import U8
from tests.core.pages import Page

AUTO = PreprocessSettings()


def grey_of(picture: U8) -> U8:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def agreement(found: Ink, page: Page) -> tuple[float, float]:
    """Share of the found ink that was written, and of the written that was found."""
    core = page.ink > 200
    near = cv2.dilate(page.ink, np.ones((5, 5), np.uint8)) > 60
    mask = found.mask > 0
    return (mask & near).sum() / max(mask.sum(), 1), (mask & core).sum() / core.sum()


@pytest.mark.parametrize("noise", [0.0, 3.0, 10.0])
@pytest.mark.parametrize("kind", ["blank", "shaded", "dark", "vignette"])
def test_paper_without_ink_has_none(kind: str, noise: float) -> None:
    rng = np.random.default_rng(2)
    y, x = np.mgrid[-1:1:480j, -1:1:640j]
    light = {
        "blank": 200 + 0 * x,
        "shaded": 150 + 60 * x,
        "dark": 20 + 0 * x,
        "vignette": 220 - 60 * (x**2 + y**2),
    }[kind]
    grey = np.clip(light + rng.normal(0, noise, x.shape), 0, 255).astype(np.uint8)
    assert find_ink(grey, AUTO).mask.mean() / 255 < 0.0005


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"depth": 0.2, "noise": 2},
        {"shade": 0.8},
        {"negative": True},
        {"paper": 60, "noise": 1},
    ],
    ids=["plain", "faint", "shaded", "white on black", "dark paper"],
)
def test_ink_is_found_and_nothing_else(look: dict[str, float]) -> None:
    page = Page().write("2056", 60, 150, 120)
    precision, recall = agreement(find_ink(grey_of(page.photo(**look)), AUTO), page)  # type: ignore[arg-type]  # one dict for all
    assert precision > 0.97
    assert recall > 0.97


def test_faint_and_strong_ink_ask_for_a_local_cut() -> None:
    strong = Page(seed=1).write("385", 60, 40, 120)
    faint = Page(seed=2).write("274", 60, 300, 120)
    both = Page()
    both.ink = np.maximum(strong.ink, (faint.ink * 0.3).astype(np.uint8))
    found = find_ink(grey_of(both.photo(noise=1)), AUTO)
    assert found.local
    both.ink = np.maximum(strong.ink, faint.ink)
    _, recall = agreement(found, both)
    assert recall > 0.95
    alike = find_ink(grey_of(both.photo(noise=1)), AUTO)
    assert not alike.local


@pytest.mark.parametrize("negative", [False, True])
def test_polarity_is_measured(negative: bool) -> None:
    picture = Page().write("47", 100, 100, 200).photo(negative=negative)
    assert find_ink(grey_of(picture), AUTO).light_on_dark is negative


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("shade", [0.4, 0.75])
def test_the_end_of_a_shadow_does_not_decide_the_polarity(
    shade: float, negative: bool
) -> None:
    page = Page(960, 1280).write("932743", 40, 80, 24)
    paper, ink = (60.0, 190.0) if negative else (220.0, 100.0)
    y, x = np.mgrid[0:1280, 0:960]
    in_shade = (y < 900 - 0.15 * x).astype(np.float32)
    light = cv2.GaussianBlur(1 - (1 - shade) * in_shade, (0, 0), 2)
    grey = (paper + (ink - paper) * (page.ink / 255)) * light
    found = find_ink(grey.clip(0, 255).astype(np.uint8), AUTO)
    assert found.light_on_dark == negative
    assert agreement(found, page)[1] > 0.9


def test_polarity_can_be_set_against_the_measure() -> None:
    picture = grey_of(Page().write("47", 100, 100, 200).photo(noise=0))
    forced = PreprocessSettings(polarity=Polarity.LIGHT_ON_DARK)
    dark, light = find_ink(picture, AUTO), find_ink(picture, forced)
    assert light.light_on_dark
    solid = cv2.erode(dark.mask, np.ones((5, 5), np.uint8))
    assert not cv2.bitwise_and(light.mask, solid).any()


def test_manual_cut_is_at_the_threshold() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8)[None], 40, axis=0)
    settings = PreprocessSettings(
        mode=ThresholdMode.MANUAL,
        threshold=100,
        polarity=Polarity.DARK_ON_LIGHT,
        despeckle=0,
    )
    mask = find_ink(grey, settings).mask
    assert (mask[:, :101] == 255).all()
    assert (mask[:, 101:] == 0).all()


def test_adaptive_offset_and_block_matter() -> None:
    picture = grey_of(Page().write("385", 60, 100, 120).photo(depth=0.2, noise=0))
    found = {
        offset: find_ink(
            picture, PreprocessSettings(mode=ThresholdMode.ADAPTIVE, offset=offset)
        ).mask.sum()
        for offset in (5, 20, 45)
    }
    assert found[5] > found[20] > found[45] == 0
    narrow = PreprocessSettings(mode=ThresholdMode.ADAPTIVE, block_percent=1)
    wide = PreprocessSettings(mode=ThresholdMode.ADAPTIVE, block_percent=50)
    assert find_ink(picture, narrow).mask.sum() < find_ink(picture, wide).mask.sum()


def test_despeckle_takes_single_pixels_but_no_strokes() -> None:
    grey = np.full((80, 80), 220, np.uint8)
    grey[10, 10] = 0
    grey[40:70, 40:44] = 0
    masks = [
        find_ink(
            grey,
            PreprocessSettings(mode=ThresholdMode.MANUAL, despeckle=strength),
        ).mask
        for strength in (0, 1)
    ]
    assert masks[0][10, 10] == 255
    assert masks[1][10, 10] == 0
    assert (masks[1][41:69, 41:43] == 255).all()


def _shaded_page(*, along: int) -> tuple[U8, U8]:
    """Write two rows of digits over the edge of a deep shadow."""
    page = Page(800, 500).write("3526808", 60, 120, 70).write("4190273", 60, 280, 70)
    light = np.full((500, 800), 225, np.float32)
    light[:, along:] *= 0.3
    soft = cv2.GaussianBlur(light, (0, 0), 6)
    grey = soft * (1 - 0.7 * page.ink.astype(np.float32) / 255)
    grey += np.random.default_rng(4).normal(0, 2, grey.shape)
    return grey.clip(0, 255).astype(np.uint8), page.ink


@pytest.mark.parametrize("along", [180, 330, 480])
def test_ink_is_found_on_both_sides_of_the_edge_of_a_shadow(along: int) -> None:
    grey, written = _shaded_page(along=along)
    ink = find_ink(grey, PreprocessSettings())
    assert not ink.light_on_dark
    assert (ink.mask[written > 200] > 0).mean() > 0.93
    assert (ink.mask[cv2.dilate(written, np.ones((9, 9))) == 0] > 0).mean() < 0.005


def test_a_table_around_a_sheet_is_no_ink() -> None:
    rng = np.random.default_rng(5)
    grain = rng.normal(0, 20, (12, 500)).astype(np.float32)
    grey = 70 + cv2.resize(grain, (1000, 700))
    sheet = Page(700, 420).write("3526", 40, 30, 90).write("4190", 40, 250, 90)
    grey[140:560, 150:850] = 225 - 0.7 * sheet.ink.astype(np.float32)
    grey = cv2.GaussianBlur(grey, (0, 0), 1) + rng.normal(0, 2, grey.shape)
    mask = find_ink(grey.clip(0, 255).astype(np.uint8), PreprocessSettings()).mask
    inside = mask[140:560, 150:850]
    assert (inside[sheet.ink > 200] > 0).mean() > 0.93
    outside = mask.copy()
    outside[134:566, 144:856] = 0
    assert (outside > 0).mean() < 0.01


@pytest.mark.parametrize("size", [200, 300])
@pytest.mark.parametrize("blur", [1, 9])
def test_a_stroke_as_wide_as_a_tenth_of_the_picture_is_solid(
    size: int, blur: int
) -> None:
    rng = np.random.default_rng(6)
    hand = pen.Hand(pen=0.17, wobble=0.01)
    ink = np.zeros((400, 520), np.uint8)
    strokes = pen.write_digit(5, hand, rng, 0)
    pen.draw(ink, strokes, hand, left=180, top=50, height=size, rng=rng)
    light = 230 - 60 * np.linspace(0, 1, 520)
    grey = cv2.GaussianBlur(light * (1 - 0.6 * ink / 255), (0, 0), blur)
    mask = find_ink(grey.astype(np.uint8), AUTO).mask
    assert (mask[cv2.erode(ink, np.ones((7, 7))) > 200] > 0).mean() > 0.98
    assert (mask[cv2.dilate(ink, np.ones((31, 31))) == 0] > 0).mean() < 0.005


def test_a_large_digit_on_the_edge_of_a_shadow_is_ink() -> None:
    rng = np.random.default_rng(7)
    hand = pen.Hand(pen=0.1, wobble=0.01)
    ink = np.zeros((400, 520), np.uint8)
    pen.draw(ink, pen.write_digit(3, hand, rng, 0), hand, left=180, top=80, height=220,
             rng=rng)  # fmt: skip
    light = np.full((400, 520), 225, np.float32)
    cv2.fillPoly(light, [np.array([[0, 0], [330, 0], [200, 400], [0, 400]])], 110)
    grey = cv2.GaussianBlur(light, (0, 0), 3) * (1 - 0.65 * ink / 255)
    found = find_ink(grey.astype(np.uint8), AUTO)
    assert found.edged
    assert (found.mask[ink > 200] > 0).mean() > 0.9
    assert (found.mask[cv2.dilate(ink, np.ones((9, 9))) == 0] > 0).mean() < 0.005


def test_a_strip_of_table_along_the_edge_of_a_picture_is_no_ink() -> None:
    rng = np.random.default_rng(8)
    grain = cv2.resize(rng.normal(0, 18, (14, 320)).astype(np.float32), (640, 480))
    grey = (80 + grain).astype(np.float32)
    sheet = Page(580, 440).write("4", 200, 120, 180)
    grey[20:460, 30:610] = 225 - 0.7 * sheet.ink.astype(np.float32)
    mask = find_ink(grey.clip(0, 255).astype(np.uint8), AUTO).mask
    assert (mask[20:460, 30:610][sheet.ink > 200] > 0).mean() > 0.95
    mask[15:465, 25:615] = 0
    assert (mask > 0).mean() < 0.003
