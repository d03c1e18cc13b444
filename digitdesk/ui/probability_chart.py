"""A bar for each digit; loading pyqtgraph takes long, so nobody imports this early."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitdesk.core.types import F32
from digitdesk.ui.theme import current_colours

_CLASSES = 10
_LABELLED_FROM_PERCENT = 1.0
_FIGURE_MARGIN = 10  # pixels above and below a figure, together


class ProbabilityChart(QWidget):
    """Ten bars from 0 to 100 %; the axes never move, so it is calm while live."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights = np.zeros(_CLASSES, np.float32)
        self._plot = pg.PlotWidget(self)
        self._bars = pg.BarGraphItem(x=np.arange(_CLASSES), height=0, width=0.72)
        self._plot.addItem(self._bars)
        self._labels = [pg.TextItem(anchor=(0.5, 1.0)) for _ in range(_CLASSES)]
        for digit, label in enumerate(self._labels):
            label.setPos(digit, 0)
            self._plot.addItem(label, ignoreBounds=True)
        self._lines = [pg.InfiniteLine(pos=percent, angle=0) for percent in (50, 100)]
        self._fix_axes()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._colour()

    def minimumSizeHint(self) -> QSize:
        """Leave room for ten numbers below the bars."""
        return QSize(200, 90)

    @property
    def heights_percent(self) -> list[float]:
        """The heights of the bars."""
        return [float(height) for height in self._heights]

    @property
    def axis_ranges(self) -> list[list[float]]:
        """Lowest and highest value of the two axes."""
        ranges: list[list[float]] = self._plot.getPlotItem().viewRange()
        return ranges

    def show_probabilities(self, probabilities: F32 | None) -> None:
        """Show ten probabilities in [0, 1]; None empties the chart."""
        if probabilities is None:
            probabilities = np.zeros(_CLASSES, np.float32)
        heights = 100 * probabilities
        if np.array_equal(heights, self._heights):
            return
        self._heights = heights
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the figure over a full bar, which does not shrink."""
        super().resizeEvent(event)
        figure = QFontMetricsF(self._figure_font()).height() + _FIGURE_MARGIN
        axis = self._plot.getPlotItem().getAxis("bottom").height()
        room = max(event.size().height() - axis, 2 * figure)
        self._plot.setYRange(0, 100 * room / (room - figure), padding=0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _fix_axes(self) -> None:
        view = self._plot.getPlotItem()
        view.setMenuEnabled(False)
        view.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setXRange(-0.5, _CLASSES - 0.5, padding=0)
        bottom, left = view.getAxis("bottom"), view.getAxis("left")
        bottom.setTicks([[(digit, str(digit)) for digit in range(_CLASSES)]])
        left.setTicks([[(percent, f"{percent} %") for percent in (0, 50, 100)]])
        bottom.setStyle(tickLength=0)
        left.setStyle(tickLength=0, hideOverlappingLabels=False)
        left.setWidth(46)
        # Lines of our own: with pyqtgraph's grid, the label at 0 % is cut off.
        for line in self._lines:
            line.setZValue(-10)
            self._plot.addItem(line, ignoreBounds=True)
        # The chart only shows; the keyboard and the wheel belong to others.
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setInteractive(False)

    def _colour(self) -> None:
        colours = current_colours()
        self._plot.setBackground(colours.panel)
        view = self._plot.getPlotItem()
        for side in ("bottom", "left"):
            axis = view.getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(
                pg.mkPen(colours.text if side == "bottom" else colours.muted)
            )
        for line in self._lines:
            line.setPen(pg.mkPen(colours.border))
        digits = QFont(self.font())
        digits.setBold(True)
        view.getAxis("bottom").setTickFont(digits)
        for label in self._labels:
            label.setColor(QColor(colours.text))
            label.setFont(self._figure_font())
        self._draw()

    def _figure_font(self) -> QFont:
        small = QFont(self.font())
        small.setPointSizeF(max(6.5, self.font().pointSizeF() - 2))
        return small

    def _draw(self) -> None:
        colours = current_colours()
        best = int(self._heights.argmax())
        faint = QColor(colours.accent)
        faint.setAlpha(110)
        brushes = [
            pg.mkBrush(colours.accent if digit == best else faint)
            for digit in range(_CLASSES)
        ]
        self._bars.setOpts(height=self._heights, brushes=brushes, pen=None)
        for digit, label in enumerate(self._labels):
            height = float(self._heights[digit])
            shown = height >= _LABELLED_FROM_PERCENT
            label.setText(f"{height:.0f}" if shown else "")
            label.setPos(digit, height)
