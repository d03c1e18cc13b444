"""Take the screenshots of the documentation: ``python docs/screenshots.py``.

Needs Xvfb. Each picture shows the real program on a screen of its own: it reads the
demo, the keys and clicks below are real ones, and the screen is photographed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from digitdesk.app import Folders, Program, make_application
from digitdesk.core.paths import HOME_VARIABLE, resources
from digitdesk.core.settings import (
    Appearance,
    AppSettings,
    save_settings,
)
from digitdesk.core.sources import SourceKind, SourceSpec
from digitdesk.core.training_types import DataSource, TrainingConfig
from digitdesk.core.training_types import SourceKind as TrainingSourceKind
from digitdesk.ui.training.page import TrainingPage

IMAGES = Path(__file__).parent / "images"
SCREEN = (1366, 768)
_PATIENCE_S = 60.0
_PAGE = SourceSpec(
    kind=SourceKind.IMAGE, address=str(resources() / "demo" / "ruled-paper.png")
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: how the program starts and what the user does then."""

    settings: AppSettings
    act: Callable[[Program], None]
    scale: float = 1.0
    screen: tuple[int, int] = SCREEN
    colours: int = 255


def _read(program: Program, text: str) -> None:
    _wait(lambda: program.live.text == text)
    _wait(lambda: program.window.probabilities.chart is not None)
    program.window.banners.hide()


def _choose_digit(program: Program, place: int) -> None:
    video = program.window.video
    box = video.placement().to_widget(program.live.regions[place].reading.box)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(video, left, pos=box.center().toPoint())


def _live(program: Program) -> None:
    _read(program, "01234\n56789")
    _choose_digit(program, 7)


def _still(program: Program) -> None:
    _wait(lambda: len(program.live.regions) > 10)
    _wait(lambda: program.window.probabilities.chart is not None)
    _choose_digit(program, 4)


def _failed(program: Program) -> None:
    _read(program, "01234\n56789")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.png"
        page.write_bytes(Path(_PAGE.address).read_bytes())
        program.sources.open(replace(_PAGE, address=str(page)))
        _wait(lambda: len(program.live.regions) > 10)
    program.window.commands.reopen.trigger()
    _wait(lambda: program.camera.state.is_trouble)


def _dialog(program: Program) -> None:
    _read(program, "01234\n56789")
    program.window.commands.choose_source.trigger()
    _settle(1000)


_LIGHT = AppSettings(appearance=Appearance.LIGHT)
_DARK = AppSettings(appearance=Appearance.DARK)
SHOTS = {
    "live-light": Shot(_LIGHT, _live),
    "live-dark": Shot(_DARK, _live),
    "page": Shot(replace(_LIGHT, source=_PAGE), _still),
    "source-failed": Shot(_DARK, _failed),
    "source-dialog": Shot(_LIGHT, _dialog),
    "small-screen": Shot(_LIGHT, _live, scale=2.0),
    "live-200-percent": Shot(_DARK, _live, scale=2.0, screen=(2732, 1536), colours=40),
}


def _training(program: Program) -> TrainingPage:
    """Open the Training page."""
    program.window.show_page(program.training.page)
    _wait(lambda: program.training.workshop is not None)
    workshop = program.training.workshop
    assert workshop is not None
    _wait(lambda: bool(program.live.text))
    program.window.banners.hide()
    return workshop.page


def _invited(program: Program) -> None:
    _training(program)


def _learnt(program: Program) -> None:
    page = _training(program)
    digits = os.environ.get("DIGITDESK_DATA", "../shared/data")
    source = DataSource(TrainingSourceKind.NPZ, f"{digits}/mnist.npz")
    page.setup.show_config(TrainingConfig(sources=(source,), epochs=3, limit=12_000))
    page.setup.sources_changed.emit()
    QTest.mouseClick(page.progress.start, Qt.MouseButton.LeftButton)
    _wait(lambda: page.progress.curves.epoch_count == 2, patience_s=900)
    batches = len(page.progress.curves.batch_points)
    _wait(lambda: len(page.progress.curves.batch_points) > batches + 5, 900)
    program.window.banners.hide()


SHOTS |= {
    "training-start": Shot(_LIGHT, _invited),
    "training-curves": Shot(_DARK, _learnt),
}


def main() -> int:
    """Take all pictures, or those that are named on the command line."""
    wanted = sys.argv[1:] or list(SHOTS)
    for name in wanted:
        shot = SHOTS[name]
        read_end, write_end = os.pipe()
        size = f"{shot.screen[0]}x{shot.screen[1]}x24"
        xvfb = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size],
            pass_fds=[write_end],
            stderr=subprocess.DEVNULL,
        )
        try:
            display = os.read(read_end, 16).decode().strip()
            environment = {
                **os.environ,
                "DISPLAY": f":{display}",
                "QT_QPA_PLATFORM": "xcb",
                "QT_SCALE_FACTOR": str(shot.scale),
                "DIGITDESK_SHOT": name,
            }
            subprocess.run([sys.executable, __file__], env=environment, check=True)
        finally:
            xvfb.terminate()
            xvfb.wait()
    return 0


def take(name: str) -> int:
    """Take one picture on the display of this process."""
    shot = SHOTS[name]
    application = make_application(())
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        folders = Folders.below(Path(folder))
        save_settings(folders.settings_file, shot.settings)
        program = Program(application, folders)
        program.window.setGeometry(program.window.screen().geometry())
        try:
            program.show()
            program.window.activateWindow()
            shot.act(program)
            _settle(700)
            picture = program.window.screen().grabWindow(0).toImage()
        finally:
            program.window.close()
            program.shut_down()
    IMAGES.mkdir(exist_ok=True)
    path = str(IMAGES / f"{name}.png")
    saved = _with_few_colours(picture, shot.colours).save(path)
    return 0 if saved else 1


def _wait(until: Callable[[], bool], patience_s: float = _PATIENCE_S) -> None:
    deadline_s = time.monotonic() + patience_s
    while not until():
        if time.monotonic() > deadline_s:
            raise TimeoutError("The program did not get that far")
        QTest.qWait(20)


def _settle(time_ms: int) -> None:
    QTest.qWait(time_ms)


def _with_few_colours(picture: QImage, most: int) -> QImage:
    """Choose colours by k-means: the camera's noise makes large files otherwise."""
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    width, height = picture.width(), picture.height()
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(height, width, 4)
    cube = (pixels[..., :3] >> 3).astype(np.int32)
    index = cube[..., 0] << 10 | cube[..., 1] << 5 | cube[..., 2]
    cells, where, counts = np.unique(index, return_inverse=True, return_counts=True)
    sums = [
        np.bincount(where.ravel(), pixels[..., channel].ravel()) for channel in range(3)
    ]
    means = (np.stack(sums, 1) / counts[:, None]).astype(np.float32)
    # Common cells count more, but text and lines must not drown in the background.
    samples = np.repeat(means, np.ceil(np.sqrt(counts) / 4).astype(int), axis=0)
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 12, 0.0)
    colours = min(most, len(cells))
    _, _, palette = cv2.kmeans(
        samples, colours, np.zeros(0), stop, 1, cv2.KMEANS_PP_CENTERS
    )
    nearest = ((means[:, None] - palette[None]) ** 2).sum(2).argmin(1).astype(np.uint8)
    indexed = np.ascontiguousarray(nearest[where].reshape(height, width))
    few = QImage(indexed.data, width, height, width, QImage.Format.Format_Indexed8)
    table = [
        0xFF000000 | int(red) << 16 | int(green) << 8 | int(blue)
        for blue, green, red in palette.round()
    ]
    few.setColorTable(table)
    return few.copy()


if __name__ == "__main__":
    shot_name = os.environ.get("DIGITDESK_SHOT")
    sys.exit(take(shot_name) if shot_name else main())
