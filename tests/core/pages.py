"""Pages written by the simulated pen, for the tests of finding and reading."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from digitdesk.core import pen
from digitdesk.core.types import U8

PLAIN_HAND = pen.Hand(slant=0.05, aspect=0.6, wobble=0.008, pen=0.1, pressure=0.1)


@dataclass(slots=True)
class Page:
    """Paper that can be written on; `ink` is bright until `photo` takes its picture."""

    width: int = 640
    height: int = 480
    seed: int = 1
    ink: U8 = field(init=False)
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.ink = np.zeros((self.height, self.width), np.uint8)
        self.rng = np.random.default_rng(self.seed)

    def write(
        self, text: str, left: float, top: float, size: float, pitch: float = 1.0
    ) -> "Page":
        for place, sign in enumerate(text):
            if sign != " ":
                strokes = pen.write_digit(int(sign), PLAIN_HAND, self.rng, form=0)
                pen.draw(
                    self.ink, strokes, PLAIN_HAND, left=left + place * pitch * size,
                    top=top, height=size, rng=self.rng,
                )  # fmt: skip
        return self

    def turned(self, degrees: float) -> "Page":
        centre = (self.width / 2, self.height / 2)
        turn = cv2.getRotationMatrix2D(centre, -degrees, 1)
        size = (self.width, self.height)
        self.ink = np.asarray(cv2.warpAffine(self.ink, turn, size), np.uint8)
        return self

    def photo(
        self,
        *,
        paper: float = 200,
        depth: float = 0.7,
        noise: float = 3,
        shade: float = 0.0,
        negative: bool = False,
        lines: U8 | None = None,
    ) -> U8:
        """Photograph the page: `shade` darkens it towards one corner."""
        ink = self.ink if lines is None else np.maximum(self.ink, lines)
        y, x = np.mgrid[: self.height, : self.width]
        light = 1 - shade * (x / self.width + y / self.height) / 2
        grey = paper * light * (1 - depth * ink / 255)
        grey += self.rng.normal(0, noise, grey.shape)
        grey = 255 - grey if negative else grey
        picture = np.clip(grey, 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)
