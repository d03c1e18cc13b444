"""Train in 16 bits where the processor can, and keep the network in 32."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def add_precision(parser: argparse.ArgumentParser) -> None:
    """Add the choice to a training's command line."""
    parser.add_argument(
        "--bfloat16", action="store_true",
        help="compute in 16 bits: faster on processors that have instructions for it",
    )  # fmt: skip


def choose_precision(options: argparse.Namespace) -> None:
    """Follow what was chosen, for all networks that are built from now on."""
    if options.bfloat16:
        import keras

        keras.config.set_dtype_policy("mixed_bfloat16")


def float32_copy(
    model: "keras.Model", build: Callable[[], "keras.Model"]
) -> "keras.Model":
    """Copy a network that may compute in 16 bits into one that does not.

    Parameters
    ----------
    model : keras.Model
        Its weights are kept in 32 bits in any case.
    build : callable
        Builds the same network anew.

    Returns
    -------
    keras.Model
        Computes in 32 bits, with the same weights.
    """
    import keras

    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        copy = build()
    finally:
        keras.config.set_dtype_policy(policy)
    copy.set_weights(model.get_weights())
    return copy
