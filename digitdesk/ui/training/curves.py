"""Live curves of a training; loading pyqtgraph takes long, so import this late."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from digitdesk.core.training_types import BatchReport, EpochReport
from digitdesk.ui.theme import current_colours

_TRAINING, _VALIDATION = "#0072b2", "#c8401a"


class TrainingCurves(QWidget):
    """Loss by batches on the left, accuracy by epochs on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loss = pg.PlotWidget(self)
        self._accuracy = pg.PlotWidget(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._loss)
        layout.addWidget(self._accuracy)
        training, validation = (
            pg.mkPen(colour, width=2) for colour in (_TRAINING, _VALIDATION)
        )
        for plot in (self._loss, self._accuracy):
            plot.getPlotItem().setMenuEnabled(False)
            plot.getPlotItem().hideButtons()
            plot.setLabel("bottom", self.tr("Epochs"))
            for side in ("bottom", "left"):
                plot.getAxis(side).enableAutoSIPrefix(enable=False)
        self._loss.setLabel("left", self.tr("Loss (log scale)"))
        self._loss.setLogMode(y=True)
        self._accuracy.setLabel("left", self.tr("Accuracy"), units="%")
        # Symbols too: colours alone do not tell the curves apart for everybody.
        marks: dict[str, object] = {
            "symbol": "o",
            "symbolSize": 7,
            "symbolBrush": _TRAINING,
        }
        other: dict[str, object] = {
            "symbol": "s",
            "symbolSize": 7,
            "symbolBrush": _VALIDATION,
        }
        for look in (marks, other):
            look["symbolPen"] = None
        name = self.tr("training"), self.tr("validation")
        for plot in (self._loss, self._accuracy):
            plot.addLegend(offset=(-8, 8), labelTextColor="#808080")
            plot.setXRange(0, 1)
        self._loss.setYRange(-3, 1)
        self._accuracy.setYRange(80, 100)
        for plot in (self._loss, self._accuracy):
            plot.enableAutoRange()
        self._batch_curve = self._loss.plot(pen=training, name=name[0])
        self._loss_curve = self._loss.plot(pen=validation, name=name[1], **other)
        self._right_curve = self._accuracy.plot(pen=training, name=name[0], **marks)
        self._checked_curve = self._accuracy.plot(pen=validation, name=name[1], **other)
        self.clear()
        self._colour()

    def clear(self) -> None:
        """Begin anew."""
        self._batches: list[tuple[float, float]] = []
        self._epochs: list[EpochReport] = []
        self._draw()

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
        points = np.array(self._batches)
        self._batch_curve.setData(points[:, 0], np.maximum(points[:, 1], 1e-6))

    def add_epoch(self, report: EpochReport) -> None:
        """Add an epoch to all curves."""
        self._epochs.append(report)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _draw(self) -> None:
        if not self._batches:
            self._batch_curve.setData([], [])
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
