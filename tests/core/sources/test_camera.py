import sys
from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.sources import Fault, SourceError
from digitdesk.core.sources.camera import (
    CameraSource,
    named_cameras,
    probe_cameras,
)

ABSENT = 63


def test_a_camera_that_is_not_there() -> None:
    with pytest.raises(SourceError, match="Camera 63 is not there") as caught:
        CameraSource(ABSENT).open()
    assert caught.value.fault is Fault.NOT_THERE
    assert caught.value.is_temporary  # it may be plugged in


linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells these cases apart"
)


@linux_only
def test_a_device_that_must_not_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "video63"
    device.touch()
    monkeypatch.setattr(CameraSource, "_device", device)
    # The super-user may use everything, so its answer is given for it.
    monkeypatch.setattr("os.access", lambda path, _mode: path != device)
    with pytest.raises(SourceError, match="group “video”") as caught:
        CameraSource(ABSENT).open()
    assert caught.value.fault is Fault.PERMISSION


@linux_only
def test_a_device_that_gives_nothing_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video63").touch()
    monkeypatch.setattr(CameraSource, "_device", tmp_path / "video63")
    with pytest.raises(SourceError, match="another program") as caught:
        CameraSource(ABSENT).open()
    assert caught.value.fault is Fault.IN_USE


@linux_only
def test_an_unplugged_camera_is_not_there() -> None:
    source = CameraSource(ABSENT)
    with pytest.raises(SourceError) as caught:
        source.read()
    assert caught.value.fault is Fault.NOT_THERE


def test_every_camera_that_is_found_can_be_opened_or_is_busy() -> None:
    for index in probe_cameras():
        source = CameraSource(index, 640, 480)
        try:
            source.open()
        except SourceError as error:
            if error.fault in (Fault.IN_USE, Fault.PERMISSION):
                continue
            raise
        pixels = source.read()
        source.close()
        assert pixels is not None
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 3


def test_linux_names_the_nodes_that_give_pictures(tmp_path: Path) -> None:
    for node, index, name in [
        ("video0", "0\n", "Lid: Lid\n"),
        ("video1", "1\n", "Lid: Lid\n"),
        ("video10", "0\n", "Microscope\n"),
        ("video2", "0\n", "Desk\n"),
        ("videophone", "0\n", "?\n"),
    ]:
        (tmp_path / node).mkdir()
        (tmp_path / node / "index").write_text(index)
        (tmp_path / node / "name").write_text(name)
    (tmp_path / "video3").mkdir()  # unplugged while it is read
    expected = ((0, "Lid: Lid"), (2, "Desk"), (10, "Microscope"))
    assert named_cameras(tmp_path) == expected
    assert named_cameras(tmp_path / "nothing") == ()
