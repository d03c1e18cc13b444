"""The *Probabilities* dock: what the network thinks of the chosen digit."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from digitdesk.ui.region import Region

if TYPE_CHECKING:
    from digitdesk.ui.probability_chart import ProbabilityChart

_LIKELY, _DOUBTFUL = 0.5, 0.25
"""From these figures on "not a digit" is the likelier, and a possible, answer."""


class ProbabilityPanel(QWidget):
    """Shows ten probabilities and, apart from them, "not a digit".

    The chart comes later, by `build_chart`: the window must not wait for pyqtgraph.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._chart: ProbabilityChart | None = None
        self._answer = QLabel(self)
        self._answer.setAccessibleName(self.tr("Answer"))
        self._answer.setWordWrap(True)
        self._not_digit = QProgressBar(self)
        self._not_digit.setRange(0, 1000)
        self._not_digit.setTextVisible(False)
        self._not_digit.setFixedHeight(8)
        self._not_digit.setAccessibleName(self.tr("Not a digit"))
        self._not_digit_text = QLabel(self)
        self._not_digit_text.setMinimumWidth(
            self._not_digit_text.fontMetrics().horizontalAdvance("100.0 %")
        )
        self._not_digit_text.setAlignment(Qt.AlignmentFlag.AlignRight)
        apart = QHBoxLayout()
        apart.addWidget(QLabel(self.tr("Not a digit"), self))
        apart.addWidget(self._not_digit, 1)
        apart.addWidget(self._not_digit_text)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 8, 10, 8)
        self._layout.addWidget(self._answer)
        self._layout.addStretch(1)
        self._layout.addLayout(apart)
        self.show_region(None)

    @property
    def chart(self) -> "ProbabilityChart | None":
        """The chart, once it was built."""
        return self._chart

    def build_chart(self) -> None:
        """Load pyqtgraph, if nobody did, and put the chart in its place."""
        if self._chart is not None:
            return
        from digitdesk.ui.probability_chart import ProbabilityChart

        self._chart = ProbabilityChart(self)
        self._chart.setAccessibleName(self.tr("Probability of each digit"))
        self._layout.takeAt(1)  # the empty room that was kept for it
        self._layout.insertWidget(1, self._chart, 1)
        self.show_region(self._region)

    def show_region(self, region: Region | None) -> None:
        """Show the figures of the chosen region; None if there is none."""
        self._region = region
        reading = None if region is None else region.reading
        if self._chart is not None:
            self._chart.show_probabilities(
                None if reading is None else reading.probabilities
            )
            self._chart.setAccessibleDescription(self._answer.text())
        not_digit = 0.0 if reading is None else reading.not_digit
        self._not_digit.setValue(round(not_digit * 1000))
        percent = "" if reading is None else f"{100 * not_digit:.1f} %"
        self._set_text(self._not_digit_text, percent)
        self._set_text(self._answer, self._sentence(region))

    def _sentence(self, region: Region | None) -> str:
        if region is None:
            return self.tr("No digit chosen")
        if region.reading.accepted:
            return region.ranking
        return self._why_left_out(region.reading.not_digit).format(
            ranking=region.ranking
        )

    def _why_left_out(self, not_digit: float) -> str:
        """Say what agrees with the figures: not the network alone decides."""
        if not_digit >= _LIKELY:
            return self.tr("Not a digit; at best {ranking}")
        if not_digit >= _DOUBTFUL:
            return self.tr("Left out as doubtful; at best {ranking}")
        return self.tr(
            "Left out, though it looks like {ranking}. Its size, shape or place, or "
            "what is around it, speaks against a digit."
        )

    @staticmethod
    def _set_text(label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
