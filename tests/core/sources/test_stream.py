import socket

import pytest

from digitdesk.core.sources import Fault, SourceError
from digitdesk.core.sources.stream import StreamSource
from tests.core.sources.camera_server import CameraServer

PATIENCE_S = 1.0


def stream(url: str) -> StreamSource:
    return StreamSource(url, open_timeout_s=PATIENCE_S, read_timeout_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("path", "login"),
    [("/video", ""), ("/private", "anna:geheim@")],
    ids=["open to all", "with password"],
)
def test_pictures_come_in_their_order(
    camera_server: CameraServer, path: str, login: str
) -> None:
    source = stream(camera_server.url(path, login))
    source.open()
    for number in range(10):
        pixels = source.read()
        assert pixels is not None
        assert pixels.shape == (48, 64, 3)
        assert pixels.mean() == pytest.approx(10 * number, abs=3)
    source.close()


@pytest.mark.parametrize(
    ("path", "login", "fault"),
    [
        ("/private", "", Fault.PERMISSION),
        ("/private", "anna:falsch@", Fault.PERMISSION),
        ("/nothing", "", Fault.NOT_THERE),
        ("/broken", "", Fault.UNREACHABLE),
        ("/hangs", "", Fault.UNREACHABLE),
        ("/page", "", Fault.UNREADABLE),
        ("/rubbish", "", Fault.UNREADABLE),
    ],
    ids=lambda value: str(value).partition(":")[0],
)
def test_why_a_stream_cannot_be_opened(
    camera_server: CameraServer, path: str, login: str, fault: Fault
) -> None:
    with pytest.raises(SourceError, match=path) as caught:
        stream(camera_server.url(path, login)).open()
    assert caught.value.fault is fault
    assert "falsch" not in caught.value.sentence


@pytest.mark.parametrize("path", ["/short", "/stalls"])
def test_a_stream_that_breaks_off_says_so(
    camera_server: CameraServer, path: str
) -> None:
    source = stream(camera_server.url(path))
    source.open()

    def read_on() -> None:
        for _ in range(100):
            source.read()

    with pytest.raises(SourceError, match="broke off") as caught:
        read_on()
    assert caught.value.fault is Fault.UNREACHABLE
    assert caught.value.is_temporary
    source.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_nobody_there(scheme: str) -> None:
    url = f"{scheme}://anna:geheim@127.0.0.1:{free_port()}/video"
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        stream(url).open()
    assert caught.value.fault is Fault.UNREACHABLE
    assert "geheim" not in caught.value.sentence


def test_an_unknown_name_is_called_so() -> None:
    with pytest.raises(SourceError, match="name is unknown"):
        stream("http://camera.invalid/video").open()


def test_a_server_that_does_not_speak_rtsp(camera_server: CameraServer) -> None:
    url = camera_server.url("/video").replace("http", "rtsp")
    with pytest.raises(SourceError, match="sends no pictures"):
        stream(url).open()


@pytest.mark.parametrize(
    "url",
    ["", "camera", "file:///etc/passwd", "ftp://host/x", "http://", "http://a:b/c",
     "http://:geheim@/", "concat:a|b"],
)  # fmt: skip
def test_only_addresses_of_streams_are_opened(url: str) -> None:
    with pytest.raises(SourceError, match="not the address of a stream") as caught:
        stream(url).open()
    assert caught.value.fault is Fault.UNREADABLE
    assert "geheim" not in caught.value.sentence


def test_a_closed_stream_gives_no_picture(camera_server: CameraServer) -> None:
    source = stream(camera_server.url("/video"))
    source.open()
    source.close()
    source.close()
    with pytest.raises(SourceError, match="broke off"):
        source.read()
