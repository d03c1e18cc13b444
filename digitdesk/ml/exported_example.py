"""Name digits with this folder's network, and prove that it answers as it should.

Needs two packages:  pip install numpy ai-edge-litert
Run:                 python example.py
"""

import json
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
CARD = json.loads((HERE / "card.json").read_text("utf-8"))


def classify(glyphs: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the classes' probabilities, shape (n, classes).

    `glyphs` are bytes of shape (n, 28, 28): the ink is bright, fits a box of 20x20
    pixels, and its centre of mass lies at the picture's centre, as in MNIST.
    """
    interpreter = Interpreter(model_path=str(HERE / CARD["network"]))
    source = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(source, [len(glyphs), 28, 28, 1])
    interpreter.allocate_tensors()
    interpreter.set_tensor(source, glyphs[..., None].astype(np.float32) / 255)
    interpreter.invoke()
    outputs = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    outputs = outputs.astype(np.float64)
    if CARD["output"] == "probabilities":
        outputs = np.log(np.maximum(outputs, 1e-38))
    shares = np.exp((outputs - outputs.max(1, keepdims=True)) / CARD["temperature"])
    return np.asarray(shares / shares.sum(1, keepdims=True))


def main() -> int:
    """Compare this computer's answers with the golden ones; 0 if they agree."""
    golden = np.load(HERE / "golden.npz", allow_pickle=False)
    digits = classify(golden["glyphs"])[:, :10]
    digits /= digits.sum(1, keepdims=True)
    difference = np.abs(digits - golden["probabilities"]).max()
    sys.stdout.write(f"digits: {digits.argmax(1).tolist()}\n")
    sys.stdout.write(f"largest difference to the golden answers: {difference:.2e}\n")
    return 0 if difference < 1e-3 else 1


if __name__ == "__main__":
    sys.exit(main())
