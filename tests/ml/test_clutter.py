import numpy as np

from digitdesk.ml.clutter import clutter


def test_clutter_becomes_inked_glyphs_that_differ() -> None:
    glyphs = clutter(80, np.random.default_rng(4))
    assert glyphs.shape == (80, 28, 28)
    assert glyphs.dtype == np.uint8
    assert glyphs.any(axis=(1, 2)).all()
    assert len(np.unique(glyphs, axis=0)) > 60


def test_the_same_seed_shows_the_same_things() -> None:
    first, second = (clutter(20, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, second)
