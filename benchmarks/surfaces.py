"""Made pictures without handwriting: what a camera sees before paper is shown to it."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from digitdesk.core.types import F32, U8

_TEXT = (
    "the of and paper under quiet river morning letter window garden between never "
    "yellow pencil house about winter people kitchen market bridge Monday early reason "
    "forest shadow table simple number either family without walking school answer"
)

_FAMILIES = ("Serif", "Sans Serif", "Monospace")


def photographed(scene: F32, rng: np.random.Generator) -> U8:
    """Light a scene, blur it and add noise, as a camera does.

    Parameters
    ----------
    scene : ndarray of float32, shape (height, width)
        Brightness, 0 to 255.
    rng : Generator
        Chooses how.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Blue, green, red.
    """
    height, width = scene.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.35) * (np.cos(angle) * x + np.sin(angle) * y)
    lit = cv2.GaussianBlur(scene * light.astype(np.float32), (0, 0),
                           rng.uniform(0.3, 1.6))  # fmt: skip
    lit += rng.normal(0, rng.uniform(0.5, 6), lit.shape)
    tint = rng.uniform(0.85, 1.0, 3)
    return np.asarray(np.clip(lit[..., None] * tint, 0, 255), np.uint8)


def _noise(rng: np.random.Generator, height: int, width: int, grain: float) -> F32:
    """Noise of mean 0 and deviation 1, whose grains are so many pixels wide."""
    small = rng.normal(0, 1, (round(height / grain) + 4, round(width / grain) + 4))
    enlarged = cv2.resize(small.astype(np.float32), (width, height),
                          interpolation=cv2.INTER_CUBIC)  # fmt: skip
    return np.asarray((enlarged - enlarged.mean()) / enlarged.std(), np.float32)


def bricks(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show a wall of bricks with light or dark mortar."""
    long = rng.uniform(30, 200)
    high, joint = long * rng.uniform(0.3, 0.45), max(2, long * rng.uniform(0.04, 0.09))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x += 3 * _noise(rng, height, width, 30)
    y += 2 * _noise(rng, height, width, 30)
    row = np.floor(y / high)
    column = np.floor(x / long + 0.5 * (row % 2))
    shade = np.sin(row * 12.9898 + column * 78.233) * 43758.5453
    tone = rng.uniform(70, 150) + rng.uniform(10, 50) * (shade - np.floor(shade))
    inside = (y % high > joint) & ((x + 0.5 * long * (row % 2)) % long > joint)
    mortar = rng.choice([rng.uniform(20, 60), rng.uniform(170, 220)])
    grain = rng.uniform(2, 18) * _noise(rng, height, width, rng.uniform(1, 4))
    return np.asarray(np.where(inside, tone, mortar) + grain, np.float32)


def carpet(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show noise of several grains, as of carpets, plaster and gravel."""
    picture = np.full((height, width), rng.uniform(80, 180), np.float32)
    for _ in range(rng.integers(1, 4)):
        grain = float(np.exp(rng.uniform(np.log(1.5), np.log(60))))
        picture += rng.uniform(8, 45) * _noise(rng, height, width, grain)
    return picture


def leaves(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show foliage: many leaves over each other, lit at random."""
    picture = np.full((height, width), rng.uniform(10, 60), np.float32)
    size = rng.uniform(8, 70)
    for _ in range(int(2.5 * height * width / size**2)):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        axes = (int(size * rng.uniform(0.5, 1)), int(size * rng.uniform(0.15, 0.4)))
        angle, tone = rng.uniform(0, 360), rng.uniform(40, 210)
        cv2.ellipse(picture, centre, axes, angle, 0, 360, tone, -1, cv2.LINE_AA)
        cv2.ellipse(picture, centre, (axes[0], 0), angle, 0, 360, tone * 0.7, 1)
    return picture


def wood(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show boards: grain along one direction, knots, gaps between the boards."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    bend = rng.uniform(5, 40) * _noise(rng, height, width, rng.uniform(60, 300))
    for _ in range(rng.integers(0, 4)):
        cx, cy, reach = (
            rng.uniform(0, width),
            rng.uniform(0, height),
            rng.uniform(8, 60),
        )
        far = ((x - cx) / 3) ** 2 + (y - cy) ** 2
        bend += reach * np.exp(-far / (2 * reach**2))
    rings = np.sin((y + bend) * 2 * np.pi / rng.uniform(5, 40))
    fibre = cv2.blur(_noise(rng, height, width, 1.5), (int(rng.integers(15, 80)), 1))
    picture = rng.uniform(90, 190) + rng.uniform(5, 35) * rings + 60 * fibre
    if rng.random() < 0.5:
        picture[y % rng.uniform(60, 250) < rng.uniform(1.5, 6)] *= 0.4
    picture = picture.T if rng.random() < 0.3 else picture
    return np.asarray(cv2.resize(picture, (width, height)), np.float32)


def discs(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show coins, buttons and plates: shaded discs with a rim and a relief."""
    picture = np.full((height, width), rng.uniform(30, 200), np.float32)
    picture += rng.uniform(0, 8) * _noise(rng, height, width, rng.uniform(2, 30))
    radius = rng.uniform(12, 70)
    for cy in np.arange(radius * 1.3, height, radius * rng.uniform(2.3, 3.5)):
        for cx in np.arange(radius * 1.3, width, radius * rng.uniform(2.3, 3.5)):
            r = radius * rng.uniform(0.6, 1)
            y, x = np.mgrid[:height, :width].astype(np.float32)
            far = np.hypot(x - cx, y - cy) / r
            relief = _noise(rng, height, width, max(2.0, r / 4))
            tone = rng.uniform(60, 220) * (1 - 0.3 * (x - cx + y - cy) / (2 * r))
            tone += rng.uniform(0, 25) * relief + 25 * (far > 0.85)
            picture = np.where(far < 1, tone, picture)
            picture[(far > 1) & (far < 1.1)] *= rng.uniform(0.5, 1)
    return np.asarray(picture, np.float32)


def things(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show a desk with things: shaded boxes and rounds with shadows."""
    picture = np.full((height, width), rng.uniform(60, 220), np.float32)
    picture += rng.uniform(0, 15) * _noise(rng, height, width, rng.uniform(20, 200))
    for _ in range(rng.integers(2, 14)):
        mask = np.zeros((height, width), np.float32)
        centre = rng.uniform(0, 1, 2) * (width, height)
        size = rng.uniform(0.03, 0.3, 2) * min(width, height)
        box = (centre.tolist(), size.tolist(), float(rng.uniform(0, 180)))
        if rng.random() < 0.5:
            cv2.ellipse(mask, box, 1.0, -1, cv2.LINE_AA)
        else:
            corners = np.asarray(cv2.boxPoints(box)).astype(np.int32)
            cv2.fillPoly(mask, [corners], 1.0, cv2.LINE_AA)
        shadow = cv2.GaussianBlur(np.roll(mask, rng.integers(2, 12), (0, 1)), (0, 0),
                                  rng.uniform(2, 12))  # fmt: skip
        picture *= 1 - rng.uniform(0, 0.6) * shadow
        tone = rng.uniform(20, 240) + 15 * _noise(rng, height, width, 80)
        picture = picture * (1 - mask) + tone * mask
    return np.asarray(picture, np.float32)


def cloth(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show folded cloth or crumpled paper: shading of a rough surface."""
    folds = np.zeros((height, width), np.float32)
    for grain in (rng.uniform(60, 250), rng.uniform(15, 60)):
        folds += grain / 60 * np.abs(_noise(rng, height, width, grain))
    slope = cv2.Sobel(folds, cv2.CV_32F, 1, 1, ksize=1) + np.diff(
        folds, axis=0, prepend=folds[:1]
    )
    return np.asarray(
        rng.uniform(120, 220) + rng.uniform(200, 1200) * slope, np.float32
    )


def stripes(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show blinds, fences, tiles and keyboards: repeated bars or boxes."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = rng.normal(0, 0.1)
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    across, down = rng.uniform(10, 120, 2)
    gap = rng.uniform(0.06, 0.6)
    bars = (u / across % 1 < gap).astype(np.float32)
    if rng.random() < 0.5:
        bars = np.maximum(bars, v / down % 1 < gap)
    dark, light = sorted(rng.uniform(20, 230, 2))
    grain = rng.uniform(0, 10) * _noise(rng, height, width, rng.uniform(2, 40))
    tones = (dark, light) if rng.random() < 0.5 else (light, dark)
    return np.asarray(np.where(bars > 0, *tones) + grain, np.float32)


def stones(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show pebbles, scales or cracked earth: cells of a Voronoi diagram."""
    size = rng.uniform(12, 90)
    seeds = np.ones((height, width), np.uint8)
    count = max(4, int(height * width / size**2))
    seeds[rng.integers(height, size=count), rng.integers(width, size=count)] = 0
    far, label = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    tones = rng.uniform(60, 210, int(label.max()) + 1)
    share = np.clip(far / size, 0, 1)
    shaded = tones[label] * (1 - rng.uniform(0.4, 1) * share ** rng.uniform(1, 3))
    grain = rng.uniform(0, 20) * _noise(rng, height, width, rng.uniform(1.5, 6))
    return np.asarray(shaded + grain, np.float32)


def sheet(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show blank paper: creases, stains, a sheet's edge, a shadow across it."""
    picture = np.full((height, width), rng.uniform(150, 240), np.float32)
    picture += rng.uniform(0, 5) * _noise(rng, height, width, rng.uniform(1, 6))
    for _ in range(rng.integers(0, 4)):
        ends = rng.uniform(-0.1, 1.1, (2, 2)) * (width, height)
        fold = np.zeros_like(picture)
        start, end = ends.astype(int).tolist()
        cv2.line(fold, start, end, 1.0, int(rng.integers(1, 4)), cv2.LINE_AA)
        picture -= rng.uniform(-30, 60) * cv2.GaussianBlur(fold, (0, 0), 1.2)
    for _ in range(rng.integers(0, 3)):
        ring = np.zeros_like(picture)
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(ring, centre, int(rng.uniform(5, 90)), 1.0,
                   rng.choice([-1, 3, 8]).item(), cv2.LINE_AA)  # fmt: skip
        soft = cv2.GaussianBlur(ring, (0, 0), rng.uniform(1, 12))
        picture -= rng.uniform(10, 70) * soft
    if rng.random() < 0.6:
        corners = rng.normal(0, 0.08, (4, 2)) + np.array(
            [[0.1, 0], [1, 0], [1, 1], [0, 0.9]]
        )
        on_sheet = np.zeros_like(picture)
        cv2.fillPoly(on_sheet, [(corners * (width, height)).astype(np.int32)], 1.0)
        table = rng.uniform(20, 120) + 12 * _noise(rng, height, width, 40)
        picture = np.where(on_sheet > 0, picture, table)
    return np.asarray(picture, np.float32)


def printed(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show a printed page of words; needs a QGuiApplication for its fonts."""
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(QColor(*[int(rng.uniform(190, 250))] * 3))
    painter = QPainter(image)
    font = QFont(str(rng.choice(_FAMILIES)))
    size = int(np.exp(rng.uniform(np.log(11), np.log(60))))
    font.setPixelSize(size)
    font.setBold(bool(rng.random() < 0.3))
    font.setItalic(bool(rng.random() < 0.2))
    painter.setFont(font)
    painter.setPen(QColor(*[int(rng.uniform(10, 90))] * 3))
    capitals = rng.random() < 0.15
    margin = rng.uniform(0.02, 0.1) * width
    metrics = QFontMetricsF(font)
    words = _TEXT.split()
    for line in np.arange(margin + size, height - margin, size * 1.45):
        text, word = "", ""
        while metrics.horizontalAdvance(text + word) < width - 2 * margin:
            text, word = text + word, f"{rng.choice(words)} "
            word = word.upper() if capitals else word
        painter.drawText(QPointF(margin, float(line)), text)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    page = pixels.reshape(height, image.bytesPerLine())[:, :width]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), 1)
    turned = cv2.warpAffine(
        page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(turned, np.float32)


def form(rng: np.random.Generator, height: int, width: int) -> F32:
    """Show an empty form: combs, boxes, or a table whose cells vary in size."""
    paper = np.full((height, width), rng.uniform(190, 245), np.float32)
    ink = np.zeros_like(paper)
    thick, kind = int(rng.integers(1, 4)), rng.choice(["comb", "boxes", "table"])
    cell, high = rng.uniform(20, 75), rng.uniform(18, 60)
    rows = np.arange(50, height - 80, high * rng.uniform(1.6, 2.5))
    lines: list[tuple[tuple[float, float], tuple[float, float]]] = []
    if kind == "table":
        across = 40 + np.cumsum(rng.uniform(20, 120, 12))
        down = 40 + np.cumsum(rng.uniform(20, 70, 9))
        across, down = across[across < width - 20], down[down < height - 20]
        lines += [((x, down[0]), (x, down[-1])) for x in across]
        lines += [((across[0], y), (across[-1], y)) for y in down]
    for top in rows if kind != "table" else ():
        base, tooth = top + high, top + high * rng.choice([0.0, 0.4, 0.7])
        cells = int(rng.integers(1, int((width - 80) / cell) + 1))
        walls = [(40 + cell * x) for x in range(cells + 1)]
        lines.append(((walls[0], base), (walls[-1], base)))
        if kind == "boxes":
            lines.append(((walls[0], top), (walls[-1], top)))
        lines += [((x, top if kind == "boxes" else tooth), (x, base)) for x in walls]
    for ends in np.array(lines).round().astype(int).tolist():
        cv2.line(ink, ends[0], ends[1], 1.0, thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 4), 1)
    turned = cv2.warpAffine(ink, turn, (width, height))
    return np.asarray(paper * (1 - rng.uniform(0.4, 0.8) * turned), np.float32)


SURFACES: Mapping[str, Callable[[np.random.Generator, int, int], F32]] = {
    "bricks": bricks,
    "carpet": carpet,
    "leaves": leaves,
    "wood": wood,
    "discs": discs,
    "things": things,
    "cloth": cloth,
    "stripes": stripes,
    "stones": stones,
    "sheet": sheet,
    "print": printed,
    "form": form,
}
"""Each takes a generator, height and width, and returns brightness from 0 to 255."""
