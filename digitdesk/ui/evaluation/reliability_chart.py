"""Does 90 % sure mean right nine times out of ten? Loads pyqtgraph: import late."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitdesk.core.evaluation import Evaluation, ReliabilityBin, wilson
from digitdesk.ui.theme import current_colours


class ReliabilityChart(QWidget):
    """Confidence against accuracy, with 95 % intervals; honest models keep the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins: tuple[ReliabilityBin, ...] = ()
        self._plot = pg.PlotWidget(self)
        self._ideal = pg.PlotCurveItem(x=np.array([0, 100]), y=np.array([0, 100]))
        self._errors = pg.ErrorBarItem()
        self._points = pg.ScatterPlotItem()
        for item in (self._ideal, self._errors, self._points):
            self._plot.addItem(item)
        self._fix_axes()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setAccessibleName(self.tr("Reliability: confidence against accuracy"))
        self._draw()

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Confidence and accuracy of the points on show, in per cent."""
        return tuple((100 * b.confidence, 100 * b.accuracy) for b in self._bins)

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Show the bins that have digits in them."""
        self._bins = tuple(b for b in evaluation.reliability() if b.count)
        words = self.tr("{count} digits of about {sure} % confidence: {right} % right")
        self.setAccessibleDescription(
            "; ".join(
                words.format(
                    count=f"{b.count:,}",
                    sure=f"{100 * b.confidence:.0f}",
                    right=f"{100 * b.accuracy:.1f}",
                )
                for b in self._bins
            )
        )
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _fix_axes(self) -> None:
        view = self._plot.getPlotItem()
        view.setMenuEnabled(False)
        view.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setXRange(0, 100, padding=0.05)
        self._plot.setYRange(0, 100, padding=0.05)
        ticks = [[(value, f"{value} %") for value in range(0, 101, 25)]]
        for side in ("bottom", "left"):
            view.getAxis(side).setTicks(ticks)
            view.getAxis(side).setStyle(hideOverlappingLabels=False)
        self._plot.setLabel("bottom", self.tr("Confidence"))
        self._plot.setLabel("left", self.tr("Read right"))
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _draw(self) -> None:
        colours = current_colours()
        self._plot.setBackground(colours.panel)
        for side in ("bottom", "left"):
            axis = self._plot.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
        ideal = pg.mkPen(colours.muted, width=1, style=Qt.PenStyle.DashLine)
        self._ideal.setPen(ideal)
        sure = np.array([100 * b.confidence for b in self._bins])
        right = np.array([100 * b.accuracy for b in self._bins])
        doubt = [wilson(round(b.accuracy * b.count), b.count) for b in self._bins]
        above = np.array([100 * d.high for d in doubt]) - right
        below = right - np.array([100 * d.low for d in doubt])
        self._errors.setData(
            x=sure, y=right, top=above, bottom=below, beam=1.5,
            pen=pg.mkPen(colours.muted, width=1.5),
        )  # fmt: skip
        self._points.setData(
            x=sure, y=right, size=9, pen=None, brush=pg.mkBrush(QColor(colours.accent))
        )
