"""The optional package onnx."""

from typing import Any

from digitdesk.ml.model_card import ModelError


def load_library() -> Any:  # noqa: ANN401 - an optional package
    """Return the package onnx.

    Raises
    ------
    ModelError
        If it is not installed.
    """
    try:
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
    except ImportError as error:
        raise ModelError(
            "ONNX files need the package onnx, which is not installed: "
            "pip install 'digitdesk[onnx]'."
        ) from error
    return onnx
