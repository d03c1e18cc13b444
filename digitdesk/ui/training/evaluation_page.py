"""How good a model is, and where it errs."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.comparison import Comparison
from digitdesk.core.digit_data import Labelled
from digitdesk.core.evaluation import Evaluation
from digitdesk.ui.training.confusion import ConfusionMatrix
from digitdesk.ui.training.glyph_detail import GlyphDetail
from digitdesk.ui.training.glyph_grid import GlyphGrid
from digitdesk.ui.training.reliability import ReliabilityDiagram


class EvaluationPage(QWidget):
    """Figures, confusion matrix, calibration, and the digits behind them.

    Signals
    -------
    evaluation_requested(str)
        The model with this key should read the test part.
    """

    evaluation_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._digits: Labelled | None = None
        self.model = QComboBox(self)
        self.model.setAccessibleName(self.tr("Model"))
        self.measure = QPushButton(self.tr("&Measure on the test part"), self)
        self.worst = QPushButton(self.tr("&Worst errors"), self)
        self.figures = QTextBrowser(self)
        self.confusion = ConfusionMatrix(self)
        self.reliability = ReliabilityDiagram(self)
        self.grid = GlyphGrid(self)
        self.detail = GlyphDetail(self, side=112, beside=True)
        self._shown = QLabel(self.tr("Nothing has been measured yet."), self)
        self._lay_out()
        self.measure.clicked.connect(self._on_measure_clicked)
        self.worst.clicked.connect(self.show_worst)
        self.worst.setEnabled(False)
        self.confusion.cell_chosen.connect(self._on_cell_chosen)
        self.grid.chosen.connect(self._on_grid_chosen)

    def show_models(self, models: list[tuple[str, str]], chosen: str) -> None:
        """Offer these models: keys and names."""
        self.model.clear()
        for key, name in models:
            self.model.addItem(name, key)
        self.model.setCurrentIndex(max(self.model.findData(chosen), 0))

    def show_busy(self) -> None:
        """Tell that a measurement runs."""
        self.measure.setEnabled(False)
        self._shown.setText(self.tr("Measuring…"))

    def show_failure(self, sentence: str) -> None:
        """Tell why nothing was measured."""
        self.measure.setEnabled(True)
        self._shown.setText(sentence)

    def show_evaluation(
        self,
        evaluation: Evaluation,
        digits: Labelled,
        against: Comparison | None = None,
    ) -> None:
        """Show a model's answers to `digits`, and how it differs from the active."""
        self._evaluation, self._digits = evaluation, digits
        self.measure.setEnabled(True)
        self.worst.setEnabled(True)
        self.figures.setHtml(self._text(evaluation, against))
        self.confusion.show_counts(evaluation.confusion())
        self.reliability.show_bins(evaluation.reliability())
        self.grid.show_digits(digits.glyphs, digits.labels, evaluation.answers)
        self.show_worst()

    @Slot()
    def show_worst(self) -> None:
        """Show the misread digits, the surest first."""
        if self._evaluation is None:
            return
        indices = self._evaluation.worst(500)
        self.grid.show_only(indices)
        text = self.tr("{count} misread digits, the surest errors first")
        self._shown.setText(text.format(count=len(indices)))

    def _text(self, evaluation: Evaluation, against: Comparison | None) -> str:
        share = evaluation.accuracy()
        rows = [
            (self.tr("Digits"), f"{evaluation.count:,}"),
            (self.tr("Accuracy"), f"{share.value:.2%}"),
            (self.tr("95 % interval"), f"{share.low:.2%} – {share.high:.2%}"),  # noqa: RUF001 - a range
            (self.tr("Loss"), f"{evaluation.loss():.4f}"),
            (self.tr("Calibration error"), f"{evaluation.calibration_error():.2%}"),
            (self.tr("Rejected"), f"{evaluation.rejected_share():.2%}"),
        ]
        if against is not None:
            gain = against.gain
            words = {
                "better": self.tr("better than the active model"),
                "worse": self.tr("worse than the active model"),
                "same": self.tr("no difference to the active model beyond chance"),
            }
            rows += [
                (self.tr("Against the active"), f"{gain.value:+.2%}"),
                (self.tr("95 % interval"), f"{gain.low:+.2%} … {gain.high:+.2%}"),
                (self.tr("McNemar"), f"p = {against.p_value:.3g}"),
                (self.tr("Verdict"), words[against.verdict]),
            ]
        html = "".join(
            f"<tr><td>{name}&nbsp;&nbsp;</td><td align='right'><b>{value}</b></td></tr>"
            for name, value in rows
        )
        return f"<table>{html}</table><br>{self._classes(evaluation)}"

    def _classes(self, evaluation: Evaluation) -> str:
        heads = (self.tr("Digit"), self.tr("Precision"), self.tr("Recall"))
        head = "".join(f"<th align='right'>{text}&nbsp;&nbsp;</th>" for text in heads)
        shares = zip(evaluation.precision(), evaluation.recall(), strict=True)
        rows = "".join(
            f"<tr><td align='right'>{digit}&nbsp;&nbsp;</td>"
            f"<td align='right'>{_percent(precision)}&nbsp;&nbsp;</td>"
            f"<td align='right'>{_percent(recall)}&nbsp;&nbsp;</td></tr>"
            for digit, (precision, recall) in enumerate(shares)
        )
        return f"<table><tr>{head}</tr>{rows}</table>"

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self.model)
        bar.addWidget(self.measure)
        bar.addWidget(self.worst)
        bar.addStretch()
        charts = QTabWidget(self)
        charts.setDocumentMode(True)
        charts.addTab(self.confusion, self.tr("Confusion"))
        charts.addTab(self.reliability, self.tr("Calibration"))
        digits = QWidget(self)
        column = QVBoxLayout(digits)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._shown)
        column.addWidget(self.grid, 1)
        column.addWidget(self.detail)
        split = QSplitter(self)
        for widget, width in ((self.figures, 270), (charts, 470), (digits, 520)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, width)
        split.setSizes([270, 470, 520])
        layout = QVBoxLayout(self)
        layout.addLayout(bar)
        layout.addWidget(split, 1)

    @Slot()
    def _on_measure_clicked(self) -> None:
        self.evaluation_requested.emit(str(self.model.currentData()))

    @Slot(int, int)
    def _on_cell_chosen(self, label: int, answer: int) -> None:
        if self._evaluation is None:
            return
        indices = self._evaluation.cell(label, answer)
        self.grid.show_only(indices)
        text = self.tr("{count} times a {label} was read as {answer}")
        self._shown.setText(text.format(count=len(indices), label=label, answer=answer))

    @Slot(int)
    def _on_grid_chosen(self, index: int) -> None:
        if self._evaluation is None or self._digits is None:
            return
        label = int(self._digits.labels[index])
        said = self._evaluation.probabilities[index]
        self.detail.show_digit(self._digits.glyphs[index], label, said)


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{share:.1%}"
