import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = {
    "ai_edge_litert",
    "keras",
    "pyqtgraph",
    "scipy",
    "skimage",
    "tensorflow",
}
QT = {"PySide6", "shiboken6"}


def imported_by(statement: str) -> set[str]:
    """Names of the top-level packages that a fresh Python loads for a statement."""
    script = f"import json, sys\n{statement}\nprint(json.dumps([*sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        pytest.param("import digitdesk.app", SLOW, id="window"),
        pytest.param("import digitdesk.__main__", SLOW | QT | {"cv2"}, id="command"),
        pytest.param(
            "import digitdesk.cli.reader",
            (SLOW | QT) - {"ai_edge_litert"},
            id="reader",
        ),
        pytest.param(
            "import digitdesk.core.reading, digitdesk.core.sources",
            SLOW | QT,
            id="core",
        ),
        pytest.param("import digitdesk.workers.camera", SLOW, id="workers"),
    ],
)
def test_what_is_slow_is_imported_late(statement: str, unwanted: set[str]) -> None:
    assert imported_by(statement) & unwanted == set()


def test_the_guard_sees_an_import() -> None:
    assert "pyqtgraph" in imported_by("import pyqtgraph") & SLOW
