"""The networks that can be trained, described without TensorFlow.

The description is what the window shows as a layer table and what
`digitdesk.ml.networks` builds; both therefore always agree.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import prod

from digitdesk.core.training_types import NetworkName
from digitdesk.core.types import GLYPH_SIZE

CLASSES = 10


class LayerKind(StrEnum):
    """What a layer does."""

    CONVOLUTION = "convolution"
    BATCH_NORM = "batch_norm"
    RELU = "relu"
    MAX_POOL = "max_pool"
    DROPOUT = "dropout"
    FLATTEN = "flatten"
    DENSE = "dense"
    SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a network without branches.

    Attributes
    ----------
    kind : LayerKind
        What it does.
    size : int
        Filters of a convolution, units of a dense layer, side of a pool in pixels.
    kernel, stride : int
        Of a convolution, in pixels.
    padded : bool
        Whether a convolution keeps the border by adding zeros.
    biased : bool
        Whether a convolution or dense layer adds a bias.
    rate : float
        Share of dropped values, 0 to 1.
    """

    kind: LayerKind
    size: int = 0
    kernel: int = 3
    stride: int = 1
    padded: bool = False
    biased: bool = True
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of the layer table; `shape` is without the batch's axis."""

    name: str
    shape: tuple[int, ...]
    weights: int


def _convolution(size: int, kernel: int = 3, stride: int = 1) -> tuple[Layer, ...]:
    """Return a convolution with batch norm, which makes its own bias needless."""
    return (
        Layer(
            kind=LayerKind.CONVOLUTION,
            size=size,
            kernel=kernel,
            stride=stride,
            padded=True,
            biased=False,
        ),
        Layer(kind=LayerKind.BATCH_NORM),
        Layer(kind=LayerKind.RELU),
    )


_FLATTEN = Layer(kind=LayerKind.FLATTEN)
_RELU = Layer(kind=LayerKind.RELU)
_SOFTMAX = Layer(kind=LayerKind.SOFTMAX)

NETWORKS: dict[NetworkName, tuple[Layer, ...]] = {
    # Strides instead of pools, and few channels while the picture is large: most of
    # the accuracy of the tutorial's network for about a fifth of its multiplications.
    NetworkName.SMALL: (
        *_convolution(24, kernel=5, stride=2),
        *_convolution(32),
        *_convolution(48, stride=2),
        *_convolution(64, stride=2),
        _FLATTEN,
        Layer(kind=LayerKind.DENSE, size=CLASSES),
    ),
    NetworkName.TUTORIAL: (
        Layer(kind=LayerKind.CONVOLUTION, size=32),
        _RELU,
        Layer(kind=LayerKind.CONVOLUTION, size=64),
        _RELU,
        Layer(kind=LayerKind.MAX_POOL, size=2),
        Layer(kind=LayerKind.DROPOUT, rate=0.25),
        _FLATTEN,
        Layer(kind=LayerKind.DENSE, size=128),
        _RELU,
        Layer(kind=LayerKind.DROPOUT, rate=0.5),
        Layer(kind=LayerKind.DENSE, size=CLASSES),
        _SOFTMAX,
    ),
    NetworkName.TINY: (
        *_convolution(8, kernel=5, stride=2),
        *_convolution(16, stride=2),
        Layer(kind=LayerKind.MAX_POOL, size=2),
        _FLATTEN,
        Layer(kind=LayerKind.DENSE, size=CLASSES),
    ),
    NetworkName.MLP: (
        _FLATTEN,
        Layer(kind=LayerKind.DENSE, size=128),
        _RELU,
        Layer(kind=LayerKind.DENSE, size=CLASSES),
        _SOFTMAX,
    ),
}
"""Each network's layers, from the 28x28 picture to ten outputs."""


def layer_table(layers: tuple[Layer, ...]) -> tuple[LayerRow, ...]:
    """Return each layer's name, output shape and number of weights."""
    shape: tuple[int, ...] = (GLYPH_SIZE, GLYPH_SIZE, 1)
    rows = []
    for layer in layers:
        weights = _weights(layer, shape)
        shape = _output_shape(layer, shape)
        rows.append(LayerRow(_name(layer), shape, weights))
    return tuple(rows)


def _output_shape(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
    match layer.kind:
        case LayerKind.CONVOLUTION:
            lost = 0 if layer.padded else layer.kernel - 1
            height, width = (
                (side - lost - 1) // layer.stride + 1 for side in shape[:2]
            )
            return (height, width, layer.size)
        case LayerKind.MAX_POOL:
            return (shape[0] // layer.size, shape[1] // layer.size, shape[2])
        case LayerKind.FLATTEN:
            return (prod(shape),)
        case LayerKind.DENSE:
            return (layer.size,)
        case _:
            return shape


def _weights(layer: Layer, shape: tuple[int, ...]) -> int:
    bias = layer.size if layer.biased else 0
    match layer.kind:
        case LayerKind.CONVOLUTION:
            return layer.kernel**2 * shape[-1] * layer.size + bias
        case LayerKind.DENSE:
            return shape[-1] * layer.size + bias
        case LayerKind.BATCH_NORM:
            return 4 * shape[-1]  # scale, shift, running mean and variance
        case _:
            return 0


def _name(layer: Layer) -> str:
    match layer.kind:
        case LayerKind.CONVOLUTION:
            side = f"{layer.kernel}x{layer.kernel}"
            step = f", step {layer.stride}" if layer.stride > 1 else ""
            return f"Convolution {layer.size} ({side}{step})"
        case LayerKind.MAX_POOL:
            return f"Max pooling {layer.size}x{layer.size}"
        case LayerKind.DROPOUT:
            return f"Dropout {layer.rate:.0%}"
        case LayerKind.DENSE:
            return f"Dense {layer.size}"
        case kind:
            return _PLAIN_NAMES[kind]


_PLAIN_NAMES = {
    LayerKind.BATCH_NORM: "Batch normalisation",
    LayerKind.RELU: "ReLU",
    LayerKind.FLATTEN: "Flatten",
    LayerKind.SOFTMAX: "Softmax",
}
