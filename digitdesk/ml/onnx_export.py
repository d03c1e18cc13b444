"""Write a plain Keras network as ONNX. Needs the extra ``onnx``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from digitdesk.core.types import F32, GLYPH_SIZE
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.onnx_library import load_library

if TYPE_CHECKING:
    import keras

_OPSET = 17
_IR_VERSION = 8


def to_onnx(model: "keras.Model") -> bytes:
    """Return the content of an ``.onnx`` file.

    Its input ``glyphs`` is float32 of shape (n, 28, 28, 1) in [0, 1], as the Keras
    network's; its output is ``answers``.

    Parameters
    ----------
    model : keras.Model
        Layers one after the other, without branches.

    Raises
    ------
    ModelError
        If a layer has no counterpart here, or the package onnx is not installed.
    """
    onnx = load_library()
    graph = _Graph(onnx)
    # One channel: bringing it to the front moves nothing in memory.
    graph.add("Reshape", graph.constant(np.array([-1, 1, GLYPH_SIZE, GLYPH_SIZE])))
    for layer in model.layers:
        writer = _WRITERS.get(type(layer).__name__)
        if writer is None:
            raise ModelError(
                f"The layer “{type(layer).__name__}” cannot be written as ONNX."
            )
        writer(graph, layer)
    shape = [None, int(model.output_shape[-1])]
    return graph.finish(shape)


class _Graph:
    """A chain of ONNX nodes under construction; data lie as (n, channel, y, x)."""

    def __init__(self, onnx: Any) -> None:  # noqa: ANN401 - an optional package
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._last = "glyphs"

    def constant(self, values: np.ndarray[Any, Any]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(values, name))
        return name

    def add(self, kind: str, *constants: str, **attributes: object) -> None:
        output = f"value{len(self._nodes)}"
        node = self._onnx.helper.make_node(
            kind, [self._last, *constants], [output], **attributes
        )
        self._nodes.append(node)
        self._last = output

    def finish(self, shape: list[int | None]) -> bytes:
        helper, real = self._onnx.helper, self._onnx.TensorProto.FLOAT
        self._nodes[-1].output[0] = "answers"
        source = helper.make_tensor_value_info("glyphs", real, [None, 28, 28, 1])
        target = helper.make_tensor_value_info("answers", real, shape)
        graph = helper.make_graph(
            self._nodes, "digits", [source], [target], self._constants
        )
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(
            graph,
            opset_imports=[opset],
            ir_version=_IR_VERSION,
            producer_name="DigitDesk",
        )
        self._onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def _weights(layer: Any) -> list[F32]:  # noqa: ANN401 - Keras has no types
    return [np.asarray(weight, np.float32) for weight in layer.get_weights()]


def _write_nothing(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    """Leave out what only matters in training."""


def _write_convolution(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    kernel, *bias = _weights(layer)
    graph.add(
        "Conv",
        graph.constant(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))),
        *map(graph.constant, bias),
        strides=list(layer.strides),
        dilations=list(layer.dilation_rate),
        group=int(layer.groups),
        auto_pad="SAME_UPPER" if layer.padding == "same" else "VALID",
    )
    _write_activation(graph, layer)


def _write_dense(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    kernel, *bias = _weights(layer)
    graph.add("Gemm", graph.constant(kernel), *map(graph.constant, bias))
    _write_activation(graph, layer)


def _write_batch_norm(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    mean, variance = (np.asarray(v) for v in (layer.moving_mean, layer.moving_variance))
    scale = np.asarray(layer.gamma) if layer.scale else np.ones_like(mean)
    shift = np.asarray(layer.beta) if layer.center else np.zeros_like(mean)
    constants = [graph.constant(v) for v in (scale, shift, mean, variance)]
    graph.add("BatchNormalization", *constants, epsilon=float(layer.epsilon))


def _write_pool(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    graph.add(
        "MaxPool",
        kernel_shape=list(layer.pool_size),
        strides=list(layer.strides),
        auto_pad="SAME_UPPER" if layer.padding == "same" else "VALID",
    )


def _write_flatten(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    if len(layer.input.shape) == 4:
        graph.add("Transpose", perm=[0, 2, 3, 1])  # Keras flattens channels last
    graph.add("Flatten", axis=1)


def _write_relu(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    graph.add("Relu")


def _write_softmax(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    graph.add("Softmax", axis=-1)


def _write_activation(graph: _Graph, layer: Any) -> None:  # noqa: ANN401 - Keras
    name = layer.activation.__name__
    if name not in _ACTIVATIONS:
        raise ModelError(f"The activation “{name}” cannot be written as ONNX.")
    if _ACTIVATIONS[name]:
        graph.add(_ACTIVATIONS[name])


_ACTIVATIONS = {
    "linear": "",
    "relu": "Relu",
    "softmax": "Softmax",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
}

_WRITERS: dict[str, Callable[[_Graph, Any], None]] = {
    "InputLayer": _write_nothing,
    "Dropout": _write_nothing,
    "Conv2D": _write_convolution,
    "Dense": _write_dense,
    "BatchNormalization": _write_batch_norm,
    "MaxPooling2D": _write_pool,
    "Flatten": _write_flatten,
    "ReLU": _write_relu,
    "Softmax": _write_softmax,
    "Activation": _write_activation,
}
