"""Words beside numbers as strips: what the letter network learns from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core import pen
from digitdesk.core.letter_forms import CURSIVE, LETTERS, SIGNS
from digitdesk.core.pen_forms import DIGIT_FORMS, RARE_FORMS, Form
from digitdesk.core.strip import DIGIT_HEIGHT, LETTER_STEP
from digitdesk.core.types import U8
from digitdesk.ml.line_hand import (
    LineHand,
    draw_line,
    paste,
    put_sign,
    rewritten,
)
from digitdesk.ml.vocabulary import A_NUMBER, marked_number, spelled
from digitdesk.ml.word_script import Columns, Script, pulled
from digitdesk.ml.written_lines import (
    MOST_DIGITS,
    STRIP_WIDTH,
    Writer,
    number,
    photographed_strip,
)

Random = np.random.Generator

LETTER, DIGIT, NEITHER = 1, 0, -1
"""What stands in a column of a strip."""

_LINE_KINDS = {"numbers": 0.4, "words": 0.25, "both": 0.35}
"""Share of lines of each kind."""

_LOOKS_LIKE = {
    **dict.fromkeys("oODQ", 0), **dict.fromkeys("lIi", 1), **dict.fromkeys("zZ", 2),
    **dict.fromkeys("sS", 5), **dict.fromkeys("bG", 6), **dict.fromkeys("gq", 9),
    "B": 8, "y": 4,
}  # fmt: skip
"""Letters that somebody's digit stands for at times: only its neighbours tell."""

_SMALL = frozenset("acemnorsuvwxzäöü")
"""Letters as high as an x."""

_BORROWED, _MIRRORED, _SIGN = 0.35, 0.1, 0.08
"""How often such a letter is somebody's digit, and any letter a digit in a mirror or a
sign of another script: the ink of letters is that of the pen otherwise."""

_PRINTED, _BLANK = 0.06, 0.35
"""Share of words that a machine printed, and of papers without a pattern."""

_TALL_FIRST, _LOW_NOUGHTS = 0.2, 0.12
"""Share of numbers whose first digit is far taller than the others, as capitals are,
and of those whose noughts are low, as small letters are."""

_ONE_HAND = 0.4
"""Share of numbers in which a digit looks alike each time, as letters do."""

_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)  # fmt: skip

_MARKED = {"numbers": 0.35, "words": 0.0, "both": 0.7}
"""Share of numbers that have a sign or a unit with them, on lines of each kind."""

_NEAR_SIGN, _WORD_GAP = (0.03, 0.6), (0.2, 1.5)
"""Gaps between a number and its sign, and between words, in heights of a digit."""

_FORMS: Mapping[str, tuple[Form, ...]] = {
    **SIGNS, **LETTERS,
    ":": ((((0.1, 0.45), (0.12, 0.5)), ((0.1, 0.88), (0.12, 0.93))),),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class WordStrips:
    """Written lines and where they hold letters and digits.

    Attributes
    ----------
    pictures : ndarray of uint8, shape (n, STRIP_HEIGHT, STRIP_WIDTH)
        As `digitdesk.core.strip.cut_strip` cuts them.
    kinds : ndarray of int8, shape (n, STRIP_WIDTH / LETTER_STEP)
        `LETTER`, `DIGIT` or `NEITHER`.
    """

    pictures: U8
    kinds: NDArray[np.int8]


class WordWriter:
    """Writes lines of words and numbers and photographs them.

    Parameters
    ----------
    digits : Writer
        Writes the numbers, and digits that stand for letters.
    signs : ndarray of uint8, shape (n, 28, 28)
        Signs of other scripts; ink is bright.
    """

    def __init__(self, digits: Writer, signs: U8) -> None:
        self._digits = digits
        self._signs = signs

    def strips(self, count: int, rng: Random) -> WordStrips:
        """Write `count` lines."""
        lines = [self.strip(rng) for _ in range(count)]
        return WordStrips(
            np.stack([picture for picture, _ in lines]),
            np.stack([kinds for _, kinds in lines]),
        )

    def strip(self, rng: Random) -> tuple[U8, NDArray[np.int8]]:
        """Write one line; return its strip and what stands in its columns."""
        height = float(rng.uniform(17, 40))
        kind = str(rng.choice(list(_LINE_KINDS), p=list(_LINE_KINDS.values())))
        wide = kind != "numbers" or rng.random() < 0.6
        seen = float(np.exp(rng.uniform(-0.55, 0.35))) if wide else 1.0
        width = round(STRIP_WIDTH * height * max(seen, 1) / DIGIT_HEIGHT) + 4
        ink = np.zeros((round(height * 2.6), width), np.uint8)
        hand = LineHand.sample(height, rng)
        top = ink.shape[0] / 2 - height / 2 + rng.normal(0, 0.05) * height
        if rng.random() < 0.2:  # the line above or below
            away = rng.choice([-1, 1]) * rng.uniform(1.25, 1.8) * height
            self._line("both", ink, top + away, hand, rng)
        marks = self._line(kind, ink, top, hand, rng)
        taken = photographed_strip(
            ink,
            top + height / 2,
            height,
            rng,
            scales=0.16,
            shifts=0.13,
            seen=seen,
            blank=_BLANK,
        )
        kinds = np.full(STRIP_WIDTH // LETTER_STEP, NEITHER, np.int8)
        for mark, edges in marks:
            # Beyond the page's edge nothing of a word is to be seen.
            first, last = np.clip(edges, 0, width)
            start = round(taken.column(first) / LETTER_STEP)
            end = round(taken.column(last) / LETTER_STEP)
            kinds[max(0, start) : max(0, end)] = mark
        return taken.picture, kinds

    def _line(
        self, kind: str, ink: U8, top: float, hand: LineHand, rng: Random
    ) -> list[tuple[int, Columns]]:
        """Write words and numbers until the line is full, or earlier."""
        marks: list[tuple[int, Columns]] = []
        left = float(rng.uniform(0.05, 1.6)) * hand.height
        script = Script.sample(hand, rng)
        for _ in range(int(rng.integers(1, 6))):
            if left > ink.shape[1] - hand.height:
                break
            if kind == "words" or (kind == "both" and rng.random() < 0.5):
                left, where = self._word(ink, left, top, script, hand, rng)
                marks += where
            else:
                marked = rng.random() < _MARKED[kind]
                put = self._marked_number if marked else self._number
                left, where = put(ink, left, top, script, hand, rng)
                marks += where
            if rng.random() < 0.3:
                left = put_sign(ink, left, top, hand, rng)
            left += _gap(_WORD_GAP, hand, rng)
        return marks

    def _marked_number(
        self, ink: U8, left: float, top: float, script: Script, hand: LineHand,
        rng: Random,
    ) -> tuple[float, list[tuple[int, Columns]]]:  # fmt: skip
        """Write a number and what belongs to it: a currency, a unit, a calculation."""
        marks: list[tuple[int, Columns]] = []
        for what in marked_number(rng):
            if what == A_NUMBER:
                left, where = self._number(ink, left, top, script, hand, rng)
                marks += where
            elif what == "/":
                left, edge = _slash(ink, left, top, hand, rng)
                marks.append((LETTER, edge))
            elif what in _FORMS and what not in LETTERS:
                left, edge = self._sign(ink, left, top, script, rng, what)
                marks.append((LETTER, edge))
            else:
                base = top + hand.height
                left, edges = self._spaced(ink, what, left, base, script, hand, rng)
                marks += [(LETTER, edge) for edge in edges]
            left += _gap(_NEAR_SIGN, hand, rng)
        return left, marks

    def _number(
        self, ink: U8, left: float, top: float, script: Script, hand: LineHand,
        rng: Random,
    ) -> tuple[float, list[tuple[int, Columns]]]:  # fmt: skip
        """Write a number, as the words are written or with the digits of many."""
        digits = number(rng)[: int(rng.integers(1, MOST_DIGITS))]
        if rng.random() < _ONE_HAND:
            left, edges = self._alike(ink, digits, left, top, script, rng)
        else:
            left, edges = self._uneven(ink, digits, left, top, hand, rng)
        return left, [(DIGIT, edge) for edge in edges]

    def _uneven(
        self, ink: U8, digits: Sequence[int], left: float, top: float, hand: LineHand,
        rng: Random,
    ) -> tuple[float, list[Columns]]:  # fmt: skip
        """Write the digits of many, some of them taller or lower than the others."""
        edges: list[Columns] = []
        if rng.random() < _LOW_NOUGHTS:
            hand = replace(hand, noughts=float(rng.uniform(0.35, 0.8)))
        if rng.random() < _TALL_FIRST:
            tall = replace(hand, height=hand.height * float(rng.uniform(1.2, 2.0)))
            rise = (tall.height - hand.height) * rng.uniform(0, 1)
            start = (left, top - rise)
            left, _, edges = self._digits.put_number(ink, digits[:1], start, tall, rng)
            digits = digits[1:]
        left, _, more = self._digits.put_number(ink, digits, (left, top), hand, rng)
        return left, edges + more

    def _alike(
        self, ink: U8, digits: Sequence[int], left: float, top: float, script: Script,
        rng: Random,
    ) -> tuple[float, list[Columns]]:  # fmt: skip
        """Write digits in one hand."""
        edges = []
        for digit in digits:
            forms = DIGIT_FORMS[digit] + RARE_FORMS[digit]
            strokes = pen.pull(script.chosen(str(digit), forms), script.hand, rng)
            right, edge = pulled(ink, [strokes], left, top, script, rng)
            edges.append(edge)
            spacing = max(script.spacing, 0.1) + rng.normal(0, 0.06)
            left = max(right + spacing * script.height * 0.6, left + 2)
        return left, edges

    def _word(
        self, ink: U8, left: float, top: float, script: Script, hand: LineHand,
        rng: Random,
    ) -> tuple[float, list[tuple[int, Columns]]]:  # fmt: skip
        """Write one word; return where the next may stand, and where its ink is."""
        if rng.random() < 0.12:
            script = Script.sample(hand, rng)  # a form, and who filled it in
        if rng.random() < 0.1:
            right, where = self._sign(
                ink, left, top, script, rng, str(rng.choice(list(SIGNS)))
            )
            return right, [(LETTER, where)]
        text = spelled(rng)
        clear = any(letter not in _LOOKS_LIKE for letter in text)
        base = top + hand.height
        if rng.random() < _PRINTED:
            right, edges = _print(ink, text, left, base, hand, rng)
        elif script.joined and text[1:].islower() and set(text[1:]) <= set(CURSIVE):
            right, edges = self._joined(ink, text, left, base, script, rng)
        else:
            right, edges = self._spaced(ink, text, left, base, script, hand, rng)
        return right, [(LETTER if clear else NEITHER, edge) for edge in edges]

    def _sign(
        self, ink: U8, left: float, top: float, script: Script, rng: Random, sign: str
    ) -> tuple[float, Columns]:
        form = script.chosen(sign, _FORMS[sign])
        return pulled(ink, [pen.pull(form, script.hand, rng)], left, top, script, rng)

    def _joined(
        self, ink: U8, text: str, left: float, base: float, script: Script, rng: Random
    ) -> tuple[float, list[Columns]]:
        """Write a word in one pull, but for dots and bars."""
        pulls: list[pen.Stroke] = []
        capital = text[0] not in CURSIVE
        x = 0.0
        body: list[tuple[float, float]] = []
        more: list[tuple[tuple[float, float], ...]] = []
        if capital:
            form = script.chosen(text[0], LETTERS[text[0]])
            pulls += pen.pull(form, script.hand, rng)
            x = max(px for pull in form for px, _ in pull) + 0.1
        for letter in text[capital:]:
            form = script.chosen(letter, CURSIVE[letter])
            form = script.shaped(form, small=True)
            entry, wide = form[0][0][0], float(np.exp(rng.normal(0, 0.1)))
            moved = [
                tuple((x + (px - entry) * wide, py) for px, py in pull) for pull in form
            ]
            body += moved[0][1:] if body else moved[0]  # it leads on from there
            more += moved[1:]
            x = moved[0][-1][0]
        pulls += pen.pull((tuple(body), *more), script.hand, rng)
        right, where = pulled(ink, [pulls], left, base - script.height, script, rng)
        return right, [where]

    def _spaced(
        self, ink: U8, text: str, left: float, base: float, script: Script,
        hand: LineHand, rng: Random,
    ) -> tuple[float, list[Columns]]:  # fmt: skip
        """Write a word letter by letter."""
        edges = []
        for letter in text:
            if letter in _LOOKS_LIKE and rng.random() < _BORROWED:
                glyph, _ = self._digits.digit(_LOOKS_LIKE[letter], hand, rng)
                right, edge = _pasted(ink, glyph, letter, left, base, script)
            elif rng.random() < _MIRRORED:
                glyph, _ = self._digits.digit(int(rng.choice([2, 3, 4, 5, 6, 7, 9])),
                                              hand, rng)  # fmt: skip
                right, edge = _pasted(ink, np.ascontiguousarray(glyph[:, ::-1]), letter,
                                      left, base, script)  # fmt: skip
            elif rng.random() < _SIGN:
                sign = self._signs[int(rng.integers(len(self._signs)))]
                glyph = rewritten(sign, hand.height, hand, rng)
                right, edge = _pasted(ink, glyph, letter, left, base, script)
            else:
                form = script.chosen(letter, LETTERS[letter])
                form = script.shaped(form, small=letter.islower())
                right, edge = pulled(
                    ink, [pen.pull(form, script.hand, rng)], left,
                    base - script.height, script, rng,
                )  # fmt: skip
            edges.append(edge)
            spacing = script.spacing + rng.normal(0, 0.06)
            left = max(right + spacing * script.height * 0.6, left + 2)
        return left, edges


def _gap(heights: tuple[float, float], hand: LineHand, rng: Random) -> float:
    """Draw the width of a gap, in pixels."""
    return hand.height * float(np.exp(rng.uniform(*np.log(heights))))


def _slash(
    ink: U8, left: float, top: float, hand: LineHand, rng: Random
) -> tuple[float, Columns]:
    """Draw a slash, which leans more than this hand's 1."""
    tall = hand.height * rng.uniform(1.0, 1.6)
    lean = max(hand.slant, 0.0) + rng.uniform(0.2, 0.6)
    wide, foot = tall * lean, top + hand.height / 2 + tall / 2
    thick = max(1, round(hand.pen * rng.uniform(0.8, 1.2)))
    draw_line(ink, (left, foot), (left + wide, foot - tall), thick)
    return left + wide, (left, left + wide)


def _pasted(
    ink: U8, glyph: U8, letter: str, left: float, base: float, script: Script
) -> tuple[float, Columns]:
    """Put somebody's sign where a letter stands."""
    tall = script.height * (script.x_height if letter in _SMALL else 1.0)
    part = tall / glyph.shape[0]
    size = max(1, round(glyph.shape[1] * part)), max(1, round(tall))
    glyph = np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_AREA), np.uint8)
    drop = script.height * 0.3 if letter in "gqy" else 0.0
    paste(ink, glyph, round(left), round(base - tall + drop))
    return left + size[0], (left, left + size[0])


def _print(
    ink: U8, text: str, left: float, base: float, hand: LineHand, rng: Random
) -> tuple[float, list[Columns]]:
    """Print a word, smaller or larger than what is written beside it."""
    font = _FONTS[int(rng.integers(len(_FONTS)))]
    tall = hand.height * float(rng.uniform(0.5, 1.1))
    scale = cv2.getFontScaleFromHeight(font, max(round(tall), 5))
    thick = max(1, round(tall * rng.uniform(0.04, 0.14)))
    text = "".join(c if ord(c) < 128 else "a" for c in text)
    (width, _), _ = cv2.getTextSize(text, font, scale, thick)
    cv2.putText(ink, text, (round(left), round(base)), font, scale, 255, thick,
                cv2.LINE_AA)  # fmt: skip
    return left + width, [(left, left + width)]
