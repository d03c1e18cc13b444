import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitdesk.core.types import F32, U8
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.predictor import Predictor
from tests.ml.linear_network import linear_network

MakeFolder = Callable[..., Path]


def some_glyphs(count: int) -> U8:
    shape = (count, 28, 28)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = exponents / exponents.sum(axis=1, keepdims=True)
    return shares


@pytest.mark.parametrize("count", [1, 2, 3, 10, 16, 17, 50])
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_scores_are_the_networks(
    count: int, temperature: float, make_folder: MakeFolder, weights: F32
) -> None:
    predictor = Predictor.load(make_folder(temperature=temperature))
    glyphs = some_glyphs(count)

    scores = predictor.classify(glyphs)

    flat = glyphs.reshape(count, -1) / 255.0
    classes = softmax(flat @ weights.T.astype(float) / temperature)
    digits = classes[:, :10] / classes[:, :10].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(scores.probabilities, digits, atol=1e-5)
    np.testing.assert_allclose(scores.not_digit, classes[:, 10], atol=1e-5)
    assert predictor.reject_threshold == 0.25


def test_a_network_without_reject_class_doubts_by_its_best_digit(
    make_folder: MakeFolder,
) -> None:
    scores = Predictor.load(make_folder(outputs=10)).classify(some_glyphs(5))

    np.testing.assert_allclose(
        scores.not_digit, 1 - scores.probabilities.max(axis=1), atol=1e-6
    )


def test_probabilities_are_taken_as_they_are(make_folder: MakeFolder) -> None:
    rows = np.full((10, 784), 0.1, np.float32)
    rows[3] = 0.4
    ink = np.zeros((1, 28, 28), np.uint8)
    ink[0, 10, 10] = 255
    folder = make_folder(linear_network(rows), outputs=10, output="probabilities")

    scores = Predictor.load(folder).classify(ink)

    assert scores.probabilities[0, 3] == pytest.approx(0.4 / 1.3)


def test_a_certain_not_digit_still_has_ten_probabilities(
    make_folder: MakeFolder,
) -> None:
    rows = np.zeros((11, 784), np.float32)
    rows[10] = 100
    rows[4] = 1
    glyph = np.full((1, 28, 28), 255, np.uint8)

    scores = Predictor.load(make_folder(linear_network(rows))).classify(glyph)

    assert scores.not_digit[0] == 1
    assert scores.probabilities[0].sum() == pytest.approx(1)
    assert scores.probabilities[0].argmax() == 4


def test_no_glyphs_give_no_scores(make_folder: MakeFolder) -> None:
    scores = Predictor.load(make_folder()).classify(some_glyphs(0))

    assert scores.probabilities.shape == (0, 10)
    assert scores.not_digit.shape == (0,)


@pytest.mark.parametrize(
    "glyphs",
    [
        pytest.param(np.zeros((2, 28, 27), np.uint8), id="shape"),
        pytest.param(np.zeros((28, 28), np.uint8), id="single"),
        pytest.param(np.zeros((1, 28, 28), np.float32), id="dtype"),
    ],
)
def test_other_arrays_are_refused(glyphs: U8, make_folder: MakeFolder) -> None:
    with pytest.raises(ValueError, match="glyphs must be uint8"):
        Predictor.load(make_folder()).classify(glyphs)


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        pytest.param(b"", "is damaged, or it is no network", id="empty"),
        pytest.param(b"garbage" * 500, "is damaged, or it is no network", id="garbage"),
        pytest.param(
            linear_network(np.zeros((11, 784), np.float32))[:2000],
            "is damaged, or it is no network",
            id="cut off",
        ),
        pytest.param(
            linear_network(np.zeros((7, 784), np.float32)),
            r"answer has the shape \[1, 7\]",
            id="seven classes",
        ),
        pytest.param(
            linear_network(np.zeros((11, 1024), np.float32), (1, 32, 32, 1)),
            r"wants input of shape \[1, 32, 32, 1\]",
            id="other input",
        ),
        pytest.param(
            linear_network(np.zeros((11, 784), np.float32), inputs=2),
            "must have one input",
            id="two inputs",
        ),
        pytest.param(
            linear_network(np.full((11, 784), np.nan, np.float32)),
            "answers with no numbers",
            id="not a number",
        ),
    ],
)
def test_a_bad_network_is_refused_on_loading(
    network: bytes, sentence: str, make_folder: MakeFolder
) -> None:
    with pytest.raises(ModelError, match=sentence) as caught:
        Predictor.load(make_folder(network))
    assert "Flatbuffer" not in str(caught.value)


def test_threads_may_share_a_predictor(make_folder: MakeFolder) -> None:
    predictor = Predictor.load(make_folder())
    glyphs = some_glyphs(21)
    expected = predictor.classify(glyphs).probabilities
    answers: list[F32] = []

    def work() -> None:
        for _ in range(20):
            answers.append(predictor.classify(glyphs).probabilities)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 80
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)


def test_the_greeting_of_litert_is_dropped_and_nothing_else(
    make_folder: MakeFolder,
) -> None:
    script = (
        "import sys, os; from pathlib import Path\n"
        "from digitdesk.ml.predictor import Predictor\n"
        "from digitdesk.ml.quiet import quiet_first_interpreter\n"
        "with quiet_first_interpreter():\n"
        "    os.write(2, b'kept\\n')\n"
        "    Predictor.load(Path(sys.argv[1]))\n"
        "os.write(2, b'after\\n')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(make_folder())],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == "kept\nafter\n"
