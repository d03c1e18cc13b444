"""All that stands behind the Training page."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from digitdesk.controllers.active_model import ActiveModel
from digitdesk.controllers.data_adding import DataAdding
from digitdesk.controllers.data_desk import DataDesk
from digitdesk.controllers.learning import LearningController
from digitdesk.controllers.preferences import Preferences
from digitdesk.core.training_types import ConfigError
from digitdesk.ui.banner import Banner, Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.page import TrainingPage


class Workshop(QObject):
    """Connects the parts: what was learnt is measured, and may read.

    Lives in the GUI thread.
    """

    def __init__(
        self,
        window: MainWindow,
        active: ActiveModel,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._active = active
        self._preferences = preferences
        self._offered: dict[str, Path] = {}
        self.page = TrainingPage()
        self.page.setup.show_config(preferences.settings.training)
        self.page.setup.choices_changed.connect(self._on_choices_changed)
        self.data = DataDesk(window, self.page, active, self)
        self.adding = DataAdding(window, self.page, self.data, self)
        self.learning = LearningController(window, self.page, self.data, self)
        self.learning.model_made.connect(self._on_model_made)
        self.learning.look_for_broken_off()

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End what runs."""
        ended = [self.learning.shutdown(timeout_ms), self.data.shutdown(timeout_ms)]
        return all(ended)

    @Slot()
    def _on_choices_changed(self) -> None:
        with suppress(ConfigError):  # nothing that could not be shown again
            self._preferences.change(training=self.page.setup.config)

    @Slot(object)
    def _on_model_made(self, folder: Path) -> None:
        self.data.measure(folder, self.learning.sources)
        self.offer(folder, self.learning.model_name)

    def offer(self, folder: Path, name: str) -> None:
        """Ask whether a new model should read."""
        text = self.tr("“{name}” has learnt and is kept among your models.")
        text = text.format(name=name)
        self._offered[text] = folder
        banner = self._window.show_message(
            text, Severity.INFO, self.tr("&Read with it")
        )
        banner.action_requested.connect(self._on_offer_accepted)

    @Slot()
    def _on_offer_accepted(self) -> None:
        banner = self.sender()
        if not isinstance(banner, Banner):
            return
        folder = self._offered.pop(banner.text)
        self._window.banners.dismiss(banner.text)
        if folder.is_dir():
            self._active.activate(folder)
            return
        text = self.tr("The model in {folder} is gone; it was deleted or moved.")
        self._window.show_message(text.format(folder=folder))
