"""All that stands behind the Training page."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from digitdesk.controllers.data_desk import DataDesk
from digitdesk.controllers.learning import LearningController
from digitdesk.controllers.model_desk import ModelDesk
from digitdesk.controllers.preferences import Preferences
from digitdesk.core import paths
from digitdesk.ml.store import ModelStore
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.page import TrainingPage
from digitdesk.workers.jobs import Jobs
from digitdesk.workers.recognition import Recogniser


class Workshop(QObject):
    """Connects the parts: what was learnt is listed, measured, and may read."""

    def __init__(
        self,
        window: MainWindow,
        preferences: Preferences,
        recogniser: Recogniser,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.page = TrainingPage()
        self.jobs = Jobs(self)
        store = ModelStore(paths.shipped_models(), paths.user_models())
        self.models = ModelDesk(
            window, self.page, store, preferences, recogniser, self.jobs, self
        )
        self.data = DataDesk(window, self.page, self.models, self)
        self.learning = LearningController(window, self.page, self.data, self)
        self.learning.model_made.connect(self._on_model_made)
        self.models.refresh()
        self.learning.look_for_broken_off()

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End what runs."""
        ended = [
            self.learning.shutdown(timeout_ms),
            self.models.shutdown(),
            self.data.shutdown(timeout_ms),
            self.jobs.shutdown(timeout_ms),
        ]
        return all(ended)

    @Slot(object)
    def _on_model_made(self, folder: Path) -> None:
        self.models.refresh(choose=str(folder))
        self.models.offer(folder, self.learning.model_name)
        self.data.measure(str(folder))
