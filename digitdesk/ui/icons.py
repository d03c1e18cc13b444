"""Icons drawn in the colour of the text beside them."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from digitdesk.core.paths import resources

SIZES = (20, 40)
"""Sides of the pixmaps in pixels: for a scale of 100 % and of 200 %."""

_INK = "#000000"


def icon(name: str) -> QIcon:
    """Draw an icon of ``resources/icons`` in the current palette's colours.

    Parameters
    ----------
    name : str
        File name without ``.svg``.

    Returns
    -------
    QIcon
        With a paler look when disabled and the accent's colour when checked.
    """
    source = _path(name).read_text("utf-8")
    palette = QGuiApplication.palette()
    drawn = QIcon()
    for mode, state, colour in (
        (QIcon.Mode.Normal, QIcon.State.Off, _colour(palette, disabled=False)),
        (QIcon.Mode.Disabled, QIcon.State.Off, _colour(palette, disabled=True)),
        (
            QIcon.Mode.Normal,
            QIcon.State.On,
            palette.color(QPalette.ColorRole.Highlight),
        ),
    ):
        for size in SIZES:
            drawn.addPixmap(_render(source, colour, size), mode, state)
    return drawn


def program_icon() -> QIcon:
    """Draw the program's own icon, for the window and the task bar."""
    source = _path("digitdesk").read_text("utf-8")
    drawn = QIcon()
    for size in (32, 64, 256):
        drawn.addPixmap(_render(source, None, size))
    return drawn


def _path(name: str) -> Path:
    return resources() / "icons" / f"{name}.svg"


def _colour(palette: QPalette, *, disabled: bool) -> QColor:
    group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
    return palette.color(group, QPalette.ColorRole.ButtonText)


def _render(source: str, colour: QColor | None, size: int) -> QPixmap:
    if colour is not None:
        source = source.replace(_INK, colour.name())
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    if colour is not None:
        painter.setOpacity(colour.alphaF())
    renderer = QSvgRenderer(QByteArray(source.encode()))
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
