"""The Training page's way into the window; its parts are loaded when it is opened."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal, Slot

from digitdesk.controllers.active_model import ActiveModel
from digitdesk.controllers.preferences import Preferences
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.late_page import LatePage

if TYPE_CHECKING:
    from digitdesk.controllers.workshop import Workshop


class TrainingController(QObject):
    """Adds the page *Training* and builds it when it is first looked at.

    While a network learns and nobody watches the live page, nothing is read there: the
    processor is the training's. Lives in the GUI thread.

    Signals
    -------
    built()
        The page is complete; `workshop` is there.
    model_made(Path)
        A training has made this model folder.
    """

    built = Signal()
    model_made = Signal(object)

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
        self.workshop: Workshop | None = None
        self.page = LatePage()
        self.page.first_shown.connect(self._on_page_first_shown)
        window.add_page(self.page, self.tr("Training"))
        self._is_live_shown = True
        window.video.installEventFilter(self)

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End what runs behind the page; a training keeps its checkpoint."""
        return self.workshop is None or self.workshop.shutdown(timeout_ms)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice whether the live page is in front."""
        kinds = (QEvent.Type.Show, QEvent.Type.Hide)
        if watched is self._window.video and event.type() in kinds:
            self._is_live_shown = event.type() is QEvent.Type.Show
            self._share_processor()
        return False

    @Slot()
    def _share_processor(self) -> None:
        learning = self.workshop is not None and self.workshop.learning.is_running
        self._active.recogniser.set_resting(learning and not self._is_live_shown)

    @Slot()
    def _on_page_first_shown(self) -> None:
        # Loading pyqtgraph and the rest takes longer than the window's start may.
        from digitdesk.controllers.workshop import Workshop

        self.workshop = Workshop(self._window, self._active, self._preferences, self)
        self.workshop.learning.model_made.connect(self.model_made)
        self.workshop.learning.running_changed.connect(self._share_processor)
        self.page.fill(self.workshop.page)
        self.built.emit()
