"""Run a trained network on strips of any width, through LiteRT."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Self

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digitdesk.core.strip import STRIP_HEIGHT
from digitdesk.core.types import F32, U8
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.quiet import quiet_first_interpreter

_WIDTH_STEP = 64
"""Strips are widened to a multiple of this, so that few widths are prepared."""

_MOST_WIDTHS = 16
"""So many prepared widths are kept."""


class StripNetwork:
    """A network that looks at strips of `digitdesk.core.strip`.

    Calls from several threads are made one after the other.

    Parameters
    ----------
    network : bytes
        The ``.tflite`` file.
    step, size : int
        It must give `size` figures for every `step` pixels of a strip.

    Raises
    ------
    ModelError
        If LiteRT cannot run it, or it gives something else.
    """

    def __init__(self, network: bytes, step: int, size: int) -> None:
        self._network, self._step, self._size = network, step, size
        self._prepared: OrderedDict[int, Any] = OrderedDict()
        self._lock = threading.Lock()
        try:
            answers = self._run(np.zeros((1, STRIP_HEIGHT, _WIDTH_STEP, 1), np.float32))
        except (ValueError, RuntimeError) as error:
            # LiteRT's own words are for developers, but they are all there is.
            raise ModelError(f"LiteRT cannot run the network: {error}") from error
        if answers.size != _WIDTH_STEP // step * size:
            raise ModelError(
                f"The network does not give {size} figures for every {step} columns."
            )

    @classmethod
    def load(cls, path: Path, step: int, size: int) -> Self:
        """Load the network from a file.

        Raises
        ------
        ModelError
            If the file is missing or damaged; the text says what to do.
        """
        try:
            return cls(path.read_bytes(), step, size)
        except (OSError, ModelError) as error:
            raise ModelError(
                f"The network {path} cannot be used; install DigitDesk anew. ({error})"
            ) from error

    def answers(self, strip: U8) -> F32:
        """Look at a strip.

        Parameters
        ----------
        strip : ndarray of uint8, shape (STRIP_HEIGHT, width)
            As `digitdesk.core.strip.cut_strip` cuts it.

        Returns
        -------
        ndarray of float32, shape (at least 1, size)
            One row for every `step` pixels of its width.

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
        answers = self._run(source).reshape(-1, self._size)
        return answers[: max(1, width // self._step)]

    def _run(self, source: F32) -> F32:
        with self._lock:
            interpreter = self._interpreter(source.shape[2])
            details = interpreter.get_input_details(), interpreter.get_output_details()
            interpreter.set_tensor(details[0][0]["index"], source)
            interpreter.invoke()
            answers: F32 = interpreter.get_tensor(details[1][0]["index"])
            return answers

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
