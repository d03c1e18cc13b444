"""The demo: written pages under a virtual camera, for lack of a real one."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.paths import resources
from digitdesk.core.sources.errors import Fault, SourceError
from digitdesk.core.sources.pace import Pace
from digitdesk.core.sources.pages import Page, WrittenDigit, load_pages
from digitdesk.core.types import U8, Box, Scene

FRAME_SIZE = (1280, 720)
"""Width and height of the demo's frames in pixels."""

FRAME_RATE_HZ = 30.0

FRAMES_PER_PAGE = 240
"""After so many frames another page is laid under the camera."""

_FOCUS_FRAMES = 12
_NOISE_GREY = 4.0
_NOISE_BIAS = 16
# Paper and ink as blue, green, red; every grey level lies between the two.
_COLOURS = (
    ((228, 240, 246), (110, 40, 20)),
    ((236, 242, 244), (48, 44, 42)),
    ((222, 236, 240), (96, 30, 60)),
)

Transform = NDArray[np.float64]
"""A homography from the page's to the frame's pixels, shape (3, 3)."""


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """What can be seen in one frame of the demo.

    Attributes
    ----------
    digits : tuple of WrittenDigit
        The digits that are wholly visible, in reading order; boxes in pixels of the
        frame.
    complete : bool
        Whether these are all digits of the page: none is cut off or outside.
    sharp : bool
        Whether the camera has focused, as it must after a change of the page.
    """

    digits: tuple[WrittenDigit, ...]
    complete: bool
    sharp: bool

    @property
    def text(self) -> str:
        """The lines' digits, one line each."""
        lines: dict[int, str] = {}
        for digit in self.digits:
            lines[digit.line] = lines.get(digit.line, "") + str(digit.digit)
        return "\n".join(lines.values())


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """A page, lit, and the table that colours it."""

    grey: U8
    colours: U8


class DemoSource:
    """Films the demo's pages: slow pan, zoom and tilt, noise, blur, uneven light.

    Frame `n` depends on the seed and on `n` alone.

    Parameters
    ----------
    seed : int
        0 or more; decides the first page, the path and the noise.
    folder : Path or None
        Holds the pages; None means the shipped ones.
    """

    def __init__(self, seed: int = 0, folder: Path | None = None) -> None:
        self._seed = seed
        self._folder = folder
        self._pages: tuple[Page, ...] = ()
        self._scenes: dict[int, _Scene] = {}
        self._noise: U8 = np.zeros((0, 0), np.uint8)
        self._phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, 5)
        self._pace = Pace(FRAME_RATE_HZ)
        self._number = 0
        self.scene = Scene()

    def open(self) -> None:
        """Load the pages' list; see `FrameSource.open`."""
        try:
            self._folder = self._folder or resources() / "demo"
            self._pages = load_pages(self._folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._damaged() from error
        width, height = FRAME_SIZE
        rng = np.random.default_rng(self._seed)
        noise = rng.normal(_NOISE_BIAS, _NOISE_GREY, (height + 64, width + 64))
        self._noise = noise.clip(0, 255).astype(np.uint8)
        self._number = 0
        self._pace = Pace(FRAME_RATE_HZ)

    def read(self) -> U8 | None:
        """Give the next frame when it is due; see `FrameSource.read`."""
        if not self._pace.wait():
            return None
        if self._number % FRAMES_PER_PAGE == 0:
            self.scene = Scene()
        self._number += 1
        return self.picture(self._number - 1)

    def close(self) -> None:
        """Forget the pages' pictures."""
        self._scenes.clear()

    def step(self, count: int) -> None:
        """Do nothing: the demo runs by itself."""

    def picture(self, number: int) -> U8:
        """Take frame `number`, counted from 0; the source must have been opened.

        Returns
        -------
        ndarray of uint8, shape (720, 1280, 3)
            Blue, green, red.

        Raises
        ------
        SourceError
            If the page's picture is damaged.
        """
        scene = self._scene(self._page_index(number))
        grey = cv2.warpPerspective(
            scene.grey,
            self.transform(number),
            FRAME_SIZE,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        blur = _FOCUS_FRAMES - number % FRAMES_PER_PAGE
        if blur > 0:
            grey = cv2.GaussianBlur(grey, (0, 0), 0.4 * blur)
        left, top = np.random.default_rng((self._seed, number)).integers(0, 64, 2)
        noise = self._noise[top : top + FRAME_SIZE[1], left : left + FRAME_SIZE[0]]
        grey = cv2.addWeighted(grey, 1, noise, 1, -_NOISE_BIAS)
        return np.asarray(cv2.applyColorMap(grey, scene.colours), np.uint8)

    def truth(self, number: int) -> DemoTruth:
        """Tell which digits frame `number` shows."""
        page = self._pages[self._page_index(number)]
        transform = self.transform(number)
        placed = [_project(digit, transform) for digit in page.digits]
        width, height = FRAME_SIZE
        visible = tuple(
            digit
            for digit in placed
            if min(digit.box.x, digit.box.y) >= 0
            and digit.box.right <= width
            and digit.box.bottom <= height
        )
        sharp = number % FRAMES_PER_PAGE >= _FOCUS_FRAMES
        return DemoTruth(visible, len(visible) == len(placed), sharp)

    def transform(self, number: int) -> Transform:
        """Place the camera for frame `number`."""
        t = 2 * np.pi * number / FRAMES_PER_PAGE
        sway = np.sin(t * np.array([0.6, 0.45, 0.35, 0.5, 0.4]) + self._phases)
        centre_x, centre_y = 960 + 90 * sway[0], 600 + 40 * sway[1]
        zoom = 0.7 * (1 + 0.09 * sway[2])
        angle = np.deg2rad(3.0) * sway[3]
        cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
        width, height = FRAME_SIZE
        to_centre = np.array([[1, 0, -centre_x], [0, 1, -centre_y], [0, 0, 1.0]])
        turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
        lean = np.array([[1, 0, 0], [0, 1, 0], [6e-5 * sway[4], 8e-5, 1.0]])
        to_frame = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1.0]])
        return np.asarray(to_frame @ lean @ turn @ to_centre)

    def _page_index(self, number: int) -> int:
        return (self._seed + number // FRAMES_PER_PAGE) % len(self._pages)

    def _scene(self, index: int) -> _Scene:
        if index not in self._scenes:
            folder = self._folder or Path()
            path = folder / self._pages[index].file
            page = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            if page is None:
                raise self._damaged()
            lit = _light(np.asarray(page, np.uint8), self._seed + index)
            self._scenes[index] = _Scene(lit, _colour_table(index))
        return self._scenes[index]

    def _damaged(self) -> SourceError:
        return SourceError(
            "The pages of the demo are missing or damaged. Install DigitDesk again.",
            Fault.UNREADABLE,
        )


def _light(page: U8, seed: int) -> U8:
    """Put the page into uneven light and give the paper a grain.

    Parameters
    ----------
    page : ndarray of uint8, shape (height, width)
        Evenly lit.
    seed : int
        Where light and shadow fall.
    """
    rng = np.random.default_rng(seed)
    height, width = page.shape
    coarse = np.full((6, 9), 205.0)
    coarse += np.linspace(-38, 38, 9) * rng.choice((-1, 1))
    coarse += np.linspace(-14, 14, 6)[:, None] * rng.choice((-1, 1))
    coarse += rng.normal(0, 5, coarse.shape)
    light = cv2.resize(
        coarse.clip(0, 255).astype(np.uint8),
        (width, height),
        None,
        0,
        0,
        cv2.INTER_CUBIC,
    )
    fibre = rng.integers(246, 256, (height // 3, width // 3), np.uint8)
    grain = cv2.resize(fibre, (width, height))
    lit = cv2.multiply(cv2.multiply(page, light, scale=1 / 255), grain, scale=1 / 255)
    return np.asarray(cv2.GaussianBlur(lit, (3, 3), 0), np.uint8)


def _colour_table(index: int) -> U8:
    """Colour of each grey level, shape (256, 1, 3)."""
    paper, ink = (np.array(colour, float) for colour in _COLOURS[index % 3])
    share = np.linspace(0, 1, 256)[:, None]
    # In shadow the paper darkens; only dark ink shows its colour.
    colour = paper * share + ink * (1 - share) ** 2 * (1 - share)
    return colour.clip(0, 255).astype(np.uint8)[:, None, :]


def _project(digit: WrittenDigit, transform: Transform) -> WrittenDigit:
    """Move a digit's box from the page to the frame."""
    box = digit.box
    corners = [
        (box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom)
    ]  # fmt: skip
    mapped = cv2.perspectiveTransform(np.array([corners], float), transform)[0]
    left, top = np.floor(mapped.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(mapped.max(axis=0)).astype(int).tolist()
    return WrittenDigit(
        digit.digit, digit.line, Box(left, top, right - left, bottom - top)
    )
