"""Whether a model is as right as it says; needs pyqtgraph, so import it late."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from digitdesk.core.evaluation import ReliabilityBin
from digitdesk.ui.theme import current_colours


class ReliabilityDiagram(QWidget):
    """Accuracy over confidence; an honest model lies on the diagonal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = pg.PlotWidget(self)
        self._plot.setLabel("bottom", self.tr("Confidence"), units="%")
        self._plot.setLabel("left", self.tr("Accuracy"), units="%")
        self._plot.getPlotItem().setMenuEnabled(False)
        self._plot.getPlotItem().hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        for side in ("bottom", "left"):
            self._plot.getAxis(side).enableAutoSIPrefix(enable=False)
        self._plot.setXRange(0, 100)
        self._plot.setYRange(0, 100)
        self._ideal = self._plot.plot([0, 100], [0, 100])
        self._points = self._plot.plot([], [], symbol="o", symbolSize=8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._colour()

    def show_bins(self, bins: tuple[ReliabilityBin, ...]) -> None:
        """Show the bins that hold any digits."""
        full = [b for b in bins if b.count]
        x = [100 * b.confidence for b in full]
        self._points.setData(x, [100 * b.accuracy for b in full])

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        colours = current_colours()
        self._plot.setBackground(colours.panel)
        self._ideal.setPen(pg.mkPen(colours.muted, width=1))
        self._points.setPen(pg.mkPen(colours.accent, width=2))
        self._points.setSymbolBrush(colours.accent)
        for side in ("bottom", "left"):
            self._plot.getAxis(side).setPen(pg.mkPen(colours.border))
            self._plot.getAxis(side).setTextPen(pg.mkPen(colours.text))
