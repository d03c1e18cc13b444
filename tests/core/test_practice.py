import numpy as np

from digitdesk.core import pen
from digitdesk.core.practice import NOT_DIGIT, practise
from digitdesk.core.types import U8
from tests.core.pages import PLAIN_HAND


def drawn(digit: int) -> U8:
    rng = np.random.default_rng(digit)
    return pen.ink(pen.write_digit(digit, PLAIN_HAND, rng, form=0), PLAIN_HAND, 44, rng)


def test_digits_apart_are_their_own_positives() -> None:
    digits = [drawn(3), drawn(8)]
    found = practise(digits, [3, 8], [(5, 5), (80, 5)])
    assert {3, 8} <= set(found.labels.tolist())
    assert found.glyphs.shape == (len(found.labels), 28, 28)


def test_touching_digits_give_both_and_what_is_none() -> None:
    nought = drawn(0)
    overlap = nought.shape[1] - 12
    found = practise([nought, nought], [0, 0], [(5, 5), (5 + overlap, 5)])
    assert (found.labels == 0).sum() >= 2
    assert (found.labels == NOT_DIGIT).sum() >= 1


def test_other_signs_are_never_digits() -> None:
    found = practise([drawn(5)], [NOT_DIGIT], [(5, 5)])
    assert set(found.labels.tolist()) == {NOT_DIGIT}


def test_ink_is_found_on_paper_as_on_any_page() -> None:
    seen: list[tuple[int, ...]] = []

    def photograph(canvas: U8) -> U8:
        seen.append(canvas.shape)
        sheet = np.linspace(230, 150, canvas.shape[1], dtype=np.float32)[None, :]
        return np.asarray(sheet * (1 - canvas / 400), np.uint8)

    digits, places = [drawn(3), drawn(8)], [(20, 20), (95, 20)]
    found = practise(digits, [3, 8], places, photograph, room=20)
    assert len(seen) == 1
    assert {3, 8} <= set(found.labels.tolist())
    clean = practise(digits, [3, 8], places)
    three, plain = (p.glyphs[p.labels == 3][0].ravel() for p in (found, clean))
    assert np.corrcoef(three, plain)[0, 1] > 0.9


def test_a_stain_on_the_paper_is_no_digit() -> None:
    def photograph(canvas: U8) -> U8:
        sheet = np.full(canvas.shape, 220, np.uint8)
        sheet[canvas > 100] = 40
        sheet[25:60, 100:106] = 40
        return sheet

    found = practise([drawn(3)], [3], [(20, 20)], photograph, room=90)
    assert 3 in found.labels
    assert NOT_DIGIT in found.labels
