import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bundle_parts import (
    is_wanted,
    part_of,
    remove_orphans,
    size_table,
    sizes,
    strip_symbols,
)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/QtGui.abi3.so",
        "PySide6\\Qt6Widgets.dll",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/lib/QtGui.framework/Versions/A/QtGui",
        "libQt6Svg.so.6",
        "models/digitdesk-small/network.tflite",
        "tensorflow/libtensorflow_cc.so.2",
        "tensorflow/python/_pywrap_tfe.so",
        "libpython3.11.so.1.0",
    ],
)
def test_what_the_program_needs_is_kept(name: str) -> None:
    assert is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "libQt6VirtualKeyboard.so.6",
        "PySide6\\Qt6Pdf.dll",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/plugins/sqldrivers/qsqlite.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "tensorflow/include/Eigen/Core",
        "tensorflow/lite/schema.h",
        "keras/src/backend/tensorflow/layer_test.py",
        "onnx/backend/test/data/node/test.pb",
    ],
)
def test_what_nobody_uses_is_left_out(name: str) -> None:
    assert not is_wanted(name)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("PySide6/QtCore.abi3.so", "Qt"),
        ("keras/src/__init__.py", "TensorFlow"),
        ("opencv_python_headless.libs/libaom.so", "OpenCV"),
        ("numpy.libs/libopenblas.so", "NumPy and SciPy"),
        ("ai_edge_litert/libLiteRt.so", "LiteRT"),
        ("models/digitdesk-small/card.json", "models and demo pages"),
        ("libpython3.11.so.1.0", "Python and the rest"),
    ],
)
def test_every_file_belongs_to_a_part(name: str, part: str) -> None:
    assert part_of(name) == part


def test_sizes_count_each_file_once(tmp_path: Path) -> None:
    inner = tmp_path / "_internal"
    (inner / "PySide6").mkdir(parents=True)
    (inner / "PySide6" / "libQt6Core.so.6").write_bytes(bytes(3_000_000))
    (inner / "libQt6Core.so.6").symlink_to("PySide6/libQt6Core.so.6")
    (tmp_path / "digitdesk").write_bytes(bytes(500_000))

    assert sizes(tmp_path) == {"Qt": 3_000_000, "Python and the rest": 500_000}
    lines = size_table(tmp_path).splitlines()
    assert [line.split()[-2] for line in lines] == ["3.0", "0.5", "3.5"]


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    """A bundle of real libraries: top needs used; chain needs lonely."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("making a library needs Linux and a C compiler")
    inner = tmp_path / "_internal"
    (inner / "package").mkdir(parents=True)

    def link(name: str, *needed: str) -> None:
        subprocess.run(
            [compiler, "-shared", "-Wl,--no-as-needed", "-o", name, *needed],
            cwd=inner,
            check=True,
        )

    link("libused.so")
    link("package/top.so", "libused.so")
    link("liblonely.so")
    link("libchain.so", "liblonely.so")
    link("libpython3.so")
    return tmp_path


def test_libraries_that_nothing_needs_are_removed(libraries: Path) -> None:
    remove_orphans(libraries)

    left = {path.name for path in libraries.rglob("*.so")}
    assert left == {"libused.so", "top.so", "libpython3.so"}


def test_names_for_debuggers_are_removed_where_that_is_safe(libraries: Path) -> None:
    inner = libraries / "_internal"
    before = {path: path.stat().st_size for path in inner.rglob("*.so")}

    strip_symbols(libraries)

    smaller = {path for path, size in before.items() if path.stat().st_size < size}
    assert smaller == {inner / "libpython3.so"}
