"""How good a model is: figures, who is taken for whom, and the pictures behind it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.comparison import Rival
from digitdesk.core.evaluation import Evaluation
from digitdesk.core.types import U8
from digitdesk.ui.evaluation.class_table import ClassTable
from digitdesk.ui.evaluation.confusion_matrix import ConfusionMatrix
from digitdesk.ui.evaluation.figures import Figures
from digitdesk.ui.evaluation.picture_panel import PicturePanel
from digitdesk.ui.evaluation.wording import comparison_sentence, gain_sentence

if TYPE_CHECKING:
    from digitdesk.ui.evaluation.reliability_chart import ReliabilityChart


class EvaluationView(QScrollArea):
    """Shows one evaluation. Knows only what `show_evaluation` gives it.

    Everything shrinks to about 560x420 pixels; below that it scrolls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.figures = Figures()
        self.matrix = ConfusionMatrix()
        self.pictures = PicturePanel()
        self.classes = ClassTable()
        self._title = QLabel()
        self._title.setWordWrap(True)
        self._verdict = QLabel()
        self._verdict.setWordWrap(True)
        self._verdict.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.pictures, self.tr("&Pictures"))
        self.tabs.addTab(self.classes, self.tr("Each &digit"))
        self._reliability = QWidget()
        self._reliability_layout = QVBoxLayout(self._reliability)
        self._reliability_layout.setContentsMargins(6, 6, 6, 6)
        self._chart: ReliabilityChart | None = None
        self.tabs.addTab(self._reliability, self.tr("Re&liability"))
        self.matrix.cell_chosen.connect(self._on_matrix_cell_chosen)
        self._lay_out()

    @property
    def verdict(self) -> str:
        """What changed against the rival; empty without one."""
        return self._verdict.text()

    def show_evaluation(
        self,
        evaluation: Evaluation,
        glyphs: U8,
        *,
        name: str = "",
        data: str = "",
        rival: Rival | None = None,
    ) -> None:
        """Show an evaluation.

        Parameters
        ----------
        evaluation : Evaluation
            Of n digits.
        glyphs : ndarray of uint8, shape (n, 28, 28)
            The digits, in the evaluation's order.
        name : str
            What the model is called.
        data : str
            What the digits are called.
        rival : Rival or None
            The model in use, to tell what changed; it read the same digits.
        """
        title = self.tr("<b>{name}</b> on {count} digits of {data}")
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._title.setText(
            title.format(
                name=_escaped(name or self.tr("This model")),
                count=f"{evaluation.count:,}",
                data=_escaped(data or self.tr("the test part")),
            )
        )
        self.figures.show_evaluation(evaluation)
        self.matrix.show_counts(evaluation.confusion())
        self.pictures.show_evaluation(evaluation, glyphs, rival)
        self.classes.show_evaluation(evaluation)
        self._show_verdict(name, evaluation, rival)
        self._show_reliability(evaluation)

    def _show_verdict(
        self, name: str, evaluation: Evaluation, rival: Rival | None
    ) -> None:
        self._verdict.setVisible(rival is not None)
        if rival is None:
            self._verdict.clear()
            return
        sentence = comparison_sentence(
            name or self.tr("This model"),
            rival.name,
            rival.comparison,
            evaluation.count,
        )
        self._verdict.setText(f"{sentence} {gain_sentence(rival.comparison)}")

    def _show_reliability(self, evaluation: Evaluation) -> None:
        # Imported late: pyqtgraph takes long, and the window must not wait for it.
        from digitdesk.ui.evaluation.reliability_chart import ReliabilityChart

        if self._chart is None:
            self._chart = ReliabilityChart(self._reliability)
            self._reliability_layout.addWidget(self._chart)
        self._chart.show_evaluation(evaluation)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        hint = QLabel(
            self.tr("Down: what the digit is. Across: what was read. Choose a cell "
                    "to see its pictures.")
        )  # fmt: skip
        hint.setWordWrap(True)
        hint.setObjectName("muted")
        column.addWidget(hint)
        column.addWidget(self.matrix, 1)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(self.tabs)
        split.setChildrenCollapsible(False)
        split.setSizes([420, 520])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self._title)
        layout.addWidget(self.figures)
        layout.addWidget(self._verdict)
        layout.addWidget(split, 1)
        self.setWidget(content)
        self._verdict.hide()

    def minimumSizeHint(self) -> QSize:
        """Be content with little: it scrolls."""
        return QSize(200, 100)

    @Slot(int, int)
    def _on_matrix_cell_chosen(self, label: int, answer: int) -> None:
        self.pictures.show_cell(label, answer)
        self.tabs.setCurrentWidget(self.pictures)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
