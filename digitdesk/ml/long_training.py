"""The trainings that take hours: how their rate moves and how they are kept safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True, kw_only=True)
class LongRecipe:
    """The choices that every such training makes.

    Attributes
    ----------
    epochs : int
        Passes over what is learned from.
    batch_size : int
        Examples a step.
    learning_rate : float
        Highest rate; it is warmed up over the first twentieth and falls as a cosine.
    weight_decay : float
        Decoupled, of AdamW; weights of layers only, not of norms or biases.
    seed : int
        Fixes everything but the order of floating point sums.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    seed: int = 1


def fit_long(
    model: "keras.Model",
    batches: "keras.utils.PyDataset",
    loss: "keras.losses.Loss",
    recipe: LongRecipe,
    watch: "keras.callbacks.Callback",
    checkpoint: Path | None = None,
    metrics: Sequence[str] = (),
) -> None:
    """Train in place; the weights end as their moving average.

    Parameters
    ----------
    model : keras.Model
        What to train.
    batches : keras.utils.PyDataset
        Its ``begin`` is called with the number of each epoch, counted from 1.
    loss : keras.losses.Loss
        Of what the model answers.
    recipe : LongRecipe
        How to train.
    watch : keras.callbacks.Callback
        Looks on.
    checkpoint : Path or None
        Folder that keeps the state after each epoch, also when all is done; a run that
        was broken off goes on from there.
    metrics : sequence of str
        What else is measured.
    """
    import keras

    steps = len(batches) * recipe.epochs
    warm_up = steps // 20
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 20, steps - warm_up, alpha=1e-3, warmup_steps=warm_up,
        warmup_target=recipe.learning_rate,
    )  # fmt: skip
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=recipe.weight_decay, use_ema=True,
        ema_momentum=1 - 15 / max(steps, 60), ema_overwrite_frequency=None,
    )  # fmt: skip
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(optimizer, loss, metrics=list(metrics))
    begin = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, _logs: batches.begin(epoch + 1)
    )
    callbacks = [begin, watch]
    if checkpoint is not None:
        callbacks.append(
            keras.callbacks.BackupAndRestore(
                str(checkpoint), double_checkpoint=True, delete_checkpoint=False
            )
        )
    model.fit(batches, epochs=recipe.epochs, verbose=0, callbacks=callbacks)
