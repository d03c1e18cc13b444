"""The Training page: learn, look at digits, see what was learnt."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from digitdesk.ui.models.progress_strip import ProgressStrip
from digitdesk.ui.scrolling import scrolling
from digitdesk.ui.training.browser import DataBrowser
from digitdesk.ui.training.measured import Measured
from digitdesk.ui.training.progress_panel import ProgressPanel
from digitdesk.ui.training.setup_form import SetupForm


class TrainingPage(QWidget):
    """Holds the three parts and knows nothing of processes and files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setup = SetupForm(self)
        self.progress = ProgressPanel(self)
        self.browser = DataBrowser(self)
        self.busy = ProgressStrip(self)
        self.evaluation = Measured(self)
        form = scrolling(self.setup)
        form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = form.verticalScrollBar().sizeHint().width()
        form.setMinimumWidth(self.setup.minimumSizeHint().width() + bar)
        learn = QSplitter(self)
        learn.addWidget(form)
        learn.addWidget(self.progress)
        learn.setStretchFactor(1, 1)
        learn.setSizes([380, 800])
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(scrolling(learn), self.tr("Learn"))
        self.tabs.addTab(scrolling(self.browser), self.tr("Digits"))
        self.tabs.addTab(self.evaluation, self.tr("Evaluation"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.tabs)
        layout.addWidget(self.busy)
        self.browser.data_requested.connect(self._on_data_requested)

    @Slot()
    def _on_data_requested(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.setup.add_button.setFocus(Qt.FocusReason.ShortcutFocusReason)
