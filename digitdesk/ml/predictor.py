"""Name digits by a trained network, through LiteRT."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digitdesk.core.types import F32, GLYPH_SIZE, U8, Scores
from digitdesk.ml.model_card import DIGITS, ModelCard, ModelError
from digitdesk.ml.quiet import quiet_first_interpreter

BATCH_SIZES = (16, 8, 4, 2, 1)
"""Sizes of the batches that the network is run on.

Any number of glyphs is a sum of these, so no glyph is padded and no interpreter is
ever resized; time per glyph hardly depends on the size from 2 glyphs on.
"""

GLYPH_SHAPE = (GLYPH_SIZE, GLYPH_SIZE, 1)
"""Shape of one glyph as the network takes it."""

_NO_NETWORK = "not a valid Flatbuffer"
"""What LiteRT says of a file that it cannot even parse."""


class Predictor:
    """A loaded network; implements `digitdesk.core.types.Classifier`.

    Calls from several threads are made one after the other. For speed each thread
    should have a predictor of its own.

    Parameters
    ----------
    card : ModelCard
        Describes the network.
    network : bytes
        Content of the ``.tflite`` file.
    threads : int
        Threads that compute, at least 1. One is the default because a second one
        helps only while a core is idle, and delays the network while none is: the
        camera and the window want the other cores.

    Raises
    ------
    ModelError
        If the network cannot be run or is not what the card says.
    """

    def __init__(self, card: ModelCard, network: bytes, *, threads: int = 1) -> None:
        self.card = card
        self._network = network
        self._threads = threads
        self._runners: dict[int, _Runner] = {}
        self._lock = threading.Lock()
        self._sizes: tuple[int, ...] = BATCH_SIZES
        self._try_out()

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> Self:
        """Load and check the model in `folder`.

        Raises
        ------
        ModelError
            If the folder holds no usable model; the text says why.
        """
        card = ModelCard.load(folder)
        return cls(card, card.read_network(folder), threads=threads)

    @property
    def reject_threshold(self) -> float:
        """A glyph whose `not_digit` exceeds this figure in [0, 1] is rejected."""
        return self.card.reject_threshold

    def classify(self, glyphs: U8) -> Scores:
        """Score glyphs in one call.

        Parameters
        ----------
        glyphs : ndarray of uint8, shape (n, 28, 28)
            Ink is bright: 0 is paper, 255 is ink; n may be 0.

        Returns
        -------
        Scores
            Of `n` glyphs. Of a network with ten outputs, `not_digit` is how much
            the best digit lacks to certainty.

        Raises
        ------
        ValueError
            If shape or dtype differ.
        """
        if glyphs.shape[1:] != (GLYPH_SIZE, GLYPH_SIZE) or glyphs.dtype != np.uint8:
            raise ValueError(
                f"glyphs must be uint8 of shape (n, {GLYPH_SIZE}, {GLYPH_SIZE}), "
                f"not {glyphs.dtype} of shape {glyphs.shape}"
            )
        outputs = np.empty((len(glyphs), len(self.card.classes)), np.float32)
        with self._lock:
            for part in self._parts(len(glyphs)):
                batch = glyphs[part, :, :, None] * np.float32(1 / 255)
                outputs[part] = self._runner(len(batch)).run(batch)
        return self._scores(outputs)

    def _parts(self, count: int) -> Iterator[slice]:
        start = 0
        for size in self._sizes:
            while count - start >= size:
                yield slice(start, start + size)
                start += size

    def _runner(self, size: int) -> "_Runner":
        if size not in self._runners:
            self._runners[size] = _Runner(
                self._network, size, len(self.card.classes), self._threads
            )
        return self._runners[size]

    def _scores(self, outputs: F32) -> Scores:
        if self.card.output == "probabilities":
            outputs = np.log(np.maximum(outputs, np.finfo(np.float32).tiny))
        classes = _softmax(outputs / np.float32(self.card.temperature))
        digits = classes[:, : len(DIGITS)]
        if classes.shape[1] == len(DIGITS):
            return Scores(digits, 1 - digits.max(axis=1))
        # The softmax over the ten digits alone stays right where their sum is 0.
        among_digits = _softmax(
            outputs[:, : len(DIGITS)] / np.float32(self.card.temperature)
        )
        return Scores(among_digits, classes[:, len(DIGITS)].copy())

    def _try_out(self) -> None:
        """Run the network once, so that a bad one is refused on loading."""
        with quiet_first_interpreter():
            ink = np.zeros((1, GLYPH_SIZE, GLYPH_SIZE, 1), np.float32)
            ink[:, 4:24, 13:15] = 1
            if not np.isfinite(self._runner(1).run(ink)).all():
                raise ModelError("The network is damaged: it answers with no numbers.")
            try:
                self._runner(2).run(np.repeat(ink, 2, axis=0))
            except ModelError:  # made for single glyphs only
                self._sizes = (1,)


class _Runner:
    """The network, prepared for batches of one size."""

    def __init__(self, network: bytes, size: int, outputs: int, threads: int) -> None:
        try:
            self._prepare(network, [size, *GLYPH_SHAPE], threads)
        except (ValueError, RuntimeError) as error:
            if isinstance(error, ModelError):
                raise
            if not network or _NO_NETWORK in str(error):
                raise ModelError(
                    "The network's file is damaged, or it is no network of TensorFlow "
                    "Lite (.tflite) at all. Copy, convert or export it once more."
                ) from error
            # LiteRT's own words are for developers, but they are all there is.
            raise ModelError(f"LiteRT cannot run the network: {error}") from error
        answer = self._interpreter.get_tensor(self._target)
        if answer.shape != (size, outputs):
            raise ModelError(
                f"The network's answer has the shape {list(answer.shape)} where the "
                f"model card promises {[size, outputs]}."
            )

    def _prepare(self, network: bytes, shape: list[int], threads: int) -> None:
        self._interpreter: Any = Interpreter(model_content=network, num_threads=threads)
        source = _only(self._interpreter.get_input_details(), "input")
        target = _only(self._interpreter.get_output_details(), "output")
        if list(source["shape"][1:]) != shape[1:]:
            raise ModelError(
                f"The network wants input of shape {source['shape'].tolist()}, not "
                f"{[1, *GLYPH_SHAPE]}."
            )
        self._source, self._target = source["index"], target["index"]
        self._interpreter.resize_tensor_input(self._source, shape)
        self._interpreter.allocate_tensors()
        self._interpreter.invoke()

    def run(self, batch: F32) -> F32:
        self._interpreter.set_tensor(self._source, batch)
        self._interpreter.invoke()
        answer: F32 = self._interpreter.get_tensor(self._target)
        return answer


def _only(tensors: list[dict[str, Any]], what: str) -> dict[str, Any]:
    if len(tensors) != 1 or tensors[0]["dtype"] is not np.float32:
        raise ModelError(f"The network must have one {what} of float32.")
    return tensors[0]


def _softmax(logits: F32) -> F32:
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    shares: F32 = exponents / exponents.sum(axis=1, keepdims=True)
    return shares
