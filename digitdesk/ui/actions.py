"""Everything that menus, toolbar and shortcuts can do."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from digitdesk.core.settings import Appearance
from digitdesk.core.sources import SourceSpec
from digitdesk.ui.icons import icon

_Key = QKeySequence.StandardKey


class Actions:
    """The actions of one window; controllers connect their `triggered`.

    Each is an attribute; `icon_names` says how to draw it when the appearance changes.
    Those of the group `live` are of use on the live page only.
    """

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.icon_names: dict[QAction, str] = {}
        self._make_source_actions()
        self._make_reading_actions()
        self._make_window_actions()
        self._group_live_actions()
        self.draw_icons()

    def draw_icons(self) -> None:
        """Draw the icons in the colours of the appearance in use."""
        for action, name in self.icon_names.items():
            action.setIcon(icon(name))

    def fill_menus(self, docks: list[QAction]) -> None:
        """Fill the window's menu bar."""
        bar = self._window.menuBar()
        source = bar.addMenu(_tr("&Source"))
        source.addActions([self.choose_source, self.demo])
        self.camera_menu = source.addMenu(icon("camera"), _tr("&Camera"))
        source.addActions([self.open_file, self.open_folder, self.open_stream])
        source.addAction(self.paste)
        self.recent_menu = source.addMenu(_tr("&Recent"))
        source.addSeparator()
        source.addActions([self.reopen, self.next_picture, self.previous_picture])
        source.addSeparator()
        source.addActions([self.mirror, self.rotate])
        source.addSeparator()
        source.addAction(self.quit)
        reading = bar.addMenu(_tr("&Reading"))
        reading.addActions([self.freeze, self.snapshot, self.open_snapshots])
        reading.addAction(self.copy)
        reading.addSeparator()
        reading.addActions([self.draw_region, self.clear_region])
        reading.addSeparator()
        reading.addActions([self.smoothing, self.show_rejected])
        self._fill_view_menu(bar.addMenu(_tr("&View")), docks)
        bar.addMenu(_tr("&Help")).addAction(self.about)

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Put the most useful actions on the toolbar."""
        bar.addActions([self.choose_source, self.open_file])
        bar.addActions([self.previous_picture, self.next_picture])
        bar.addSeparator()
        bar.addActions([self.freeze, self.snapshot, self.copy])
        bar.addSeparator()
        bar.addActions([self.draw_region, self.clear_region, self.smoothing])

    def set_stepping(self, *, stepping: bool) -> None:
        """Offer to go from picture to picture, where a source has many."""
        self.next_picture.setEnabled(stepping)
        self.previous_picture.setEnabled(stepping)

    def show_cameras(self, cameras: tuple[SourceSpec, ...]) -> None:
        """Offer these cameras in the menu; their actions carry the spec."""
        self._offer(self.camera_menu, cameras, _tr("No camera found"))
        self.camera_menu.addSeparator()
        self.camera_menu.addAction(self.find_cameras)

    def show_recent(self, recent: tuple[SourceSpec, ...]) -> None:
        """Offer these sources again; their actions carry the spec."""
        self._offer(self.recent_menu, recent, _tr("Nothing yet"))

    def _offer(self, menu: QMenu, specs: tuple[SourceSpec, ...], none: str) -> None:
        for action in menu.actions():
            if action is not self.find_cameras:
                menu.removeAction(action)
                action.deleteLater()
        for spec in specs:
            # A name may hold an ampersand, which Qt takes for a mnemonic.
            entry = menu.addAction(spec.label.replace("&", "&&"))
            entry.setData(spec)
        if not specs:
            menu.addAction(none).setEnabled(False)

    def _make_source_actions(self) -> None:
        make = self._make
        self.choose_source = make(_tr("Choose &source…"), "source", "Ctrl+Shift+O")
        self.choose_source.setIconText(_tr("Source"))
        self.demo = make(_tr("&Demo pages"), "demo", "Ctrl+D")
        self.find_cameras = make(_tr("&Look for cameras again"), "reload")
        self.open_file = make(_tr("&Open picture or video…"), "open", _Key.Open)
        self.open_file.setIconText(_tr("Open"))
        self.open_folder = make(_tr("Open &folder…"), "snapshots")
        self.open_stream = make(_tr("Open s&tream…"), "source", "Ctrl+T")
        self.paste = make(_tr("&Paste picture"), "paste", _Key.Paste)
        self.reopen = make(_tr("&Reopen source"), "reload", _Key.Refresh)
        self.next_picture = make(_tr("&Next picture"), "next", "PgDown")
        self.next_picture.setIconText(_tr("Next"))
        self.next_picture.setToolTip(_tr("Next picture of the folder (Page Down)"))
        self.previous_picture = make(_tr("Pre&vious picture"), "previous", "PgUp")
        self.previous_picture.setIconText(_tr("Previous"))
        self.previous_picture.setToolTip(
            _tr("Previous picture of the folder (Page Up)")
        )
        self.set_stepping(stepping=False)
        self.mirror = make(_tr("&Mirror"), "", "Ctrl+M", checkable=True)
        self.rotate = make(_tr("Ro&tate clockwise"), "reset", "Ctrl+R")
        self.quit = make(_tr("&Quit"), "quit", "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_reading_actions(self) -> None:
        make = self._make
        self.freeze = make(_tr("&Freeze"), "freeze", "Space", checkable=True)
        self.snapshot = make(_tr("&Snapshot"), "snapshot", "S")
        self.open_snapshots = make(_tr("Show snap&shots folder"), "snapshots")
        self.copy = make(_tr("&Copy result"), "copy", "Ctrl+Shift+C")
        self.copy.setIconText(_tr("Copy"))
        self.copy.setToolTip(
            _tr("Copy result; numbers beside each other go into cells of their own")
        )
        self.draw_region = make(_tr("Read only a &part"), "region", "R", checkable=True)
        self.draw_region.setIconText(_tr("Read part"))
        self.draw_region.setToolTip(
            _tr("Drag over the part of the picture to read, or use the arrow keys (R)")
        )
        self.clear_region = make(_tr("Read &everything"), "region-clear", "Shift+R")
        self.clear_region.setIconText(_tr("Read all"))
        self.clear_region.setEnabled(False)
        self.smoothing = make(_tr("Steady &answer"), "smooth", "A", checkable=True)
        self.smoothing.setIconText(_tr("Steady"))
        self.show_rejected = make(
            _tr("Show what is &no digit"), "", "N", checkable=True
        )

    def _make_window_actions(self) -> None:
        self.about = self._make(_tr("&About DigitDesk"), "info")
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.reset_layout = self._make(_tr("&Reset layout"), "reset")
        self.appearance = QActionGroup(self._window)
        for appearance, text in (
            (Appearance.SYSTEM, _tr("Like the &system")),
            (Appearance.LIGHT, _tr("&Light")),
            (Appearance.DARK, _tr("&Dark")),
        ):
            action = self._make(text, "", checkable=True)
            action.setData(appearance.value)
            self.appearance.addAction(action)

    def _group_live_actions(self) -> None:
        """Group what is about the picture on show; other pages need its keys."""
        self.live = QActionGroup(self._window)
        self.live.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
        for action in (
            self.freeze,
            self.snapshot,
            self.copy,
            self.draw_region,
            self.clear_region,
            self.smoothing,
            self.show_rejected,
            self.next_picture,
            self.previous_picture,
            self.mirror,
            self.rotate,
        ):
            self.live.addAction(action)

    def _fill_view_menu(self, menu: QMenu, docks: list[QAction]) -> None:
        menu.addActions(docks)
        menu.addSeparator()
        menu.addAction(self.reset_layout)
        appearance = menu.addMenu(icon("appearance"), _tr("&Appearance"))
        appearance.addActions(self.appearance.actions())

    def _make(
        self,
        text: str,
        icon_name: str = "",
        keys: str | QKeySequence.StandardKey = "",
        *,
        checkable: bool = False,
    ) -> QAction:
        action = QAction(text, self._window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.setCheckable(checkable)
        # The window keeps the shortcut alive wherever the action is hidden.
        self._window.addAction(action)
        if icon_name:
            self.icon_names[action] = icon_name
        return action


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
