"""Models from elsewhere and for elsewhere; the first tests need no TensorFlow."""

import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from digitdesk.core.types import F32
from digitdesk.ml.exporting import export_model, golden_glyphs
from digitdesk.ml.importing import import_model
from digitdesk.ml.model_card import ModelError
from digitdesk.ml.predictor import Predictor
from digitdesk.ml.safe_keras import check_config, read_config
from tests.ml.linear_network import linear_network

MakeFolder = Callable[..., Path]

quiet = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.mark.parametrize("outputs", [10, 11])
def test_a_litert_file_gets_a_card(tmp_path: Path, weights: F32, outputs: int) -> None:
    file = tmp_path / "Mein Netz.tflite"
    file.write_bytes(linear_network(weights[:outputs]))

    folder = import_model(file, tmp_path / "models")

    predictor = Predictor.load(folder)
    assert folder.name == "mein-netz"
    assert len(predictor.card.classes) == outputs
    assert predictor.card.output == "logits"


def test_a_card_that_belongs_to_the_file_is_taken_along(
    tmp_path: Path, make_folder: MakeFolder
) -> None:
    source = make_folder(name="Linear", temperature=2.5)

    folder = import_model(source / "network.tflite", tmp_path / "models", "Neu")

    card = Predictor.load(folder).card
    assert (card.name, card.temperature) == ("Neu", 2.5)


def test_a_file_cut_in_half_is_refused(tmp_path: Path, weights: F32) -> None:
    content = linear_network(weights)
    (tmp_path / "half.tflite").write_bytes(content[: len(content) // 2])

    with pytest.raises(ModelError):
        import_model(tmp_path / "half.tflite", tmp_path / "models")

    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("name", "word"),
    [("net.txt", "imports .keras"), ("net.tflite", "cannot be read"),
     ("net.keras", "no file"), ("net.h5", "no file")],
)  # fmt: skip
def test_other_and_missing_files_are_refused(
    tmp_path: Path, name: str, word: str
) -> None:
    with pytest.raises(ModelError, match=word):
        import_model(tmp_path / name, tmp_path / "models")


LAMBDA = {"class_name": "Lambda", "config": {"function": "!"}, "module": "keras.layers"}
OWN = {"class_name": "Spy", "config": {}, "registered_name": "evil>Spy"}
FOREIGN = {"class_name": "Dense", "config": {}, "module": "os"}
CODE = {"class_name": "__lambda__", "config": {"value": "4w=="}}


def sequential(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": "x", "layers": [*layers]}}


@pytest.mark.parametrize(
    ("layer", "word"),
    [
        pytest.param(LAMBDA, "Lambda layer", id="lambda"),
        pytest.param(OWN, "evil>Spy", id="custom object"),
        pytest.param(FOREIGN, "Dense", id="foreign module"),
        pytest.param(CODE, "Lambda", id="function"),
        pytest.param(
            {"class_name": "Dense", "config": {"activation": CODE}},
            "Lambda",
            id="hidden function",
        ),
        pytest.param(
            {"class_name": "TFSMLayer", "config": {}}, "TFSMLayer", id="saved model"
        ),
    ],
)
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_code_in_a_model_file_is_refused_by_name(
    tmp_path: Path, layer: dict[str, Any], word: str, suffix: str
) -> None:
    file = tmp_path / f"net{suffix}"
    config = json.dumps(sequential(layer))
    if suffix == ".keras":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("config.json", config)
    else:
        with h5py.File(file, "w") as archive:
            archive.attrs["model_config"] = config

    with pytest.raises(ModelError, match=word):
        import_model(file, tmp_path / "models")


def test_plain_layers_pass() -> None:
    check_config(sequential({"class_name": "Dense", "config": {}}), "x")
    with pytest.raises(ModelError, match="no network"):
        check_config([], "x")


def test_pickles_and_strange_archives_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(pickle.dumps([1]))
    (tmp_path / "b.h5").write_bytes(b"\x89HDF\r\n\x1a\n cut")
    (tmp_path / "c.keras").write_bytes(b"PK cut")
    with zipfile.ZipFile(tmp_path / "d.keras", "w") as archive:
        archive.writestr("assets/run.py", "boom")

    with pytest.raises(ModelError, match="pickle"):
        read_config(tmp_path / "a.h5")
    for name in ("b.h5", "c.keras"):
        with pytest.raises(ModelError, match="damaged"):
            read_config(tmp_path / name)
    with pytest.raises(ModelError, match=r"assets/run.py"):
        read_config(tmp_path / "d.keras")


def test_golden_digits_are_always_the_same() -> None:
    np.testing.assert_array_equal(golden_glyphs(), golden_glyphs())
    assert golden_glyphs().shape == (20, 28, 28)


@pytest.mark.parametrize("output", ["logits", "probabilities"])
@pytest.mark.parametrize("outputs", [10, 11])
def test_an_exported_model_proves_itself_outside(
    tmp_path: Path, make_folder: MakeFolder, outputs: int, output: str
) -> None:
    source = make_folder(outputs=outputs, name="Für dich", temperature=1.7)

    folder = export_model(source, tmp_path / "out")
    run = subprocess.run(
        [sys.executable, "-I", folder / "example.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )

    assert folder.name == "für-dich"
    assert run.returncode == 0, run.stderr + run.stdout
    assert "digits: [" in run.stdout
    assert len(list((folder / "golden").glob("*.png"))) == 20


def test_the_example_notices_another_network(
    tmp_path: Path, make_folder: MakeFolder, weights: F32
) -> None:
    folder = export_model(make_folder(), tmp_path / "out")
    (folder / "network.tflite").write_bytes(linear_network(weights + 0.05 * weights**2))

    run = subprocess.run(
        [sys.executable, "-I", folder / "example.py"], capture_output=True, check=False
    )

    assert run.returncode == 1


def test_onnx_needs_a_keras_file(tmp_path: Path, make_folder: MakeFolder) -> None:
    with pytest.raises(ModelError, match="no Keras file"):
        export_model(make_folder(), tmp_path / "out", onnx=True)

    assert list((tmp_path / "out").iterdir()) == []


class TestWithKeras:
    pytestmark = quiet

    @pytest.fixture
    def tutorial(self) -> Any:
        """The tutorial's network with random weights."""
        from digitdesk.core.training_types import NetworkName
        from digitdesk.ml.networks import build

        return build(NetworkName.TUTORIAL)

    @staticmethod
    def answers(model: Any) -> F32:
        return np.asarray(model(golden_glyphs()[..., None] / np.float32(255)))

    @pytest.mark.parametrize("suffix", [".keras", ".h5"])
    def test_the_tutorials_files_are_imported(
        self,
        tmp_path: Path,
        tutorial: Any,
        suffix: str,
        expect_log: Callable[[str], None],
    ) -> None:
        if suffix == ".h5":
            expect_log("HDF5")
        tutorial.compile("adadelta", "categorical_crossentropy", metrics=["accuracy"])
        file = tmp_path / f"mnist{suffix}"
        tutorial.save(file)

        folder = import_model(file, tmp_path / "models")

        predictor = Predictor.load(folder)
        assert predictor.card.output == "probabilities"
        answered = predictor.classify(golden_glyphs()).probabilities
        np.testing.assert_allclose(answered, self.answers(tutorial), atol=1e-4)

    def test_flat_inputs_are_fed_too(self, tmp_path: Path) -> None:
        import keras

        layers = [keras.Input((784,)), keras.layers.Dense(10, activation="softmax")]
        model = keras.Sequential(layers)
        model.save(tmp_path / "flat.keras")

        folder = import_model(tmp_path / "flat.keras", tmp_path / "models")

        flat = golden_glyphs().reshape(20, 784) / np.float32(255)
        answered = Predictor.load(folder).classify(golden_glyphs()).probabilities
        np.testing.assert_allclose(answered, np.asarray(model(flat)), atol=1e-4)

    def test_colour_pictures_are_refused(self, tmp_path: Path) -> None:
        import keras

        layers = [keras.Input((32, 32, 3)), keras.layers.Flatten()]
        keras.Sequential([*layers, keras.layers.Dense(10)]).save(tmp_path / "c.keras")

        with pytest.raises(ModelError, match="one grey picture of 28x28"):
            import_model(tmp_path / "c.keras", tmp_path / "models")

    @pytest.mark.parametrize("name", ["small", "tutorial"])
    def test_onnx_there_and_back(self, tmp_path: Path, name: str) -> None:
        runtime = pytest.importorskip("onnxruntime")
        from digitdesk.core.training_types import NetworkName
        from digitdesk.ml.networks import build
        from digitdesk.ml.onnx_export import to_onnx

        model = build(NetworkName(name))
        content = to_onnx(model)
        (tmp_path / "net.onnx").write_bytes(content)
        folder = import_model(tmp_path / "net.onnx", tmp_path / "models")

        expected = self.answers(model)
        glyphs = golden_glyphs()[..., None] / np.float32(255)
        [outside] = runtime.InferenceSession(content).run(None, {"glyphs": glyphs})
        np.testing.assert_allclose(outside, expected, atol=1e-4)
        answered = Predictor.load(folder).classify(golden_glyphs()).probabilities
        shares = np.exp(expected) / np.exp(expected).sum(axis=1, keepdims=True)
        wanted = expected if name == "tutorial" else shares
        np.testing.assert_allclose(answered, wanted, atol=1e-4)

    def test_other_onnx_operations_are_named(self, tmp_path: Path) -> None:
        onnx = pytest.importorskip("onnx")
        helper, real = onnx.helper, onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            [helper.make_node("Erf", ["x"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", real, [1, 784])],
            [helper.make_tensor_value_info("y", real, [1, 784])],
        )
        file = tmp_path / "net.onnx"
        file.write_bytes(helper.make_model(graph).SerializeToString())

        with pytest.raises(ModelError, match="“Erf”"):
            import_model(file, tmp_path / "models")
        file.write_bytes(b"no onnx")
        with pytest.raises(ModelError, match="damaged"):
            import_model(file, tmp_path / "models")
