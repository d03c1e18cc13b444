"""Live curves of a training; loading pyqtgraph takes long, so import this late."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from digitdesk.core.training_types import BatchReport, EpochReport
from digitdesk.ui.theme import current_colours, is_dark

_LINES = (("#0072b2", "#c8401a"), ("#5aa9e6", "#f2875f"))
"""Colours of training and validation on light and on dark."""
_MARKS = ("o", "s")
"""Their marks: colours alone do not tell curves apart for everybody."""
_MARK_SIZE = 7

_DRAW_EVERY_MS = 100


class _LogAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Writes 1, 2 and 5 of each power of ten only: the others crowd."""

    def logTickStrings(  # noqa: N802 - the name that pyqtgraph calls
        self, values: list[float], scale: float, spacing: float | None
    ) -> list[str]:
        """Return what stands at the ticks, given as logarithms."""
        texts = super().logTickStrings(values, scale, spacing)
        leading = [round(10 ** (value % 1)) for value in values]
        return [
            text if digit in (1, 2, 5, 10) else ""
            for text, digit in zip(texts, leading, strict=True)
        ]


class TrainingCurves(QWidget):
    """Loss by batches on the left, accuracy by epochs on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loss = self._plot(self.tr("Loss (log scale)"), _LogAxis("left"))
        self._accuracy = self._plot(self.tr("Accuracy"), units="%")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._loss)
        layout.addWidget(self._accuracy)
        self._loss.setLogMode(y=True)
        self._loss.setYRange(-3, 1)
        self._accuracy.setYRange(80, 100)
        for plot in (self._loss, self._accuracy):
            plot.enableAutoRange(axis="y")
        names = self.tr("training"), self.tr("validation")
        self._batch_curve = self._loss.plot(name=names[0])
        self._loss_curve = self._loss.plot(name=names[1], symbol=_MARKS[1])
        self._right_curve = self._accuracy.plot(name=names[0], symbol=_MARKS[0])
        self._checked_curve = self._accuracy.plot(name=names[1], symbol=_MARKS[1])
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.timeout.connect(self._draw_batches)
        self.begin(1)
        self.clear()
        self._colour()

    def _plot(self, label: str, axis: _LogAxis | None = None, **more: str) -> Any:  # noqa: ANN401 - pyqtgraph has no types
        plot = pg.PlotWidget(self, axisItems={"left": axis} if axis else None)
        plot.getPlotItem().setMenuEnabled(False)
        plot.getPlotItem().hideButtons()
        plot.setLabel("left", label, **more)
        plot.setLabel("bottom", self.tr("Epochs"))
        for side in ("bottom", "left"):
            plot.getAxis(side).enableAutoSIPrefix(enable=False)
        self._add_legend(plot.getPlotItem())
        return plot

    @staticmethod
    def _add_legend(item: pg.PlotItem) -> None:
        """Put the legend above the axes: curves may end in every corner."""
        item.legend = pg.LegendItem(colCount=2)
        item.layout.removeItem(item.titleLabel)  # there is none
        item.layout.addItem(item.legend, 0, 1)

    def clear(self) -> None:
        """Begin anew."""
        self._batches: list[tuple[float, float]] = []
        self._epochs: list[EpochReport] = []
        self._draw()

    def begin(self, epochs: int) -> None:
        """Make room for so many epochs."""
        for plot in (self._loss, self._accuracy):
            plot.setXRange(0, epochs)

    @property
    def batch_points(self) -> list[tuple[float, float]]:
        """Epochs and losses of the points so far."""
        return list(self._batches)

    @property
    def epoch_count(self) -> int:
        """How many epochs are drawn."""
        return len(self._epochs)

    def add_batch(self, report: BatchReport) -> None:
        """Add a point of the training's loss."""
        epochs = report.epoch - 1 + report.batch / report.batches
        self._batches.append((epochs, report.loss))
        # A training that goes on reports all that was before at once.
        if not self._drawing.isActive():
            self._drawing.start(_DRAW_EVERY_MS)

    def add_epoch(self, report: EpochReport) -> None:
        """Add an epoch to all curves."""
        self._epochs.append(report)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    @Slot()
    def _draw_batches(self) -> None:
        points = np.array(self._batches).reshape(-1, 2)
        self._batch_curve.setData(points[:, 0], np.maximum(points[:, 1], 1e-6))

    def _draw(self) -> None:
        self._draw_batches()
        x = [report.epoch for report in self._epochs]
        losses = [max(report.validation_loss, 1e-6) for report in self._epochs]
        self._loss_curve.setData(x, losses)
        self._right_curve.setData(x, [100 * r.accuracy for r in self._epochs])
        checked = [100 * r.validation_accuracy for r in self._epochs]
        self._checked_curve.setData(x, checked)

    def _colour(self) -> None:
        colours = current_colours()
        for plot in (self._loss, self._accuracy):
            plot.setBackground(colours.panel)
            for side in ("bottom", "left"):
                plot.getAxis(side).setPen(pg.mkPen(colours.border))
                plot.getAxis(side).setTextPen(pg.mkPen(colours.text))
            legend = plot.getPlotItem().legend
            for _, label in legend.items:
                label.setText(label.text, color=colours.text)
        training, validation = _LINES[is_dark()]
        for curve, colour in (
            (self._batch_curve, training),
            (self._loss_curve, validation),
            (self._right_curve, training),
            (self._checked_curve, validation),
        ):
            curve.setPen(pg.mkPen(colour, width=2))
            if curve.opts["symbol"] is not None:
                curve.setSymbolBrush(colour)
                curve.setSymbolPen(None)
                curve.setSymbolSize(_MARK_SIZE)
                # The legend draws these, also before there is a point.
                curve.scatter.setSymbol(curve.opts["symbol"])
                curve.scatter.setBrush(colour)
                curve.scatter.setPen(None)
