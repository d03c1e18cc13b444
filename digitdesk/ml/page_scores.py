"""How well pages of several digits are read, against a ``truth.json``."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digitdesk.core.picture import PictureError, load_picture
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture
from digitdesk.core.types import Classifier, LineReader
from digitdesk.ml.data_formats import DataError, Progress

TRUTH_FILE = "truth.json"


@dataclass(frozen=True, slots=True)
class PageTruth:
    """What stands on a page: lines of digits, in order or scattered."""

    file: str
    lines: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class PageScore:
    """How one page was read.

    Attributes
    ----------
    file : str
        Name of the picture.
    truth, read : tuple of str
        The lines that stand there and those that were read.
    right : int
        Digits found in their order (or at all, if the page has none).
    exact_lines : int
        Lines wholly right.
    """

    file: str
    truth: tuple[str, ...]
    read: tuple[str, ...]
    right: int
    exact_lines: int


@dataclass(frozen=True, slots=True)
class PagesScore:
    """All pages together; all shares from 0 to 1."""

    pages: tuple[PageScore, ...]

    @property
    def precision(self) -> float:
        """Share of the digits read that are right."""
        return self._right() / max(_digits(page.read for page in self.pages), 1)

    @property
    def recall(self) -> float:
        """Share of the written digits that were read right."""
        return self._right() / max(_digits(page.truth for page in self.pages), 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        written = _digits(page.truth for page in self.pages)
        read = _digits(page.read for page in self.pages)
        return 2 * self._right() / max(written + read, 1)

    @property
    def exact_lines(self) -> tuple[int, int]:
        """Lines wholly right, and all lines."""
        right = sum(page.exact_lines for page in self.pages)
        return right, sum(len(page.truth) for page in self.pages)

    def _right(self) -> int:
        return sum(page.right for page in self.pages)


def read_truth(folder: Path) -> tuple[PageTruth, ...]:
    """Read what stands on the pages of a folder.

    Raises
    ------
    DataError
        If ``truth.json`` is missing or not as expected.
    """
    try:
        record = json.loads((folder / TRUTH_FILE).read_bytes())
        return tuple(_truth(name, entry) for name, entry in record.items())
    except OSError as error:
        raise DataError(f"“{folder / TRUTH_FILE}” cannot be read.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(
            f"“{folder / TRUTH_FILE}” is damaged: it must name each picture's lines."
        ) from error


def _truth(name: str, entry: Mapping[str, object]) -> PageTruth:
    lines = entry["lines"]
    if not isinstance(lines, list) or not all(isinstance(x, str) for x in lines):
        raise ValueError(name)
    return PageTruth(name, tuple(lines), bool(entry.get("ordered", True)))


def score_pages(
    folder: Path,
    classifier: Classifier,
    progress: Progress,
    settings: PreprocessSettings | None = None,
    reader: LineReader | None = None,
) -> PagesScore:
    """Read every page of a folder and compare.

    Raises
    ------
    DataError
        If the truth or a picture is missing or damaged.
    """
    truths = read_truth(folder)
    scores = []
    for number, truth in enumerate(truths):
        progress(f"Reading {truth.file}", number / len(truths))
        try:
            pixels = load_picture(folder / truth.file)
        except PictureError as error:
            raise DataError(str(error)) from error
        reading = read_picture(
            pixels, classifier, settings or PreprocessSettings(), reader
        )
        scores.append(score_page(truth, [line.text for line in reading.lines]))
    return PagesScore(tuple(scores))


def score_page(truth: PageTruth, read: Sequence[str]) -> PageScore:
    """Compare the lines that were read with those that stand there."""
    written, found = "".join(truth.lines), "".join(read)
    if truth.ordered:
        right = longest_common(written, found)
    else:
        right = (Counter(written) & Counter(found)).total()
    exact = (Counter(truth.lines) & Counter(read)).total()
    return PageScore(truth.file, truth.lines, tuple(read), right, exact)


def longest_common(first: str, second: str) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for letter in first:
        previous = 0
        for column, other in enumerate(second, 1):
            above = row[column]
            row[column] = (
                previous + 1 if letter == other else max(above, row[column - 1])
            )
            previous = above
    return row[-1]


def _digits(pages: Iterable[tuple[str, ...]]) -> int:
    return sum(len(line) for lines in pages for line in lines)
