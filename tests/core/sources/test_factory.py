import subprocess
import sys

import pytest

from digitdesk.core.sources import SourceKind, SourceSpec, make_source


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (SourceKind.CAMERA, "CameraSource"),
        (SourceKind.VIDEO, "VideoSource"),
        (SourceKind.STREAM, "StreamSource"),
        (SourceKind.FOLDER, "FolderSource"),
        (SourceKind.IMAGE, "ImageSource"),
        (SourceKind.DEMO, "DemoSource"),
    ],
    ids=lambda value: str(value),
)
def test_each_kind_has_its_source(kind: SourceKind, name: str) -> None:
    source = make_source(SourceSpec(kind=kind, address="somewhere"))
    assert type(source).__name__ == name
    source.close()  # what was never opened can be closed


def test_the_window_need_not_wait_for_opencv() -> None:
    program = (
        "import sys, digitdesk.core.sources, digitdesk.workers.camera, "
        "digitdesk.workers.recognition, digitdesk.workers.camera_list; "
        "print(*sorted({'cv2', 'skimage', 'tensorflow', 'ai_edge_litert'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
