from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.practice import NOT_DIGIT
from digitdesk.core.types import F32, U8
from digitdesk.ml import shipped_data
from digitdesk.ml.shipped_data import ShippedData, load_signs, load_training


def uncertain(glyphs: U8) -> F32:
    return np.full((len(glyphs), 10), 0.1, np.float32)


@pytest.fixture
def data(small_sets: Path, small_counts: None) -> ShippedData:
    return load_training(small_sets, 3, uncertain)


def test_nothing_is_both_learned_and_held_out(data: ShippedData) -> None:
    for learned, held in zip(data.train[:4], data.validation[:4], strict=True):
        assert learned.name == held.name
        rows = {glyph.tobytes() for glyph in learned.glyphs}
        # The tablet's strokes are drawn anew each time, the others are distinct.
        if learned.name != "tablet":
            assert not any(glyph.tobytes() in rows for glyph in held.glyphs)
    assert len(data.train[0].labels) == 150
    assert len(data.validation[0].labels) == 50


def test_the_split_is_fixed_by_the_seed(small_sets: Path, small_counts: None) -> None:
    first, second = (load_training(small_sets, 3, uncertain) for _ in range(2))
    for one, other in zip(first.train, second.train, strict=True):
        assert np.array_equal(one.glyphs, other.glyphs)


def test_digits_of_two_strokes_are_not_taken_from_the_tablet(data: ShippedData) -> None:
    assert not set(data.train[3].labels.tolist()) & {4, 5, 7}


def test_what_looks_like_a_digit_is_left_out(
    small_sets: Path, small_counts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped_data, "_NEGATIVES", 300)

    def sure(glyphs: U8) -> F32:
        answer = np.zeros((len(glyphs), 10), np.float32)
        answer[:, 1] = 1
        return answer

    judged, unjudged = (
        {part.name: part for part in load_training(small_sets, 3, judge).train}
        for judge in (sure, uncertain)
    )
    # Few of them look like a 1; pairs, letters and blots never do.
    nothing = [len(parts["not_digits"].labels) for parts in (judged, unjudged)]
    assert 200 < nothing[0] < nothing[1]
    assert not (judged["rows"].labels == NOT_DIGIT).any()
    assert (unjudged["rows"].labels == NOT_DIGIT).any()


def test_signs_become_glyphs_with_bright_ink(small_sets: Path) -> None:
    signs = load_signs(small_sets)
    assert signs.shape == (20, 28, 28)
    assert 0 < signs.mean() < 128
