"""Read many picture files on all cores, and give the answers in order."""

import queue
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from digitdesk.cli.rejected import lines_with_rejected
from digitdesk.core.paths import shipped_models
from digitdesk.core.picture import PictureError, decode_picture, load_picture
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.reading import read_picture, read_single
from digitdesk.core.types import U8, DigitReading, LineReading
from digitdesk.ml.line_predictor import LinePredictor
from digitdesk.ml.model_card import ModelCard
from digitdesk.ml.predictor import Predictor

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file.

    Attributes
    ----------
    name : str
        The file as it was named.
    width, height : int or None
        Size of the upright picture in pixels; None if there is none.
    error : str or None
        Why it could not be read, in a sentence.
    lines : tuple of LineReading
        In reading order.
    """

    name: str
    width: int | None = None
    height: int | None = None
    error: str | None = None
    lines: tuple[LineReading, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the object that ``--json`` prints for this file."""
        return {
            "file": self.name,
            "width": self.width,
            "height": self.height,
            "error": self.error,
            "lines": [
                {
                    "text": line.text,
                    "digits": [_digit(digit) for digit in line.digits],
                    "numbers": list(line.numbers),
                }
                for line in self.lines
            ],
        }


class Reader:
    """Reads files by a few threads, each with networks of its own.

    Parameters
    ----------
    model : Path
        The model folder.
    settings : PreprocessSettings
        What counts as ink.
    single : bool
        Each picture is exactly one digit.
    keep_all : bool
        Rejected regions are kept among the digits of `lines`.
    workers : int
        Threads that read, at least 1.

    Raises
    ------
    ModelError
        If the model cannot be used.
    """

    def __init__(
        self,
        model: Path,
        settings: PreprocessSettings,
        *,
        single: bool = False,
        keep_all: bool = False,
        workers: int = 1,
    ) -> None:
        card = ModelCard.load(model)
        network = card.read_network(model)
        # Networks read one picture at a time.
        self._networks: queue.SimpleQueue[tuple[Predictor, LinePredictor | None]]
        self._networks = queue.SimpleQueue()
        for _ in range(workers):
            lines = None if single else LinePredictor.load(shipped_models())
            self._networks.put((Predictor(card, network), lines))
        self._settings = settings
        self._single = single
        self._keep_all = keep_all
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def read(self, names: Iterable[str]) -> Iterator[Outcome]:
        """Read the files; yield what became of each, in the order of `names`."""
        return self._pool.map(self._read, names)

    def _read(self, name: str) -> Outcome:
        try:
            pixels = _load(name)
            height, width = pixels.shape[:2]
            lines = self._lines(pixels)
        except PictureError as error:
            return Outcome(name=name, error=str(error))
        except MemoryError:
            return Outcome(name=name, error="There is not enough memory to read it.")
        except Exception as error:  # noqa: BLE001 - one file must not stop the others
            sentence = f"It cannot be read because of a fault in DigitDesk: {error!r}."
            return Outcome(name=name, error=sentence)
        return Outcome(name=name, width=width, height=height, lines=lines)

    def _lines(self, pixels: U8) -> tuple[LineReading, ...]:
        networks = self._networks.get()
        predictor, lines = networks
        try:
            if self._single:
                digit = read_single(pixels, predictor, self._settings)
                return (LineReading((digit,)),)
            reading = read_picture(pixels, predictor, self._settings, lines)
            return lines_with_rejected(reading) if self._keep_all else reading.lines
        finally:
            self._networks.put(networks)


def _load(name: str) -> U8:
    if name == STANDARD_INPUT:
        return decode_picture(sys.stdin.buffer.read(), "standard input")
    return load_picture(name)


def _digit(reading: DigitReading) -> dict[str, Any]:
    box = reading.box
    return {
        "digit": reading.digit,
        "confidence": _rounded(reading.confidence),
        "probabilities": [_rounded(share) for share in reading.probabilities],
        "not_digit": _rounded(reading.not_digit),
        "box": [box.x, box.y, box.w, box.h],
    }


def _rounded(figure: float) -> float:
    return round(float(figure), 6)
