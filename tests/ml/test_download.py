import hashlib
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from digitdesk.ml.data_formats import DataError
from digitdesk.ml.download import Download, fetch_mnist, keras_datasets_folder
from tests.written_digits import saved_digits

CONTENT = bytes(range(256)) * 1000


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Download]:
    """A real server with MNIST's file layout; its content stands for MNIST."""
    place = tmp_path / "server" / "tf-keras-datasets"
    place.mkdir(parents=True)
    (place / "mnist.npz").write_bytes(CONTENT)
    handler = partial(Quiet, directory=str(place.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{http.server_port}/tf-keras-datasets/mnist.npz"
        yield Download(url, hashlib.sha256(CONTENT).hexdigest())
        http.shutdown()
        thread.join()


def test_the_file_is_downloaded_once(server: Download, tmp_path: Path) -> None:
    told: list[float] = []
    folder = tmp_path / "datasets"

    path = fetch_mnist(lambda task, part: told.append(part), folder, server)
    downloaded = len(told)
    fetch_mnist(lambda task, part: told.append(part), folder, server)

    assert path.read_bytes() == CONTENT
    assert told[-1] == 1
    assert told == sorted(told)
    assert len(told) == downloaded > 2


def test_a_cancelled_download_leaves_nothing(server: Download, tmp_path: Path) -> None:
    def cancel(task: str, fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_mnist(cancel, tmp_path / "datasets", server)

    assert not (tmp_path / "datasets").exists()


def test_another_content_is_refused(server: Download, tmp_path: Path) -> None:
    wrong = Download(server.url, "0" * 64)

    with pytest.raises(DataError, match="damaged"):
        fetch_mnist(lambda *_: None, tmp_path / "datasets", wrong)

    assert not (tmp_path / "datasets").exists()


def test_a_damaged_copy_is_replaced(server: Download, tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").write_bytes(CONTENT[:100])

    assert fetch_mnist(lambda *_: None, tmp_path, server).read_bytes() == CONTENT


def test_somebodys_own_archive_is_left_alone(server: Download, tmp_path: Path) -> None:
    own = saved_digits(tmp_path, 20).path
    content = Path(own).read_bytes()
    path = Path(own).rename(tmp_path / "mnist.npz")

    with pytest.raises(DataError, match="add it as an archive") as caught:
        fetch_mnist(lambda *_: None, tmp_path, server)

    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("{server}.gone", r"refuses it \(error 404\)", id="404"),
        # Port 9 of this computer: nobody answers there.
        pytest.param("http://127.0.0.1:9/mnist.npz", "not reach", id="no server"),
        pytest.param("http://mnist.invalid/mnist.npz", "not reach", id="no name"),
    ],
)
def test_no_connection_gets_a_sentence(
    server: Download, tmp_path: Path, url: str, why: str
) -> None:
    url = url.format(server=server.url)

    with pytest.raises(DataError, match="use a local file instead") as caught:
        fetch_mnist(lambda *_: None, tmp_path, Download(url, server.sha256))

    assert re.search(why, str(caught.value))
    assert "Errno" not in str(caught.value)


def test_the_folder_is_the_one_that_keras_uses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    assert keras_datasets_folder() == tmp_path / "datasets"
