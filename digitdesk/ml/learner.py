"""A network that learns: the only part of a training that runs TensorFlow."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitdesk.core.digit_data import Labelled, Labels
from digitdesk.core.training_types import Optimiser, TrainingConfig
from digitdesk.core.types import F32, U8
from digitdesk.ml.networks import build, ends_in_softmax
from digitdesk.ml.quiet import quiet_tensorflow

State = list[NDArray[np.generic]]
"""Values of all variables, in the order in which Keras lists them."""

_EVALUATION_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Totals:
    """Summed loss in nats and right answers over `count` pictures."""

    loss_sum: float = 0.0
    right: float = 0.0
    count: float = 0.0

    def __sub__(self, earlier: "Totals") -> "Totals":
        return Totals(
            self.loss_sum - earlier.loss_sum,
            self.right - earlier.right,
            self.count - earlier.count,
        )

    @property
    def loss(self) -> float:
        """Mean loss in nats; 0 for no pictures."""
        return self.loss_sum / max(self.count, 1.0)

    @property
    def accuracy(self) -> float:
        """Share of right answers; 0 for no pictures."""
        return self.right / max(self.count, 1.0)


class Learner:
    """Network, optimiser and compiled steps of one training.

    Not thread-safe. Makes TensorFlow deterministic for the whole process: the same
    configuration gives the same numbers on the same computer.
    """

    def __init__(self, config: TrainingConfig) -> None:
        with quiet_tensorflow():
            import keras
            import tensorflow as tf

            self.device = _prepare_device(tf)
        keras.utils.set_random_seed(config.seed)
        tf.config.experimental.enable_op_determinism()
        self._tf = tf
        self.model = build(config.network)
        self._optimiser = _optimiser(keras.optimizers, config)
        self._optimiser.build(self.model.trainable_variables)
        self._loss = keras.losses.SparseCategoricalCrossentropy(
            from_logits=not ends_in_softmax(config.network), reduction="sum"
        )
        self._sums = tf.Variable(np.zeros(3), trainable=False)
        glyphs = tf.TensorSpec([None, 28, 28], tf.uint8)
        labels = tf.TensorSpec([None], tf.uint8)
        rate = tf.TensorSpec([], tf.float32)
        self._step = tf.function(self._learn, input_signature=[glyphs, labels, rate])
        self._look = tf.function(self._check, input_signature=[glyphs, labels])

    def step(self, glyphs: U8, labels: Labels, rate: float) -> None:
        """Learn from one batch of glyphs, shape (n, 28, 28), at a learning rate."""
        self._step(glyphs, labels, np.float32(rate))

    def totals(self) -> Totals:
        """Return the totals over all batches since `clear_totals`."""
        return Totals(*self._sums.numpy().tolist())

    def clear_totals(self) -> None:
        """Let `totals` begin anew."""
        self._sums.assign(np.zeros(3))

    def evaluate(self, part: Labelled) -> Totals:
        """Return loss and accuracy over `part`, which teaches nothing."""
        sums = np.zeros(2)
        for start in range(0, len(part.labels), _EVALUATION_BATCH):
            batch = slice(start, start + _EVALUATION_BATCH)
            sums += self._look(part.glyphs[batch], part.labels[batch]).numpy()
        return Totals(float(sums[0]), float(sums[1]), len(part.labels))

    def weights(self) -> State:
        """Return a copy of what the network has learnt."""
        return _values(self.model.weights)

    def set_weights(self, values: State) -> None:
        """Make the network what it was at `weights`."""
        _assign(self.model.weights, values)

    def state(self) -> State:
        """Return a copy of all that later steps depend on, dropout's dice included."""
        return _values(self._everything())

    def set_state(self, values: State) -> None:
        """Go back to where `state` was called.

        Raises
        ------
        ValueError
            If the values belong to another network or optimiser.
        """
        _assign(self._everything(), values)

    def _everything(self) -> list[Any]:
        return [*self.model.variables, *self._optimiser.variables]

    def _input(self, glyphs: Any) -> Any:  # noqa: ANN401 - tensors have no types
        return self._tf.cast(glyphs[..., None], self._tf.float32) / 255.0

    def _learn(self, glyphs: Any, labels: Any, rate: Any) -> None:  # noqa: ANN401 - tensors
        tf = self._tf
        self._optimiser.learning_rate.assign(rate)
        with tf.GradientTape() as tape:
            answers = self.model(self._input(glyphs), training=True)
            total = self._loss(labels, answers)
            count = tf.cast(tf.shape(labels)[0], tf.float32)
            loss = total / count
        variables = self.model.trainable_variables
        gradients = tape.gradient(loss, variables)
        self._optimiser.apply_gradients(zip(gradients, variables, strict=True))
        sums = tf.stack([total, self._correct(labels, answers), count])
        self._sums.assign_add(tf.cast(sums, tf.float64))

    def _check(self, glyphs: Any, labels: Any) -> Any:  # noqa: ANN401 - tensors
        answers = self.model(self._input(glyphs), training=False)
        correct = self._correct(labels, answers)
        return self._tf.stack([self._loss(labels, answers), correct])

    def _correct(self, labels: Any, answers: Any) -> Any:  # noqa: ANN401 - tensors
        tf = self._tf
        same = tf.argmax(answers, -1, tf.int32) == tf.cast(labels, tf.int32)
        return tf.reduce_sum(tf.cast(same, tf.float32))

    def answers(self, glyphs: U8) -> F32:
        """Return the network's outputs for glyphs, shape (n, 28, 28): (n, 10)."""
        parts = [
            np.asarray(self.model(self._input(glyphs[start : start + 1000])))
            for start in range(0, len(glyphs), _EVALUATION_BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 10), np.float32)


def _prepare_device(tf: Any) -> str:  # noqa: ANN401 - TensorFlow has no types
    graphics = tf.config.list_physical_devices("GPU")
    if not graphics:
        return f"CPU ({os.cpu_count()} cores)"
    for device in graphics:
        # Without this TensorFlow takes all of the card's memory at once.
        tf.config.experimental.set_memory_growth(device, enable=True)
    details = tf.config.experimental.get_device_details(graphics[0])
    return f"GPU ({details.get('device_name', graphics[0].name)})"


def _optimiser(optimisers: Any, config: TrainingConfig) -> Any:  # noqa: ANN401 - Keras
    rate = config.learning_rate
    match config.optimiser:
        case Optimiser.ADAM:
            return optimisers.Adam(rate)
        case Optimiser.ADAMW:
            return optimisers.AdamW(rate)
        case Optimiser.SGD:
            return optimisers.SGD(rate, momentum=0.9, nesterov=True)
        case Optimiser.RMSPROP:
            return optimisers.RMSprop(rate)
        case Optimiser.ADADELTA:
            return optimisers.Adadelta(rate)


def _values(variables: list[Any]) -> State:
    return [np.array(variable) for variable in variables]


def _assign(variables: list[Any], values: State) -> None:
    if [tuple(v.shape) for v in variables] != [value.shape for value in values]:
        raise ValueError("the values belong to another network or optimiser")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
