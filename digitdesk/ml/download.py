"""Fetch MNIST from where `keras.datasets` has it, into the place Keras uses."""

import hashlib
import http.client
import os
import ssl
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

from digitdesk.core.files import write_atomically
from digitdesk.ml.data_formats import DataError, Progress

_CHUNK_BYTES = 1 << 16
_TIMEOUT_S = 20
_LARGEST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Download:
    """A file on the network: its address and its SHA-256 checksum in hexadecimal."""

    url: str
    sha256: str


MNIST = Download(
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
)


def keras_datasets_folder() -> Path:
    """Return the folder in which Keras keeps downloaded data sets."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def fetch_mnist(
    progress: Progress, folder: Path | None = None, source: Download = MNIST
) -> Path:
    """Return the path of ``mnist.npz``, downloading it only if it is not there yet.

    A broken copy is replaced.

    Parameters
    ----------
    progress : callable
        Told the fraction so far; what it raises ends the download, leaving nothing.
    folder : Path or None
        Where to keep the file; None is Keras' own folder, so both share it.
    source : Download
        Where it comes from.

    Raises
    ------
    DataError
        If there is no connection, what came is not the file that was meant, or
        another whole archive has its name.
    """
    path = (folder or keras_datasets_folder()) / "mnist.npz"
    if path.is_file():
        if _checksum(path.read_bytes()) == source.sha256:
            return path
        if zipfile.is_zipfile(path):  # no broken download: somebody put it there
            raise DataError(
                f"“{path}” is not the MNIST that Keras offers, so DigitDesk leaves it "
                "alone. To learn from that file, add it as an archive (.npz); to have "
                "MNIST fetched, move it elsewhere."
            )
    try:
        content = _fetch(source.url, progress)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise DataError(
            f"MNIST cannot be downloaded: {_why(error)}. Try again later, or use a "
            "local file instead, such as a mnist.npz from another computer."
        ) from error
    if _checksum(content) != source.sha256:
        raise DataError(
            "The downloaded MNIST file is damaged or not the right one. Try again, or "
            "use a local file instead."
        )
    try:
        write_atomically(path, content)
    except OSError as error:
        raise DataError(f"“{path}” cannot be saved: {error.strerror}.") from error
    return path


def _fetch(url: str, progress: Progress) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "DigitDesk"})
    content = bytearray()
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
        total = int(answer.headers.get("Content-Length") or 0)
        while chunk := answer.read(_CHUNK_BYTES):
            content += chunk
            if len(content) > _LARGEST_BYTES:
                break  # not the file that was meant; its checksum will tell
            progress("Downloading MNIST", len(content) / total if total else -1.0)
    return bytes(content)


def _why(error: Exception) -> str:
    """Say it without the words of the system, which nobody understands."""
    if isinstance(error, urllib.error.HTTPError):
        error.close()  # it is an open answer, too
        return f"its server refuses it (error {error.code})"
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLError):
        return "there is no safe connection to its server"
    if isinstance(error, urllib.error.URLError):
        return "this computer does not reach its server on the internet"
    return "the connection broke off"


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
