"""Says which source and which of its pictures is on show, or why none is."""

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
    """Names source and picture, and tells what is wrong. Lives in the GUI thread.

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
        self._trouble: SourceState | None = None
        self._left_out: tuple[str, ...] = ()
        self._message = ""
        camera.state_changed.connect(self._on_camera_state_changed)
        live.scene_changed.connect(self._on_live_scene_changed)

    @Slot(object)
    def _on_camera_state_changed(self, state: SourceState) -> None:
        self._state = state
        if state.is_trouble:
            self._trouble = state
        elif not self._is_next_try(state):
            self._trouble = None
        self._window.video.show_trouble(self._bad_news(state))
        self._window.video.show_hint(self._hint(state))
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

    def _is_next_try(self, state: SourceState) -> bool:
        trouble = self._trouble
        opening = state.kind is StateKind.OPENING
        return opening and trouble is not None and trouble.spec == state.spec

    def _bad_news(self, state: SourceState) -> str:
        """Say why the picture is old, until a new one comes."""
        if self._trouble is None:
            return ""
        hint = ""
        if state.kind is StateKind.OPENING:
            hint = self.tr("Trying again…")
        elif state.kind is StateKind.RECONNECTING:
            hint = self.tr("Trying again in {seconds} s.")
            hint = hint.format(seconds=max(1, round(state.retry_in_s)))
        return f"{self._trouble.sentence} {hint}".strip()

    def _hint(self, state: SourceState) -> str:
        """Say what to wait for while there is no picture."""
        if state.kind is StateKind.CLOSED:
            return self.tr("No source is open. Choose one in the menu Source.")
        if state.kind is StateKind.OPENING and state.spec is not None:
            return self.tr("Opening {source}…").format(source=state.spec.label)
        return ""

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
