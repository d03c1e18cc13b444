"""Decide what goes into the bundle, and tell how large its parts are."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

QT_LIBRARIES = frozenset(
    {
        "Core",
        "DBus",
        "EglFSDeviceIntegration",
        "Gui",
        "OpenGL",
        "OpenGLWidgets",
        "Svg",
        "WaylandClient",
        "WaylandEglClientHwIntegration",
        "Widgets",
        "WlShellIntegration",
        "XcbQpa",
    }
)
"""Libraries of Qt that the window needs; the plugins' own needs are among them."""

QT_PLUGINS = frozenset(
    {
        "iconengines",
        "imageformats/qgif",
        "imageformats/qjpeg",
        "imageformats/qsvg",
        "imageformats/qwebp",
        "platforminputcontexts/composeplatforminputcontextplugin",
        "platforminputcontexts/ibusplatforminputcontextplugin",
        "platforms/qcocoa",
        "platforms/qoffscreen",
        "platforms/qwayland",
        "platforms/qwindows",
        "platforms/qxcb",
        "platformthemes/qxdgdesktopportal",
        "styles",
        "wayland-decoration-client",
        "wayland-graphics-integration-client/qt-plugin-wayland-egl",
        "wayland-shell-integration/xdg-shell",
    }
)
"""Folders of plugins, or single ones, that are kept."""

_QT_LIBRARY = re.compile(r"(?:lib)?Qt6?(\w+?)(?:\.so|\.dll|\.\d|\.dylib|$)")
_QT_PLUGIN = re.compile(r"(?:^|/)PySide6/(?:Qt/)?plugins/([^/]+)/(?:lib)?([^/.]+)")
_UNWANTED = re.compile(
    r"""
    (^|/)PySide6/(Qt/)?(translations|qml|resources|libexec|metatypes)/
    | ^tensorflow/(include|xla_aot_runtime_src)/
    # Loaded by nothing that learns, converts or exports.
    | ^tensorflow/compiler/mlir/stablehlo/
    | ^tensorflow/.*\.(h|hpp|cc|inc|proto|lib|pyi)$
    | ^(keras|tensorflow)/.*_test\.py$
    | ^onnx/(backend|test|reference)/
    """,
    re.VERBOSE,
)

_PARTS = (
    ("Qt", r"PySide6|shiboken6|libQt6|libpyside6|libshiboken6|libicu|Qt6"),
    (
        "TensorFlow",
        r"tensorflow|keras|h5py|ml_dtypes|optree|google|wrapt|rich|grpc|absl|libhdf5",
    ),
    ("OpenCV", r"cv2|opencv_python_headless"),
    ("NumPy and SciPy", r"numpy|scipy"),
    ("LiteRT", r"ai_edge_litert"),
    ("ONNX", r"onnx"),
    ("models and demo pages", r"(models|resources)/"),
)

_STRIPPED = ("tensorflow", "libpython")


def is_wanted(name: str) -> bool:
    """Tell whether a collected file goes into the bundle.

    Parameters
    ----------
    name : str
        Its path in the bundle, relative to the folder of all such files.
    """
    name = name.replace("\\", "/")
    if _UNWANTED.search(name):
        return False
    if plugin := _QT_PLUGIN.search(name):
        folder, stem = plugin.groups()
        return bool(QT_PLUGINS & {folder, f"{folder}/{stem}"})
    file = name.rpartition("/")[2]
    if library := _QT_LIBRARY.match(file):
        # Bindings (QtGui.abi3.so) go by what is imported.
        is_binding = not file.startswith(("lib", "Qt6"))
        return is_binding or library[1] in QT_LIBRARIES
    return True


def part_of(name: str) -> str:
    """Return the part of the program that a file in the bundle belongs to."""
    for part, pattern in _PARTS:
        if re.match(pattern, name):
            return part
    return "Python and the rest"


def sizes(bundle: Path) -> Counter[str]:
    """Return bytes by part; links count nothing."""
    inner = bundle / "_internal"
    totals: Counter[str] = Counter()
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink():
            base = inner if inner in path.parents else bundle
            name = path.relative_to(base).as_posix()
            totals[part_of(name)] += path.stat().st_size
    return totals


def size_table(bundle: Path) -> str:
    """Return the sizes as lines of text, largest first, in MB (millions of bytes)."""
    totals = sizes(bundle)
    rows = [*totals.most_common(), ("together", totals.total())]
    return "\n".join(f"{part:24}{size / 1e6:10.1f} MB" for part, size in rows)


def strip_symbols(bundle: Path) -> None:
    """Remove the names that only a debugger asks for from libraries that stand it.

    Those of other packages were rearranged after linking, which ``strip`` damages.
    """
    command = shutil.which("strip")
    if command is None:
        return
    inner = bundle / "_internal"
    for path in _libraries(inner):
        if path.relative_to(inner).as_posix().startswith(_STRIPPED):
            subprocess.run([command, "--strip-unneeded", path], check=True)


def remove_orphans(bundle: Path) -> None:
    """Remove libraries of the system that only parts which were left out needed."""
    command = shutil.which("objdump")
    if command is None:
        return
    inner = bundle / "_internal"
    needs = {path: _needs(command, path) for path in _libraries(inner)}
    # Python's own is loaded by name.
    system = {
        path
        for path in needs
        if path.parent == inner and not path.name.startswith("libpython")
    }
    while orphans := system - {inner / name for name in set().union(*needs.values())}:
        for path in orphans:
            path.unlink()
            del needs[path]
        system -= orphans


def _libraries(folder: Path) -> list[Path]:
    paths = folder.rglob("*.so*")
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _needs(command: str, library: Path) -> set[str]:
    done = subprocess.run(
        [command, "-p", library], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"^ +NEEDED +(\S+)", done.stdout, re.MULTILINE))
