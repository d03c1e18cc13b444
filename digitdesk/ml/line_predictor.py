"""Read whole written lines by a trained network, through LiteRT."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Self

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digitdesk.core.line_text import BLANK
from digitdesk.core.strip import ANSWER_STEP, STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.quiet import quiet_first_interpreter

_WIDTH_STEP = 64
"""Strips are widened to a multiple of this, so that few widths are prepared."""

_MOST_WIDTHS = 4
"""So many prepared widths are kept."""

_CLASSES = BLANK + 1


class LinePredictor:
    """The line network; implements `digitdesk.core.types.LineReader`.

    Calls from several threads are made one after the other.

    Parameters
    ----------
    network : bytes
        The ``.tflite`` file.

    Raises
    ------
    ModelError
        If LiteRT cannot run it, or it reads something else than strips.
    """

    def __init__(self, network: bytes) -> None:
        self._network = network
        self._prepared: OrderedDict[int, Any] = OrderedDict()
        self._lock = threading.Lock()
        try:
            answers = self.answers(np.zeros((STRIP_HEIGHT, _WIDTH_STEP), np.uint8))
        except (ValueError, RuntimeError) as error:
            # LiteRT's own words are for developers, but they are all there is.
            raise ModelError(f"LiteRT cannot run the line network: {error}") from error
        if answers.shape[0] != _WIDTH_STEP // ANSWER_STEP:
            raise ModelError("The line network does not answer every second column.")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load the network from a file.

        Raises
        ------
        ModelError
            If the file is missing or damaged; the text says what to do.
        """
        try:
            return cls(path.read_bytes())
        except (OSError, ModelError) as error:
            raise ModelError(
                f"The line network {path} cannot be used; install DigitDesk anew. "
                f"({error})"
            ) from error

    def answers(self, strip: U8) -> F32:
        """Read a strip, uint8 of shape (STRIP_HEIGHT, width); see `LineReader`.

        Raises
        ------
        ValueError
            If the strip's height is another one.
        """
        if strip.shape[0] != STRIP_HEIGHT:
            raise ValueError(f"a strip has {STRIP_HEIGHT} rows, not {strip.shape[0]}")
        width = strip.shape[1]
        padded = -(-width // _WIDTH_STEP) * _WIDTH_STEP
        source = np.zeros((1, STRIP_HEIGHT, padded, 1), np.float32)
        source[0, :, :width, 0] = strip * np.float32(1 / 255)
        with self._lock:
            interpreter = self._interpreter(padded)
            details = interpreter.get_input_details(), interpreter.get_output_details()
            interpreter.set_tensor(details[0][0]["index"], source)
            interpreter.invoke()
            logits: F32 = interpreter.get_tensor(details[1][0]["index"])
        logits = logits.reshape(-1, _CLASSES)[: max(1, width // ANSWER_STEP)]
        logits = logits - logits.max(axis=1, keepdims=True)
        total = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return np.asarray(logits - total, np.float32)

    def _interpreter(self, width: int) -> Any:  # noqa: ANN401 - LiteRT is untyped
        if width in self._prepared:
            self._prepared.move_to_end(width)
            return self._prepared[width]
        with quiet_first_interpreter():
            interpreter = Interpreter(model_content=self._network, num_threads=1)
            source = interpreter.get_input_details()[0]["index"]
            interpreter.resize_tensor_input(source, [1, STRIP_HEIGHT, width, 1])
            interpreter.allocate_tensors()
        self._prepared[width] = interpreter
        if len(self._prepared) > _MOST_WIDTHS:
            self._prepared.popitem(last=False)
        return interpreter
