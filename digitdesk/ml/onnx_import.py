"""Rebuild an ONNX network of plain layers in Keras. Needs the extra ``onnx``."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from digitdesk.core.types import GLYPH_SIZE
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.onnx_library import load_library

if TYPE_CHECKING:
    import keras

_Attributes = dict[str, Any]
_SIDES = (GLYPH_SIZE, GLYPH_SIZE)


def load_onnx(content: bytes, name: str) -> "keras.Model":
    """Return a Keras network that answers as the ONNX network does.

    Parameters
    ----------
    content : bytes
        Of the ``.onnx`` file. Its one input is a picture of 28x28 in [0, 1], in any
        of the usual shapes.
    name : str
        What an error message calls the file.

    Raises
    ------
    ModelError
        If it is damaged or has an operation other than those of plain networks.
    """
    onnx = load_library()
    try:
        model = onnx.load_model_from_string(content)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf and the checker have errors of their own
        raise ModelError(f"“{name}” is damaged or no ONNX model.") from error
    _check_operations(model.graph, name)
    try:
        return _build(onnx, model.graph)
    except ModelError:
        raise
    except Exception as error:  # shapes that do not fit each other, and the like
        raise ModelError(f"“{name}” cannot be rebuilt: {error}") from error


def _check_operations(graph: Any, name: str) -> None:  # noqa: ANN401 - onnx
    for node in graph.node:
        if node.domain not in ("", "ai.onnx") or node.op_type not in _OPERATIONS:
            raise ModelError(
                f"“{name}” uses the ONNX operation “{node.op_type}”, which DigitDesk "
                "does not import."
            )


def _build(onnx: Any, graph: Any) -> "keras.Model":  # noqa: ANN401 - onnx
    import keras

    constants = {c.name: onnx.numpy_helper.to_array(c) for c in graph.initializer}
    [source] = [entry for entry in graph.input if entry.name not in constants]
    entry = keras.Input((*_SIDES, 1))
    shape = [d.dim_value for d in source.type.tensor_type.shape.dim][1:]
    values: dict[str, Any] = {**constants, source.name: _shaped(entry, shape)}
    for node in graph.node:
        attributes = {
            a.name: onnx.helper.get_attribute_value(a) for a in node.attribute
        }
        inputs = [values[name] for name in node.input if name]
        values[node.output[0]] = _OPERATIONS[node.op_type](onnx, inputs, attributes)
    return keras.Model(entry, values[graph.output[0].name])


def _shaped(entry: Any, shape: Sequence[int]) -> Any:  # noqa: ANN401 - tensors
    if int(np.prod(shape)) != GLYPH_SIZE**2:
        raise ModelError(
            f"The network takes input of the shape {list(shape)}; DigitDesk needs one "
            "grey picture of 28x28."
        )
    return _ops().reshape(entry, (-1, *shape))


def _ops() -> Any:  # noqa: ANN401 - Keras has no types
    import keras

    return keras.ops


def _convolution(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    ops, (x, kernel, *bias) = _ops(), inputs
    if attributes.get("group", 1) != 1:
        raise ModelError("Grouped convolutions cannot be imported.")
    x, padding = _padded(_channels_last(x), attributes, 0.0)
    y = ops.conv(
        x,
        np.asarray(kernel).transpose(2, 3, 1, 0),
        strides=tuple(attributes.get("strides", (1, 1))),
        padding=padding,
        dilation_rate=tuple(attributes.get("dilations", (1, 1))),
        data_format="channels_last",
    )
    return _channels_first(y + bias[0] if bias else y)


def _pool(kind: str) -> Callable[..., Any]:
    def pool(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
        pads_mean = kind == "average_pool" and any(attributes.get("pads", ()))
        if attributes.get("ceil_mode", 0) or pads_mean:
            raise ModelError("Pools with this kind of border cannot be imported.")
        x, padding = _padded(_channels_last(inputs[0]), attributes, -np.inf)
        y = getattr(_ops(), kind)(
            x,
            tuple(attributes["kernel_shape"]),
            strides=tuple(attributes.get("strides", (1, 1))),
            padding=padding,
            data_format="channels_last",
        )
        return _channels_first(y)

    return pool


def _padded(x: Any, attributes: _Attributes, value: float) -> tuple[Any, str]:  # noqa: ANN401 - tensors
    automatic = attributes.get("auto_pad", b"NOTSET")
    if automatic == b"SAME_UPPER":
        return x, "same"
    if automatic == b"SAME_LOWER":
        raise ModelError("Borders of the kind SAME_LOWER cannot be imported.")
    top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
    if not any((top, left, bottom, right)):
        return x, "valid"
    sides = ((0, 0), (top, bottom), (left, right), (0, 0))
    return _ops().pad(x, sides, constant_values=value), "valid"


def _channels_last(x: Any) -> Any:  # noqa: ANN401 - tensors
    return _ops().transpose(x, (0, 2, 3, 1))


def _channels_first(x: Any) -> Any:  # noqa: ANN401 - tensors
    return _ops().transpose(x, (0, 3, 1, 2))


def _batch_norm(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    x, scale, shift, mean, variance = inputs
    factor = np.asarray(scale) / np.sqrt(variance + attributes.get("epsilon", 1e-5))
    shape = (1, -1) + (1,) * (len(x.shape) - 2)
    return x * factor.reshape(shape) + (shift - mean * factor).reshape(shape)


def _gemm(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    x, kernel, *bias = inputs
    if attributes.get("transA", 0):
        raise ModelError("A transposed matrix cannot be imported.")
    kernel = kernel.T if attributes.get("transB", 0) else kernel
    y = _ops().matmul(x, kernel) * attributes.get("alpha", 1.0)
    return y + bias[0] * attributes.get("beta", 1.0) if bias else y


def _reshape(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    x, wanted = inputs[0], np.asarray(inputs[1]).tolist()
    # The batch's axis must stay free, whatever number was written there.
    inner = [x.shape[i] if side == 0 else side for i, side in enumerate(wanted)][1:]
    if -1 in inner:
        rest = int(np.prod([side for side in inner if side != -1]))
        inner[inner.index(-1)] = int(np.prod(x.shape[1:])) // rest
    return _ops().reshape(x, (-1, *inner))


def _flatten(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    if attributes.get("axis", 1) != 1:
        raise ModelError("Only the batch's axis may be kept by Flatten.")
    return _ops().reshape(inputs[0], (-1, int(np.prod(inputs[0].shape[1:]))))


def _simple(name: str) -> Callable[..., Any]:
    def apply(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
        return getattr(_ops(), name)(*inputs)

    return apply


def _same(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    return inputs[0]


def _constant(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    return onnx.numpy_helper.to_array(attributes["value"])


def _transpose(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    return _ops().transpose(inputs[0], tuple(attributes["perm"]))


def _mean_of_picture(onnx: Any, inputs: list[Any], attributes: _Attributes) -> Any:  # noqa: ANN401 - tensors
    return _ops().mean(inputs[0], axis=(2, 3), keepdims=True)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": _simple("add"),
    "AveragePool": _pool("average_pool"),
    "BatchNormalization": _batch_norm,
    "Constant": _constant,
    "Conv": _convolution,
    "Div": _simple("divide"),
    "Dropout": _same,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _mean_of_picture,
    "Identity": _same,
    "LogSoftmax": _simple("log_softmax"),
    "MatMul": _simple("matmul"),
    "MaxPool": _pool("max_pool"),
    "Mul": _simple("multiply"),
    "Relu": _simple("relu"),
    "Reshape": _reshape,
    "Sigmoid": _simple("sigmoid"),
    "Softmax": _simple("softmax"),
    "Sub": _simple("subtract"),
    "Tanh": _simple("tanh"),
    "Transpose": _transpose,
}
