"""Checks of a built bundle: ``DIGITDESK_BUNDLE=dist/digitdesk pytest -m bundle``."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digitdesk.core.messages import decode_event, encode_job
from digitdesk.core.training_types import EpochReport, TrainingOutcome
from digitdesk.ml.model_card import ModelCard
from tests.written_digits import saved_digits, small_job

pytestmark = [
    pytest.mark.bundle,
    pytest.mark.skipif(
        not os.environ.get("DIGITDESK_BUNDLE"),
        reason="DIGITDESK_BUNDLE does not name a built bundle (docs/bundle.md)",
    ),
]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "resources" / "demo" / "ten-digits.png"
TIMEOUT_S = 300

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="looks into Linux's files about processes"
)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle in a folder with a space and an umlaut in its name."""
    built = Path(os.environ["DIGITDESK_BUNDLE"]).absolute()
    moved = tmp_path_factory.mktemp("bundle") / "Zähler $1 & 100% Ziffern"
    shutil.copytree(built, moved, symlinks=True, copy_function=_link_or_copy)
    return moved


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # the folder for scratch files is on another disk
        shutil.copy2(source, target, follow_symlinks=False)


@pytest.fixture(scope="module")
def program(bundle: Path) -> Path:
    windows = sys.platform == "win32"
    return bundle / ("digitdesk-cli.exe" if windows else "digitdesk")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment that leads to no Python and no source tree."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "LD_", "QT_", "DIGITDESK"))
    }
    return {
        **kept,
        "DIGITDESK_HOME": str(tmp_path / "home"),
        "QT_QPA_PLATFORM": "offscreen",
    }


@pytest.fixture
def run(program: Path, environment: dict[str, str], tmp_path: Path) -> Run:
    """Run the bundle's program, from a folder where nothing of it is."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *map(str, arguments)],
            capture_output=True,
            cwd=tmp_path,
            encoding="utf-8",
            env=environment,
            timeout=TIMEOUT_S,
            check=False,
        )

    return run


def test_the_smoke_test_passes(run: Run) -> None:
    done = run("--smoke-test")

    assert (done.returncode, done.stderr) == (0, "")
    assert "right" in done.stdout


def test_it_reads_pictures(run: Run) -> None:
    done = run("read", PAGE)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["01234", "56789"]


def test_without_a_locale_names_stay_right(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "Übung.png"
    shutil.copy(PAGE, page)
    environment["LC_ALL"] = "C"

    done = run("read", "--json", page, tmp_path / "fehlt äöü.png")

    assert done.returncode == 1
    assert "01234" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_trained_network_can_be_used_and_given_away(
    run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    data = saved_digits(tmp_path, 800).path
    trained = run(
        *("train", "--data", data, "--network", "tiny", "--epochs", "2"),
        *("--name", "Kleine Übung", "--augment"),
    )
    assert trained.returncode == 0, trained.stderr
    # TensorFlow says so if it cannot see the source of what it compiles.
    assert "AutoGraph" not in trained.stderr
    model = Path(trained.stdout.splitlines()[-1])
    assert Path(environment["DIGITDESK_HOME"]) in model.parents
    assert ModelCard.load(model).name == "Kleine Übung"

    read = run("read", "--single", "--model", model, PAGE)
    assert (read.returncode, read.stderr) == (0, "")

    given = run("models", "export", model.name, tmp_path / "away", "--onnx")
    assert given.returncode == 0, given.stderr
    away = tmp_path / "away" / model.name
    files = {path.name for path in away.iterdir()}
    assert {"network.onnx", "network.keras", "example.py"} <= files

    for file in ("network.onnx", "network.keras"):
        taken = run("models", "import", away / file, "--name", file)
        assert taken.returncode == 0, taken.stderr


def test_the_training_program_is_inside(
    program: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with subprocess.Popen(
        [program, "--train-child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(encode_job(small_job(tmp_path, epochs=2)))
        child.stdin.flush()
        # Its output carries events and nothing else; another line would raise.
        events = [decode_event(line) for line in child.stdout]
        assert child.wait(TIMEOUT_S) == 0

    assert [e.epoch for e in events if isinstance(e, EpochReport)] == [1, 2]
    outcome = events[-1]
    assert isinstance(outcome, TrainingOutcome)
    assert outcome.was_successful(), outcome.message


@pytest.fixture
def window(
    program: Path, environment: dict[str, str], tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The program with its window open and the first picture read."""
    with subprocess.Popen([program], cwd=tmp_path, env=environment) as process:
        try:
            _wait_for_log(environment, "First reading")
            yield process
        finally:
            process.terminate()
    assert process.returncode == 0


def _wait_for_log(environment: dict[str, str], words: str) -> None:
    path = Path(environment["DIGITDESK_HOME"]) / "log" / "digitdesk.log"
    end_s = time.monotonic() + TIMEOUT_S
    while not path.exists() or words not in path.read_text("utf-8"):
        assert time.monotonic() < end_s, f"'{words}' never came"
        time.sleep(0.1)  # nothing tells when another program writes


@linux_only
def test_the_window_takes_nothing_from_outside_and_no_tensorflow(
    window: subprocess.Popen[bytes], bundle: Path
) -> None:
    mapped = Path(f"/proc/{window.pid}/maps").read_text("utf-8")
    files = set(re.findall(r"(/.*)$", mapped, re.MULTILINE))

    foreign = {
        file
        for file in files
        if not file.startswith((str(bundle), "/usr/", "/lib", "/etc/", "/dev/", "/mem"))
        and "/fontconfig/" not in file  # lists of the fonts that this system has
    }
    assert foreign == set()
    assert any("PySide6" in file for file in files)
    assert not any("tensorflow" in file for file in files)


@linux_only
def test_every_library_of_qt_finds_what_it_needs(bundle: Path) -> None:
    inner = bundle / "_internal"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(inner)}
    libraries = sorted((inner / "PySide6").rglob("*.so*"))
    assert len(libraries) > 10

    done = subprocess.run(
        ["ldd", *libraries], capture_output=True, text=True, env=environment, check=True
    )

    missing = set(
        re.findall(r"(lib(?:Qt6|icu|pyside|shiboken)\S*) => not", done.stdout)
    )
    assert missing == set()


@pytest.mark.parametrize(
    "name",
    ["WebEngine", "Qml", "Quick", "3D", "Pdf", "Sql", "Designer", "VirtualKeyboard"],
)
def test_unused_parts_of_qt_are_left_out(bundle: Path, name: str) -> None:
    assert list(bundle.rglob(f"*Qt6{name}*")) == []


@pytest.mark.parametrize(
    "pattern", ["tensorflow/include", "*.h", "translations", "*_test.py"]
)
def test_unused_files_are_left_out(bundle: Path, pattern: str) -> None:
    assert list(bundle.rglob(pattern)) == []


def desktop_command(entry: Path) -> list[str]:
    """Return the command of a desktop entry as the specification expands it."""
    line = re.search(r"^Exec=(.*)$", entry.read_text("utf-8"), re.MULTILINE)
    assert line
    value = line[1].replace(r"\\", "\\")
    codes = {"%k": str(entry), "%%": "%"}
    words = [
        re.sub(r"\\(.)", r"\1", quoted) or plain
        for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    ]
    return [re.sub("%.", lambda code: codes[code[0]], word) for word in words]


@linux_only
@pytest.mark.parametrize("installed", [False, True], ids=["in place", "installed"])
def test_the_desktop_entry_starts_the_program(
    bundle: Path, environment: dict[str, str], tmp_path: Path, installed: bool
) -> None:
    entry = bundle / "digitdesk.desktop"
    if installed:
        environment["XDG_DATA_HOME"] = str(tmp_path / "share")
        subprocess.run(
            ["sh", bundle / "install.sh"], cwd=tmp_path, env=environment, check=True
        )
        entry = tmp_path / "share" / "applications" / "digitdesk.desktop"
        assert list((tmp_path / "share" / "icons").rglob("digitdesk.svg"))
    environment["DIGITDESK_QUIT_AFTER_S"] = "1"

    done = subprocess.run(
        desktop_command(entry),
        cwd=tmp_path,
        env=environment,
        timeout=TIMEOUT_S,
        check=False,
    )

    assert done.returncode == 0
    _wait_for_log(environment, "Window painted")
