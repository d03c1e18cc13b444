"""The main figures of an evaluation, large, in a row."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from digitdesk.core.evaluation import Evaluation
from digitdesk.ui.evaluation.wording import interval_words, percent


class Figure(QFrame):
    """One figure: what it is, its value, and a remark."""

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setToolTip(hint)
        self._title = title
        heading, self._value, self._remark = QLabel(title), QLabel(), QLabel()
        font = self._value.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._value.setFont(font)
        for label in (heading, self._remark):
            label.setObjectName("muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 5, 10, 6)
        layout.setSpacing(0)
        for label in (heading, self._value, self._remark):
            flags = Qt.TextInteractionFlag.TextSelectableByMouse
            label.setTextInteractionFlags(flags)
            layout.addWidget(label)

    @property
    def text(self) -> str:
        """Value and remark."""
        return f"{self._value.text()} {self._remark.text()}".strip()

    def show_value(self, value: str, remark: str) -> None:
        """Show a value with a remark below."""
        self._value.setText(value)
        self._remark.setText(remark)
        self.setAccessibleName(f"{self._title}: {self.text}")


class Figures(QWidget):
    """Accuracy, loss, calibration and what the threshold rejects."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.accuracy = Figure(
            self.tr("Read right"),
            self.tr("Share of the digits that were read right, with Wilson's interval"),
        )
        self.loss = Figure(
            self.tr("Loss"),
            self.tr("Mean negative logarithm of the right digits' probabilities"),
        )
        self.calibration = Figure(
            self.tr("Calibration error"),
            self.tr("How far confidence and accuracy lie apart on average (ECE)"),
        )
        self.rejected = Figure(
            self.tr("Rejected"),
            self.tr("Share of these digits that the model takes for no digit"),
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for figure in (self.accuracy, self.loss, self.calibration, self.rejected):
            layout.addWidget(figure, 1)

    def show_evaluation(self, evaluation: Evaluation) -> None:
        """Show the figures of an evaluation."""
        accuracy, wrong = evaluation.accuracy(), int((~evaluation.right).sum())
        text = self.tr("95 %: {interval}")
        self.accuracy.show_value(
            percent(accuracy.value), text.format(interval=interval_words(accuracy))
        )
        text = self.tr("{wrong} of {count} misread")
        self.loss.show_value(
            f"{evaluation.loss():.4f}",
            text.format(wrong=f"{wrong:,}", count=f"{evaluation.count:,}"),
        )
        self.calibration.show_value(
            percent(evaluation.calibration_error()), self.tr("0 % is honest")
        )
        text = self.tr("above a threshold of {value}")
        self.rejected.show_value(
            percent(evaluation.rejected_share()),
            text.format(value=f"{evaluation.threshold:.3g}"),
        )
