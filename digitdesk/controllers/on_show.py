"""Says which source and which of its pictures is on show."""

from PySide6.QtCore import QObject, Slot

from digitdesk.controllers.live import LiveController
from digitdesk.core.sources import SourceState, StateKind
from digitdesk.core.types import Scene
from digitdesk.ui.main_window import MainWindow
from digitdesk.workers.camera import Camera

_DASH = " – "  # noqa: RUF001 - a dash
_MOST_NAMED = 5
_LONGEST_NAME = 40


class OnShow(QObject):
    """Names source and picture in title and status bar. Lives in the GUI thread.

    Of a folder it also tells which pictures were left out, since they cannot be read.
    """

    def __init__(
        self,
        window: MainWindow,
        camera: Camera,
        live: LiveController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._state = camera.state
        self._scene: Scene | None = None
        self._left_out: tuple[str, ...] = ()
        self._message = ""
        camera.state_changed.connect(self._on_camera_state_changed)
        live.scene_changed.connect(self._on_live_scene_changed)

    @Slot(object)
    def _on_camera_state_changed(self, state: SourceState) -> None:
        self._state = state
        if state.kind is StateKind.OPENING:
            self._tell_left_out((), 0)  # it was about the source before
        self._name()

    @Slot(object)
    def _on_live_scene_changed(self, scene: Scene | None) -> None:
        self._scene = scene
        if scene is not None:
            self._tell_left_out(scene.unreadable, scene.count)
        self._name()

    def _name(self) -> None:
        spec = self._state.spec
        label = "" if spec is None else _short(spec.label)
        word = {
            StateKind.CLOSED: self.tr("closed"),
            StateKind.OPENING: self.tr("opening…"),
            StateKind.PAUSED: self.tr("frozen"),
            StateKind.ENDED: self.tr("ended"),
            StateKind.RECONNECTING: self.tr("reconnecting…"),
            StateKind.FAILED: self.tr("failed"),
        }.get(self._state.kind, "")
        picture = self._picture()
        self._window.status.show_source(_joined(label, picture, word))
        self._window.setWindowTitle(_joined(picture, label, "DigitDesk"))

    def _picture(self) -> str:
        scene = self._scene
        if scene is None or not scene.count:
            return ""
        text = self.tr("{name} ({place} of {count})")
        name = _short(scene.name)
        return text.format(name=name, place=scene.place, count=scene.count)

    def _tell_left_out(self, names: tuple[str, ...], count: int) -> None:
        """Say it once, in place of what was said before."""
        if names == self._left_out:
            return
        self._left_out = names
        self._window.banners.dismiss(self._message)
        if not names:
            return
        named = ", ".join(_short(name) for name in names[:_MOST_NAMED])
        if (more := len(names) - _MOST_NAMED) > 0:
            named = self.tr("{names} and {more} more").format(names=named, more=more)
        text = self.tr("{bad} of {count} pictures could not be read: {names}")
        self._message = text.format(bad=len(names), count=count, names=named)
        self._window.banners.show_message(self._message, live_only=True)


def _joined(*parts: str) -> str:
    return _DASH.join(part for part in parts if part)


def _short(name: str) -> str:
    """Leave out the middle of a name that has no room in a line."""
    if len(name) <= _LONGEST_NAME:
        return name
    half = _LONGEST_NAME // 2
    return f"{name[: half - 1]}…{name[-half:]}"
