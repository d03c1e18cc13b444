"""Read one view of a picture: find, cut, classify in one batch, decide, doubt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from digitdesk.core.binarise import Ink
from digitdesk.core.decode import solve
from digitdesk.core.finding import find_puzzles
from digitdesk.core.normalise import make_glyph
from digitdesk.core.numbers import parted_line
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.second_look import Attempt, Offer, look_again
from digitdesk.core.single import batch, digit_reading
from digitdesk.core.trust import COMPANY, judge
from digitdesk.core.types import (
    Classifier,
    LineReader,
    LineReading,
    Reading,
    Scores,
)
from digitdesk.core.view import View
from digitdesk.core.walls import behind_walls
from digitdesk.core.worth import is_doubtful, leaves_ink, shows_more, worth

OTHER_FIRMNESS = (1.45, 0.7)
"""Other cuts between paper and ink, tried in turn as long as doubt is left."""

_OTHER = {False: Polarity.LIGHT_ON_DARK, True: Polarity.DARK_ON_LIGHT}
"""Polarity that a picture does not seem to have, by whether its ink is light."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A view that may hold any number of digits, and who reads it.

    Attributes
    ----------
    view : View
        What is searched.
    classifier : Classifier
        Names glyphs.
    settings : PreprocessSettings
        What counts as ink.
    reader : LineReader or None
        Tells letters, and is asked about lines in doubt.
    """

    view: View
    classifier: Classifier
    settings: PreprocessSettings
    reader: LineReader | None

    def read(self, begun: Attempt | None = None) -> Reading:
        """Read it; its first cut between paper and ink may be known."""
        reading, ink = self.read_cuts(begun)
        return self.read_edged(reading, ink)

    def read_cuts(self, begun: Attempt | None = None) -> tuple[Reading, Ink]:
        """Cut between paper and ink as often as doubt asks for.

        Returns
        -------
        reading : Reading
            By all cuts.
        ink : Ink
            The best one of them.
        """
        attempts = [begun or self.attempt()]
        first = self.believed(attempts[0])
        reading = self._second_look(attempts, first)
        automatic = self.settings.mode is ThresholdMode.AUTO
        for firmness in OTHER_FIRMNESS if automatic else ():
            if not is_doubtful(reading):
                break
            other = self.attempt(firmness)
            instead = self.believed(other)
            # The best one leads: where lines are worth the same, it is believed.
            if worth(instead) > worth(first):
                attempts.insert(0, other)
                first = instead
            else:
                attempts.append(other)
            reading = self._second_look(attempts, first)
        ink = attempts[0].ink
        return self._parted_by_walls(reading, ink), ink

    def read_edged(self, reading: Reading, ink: Ink) -> Reading:
        """Read it otherwise if ink was left in it and its light has edges."""
        settings = self.settings
        if settings.mode is not ThresholdMode.AUTO or not ink.edged:
            return reading
        # A shadow's end or a table can mislead both: which kind is ink, and how dark.
        if len(reading.digits) < COMPANY and settings.polarity is Polarity.AUTO:
            turned = replace(settings, polarity=_OTHER[ink.light_on_dark])
            reading = replace(self, settings=turned).read_anew(reading)
        if reading.digits and not leaves_ink(reading):
            return reading
        usual = PreprocessSettings()
        local = replace(
            settings, mode=ThresholdMode.ADAPTIVE, offset=usual.offset,
            block_percent=usual.block_percent,
        )  # fmt: skip
        return replace(self, settings=local).read_anew(reading)

    def read_anew(self, reading: Reading) -> Reading:
        """Read it with these settings, if that shows more digits."""
        attempt = self.attempt()
        instead = self._second_look([attempt], self.believed(attempt))
        if not shows_more(instead, reading, self.view.region):
            return reading
        return self._parted_by_walls(instead, attempt.ink)

    def attempt(self, firmness: float = 1.0) -> Attempt:
        """Look for digits in what one cut between paper and ink shows."""
        view = self.view
        seen = find_puzzles(
            view.grey, self.settings, scale=view.scale, firmness=firmness,
            reader=self.reader,
        )  # fmt: skip
        parts = [c.whole for puzzle in seen.puzzles for c in puzzle.candidates]
        parts += [letter.part for letter in seen.letters]
        glyphs = [make_glyph(part.ink) for part in parts]
        scores = self.classifier.classify(batch(glyphs))
        ends = np.cumsum([0, *(len(puzzle.candidates) for puzzle in seen.puzzles)])
        offers = []
        for puzzle, (start, end) in zip(seen.puzzles, pairwise(ends), strict=True):
            mine = Scores(scores.probabilities[start:end], scores.not_digit[start:end])
            offers.append(Offer(puzzle, mine, glyphs[start:end]))
        found = [
            offer.found(solve(offer.puzzle, offer.scores), view) for offer in offers
        ]
        letters = []
        for at, letter in enumerate(seen.letters, int(ends[-1])):
            box = view.outside(letter.part.box)
            by_itself = digit_reading(box, glyphs[at], scores, at, accepted=False)
            doubt = max(by_itself.not_digit, letter.probability)
            letters.append(replace(by_itself, not_digit=doubt, letter=True))
        letter_ink = sum(letter.part.mass for letter in seen.letters)
        return Attempt(
            seen.ink, tuple(offers), tuple(found), tuple(letters), letter_ink
        )

    def believed(self, attempt: Attempt) -> Reading:
        """Decide which of the digits that were found are believed."""
        view, threshold = self.view, self.classifier.reject_threshold
        words = [offer.puzzle.has_words for offer in attempt.offers]
        judged = judge(attempt.found, view.region, threshold, attempt.letter_ink, words)
        kept = [tuple(digit for digit in line if digit.accepted) for line in judged]
        refused = (digit for line in judged for digit in line if not digit.accepted)
        return Reading(
            width=view.width,
            height=view.height,
            lines=tuple(LineReading(line) for line in kept if line),
            rejected=(*refused, *attempt.letters),
            binary=attempt.ink.mask,
        )

    def _parted_by_walls(self, reading: Reading, ink: Ink) -> Reading:
        """Part the numbers on both sides of a table's lines."""
        if ink.rulings is None:
            return reading
        lines = [line.digits for line in reading.lines]
        boxes = [[self.view.inside(digit.box) for digit in line] for line in lines]
        begin = behind_walls(boxes, ink.rulings, ink.mask)
        return replace(reading, lines=tuple(map(parted_line, lines, begin)))

    def _second_look(self, attempts: Sequence[Attempt], first: Reading) -> Reading:
        """Read doubtful lines of the first attempt again, if there is a line reader."""
        if self.reader is None:
            return first
        seen = look_again(attempts, first, self.view, self.reader, self.classifier)
        if seen == attempts[0].found:
            return first
        return self.believed(replace(attempts[0], found=seen))
