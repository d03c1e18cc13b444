import json
from typing import Any

import pytest

from digitdesk.core.sources import Rotation, SourceKind, SourceSpec
from digitdesk.core.sources.spec import without_credentials
from digitdesk.core.types import Box


@pytest.mark.parametrize(
    "spec",
    [
        SourceSpec(kind=SourceKind.DEMO, index=3),
        SourceSpec(
            kind=SourceKind.CAMERA, index=1, name="Lid", width=1280, height=720,
            mirror=True, rotation=Rotation.QUARTER,
        ),
        SourceSpec(kind=SourceKind.FOLDER, address="/a/b", interval_s=2.5, loop=True),
        SourceSpec(
            kind=SourceKind.IMAGE, address="a", region_of_interest=Box(1, 2, 3, 4)
        ),
    ],
    ids=lambda spec: spec.kind,
)  # fmt: skip
def test_a_spec_survives_a_settings_file(spec: SourceSpec) -> None:
    assert SourceSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


def test_passwords_are_not_written_into_settings() -> None:
    spec = SourceSpec(kind=SourceKind.STREAM, address="rtsp://anna:geheim@cam/1?t=2")
    assert "geheim" not in json.dumps(spec.to_dict())
    assert spec.to_dict()["address"] == "rtsp://cam/1"
    again = SourceSpec.from_dict(spec.to_dict())
    assert again.lacks_secret
    assert again.is_same_source(spec)
    assert SourceSpec.from_dict(again.to_dict()).lacks_secret  # still, after a while


def test_a_newer_programs_settings_can_be_read() -> None:
    spec = SourceSpec.from_dict({"kind": "demo", "zoom": 3})
    assert spec == SourceSpec(kind=SourceKind.DEMO)


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"kind": "telescope"},
        {"kind": 3},
        {"kind": "camera", "index": "0"},
        {"kind": "camera", "index": -1},
        {"kind": "camera", "width": -640},
        {"kind": "camera", "mirror": "yes"},
        {"kind": "camera", "rotation": 45},
        {"kind": "camera", "rotation": None},
        {"kind": "folder", "interval_s": -1},
        {"kind": "demo", "region_of_interest": [1, 2, 3, 4]},
        {"kind": "demo", "region_of_interest": {"x": 1, "y": 2, "w": 3}},
        {"kind": "demo", "region_of_interest": {"x": 1, "y": 2, "w": 3, "h": 0}},
        {"kind": "demo", "region_of_interest": {"x": 1, "y": -2, "w": 3, "h": 4}},
        {"kind": "demo", "region_of_interest": {"x": "1", "y": 2, "w": 3, "h": 4}},
        {"kind": "stream", "lacks_secret": 1},
    ],
    ids=str,
)
def test_nonsense_is_a_value_error(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        SourceSpec.from_dict(plain)


@pytest.mark.parametrize(
    ("spec", "label"),
    [
        (SourceSpec(kind=SourceKind.CAMERA, index=2), "Camera 2"),
        (SourceSpec(kind=SourceKind.CAMERA, index=2, name="Lid"), "Lid"),
        (SourceSpec(kind=SourceKind.VIDEO, address="/films/a.avi"), "a.avi"),
        (SourceSpec(kind=SourceKind.DEMO), "Demo"),
        (
            SourceSpec(kind=SourceKind.STREAM, address="http://a:b@cam:8080/v?pw=c"),
            "http://cam:8080/v",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_labels_are_short_and_harmless(spec: SourceSpec, label: str) -> None:
    assert spec.label == label


@pytest.mark.parametrize(
    "url",
    ["http://u:geheim@h/p", "http://h/p?password=geheim", "http://u:geheim@[::1/p",
     "rtsp://u:ge@heim:geheim@h/p", "http://h/p#geheim"],
)  # fmt: skip
def test_no_form_of_url_keeps_its_password(url: str) -> None:
    assert "geheim" not in without_credentials(url)


def test_only_cameras_and_streams_are_live() -> None:
    live = {kind for kind in SourceKind if SourceSpec(kind=kind).is_live}
    assert live == {SourceKind.CAMERA, SourceKind.STREAM}
