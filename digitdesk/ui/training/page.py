"""The Training page: learn, look at digits, measure, manage models."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from digitdesk.ui.models.progress_strip import ProgressStrip
from digitdesk.ui.training.browser import DataBrowser
from digitdesk.ui.training.evaluation_page import EvaluationPage
from digitdesk.ui.training.model_list import ModelList
from digitdesk.ui.training.progress_panel import ProgressPanel
from digitdesk.ui.training.setup_form import SetupForm


class TrainingPage(QWidget):
    """Holds the four parts and knows nothing of processes and files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setup = SetupForm(self)
        self.progress = ProgressPanel(self)
        self.browser = DataBrowser(self)
        self.busy = ProgressStrip(self)
        self.evaluation = EvaluationPage(self)
        self.models = ModelList(self)
        form = QScrollArea(self)
        form.setWidget(self.setup)
        form.setWidgetResizable(True)
        form.setFrameShape(QFrame.Shape.NoFrame)
        form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        form.setMinimumWidth(self.setup.minimumSizeHint().width() + 24)
        learn = QSplitter(self)
        learn.addWidget(form)
        learn.addWidget(self.progress)
        learn.setStretchFactor(1, 1)
        learn.setSizes([380, 800])
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(learn, self.tr("Learn"))
        self.tabs.addTab(self.browser, self.tr("Digits"))
        self.tabs.addTab(self.evaluation, self.tr("Evaluation"))
        self.tabs.addTab(self.models, self.tr("Models"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.tabs)
        layout.addWidget(self.busy)
