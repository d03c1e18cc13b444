import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.normalise import normalise
from digitdesk.core.types import U8
from digitdesk.ml.augment import PAPER, Augmentation, Augmenter

NOTHING = Augmentation(
    rotation_deg=0, slant=0, scale=0, aspect=0, shift_px=0, elastic_px=0, stroke=0,
    renormalise=0, blur=0, contrast=0, noise=0, remnant=0, cut=0,
)  # fmt: skip


@pytest.fixture(scope="module")
def glyphs() -> U8:
    rng = np.random.default_rng(0)
    hand = pen.Hand()
    return np.stack(
        [normalise(pen.ink(pen.write_digit(d, hand, rng), hand, 84, rng))
         for d in range(10)]
    )  # fmt: skip


def test_nothing_to_do_keeps_the_picture(glyphs: U8) -> None:
    changed = Augmenter(NOTHING).batch(glyphs)
    # Going through twice the size softens edges, no more.
    assert np.abs(changed.astype(int) - glyphs).mean() < 12
    for before, after in zip(glyphs, changed, strict=True):
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.95


def test_nothing_to_do_leaves_the_ink_where_it_is(glyphs: U8) -> None:
    rows, columns = np.mgrid[0:28, 0:28]
    for before, after in zip(glyphs, Augmenter(NOTHING).batch(glyphs), strict=True):
        for places in (rows, columns):
            moved = np.average(places, weights=after)
            assert moved == pytest.approx(np.average(places, weights=before), abs=0.05)


def test_shape_and_type_stay(glyphs: U8) -> None:
    changed = Augmenter(PAPER, 1).batch(glyphs)
    assert changed.shape == glyphs.shape
    assert changed.dtype == np.uint8


def test_the_same_seed_changes_alike(glyphs: U8) -> None:
    first, second = (Augmenter(PAPER, (1, 2)).batch(glyphs) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, Augmenter(PAPER, (1, 3)).batch(glyphs))


def test_no_glyph_loses_its_ink(glyphs: U8) -> None:
    augmenter = Augmenter(PAPER, 5)
    for _ in range(40):
        changed = augmenter.batch(glyphs)
        assert (changed.max(axis=(1, 2)) > 60).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [("rotation_deg", 15.0), ("slant", 0.25), ("scale", 0.12), ("shift_px", 1.6),
     ("elastic_px", 0.8), ("stroke", 1.0), ("blur", 1.0), ("contrast", 1.0),
     ("noise", 1.0), ("remnant", 1.0), ("cut", 1.0)],
)  # fmt: skip
def test_each_change_changes_the_picture(field: str, value: float, glyphs: U8) -> None:
    fields = {name: getattr(NOTHING, name) for name in NOTHING.__slots__}
    alone = Augmentation(**{**fields, field: value})
    plain = Augmenter(NOTHING).batch(glyphs).astype(int)
    changed = Augmenter(alone, 3).batch(glyphs).astype(int)
    assert np.abs(plain - changed).max() > 30


def test_renormalised_ink_is_centred(glyphs: U8) -> None:
    shifted = np.roll(glyphs, 3, axis=2)
    fields = {name: getattr(NOTHING, name) for name in NOTHING.__slots__}
    changed = Augmenter(Augmentation(**{**fields, "renormalise": 1.0})).batch(shifted)
    x = np.arange(28)
    centres = (changed.sum(axis=1) @ x) / changed.sum(axis=(1, 2))
    assert np.abs(centres - 13.5).max() < 1


def test_no_glyphs_stay_no_glyphs(glyphs: U8) -> None:
    assert Augmenter().batch(glyphs[:0]).shape == (0, 28, 28)
