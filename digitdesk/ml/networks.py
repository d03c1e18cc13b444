"""Build the networks that `digitdesk.core.networks` describes."""

from typing import TYPE_CHECKING, Any

from digitdesk.core.networks import NETWORKS, Layer, LayerKind
from digitdesk.core.training_types import NetworkName
from digitdesk.core.types import GLYPH_SIZE

if TYPE_CHECKING:
    import keras

_MOMENTUM = 0.9  # Keras' own 0.99 lags behind in trainings of few steps


def build(name: NetworkName) -> "keras.Model":
    """Return an untrained network; set Keras' random seed before.

    Returns
    -------
    keras.Model
        From float32 of shape (n, 28, 28, 1) in [0, 1] to (n, 10): probabilities if
        `ends_in_softmax`, logits otherwise.
    """
    import keras

    layers = [_keras_layer(keras.layers, layer) for layer in NETWORKS[name]]
    entry = keras.Input((GLYPH_SIZE, GLYPH_SIZE, 1))
    return keras.Sequential([entry, *layers], name=name.value)


def ends_in_softmax(name: NetworkName) -> bool:
    """Tell whether the network's outputs are probabilities rather than logits."""
    return NETWORKS[name][-1].kind is LayerKind.SOFTMAX


def _keras_layer(layers: Any, layer: Layer) -> Any:  # noqa: ANN401 - Keras has no types
    match layer.kind:
        case LayerKind.CONVOLUTION:
            return layers.Conv2D(
                layer.size,
                layer.kernel,
                strides=layer.stride,
                padding="same" if layer.padded else "valid",
                use_bias=layer.biased,
            )
        case LayerKind.BATCH_NORM:
            return layers.BatchNormalization(momentum=_MOMENTUM)
        case LayerKind.RELU:
            return layers.ReLU()
        case LayerKind.MAX_POOL:
            return layers.MaxPooling2D(layer.size)
        case LayerKind.DROPOUT:
            return layers.Dropout(layer.rate)
        case LayerKind.FLATTEN:
            return layers.Flatten()
        case LayerKind.DENSE:
            return layers.Dense(layer.size, use_bias=layer.biased)
        case LayerKind.SOFTMAX:
            return layers.Softmax()
