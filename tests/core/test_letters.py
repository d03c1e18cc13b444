"""Telling letters from digits on a line, by what a network says of its columns."""

import numpy as np
import pytest

from digitdesk.core import pen
from digitdesk.core.letter_forms import CURSIVE, LETTERS, SIGNS
from digitdesk.core.letters import without_letters
from digitdesk.core.line_text import BLANK
from digitdesk.core.lines import Letter, Line
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.puzzle import cut_at, make_puzzle
from digitdesk.core.reading import read_picture
from digitdesk.core.regions import Part
from digitdesk.core.strip import ANSWER_STEP, DIGIT_HEIGHT, LETTER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8, Box, Reading
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.predictor import Predictor
from tests.core.pages import PLAIN_HAND, Page

GREY = np.full((100, 1000), 200, np.uint8)
SIZE = 30
"""Height of every part."""


def line(*lefts: int, w: int = 20) -> Line:
    return Line([
        Part(Box(left, 30, w, SIZE), np.full((SIZE, w), 255, np.uint8), number)
        for number, left in enumerate(lefts)
    ])  # fmt: skip


class Told:
    """Says what it was told of columns of the picture."""

    def __init__(self, *odds: tuple[int, int, float], hears: float = 0.01) -> None:
        self._odds = odds
        self._hears = hears
        self.asked = 0

    def answers(self, strip: U8) -> F32:
        """Hear a 7 in the middle, as likely as was told."""
        said = np.full((strip.shape[1] // ANSWER_STEP, BLANK + 1), 1e-6, np.float32)
        said[:, BLANK] = 1 - 1e-5
        middle = said.shape[0] // 2
        said[middle, [7, BLANK]] = self._hears, 1 - self._hears
        return np.log(said)

    def letters(self, strip: U8) -> F32:
        self.asked += 1
        assert strip.shape[0] == STRIP_HEIGHT
        said = np.zeros(strip.shape[1] // LETTER_STEP, np.float32)
        for first, last, odds in self._odds:
            start, end = (
                round((x + 0.6 * SIZE - 10) * DIGIT_HEIGHT / SIZE / LETTER_STEP)
                for x in (first, last)
            )
            said[max(start, 0) : end] = odds
        return said


def kept(line: Line, *odds: tuple[int, int, float]) -> list[int]:
    left = without_letters(line, GREY, Told(*odds), light_on_dark=False)
    assert sorted(p.source for p in (*left.parts, *(x.part for x in left.letters))) == [
        part.source for part in line.parts
    ]
    return [part.source for part in left.parts]


def test_a_line_of_digits_stays_as_it_is() -> None:
    digits = line(10, 40, 70)
    reader = Told((0, 100, -5))
    assert without_letters(digits, GREY, reader, light_on_dark=False) is digits
    assert reader.asked == 1


def test_a_word_beside_a_number_is_set_apart() -> None:
    assert kept(line(10, 40, 70, 200, 230), (0, 100, 6), (190, 260, -6)) == [3, 4]


def test_a_line_of_words_is_left_without_parts() -> None:
    assert kept(line(10, 40, 70, 200, 230), (0, 300, 6)) == []


def test_a_line_in_which_a_number_is_heard_clearly_is_no_word() -> None:
    line_of_three = line(10, 40, 70)
    for hears, kept in ((0.9, 3), (0.2, 0)):
        reader = Told((0, 300, 6), hears=hears)
        left = without_letters(line_of_three, GREY, reader, light_on_dark=False)
        assert len(left.parts) == kept


def test_what_might_be_either_is_what_its_neighbours_are() -> None:
    word = line(10, 40, 70, 100)
    assert kept(word, (0, 38, 6), (38, 68, 0.5), (68, 130, 6)) == []
    assert kept(word, (0, 38, -6), (38, 68, 3.0), (68, 130, -6)) == [0, 1, 2, 3]


def test_in_doubt_ink_is_digits() -> None:
    assert kept(line(10, 40, 70), (0, 100, 0.4)) == [0, 1, 2]


def test_across_a_wide_gap_letters_and_digits_change_more_readily() -> None:
    said = (0, 38, 2.6), (38, 300, -1.0)
    assert kept(line(10, 40, 70), *said) == [0, 1, 2]
    assert kept(line(10, 110, 140), *said) == [1, 2]


def test_a_wide_piece_says_as_much_as_several_signs() -> None:
    joined = line(140, 170)
    joined.parts.insert(0, Part(Box(10, 30, 120, SIZE),
                                np.full((SIZE, 120), 255, np.uint8), 2))  # fmt: skip
    left = without_letters(
        joined, GREY, Told((0, 133, 1.6), (133, 300, -1.0)), light_on_dark=False
    )
    assert [part.box.x for part in left.parts] == [140, 170]


def test_each_letter_and_sign_has_forms() -> None:
    assert {*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"} <= {*LETTERS}
    assert {*CURSIVE} == {*"abcdefghijklmnopqrstuvwxyz"}
    for forms in (*LETTERS.values(), *CURSIVE.values(), *SIGNS.values()):
        assert forms
        for form in forms:
            points = np.concatenate([np.array(pull) for pull in form])
            assert -0.3 <= points[:, 0].min() <= points[:, 0].max() <= 2.0
            assert -0.2 <= points[:, 1].min() < points[:, 1].max() <= 1.5


def test_joined_letters_begin_and_end_where_the_next_one_begins() -> None:
    for forms in CURSIVE.values():
        for form in forms:
            (x, y), (_, end) = form[0][0], form[0][-1]
            assert x == 0
            assert 0.8 <= y <= 1
            assert 0.4 <= end <= 1


def write_word(page: Page, text: str, left: float, top: float, size: float) -> None:
    for letter in text:
        forms = LETTERS[letter]
        strokes = pen.pull(forms[0], PLAIN_HAND, page.rng)
        pen.draw(page.ink, strokes, PLAIN_HAND, left=left, top=top, height=size,
                 rng=page.rng)  # fmt: skip
        left += (max(s[:, 0].max() for s in strokes) + 0.25) * size


def read(page: Page, classifier: Predictor, lines: LinePredictor) -> Reading:
    return read_picture(page.photo(), classifier, PreprocessSettings(), lines)


@pytest.mark.parametrize(
    ("word", "number"), [("Anna", "348"), ("Total", "2750"), ("Zimmer", "41")]
)
def test_a_word_before_a_number_is_not_read(
    classifier: Predictor, lines: LinePredictor, word: str, number: str
) -> None:
    page = Page()
    write_word(page, word, 30, 200, 60)
    page.write(number, 400, 200, 60)
    reading = read(page, classifier, lines)
    assert [line.text for line in reading.lines] == [number]
    # What was set apart can still be seen by whoever wants to know.
    letters = [refused for refused in reading.rejected if refused.letter]
    assert len(letters) >= len(word)
    assert all(letter.not_digit > 0.5 and not letter.accepted for letter in letters)
    assert max(letter.box.right for letter in letters) < 400


def test_a_page_of_words_holds_no_digits(
    classifier: Predictor, lines: LinePredictor
) -> None:
    page = Page()
    for row, text in enumerate(("Hallo", "Butter", "Milch", "Kaffee")):
        write_word(page, text, 40, 30 + 110 * row, 60)
    assert not read(page, classifier, lines).lines


def test_letters_stay_with_their_line_when_it_is_cut_anew() -> None:
    digits = line(10, 40)
    word = [Letter(part, 0.9) for part in line(100, 130).parts]
    puzzle = make_puzzle(Line(digits.parts, 0.0, word))
    assert puzzle.has_words
    assert [letter.x for letter in cut_at(puzzle, [20, 50]).letters] == [100, 130]
    specks = [Letter(Part(Box(x, 55, 3, 3), np.full((3, 3), 255, np.uint8), x), 0.9)
              for x in (100, 110)]  # fmt: skip
    assert not make_puzzle(Line(digits.parts, 0.0, specks)).has_words


def test_only_a_lines_own_ink_is_looked_at() -> None:
    """Else the walls of boxes would be letters."""
    grey = np.full((120, 400), 220, np.uint8)
    grey[30:60, 40:46] = 30  # a digit
    grey[20:75, 70:74] = 30  # a wall
    shown = Shown()
    part = Part(Box(40, 30, 6, 30), np.full((30, 6), 255, np.uint8), 0)
    far = Part(Box(110, 30, 6, 30), np.full((30, 6), 255, np.uint8), 1)
    without_letters(Line([part, far]), grey, shown, light_on_dark=False)
    [strip] = shown.strips
    scale = DIGIT_HEIGHT / 30
    digit, wall = (round((x - 40 + 0.6 * 30) * scale) for x in (43, 72))
    assert strip[:, digit].max() > 100
    assert strip[:, wall].max() == 0


class Shown(Told):
    """Keeps the strips that it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.strips: list[U8] = []

    def letters(self, strip: U8) -> F32:
        self.strips.append(strip)
        return super().letters(strip)


def test_a_lone_digit_beside_its_word_is_read(
    classifier: Predictor, lines: LinePredictor
) -> None:
    page = Page()
    write_word(page, "Kamm", 30, 200, 60)
    page.write("2", 450, 200, 60)
    assert read(page, classifier, lines).text == "2"


def test_a_lone_sign_among_words_is_not(
    classifier: Predictor, lines: LinePredictor
) -> None:
    page = Page()
    for row, word in enumerate(("Hallo", "Butter", "Milch")):
        write_word(page, word, 40, 30 + 110 * row, 60)
    page.write("0", 60, 370, 60)
    assert read(page, classifier, lines).text == ""
