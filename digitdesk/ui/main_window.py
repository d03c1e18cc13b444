"""The window: pages in the middle, docks around the live page."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QMainWindow,
    QTabBar,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.sources import kind_of_file
from digitdesk.ui.actions import Actions
from digitdesk.ui.banner import Banner, BannerStack, Severity
from digitdesk.ui.icons import program_icon
from digitdesk.ui.input_panel import InputPanel
from digitdesk.ui.preprocess_panel import PreprocessPanel
from digitdesk.ui.probability_panel import ProbabilityPanel
from digitdesk.ui.result_panel import ResultPanel
from digitdesk.ui.status import StatusBar
from digitdesk.ui.video_view import VideoView

_LAYOUT_VERSION = 1
_NARROW = 1010
_COLUMN = [280, 160, 210]
"""Shares of what was read, the network's input and its answer. The first shows eight
numbers at once on 1366x768; docks that followed the contents would move all the time.
"""

_SMALL_SCREEN = QSize(1100, 620)


class MainWindow(QMainWindow):
    """Holds the widgets and knows nothing of cameras and networks.

    Signals
    -------
    path_dropped(Path)
        A file or folder was dropped on the window.
    painted()
        The window was painted for the first time.
    closing()
        The window closes; there is no way back.
    """

    path_dropped = Signal(object)
    painted = Signal()
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("DigitDesk")
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        self.close_guards: list[Callable[[], bool]] = []
        self._was_painted = False
        self._live_layout: QByteArray | None = None
        self.video = VideoView()
        self.banners = BannerStack()
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self.video, self.tr("Live"))
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tabs, 1)
        # Below: above the page they would move its buttons under the mouse.
        layout.addWidget(self.banners)
        self.setCentralWidget(centre)
        self._make_docks()
        self._make_bars()
        self._tabs.currentChanged.connect(self._on_page_changed)
        self._set_tab_order()
        self.arrange_docks()

    def add_page(self, widget: QWidget, title: str) -> None:
        """Add a page beside *Live*; the docks are hidden while it is on show.

        Parameters
        ----------
        widget : QWidget
            The page; the window becomes its parent.
        title : str
            Translated text of its tab.
        """
        self._tabs.addTab(widget, title)
        self._tabs.tabBar().setVisible(True)

    def show_page(self, widget: QWidget) -> None:
        """Bring a page to the front; `video` is the live one."""
        self._tabs.setCurrentWidget(widget)

    def show_message(
        self, text: str, severity: Severity = Severity.WARNING, action: str = ""
    ) -> Banner:
        """Show a message inside the window; see `BannerStack.show_message`."""
        return self.banners.show_message(text, severity, action)

    def arrange_docks(self) -> None:
        """Put the docks where they belong at the first start."""
        side = Qt.DockWidgetArea
        for dock in self._docks:
            dock.setFloating(False)
            self.addDockWidget(side.RightDockWidgetArea, dock)
            dock.show()
        if self._is_small():
            for dock in self._docks[1:]:
                self.tabifyDockWidget(self._docks[0], dock)
            self._docks[0].raise_()
            self.resizeDocks([self._docks[0]], [270], Qt.Orientation.Horizontal)
            self._show_whole_tab_titles()
            return
        self.addDockWidget(side.LeftDockWidgetArea, self.preprocess_dock)
        self.resizeDocks(
            [self.preprocess_dock, self.result_dock],
            [250, 330],
            Qt.Orientation.Horizontal,
        )
        self.resizeDocks(
            [self.result_dock, self.input_dock, self.probability_dock],
            _COLUMN,
            Qt.Orientation.Vertical,
        )

    def layout_state(self) -> QByteArray:
        """Give the places of docks and toolbar, to be kept."""
        if self._live_layout is not None:
            return self._live_layout
        return self.saveState(_LAYOUT_VERSION)

    def restore_layout(self, state: QByteArray) -> bool:
        """Put docks and toolbar where they were; False if `state` is of no use."""
        restored = self.restoreState(state, _LAYOUT_VERSION)
        self._show_whole_tab_titles()
        available, least = self.screen().availableSize(), self.minimumSizeHint()
        if least.boundedTo(available) != least:  # it was made on a larger screen
            self.arrange_docks()
        return restored

    def draw_icons(self) -> None:
        """Draw all icons in the colours of the appearance in use."""
        self.commands.draw_icons()
        self.banners.draw_icons()

    def _show_whole_tab_titles(self) -> None:
        children = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self.findChildren(QTabBar, options=children):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)

    def _make_docks(self) -> None:
        self.result = ResultPanel()
        self.input = InputPanel()
        self.probabilities = ProbabilityPanel()
        self.preprocess = PreprocessPanel()
        self.result_dock = self._dock(self.tr("Result"), "result", self.result)
        self.input_dock = self._dock(self.tr("Network input"), "input", self.input)
        self.probability_dock = self._dock(
            self.tr("Probabilities"), "probabilities", self.probabilities
        )
        self.preprocess_dock = self._dock(
            self.tr("Preprocessing"), "preprocessing", self.preprocess
        )
        self._docks = [
            self.result_dock,
            self.input_dock,
            self.probability_dock,
            self.preprocess_dock,
        ]

    def _dock(self, title: str, name: str, content: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(content)
        return dock

    def _make_bars(self) -> None:
        self.commands = Actions(self)
        self.commands.fill_menus([dock.toggleViewAction() for dock in self._docks])
        self.toolbar = QToolBar(self.tr("Toolbar"), self)
        self.toolbar.setObjectName("toolbar")
        self.toolbar.setIconSize(QSize(20, 20))
        self.commands.fill_toolbar(self.toolbar)
        self.addToolBar(self.toolbar)
        self.status = StatusBar(self)
        self.setStatusBar(self.status)
        self.commands.reset_layout.triggered.connect(self.arrange_docks)
        self.commands.quit.triggered.connect(self.close)

    def _set_tab_order(self) -> None:
        order = [self.video, self.result, self.preprocess]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _is_small(self) -> bool:
        available = self.screen().availableSize()
        return (
            available.width() < _SMALL_SCREEN.width()
            or available.height() < _SMALL_SCREEN.height()
        )

    def _on_page_changed(self, _index: int) -> None:
        live = self._shows_video
        if not live and self._live_layout is None:
            self._live_layout = self.saveState(_LAYOUT_VERSION)
            for dock in self._docks:
                dock.hide()
        elif live and self._live_layout is not None:
            self.restoreState(self._live_layout, _LAYOUT_VERSION)
            self._show_whole_tab_titles()
            self._live_layout = None
        for dock in self._docks:
            dock.toggleViewAction().setEnabled(live)
        self.commands.reset_layout.setEnabled(live)
        self.banners.set_live(live)
        # An action that is disabled for another reason stays so.
        self.commands.live.setEnabled(live)

    @property
    def _shows_video(self) -> bool:
        return self._tabs.currentWidget() is self.video

    def focusNextPrevChild(self, next_: bool) -> bool:  # noqa: N802 - Qt's name
        """Give the focus of what was disabled or hidden to the picture.

        By default the next widget gets it, and keys act where nobody has chosen it.
        """
        left = self.focusWidget()
        usable = left is None or (left.isEnabled() and left.isVisible())
        if self._shows_video and not usable:
            self.video.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().focusNextPrevChild(next_)

    def event(self, event: QEvent) -> bool:
        """Leave Space to the button that has the focus, instead of freezing."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and isinstance(self.focusWidget(), QAbstractButton | QComboBox)
        ):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when the window can be seen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the toolbar's words where they have no room."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        style = Qt.ToolButtonStyle
        self.toolbar.setToolButtonStyle(
            style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow the change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "status"):
            self.draw_icons()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and folders of this computer that may be read."""
        if self._readable(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the first file or folder that was dropped."""
        paths = self._readable(event)
        if not paths:
            return
        event.acceptProposedAction()
        self.path_dropped.emit(paths[0])
        if len(paths) > 1:
            text = self.tr(
                "Of the {count} files, {name} was opened. To go through many pictures, "
                "drop their folder."
            )
            text = text.format(count=len(paths), name=paths[0].name)
            self.show_message(text, Severity.INFO).close_soon()

    def _readable(self, event: QDropEvent) -> list[Path]:
        """List what was dropped; beside the live page only what looks like pictures.

        There, something else may be meant for that page.
        """
        paths = _dropped_paths(event)
        if self._shows_video:
            return paths
        return [path for path in paths if kind_of_file(path) is not None]

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close unless something that runs wants to be asked first."""
        if not all(guard() for guard in self.close_guards):
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)


def _dropped_paths(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
