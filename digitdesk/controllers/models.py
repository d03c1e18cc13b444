"""The Models page's way into the window; its parts are loaded when it is opened."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from digitdesk.controllers.active_model import ActiveModel
from digitdesk.ml.store import ModelStore
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.training.late_page import LatePage

if TYPE_CHECKING:
    from digitdesk.controllers.model_manager import ModelManager


class ModelsController(QObject):
    """Adds the page *Models* and builds it when it is first looked at.

    Lives in the GUI thread.

    Parameters
    ----------
    window : MainWindow
        Gets the page and shows messages.
    active : ActiveModel
        Knows and changes the model in use.
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
        active: ActiveModel,
        store: ModelStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._active = active
        self._store = store
        self.manager: ModelManager | None = None
        self.page = LatePage()
        self.page.first_shown.connect(self._on_page_first_shown)
        window.add_page(self.page, self.tr("Models"))

    def shutdown(self, timeout_ms: int = 3000) -> bool:
        """End what runs behind the page; False if something hangs."""
        return self.manager is None or self.manager.shutdown(timeout_ms)

    @Slot(object)
    def list_anew(self, folder: Path) -> None:
        """List the models again, this new one chosen, if the page is there already."""
        if self.manager is not None:
            self.manager.refresh(folder)

    @Slot()
    def _on_page_first_shown(self) -> None:
        # The window must not wait for a page that is not on show.
        from digitdesk.controllers.model_manager import ModelManager

        self.manager = ModelManager(self._window, self._active, self._store, self)
        self.page.fill(self.manager.page)
        self.built.emit()
