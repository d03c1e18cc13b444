"""Read whole written lines by two trained networks."""

from pathlib import Path
from typing import Self

import numpy as np

from digitdesk.core.line_text import BLANK
from digitdesk.core.strip import ANSWER_STEP, LETTER_STEP
from digitdesk.core.types import F32, U8
from digitdesk.ml.strip_network import StripNetwork

_CLASSES = BLANK + 1

LINE_NETWORK = "digitdesk-lines.tflite"
LETTER_NETWORK = "digitdesk-letters.tflite"


class LinePredictor:
    """The line network and the letter network; a `digitdesk.core.types.LineReader`.

    Parameters
    ----------
    digits : StripNetwork
        Names the digits of a line.
    letters : StripNetwork
        Tells letters from digits.
    """

    def __init__(self, digits: StripNetwork, letters: StripNetwork) -> None:
        self._digits, self._letters = digits, letters

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Load both networks from the folder of shipped models.

        Raises
        ------
        ModelError
            If a file is missing or damaged; the text says what to do.
        """
        return cls(
            StripNetwork.load(folder / LINE_NETWORK, ANSWER_STEP, _CLASSES),
            StripNetwork.load(folder / LETTER_NETWORK, LETTER_STEP, 1),
        )

    def answers(self, strip: U8) -> F32:
        """Name the digits of a strip; see `LineReader`."""
        logits = self._digits.answers(strip)
        logits = logits - logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return np.asarray(logits - total, np.float32)

    def letters(self, strip: U8) -> F32:
        """Tell letters from digits; see `LineReader`."""
        return self._letters.answers(strip)[:, 0]
