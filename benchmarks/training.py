"""Time to 99 % on MNIST's test pictures: the usual recipe and ours, side by side.

    python -m benchmarks.training [--data mnist.npz] [--rounds 1]

The usual recipe is the network of the Keras tutorial, trained by ``model.fit`` in
batches of 128 with Adam (which gets there sooner than the older Adadelta). Ours is what
`TrainingConfig()` chooses. Both run in programs of their own, one after the other, on
the same cores; the test pictures are read at every tenth of an epoch, and the time for
that is left out. What either does not need is not counted: imports and reading files.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]

GOAL = 0.99
CHECKS_PER_EPOCH = 10
TUTORIAL_EPOCHS = 12


def main() -> int:
    """Run both recipes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data/mnist.npz", type=Path)
    parser.add_argument("--rounds", default=1, type=int)
    parser.add_argument("--recipe", choices=sorted(RECIPES))
    arguments = parser.parse_args()
    if arguments.recipe:
        print(json.dumps(RECIPES[arguments.recipe](arguments.data)))
        return 0
    results: dict[str, list[dict[str, float]]] = {name: [] for name in RECIPES}
    for _ in range(arguments.rounds):
        for name, runs in results.items():
            runs.append(_run(name, arguments.data))
            print(f"{name}: {runs[-1]}", flush=True)
    _print_table(results)
    return 0


def _run(name: str, data: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.training", "--recipe", name]
    done = subprocess.run(
        [*command, "--data", str(data)], check=True, stdout=subprocess.PIPE
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _print_table(results: dict[str, list[dict[str, float]]]) -> None:
    print(
        f"\n{'':12}{'time to 99 %':>14}{'epochs':>8}{'at its end':>12}{'digits/s':>10}"
    )
    medians = {}
    for name, runs in results.items():
        values = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        medians[name] = values["goal_s"]
        print(
            f"{name:12}{values['goal_s']:>12.1f} s{values['goal_epochs']:>8.1f}"
            f"{values['final_accuracy']:>12.2%}{values['samples_per_s']:>10,.0f}"
        )
    print(f"\nours is {medians['tutorial'] / medians['ours']:.1f} times faster")


class Stopwatch:
    """Counts training time, and finds when the goal was reached."""

    def __init__(self) -> None:
        self.trained_s = 0.0
        self.samples = 0
        self.goal_s = float("nan")
        self.goal_epochs = float("nan")
        self.accuracy = 0.0
        self._since = time.perf_counter()

    def pause(self, epochs: float, accuracy: float, samples: int) -> bool:
        """Note a check that began at `stop`; tell whether the goal is reached."""
        self.accuracy, self.samples = accuracy, samples
        if accuracy >= GOAL and self.goal_s != self.goal_s:
            self.goal_s, self.goal_epochs = self.trained_s, epochs
        self._since = time.perf_counter()
        return accuracy >= GOAL

    def stop(self) -> None:
        """Stop counting; a check begins."""
        self.trained_s += time.perf_counter() - self._since

    def result(self) -> dict[str, float]:
        """Return all figures."""
        return {
            "goal_s": self.goal_s,
            "goal_epochs": self.goal_epochs,
            "final_accuracy": self.accuracy,
            "samples_per_s": self.samples / self.trained_s,
        }


def tutorial(data: Path) -> dict[str, float]:
    """Train as the tutorial's script does, until the goal is reached."""
    import keras

    with np.load(data) as mnist:
        x_train, y_train, x_test, y_test = (
            mnist[key] for key in ("x_train", "y_train", "x_test", "y_test")
        )
    x_train, x_test = (x[..., None].astype("float32") / 255 for x in (x_train, x_test))
    y_train, y_test = (keras.utils.to_categorical(y, 10) for y in (y_train, y_test))
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    watch = Stopwatch()
    check = _KerasCheck(watch, x_test, y_test.argmax(axis=1), len(x_train))
    model.fit(
        x_train,
        y_train,
        batch_size=128,
        epochs=TUTORIAL_EPOCHS,
        verbose=0,
        callbacks=[check.callback(model)],
    )
    return watch.result()


class _KerasCheck:
    """Reads the test pictures at every tenth of an epoch of `model.fit`."""

    def __init__(self, watch: Stopwatch, x: Array, y: Array, count: int) -> None:
        self._watch = watch
        self._x, self._y = x, y
        self._batches = -(-count // 128)
        self._done = 0

    def callback(self, model: Any) -> Any:  # noqa: ANN401 - Keras has no types
        import keras

        def on_batch(batch: int, logs: object) -> None:
            self._done += 1
            if self._done % (self._batches // CHECKS_PER_EPOCH):
                return
            self._watch.stop()
            parts = range(0, len(self._x), 1000)
            read = [model.predict_on_batch(self._x[i : i + 1000]) for i in parts]
            right = sum(
                (part.argmax(axis=1) == self._y[i : i + 1000]).sum()
                for i, part in zip(parts, read, strict=True)
            )
            epochs = self._done / self._batches
            accuracy = float(right / len(self._y))
            if self._watch.pause(epochs, accuracy, self._done * 128):
                model.stop_training = True

        return keras.callbacks.LambdaCallback(on_train_batch_end=on_batch)


def ours(data: Path) -> dict[str, float]:
    """Train by DigitDesk's defaults to their end."""
    from digitdesk.core.digit_data import Part
    from digitdesk.core.training_types import DataSource, SourceKind, TrainingConfig
    from digitdesk.ml.batches import Batches
    from digitdesk.ml.dataset import load_data
    from digitdesk.ml.learner import Learner
    from digitdesk.ml.schedule import rate_factor

    config = TrainingConfig(sources=(DataSource(SourceKind.MNIST, str(data)),))
    digits = load_data(config.sources, lambda task, fraction: None)
    test, train = digits.part(Part.TEST), digits.part(Part.TRAIN)
    learner = Learner(config)
    batches = Batches(train, config.batch_size, config.seed, augment=config.augment)
    total = config.epochs * len(batches)
    every = len(batches) // CHECKS_PER_EPOCH
    watch, done, samples = Stopwatch(), 0, 0
    for epoch in range(1, config.epochs + 1):
        for glyphs, labels in batches.epoch(epoch):
            factor = rate_factor(config.schedule, done / total)
            learner.step(glyphs, labels, config.learning_rate * factor)
            done += 1
            samples += len(labels)
            if done % every == 0 or done == total:
                watch.stop()
                accuracy = learner.evaluate(test).accuracy
                watch.pause(done / len(batches), accuracy, samples)
    return watch.result()


RECIPES = {"tutorial": tutorial, "ours": ours}


if __name__ == "__main__":
    sys.exit(main())
