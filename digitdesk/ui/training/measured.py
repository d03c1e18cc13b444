"""What the network that has just learnt is worth."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from digitdesk.core.comparison import Rival
from digitdesk.core.evaluation import Evaluation
from digitdesk.core.types import U8
from digitdesk.ui.evaluation.view import EvaluationView

_MARGIN = 32


class Measured(QStackedWidget):
    """The evaluation of the last training; until there is one, words in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = EvaluationView()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setMargin(_MARGIN)
        self.addWidget(self._words)
        self.addWidget(self.view)
        self.show_words(
            self.tr(
                "After a training, its network reads the test part of the data, "
                "beside the model in use. What they read is compared here.\n\n"
                "Every model, on any data, is measured on the page “Models”."
            )
        )

    @property
    def words(self) -> str:
        """What is said in the evaluation's place; empty while that is on show."""
        return "" if self.currentWidget() is self.view else self._words.text()

    def show_words(self, text: str) -> None:
        """Say why there is no evaluation."""
        self._words.setText(text)
        self.setCurrentWidget(self._words)

    def show_evaluation(
        self,
        evaluation: Evaluation,
        glyphs: U8,
        *,
        name: str,
        data: str,
        rival: Rival | None,
    ) -> None:
        """Show an evaluation; see `EvaluationView.show_evaluation`."""
        self.view.show_evaluation(evaluation, glyphs, name=name, data=data, rival=rival)
        self.setCurrentWidget(self.view)
