"""Light and dark, as chosen or as the system is."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from digitdesk.controllers.preferences import Preferences
from digitdesk.core.settings import Appearance
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.theme import apply_appearance


class AppearanceController(QObject):
    """Connects View > Appearance and the system's wish with the program's palette.

    Lives in the GUI thread.
    """

    def __init__(
        self,
        application: QApplication,
        window: MainWindow,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._application = application
        self._preferences = preferences
        group = window.commands.appearance
        for action in group.actions():
            chosen = Appearance(action.data()) is preferences.settings.appearance
            action.setChecked(chosen)
        group.triggered.connect(self._on_appearance_triggered)
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @Slot(QAction)
    def _on_appearance_triggered(self, action: QAction) -> None:
        appearance = Appearance(action.data())
        self._preferences.change(appearance=appearance)
        apply_appearance(self._application, appearance)

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._preferences.settings.appearance is Appearance.SYSTEM:
            apply_appearance(self._application, Appearance.SYSTEM, scheme)
