"""How well each of the ten digits is read."""

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from digitdesk.core.evaluation import Evaluation
from digitdesk.ui.evaluation.wording import percent

_DIGITS = 10


class ClassTable(QTableWidget):
    """One row a digit: how many, recall, precision, and what it is taken for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_DIGITS, 5, parent)
        for column, (title, hint) in enumerate(
            (
                (self.tr("Digits"), self.tr("How many of this digit there are")),
                (
                    self.tr("Recognised"),
                    self.tr("Recall: the share of this digit that was read as it"),
                ),
                (
                    self.tr("Right when read"),
                    self.tr("Precision: the share of these answers that were right"),
                ),
                (self.tr("F1"), self.tr("Harmonic mean of recall and precision")),
                (
                    self.tr("Taken for"),
                    self.tr("The commonest misreadings of this digit"),
                ),
            )
        ):
            heading = QTableWidgetItem(title)
            heading.setToolTip(hint)
            self.setHorizontalHeaderItem(column, heading)
        self.setVerticalHeaderLabels([str(digit) for digit in range(_DIGITS)])
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.setAccessibleName(self.tr("Precision and recall of each digit"))

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Show the figures of an evaluation."""
        counts, recall = evaluation.confusion(), evaluation.recall()
        precision = evaluation.precision()
        for digit in range(_DIGITS):
            right, when_read = float(recall[digit]), float(precision[digit])
            row = counts[digit].copy()
            row[digit] = 0
            usual = [n for n in (-row).argsort(kind="stable")[:3] if row[n]]
            cells = (
                f"{int(counts[digit].sum()):,}",
                percent(right),
                percent(when_read),
                percent(_f1(right, when_read)),
                ", ".join(f"{n} ({int(row[n]):,})" for n in usual),
            )
            for column, text in enumerate(cells):
                self._put(digit, column, text)

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        side = Qt.AlignmentFlag.AlignRight
        if column == self.columnCount() - 1:
            side = Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setItem(row, column, item)


def _f1(recall: float, precision: float) -> float:
    if math.isnan(recall) or math.isnan(precision) or recall + precision == 0:
        return math.nan
    return 2 * recall * precision / (recall + precision)
