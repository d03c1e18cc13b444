"""The Models page's way into the window; its parts are loaded when it is opened."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.controllers.preferences import Preferences
from digitdesk.ml.store import ModelStore
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.late_page import LatePage
from digitdesk.workers.recognition import Recogniser

if TYPE_CHECKING:
    from digitdesk.controllers.model_manager import ModelManager


class ModelsController(QObject):
    """Adds the page *Models* and builds it when it is first looked at.

    Lives in the GUI thread.

    Parameters
    ----------
    window : MainWindow
        Gets the page and shows messages.
    preferences : Preferences
        Remember the model in use.
    recogniser : Recogniser
        Reads with it.
    store : ModelStore
        Keeps the models.
    parent : QObject or None
        Qt parent.

    Signals
    -------
    built()
        The page is complete; `manager` is there.
    """

    built = Signal()

    def __init__(
        self,
        window: MainWindow,
        preferences: Preferences,
        recogniser: Recogniser,
        store: ModelStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._preferences = preferences
        self._recogniser = recogniser
        self._store = store
        self.manager: ModelManager | None = None
        self.page = LatePage()
        self.page.first_shown.connect(self._on_page_first_shown)
        window.add_page(self.page, self.tr("Models"))

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End what runs behind the page; False if something hangs."""
        return self.manager is None or self.manager.shutdown(timeout_ms)

    @Slot()
    def _on_page_first_shown(self) -> None:
        # The window must not wait for a page that is not on show.
        from digitdesk.controllers.model_manager import ModelManager

        self.manager = ModelManager(
            self._window, self._preferences, self._recogniser, self._store, self
        )
        self.page.fill(self.manager.page)
        self.built.emit()
