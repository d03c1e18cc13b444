"""A real network file, small enough to know its answers by hand."""

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from digitdesk.core.types import F32


def linear_network(
    weights: F32, input_shape: tuple[int, ...] = (1, 28, 28, 1), inputs: int = 1
) -> bytes:
    """A real ``.tflite`` file of one fully connected layer, shape (classes, 784)."""
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT(), schema.BufferT()]
    model.buffers[1].data = np.frombuffer(weights.tobytes(), np.uint8)
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = (
        schema.BuiltinOperator.FULLY_CONNECTED
    )
    model.operatorCodes = [code]
    graph = schema.SubGraphT()
    classes = weights.shape[0]
    shapes = [input_shape, weights.shape, (1, classes), *[input_shape] * (inputs - 1)]
    graph.tensors = [_tensor(shape, int(i == 1)) for i, shape in enumerate(shapes)]
    graph.inputs = [0, *range(3, len(shapes))]
    graph.outputs = [2]
    layer = schema.OperatorT()
    layer.inputs, layer.outputs = [0, 1, -1], [2]
    layer.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
    layer.builtinOptions = schema.FullyConnectedOptionsT()
    graph.operators = [layer]
    model.subgraphs = [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(shape: tuple[int, ...], buffer: int) -> Any:
    tensor = schema.TensorT()
    tensor.shape = list(shape)
    tensor.type = schema.TensorType.FLOAT32
    tensor.buffer = buffer
    tensor.name = f"tensor{buffer}"
    return tensor
