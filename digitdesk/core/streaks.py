"""Straight thin streaks of ink: what they meet, and how they are taken out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitdesk.core.types import U8, Box

_REACH = 3
"""Pixels by which streaks that meet may miss each other, beside their thickness; a
stroke of a pen that crosses a line goes farther."""

_ASTRAY = 0.01
"""How far pieces of a line may lie beside it, in parts of the way to them."""

_CRUMB = 4
"""Length, in its heights, up to which ink on the way of a line is a crumb of it and not
a stroke that somebody drew along the line."""


@dataclass(frozen=True, slots=True, eq=False)
class Streak:
    """A straight thin streak of ink.

    Attributes
    ----------
    name : int
        Its pixels' label, from 1.
    length, thickness : float
        In pixels.
    box : Box
        Around it.
    ends : two pairs of int
        Column and row of the first and of the last pixel.
    path : ndarray of int32, shape (n, 2)
        Columns and rows of its middle, all along where it was found.
    """

    name: int
    length: float
    thickness: float
    box: Box
    ends: tuple[tuple[int, int], tuple[int, int]]
    path: NDArray[np.int32]

    def around_ends(self) -> list[tuple[slice, slice]]:
        """Rows and columns around each end in which whatever meets it has pixels."""
        reach = _REACH + round(self.thickness)
        return [
            (slice(max(y - reach, 0), y + reach + 1),
             slice(max(x - reach, 0), x + reach + 1))
            for x, y in self.ends
        ]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Streaks:
    """The streaks of one direction.

    Attributes
    ----------
    labels : ndarray of uint16, shape (height, width)
        Name of each pixel's streak; 0 is none.
    found : tuple of Streak
        By their names, from 1.
    """

    labels: NDArray[np.uint16]
    found: tuple[Streak, ...]

    def transposed(self) -> "Streaks":
        """Make upright streaks of the level ones of a transposed picture."""
        found = []
        for streak in self.found:
            (x0, y0), (x1, y1) = streak.ends
            box = Box(streak.box.y, streak.box.x, streak.box.h, streak.box.w)
            path = streak.path[:, ::-1]
            found.append(replace(streak, box=box, ends=((y0, x0), (y1, x1)), path=path))
        labels = np.ascontiguousarray(self.labels.T)
        return replace(self, labels=labels, found=tuple(found))

    def longer(self, length: float) -> set[int]:
        """Names of the streaks of at least this length in pixels."""
        return {streak.name for streak in self.found if streak.length >= length}

    def met_by(self, streak: Streak) -> list[set[int]]:
        """Names of the streaks here that each end of another direction's one meets."""
        return [
            set(np.unique(self.labels[around]).tolist())
            for around in streak.around_ends()
        ]

    def continuing(self, names: set[int]) -> set[int]:
        """Names of the streaks that lie on the way of one of those that are named."""
        if not names:
            return set()
        ends = np.array([streak.ends for streak in self.found], np.float64)
        start, stop = ends[[name - 1 for name in sorted(names)]].transpose(1, 0, 2)
        along = stop - start
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        away = ends[:, None] - start[:, None]  # streak, line, end, coordinate
        beside = np.abs(away[..., 0] * along[:, None, 1]
                        - away[..., 1] * along[:, None, 0])  # fmt: skip
        allowed = _REACH + _ASTRAY * np.linalg.norm(away, axis=3)
        on_way = (beside <= allowed).all(axis=2).any(axis=1)
        return {
            streak.name for streak, on in zip(self.found, on_way, strict=True) if on
        }

    def erase(self, ink: U8, names: Iterable[int]) -> None:
        """Take level streaks out of ink, in place, where no stroke crosses them."""
        for name in names:
            streak = self.found[name - 1]
            tall = max(3, round(2 * streak.thickness) + 1)
            left, right = streak.path[[0, -1], 0].tolist()
            top, bottom = streak.path[:, 1].min(), streak.path[:, 1].max()
            top = min(int(top), streak.box.y)
            bottom = max(int(bottom) + 1, streak.box.bottom)
            top, left = max(top - tall, 0), max(left - 1, 0)
            inside = slice(top, bottom + tall), slice(left, right + 2)
            around = ink[inside]
            own = np.where(self.labels[inside] == name, 255, 0).astype(np.uint8)
            # Between two strokes of a digit, too, where no run is long enough.
            thick = max(1, round(streak.thickness))
            cv2.polylines(own, [streak.path - (left, top)], False, 255, thick)
            own = np.asarray(cv2.dilate(own, np.ones((3, 1), np.uint8)), np.uint8)
            upright = np.ones((tall, 1), np.uint8)
            # Beyond the picture is no ink: a line along its edge crosses nothing there.
            strokes = cv2.morphologyEx(
                around,
                cv2.MORPH_OPEN,
                upright,
                borderType=cv2.BORDER_CONSTANT,
                borderValue=(0,),
            )
            around[cv2.subtract(own, strokes) != 0] = 0
            on_way = np.zeros_like(own)
            cv2.polylines(on_way, [streak.path - (left, top)], False, 255, tall + 2)
            _erase_crumbs(around, on_way != 0)


def _erase_crumbs(ink: U8, on_way: NDArray[np.bool]) -> None:
    """Take out, in place, all ink that lies wholly on the way of a line."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(ink)
    within = np.bincount(np.asarray(labels)[on_way], minlength=count)
    crumbs = (within == boxes[:, cv2.CC_STAT_AREA]) & (
        boxes[:, cv2.CC_STAT_WIDTH] <= _CRUMB * boxes[:, cv2.CC_STAT_HEIGHT]
    )
    crumbs[0] = False
    ink[crumbs[np.asarray(labels)]] = 0
