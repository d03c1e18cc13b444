"""From the user's wish for a source to the camera worker."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog

from digitdesk.controllers.live import LiveController
from digitdesk.controllers.on_show import OnShow
from digitdesk.controllers.preferences import Preferences
from digitdesk.core.files import write_atomically
from digitdesk.core.settings import recall_source, remember_source
from digitdesk.core.sources import (
    Rotation,
    SourceKind,
    SourceSpec,
    StateKind,
    kind_of_file,
)
from digitdesk.core.types import Box
from digitdesk.ui.banner import Severity
from digitdesk.ui.file_choice import first_folder, name_filters
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.source_dialog import SourceDialog
from digitdesk.workers.camera import Camera
from digitdesk.workers.camera_list import CameraLister
from digitdesk.workers.jobs import JobOutcome, Jobs

_PASTE_JOB = "paste picture"


def spec_for_path(path: Path) -> SourceSpec:
    """Tell which kind of source a file or folder is, by its name."""
    kind = kind_of_file(path) or SourceKind.IMAGE
    return SourceSpec(kind=kind, address=str(path))


class SourceController(QObject):
    """Connects the Source menu, its dialog, drops and pastes with the camera.

    Lives in the GUI thread.
    """

    def __init__(
        self,
        window: MainWindow,
        camera: Camera,
        lister: CameraLister,
        live: LiveController,
        preferences: Preferences,
        jobs: Jobs,
        paste_path: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._camera = camera
        self._lister = lister
        self._live = live
        self._preferences = preferences
        self._jobs = jobs
        self._paste_path = paste_path
        self._cameras: tuple[SourceSpec, ...] = ()
        self._spec = preferences.settings.source
        self._dialog: SourceDialog | None = None
        self._hint = ""
        self._on_show = OnShow(window, camera, live, self)
        self._connect_actions()
        live.interest_changed.connect(self._on_interest_changed)
        lister.cameras_found.connect(self._on_cameras_found)
        jobs.job_done.connect(self._on_job_done)
        window.commands.show_cameras(())
        window.commands.show_recent(preferences.settings.recent)

    def start(self) -> None:
        """Open the source of the last time, and look for cameras."""
        settings = self._preferences.settings
        if settings.source.kind is SourceKind.DEMO and not settings.recent:
            self._hint = self.tr(
                "These are demo pages. Choose a camera to read your own digits."
            )
            banner = self._window.banners.show_message(
                self._hint, Severity.INFO, self.tr("Choose a camera…"), live_only=True
            )
            banner.action_requested.connect(self._on_hint_accepted)
        if settings.source.lacks_secret:
            self._window.video.show_hint(
                self.tr("The stream of the last time needs its password again.")
            )
            self._choose(settings.source)
        else:
            self._open(settings.source)
        self._lister.refresh()

    def open(self, spec: SourceSpec) -> None:
        """Open a source and remember it."""
        if spec.lacks_secret:
            self._choose(spec)  # without its password it would only be refused
            return
        if spec.kind is not SourceKind.DEMO:
            self._window.banners.dismiss(self._hint)
        self._window.show_page(self._window.video)  # who opens it wants to see it
        self._open(spec)
        self._remember(spec)

    def _open_again(self, spec: SourceSpec) -> None:
        """Open a source as it was turned, cut and sized the last time."""
        self.open(recall_source(self._preferences.settings, spec))

    def _remember(self, spec: SourceSpec) -> None:
        self._spec = spec
        if spec.address == str(self._paste_path):
            return  # the next start must not depend on what was on the clipboard
        self._preferences.change(source=spec)
        if spec.kind is not SourceKind.DEMO:
            recent = remember_source(self._preferences.settings, spec)
            self._preferences.change(recent=recent)
            self._window.commands.show_recent(recent)

    def _open(self, spec: SourceSpec) -> None:
        self._spec = spec
        self._live.start_over(spec.region_of_interest)
        self._window.status.show_rate(0)
        self._window.commands.mirror.setChecked(spec.mirror)
        self._window.commands.set_stepping(stepping=spec.kind is SourceKind.FOLDER)
        self._camera.open(spec)

    def _connect_actions(self) -> None:
        commands = self._window.commands
        commands.choose_source.triggered.connect(self._on_choose_source_triggered)
        commands.demo.triggered.connect(self._on_demo_triggered)
        commands.find_cameras.triggered.connect(self._lister.refresh)
        commands.camera_menu.triggered.connect(self._on_spec_triggered)
        commands.recent_menu.triggered.connect(self._on_spec_triggered)
        commands.open_file.triggered.connect(self._on_open_file_triggered)
        commands.open_folder.triggered.connect(self._on_open_folder_triggered)
        commands.open_stream.triggered.connect(self._on_open_stream_triggered)
        commands.paste.triggered.connect(self._on_paste_triggered)
        commands.reopen.triggered.connect(self._on_reopen_triggered)
        commands.next_picture.triggered.connect(self._on_next_picture_triggered)
        commands.previous_picture.triggered.connect(self._on_previous_triggered)
        commands.mirror.triggered.connect(self._on_mirror_triggered)
        commands.rotate.triggered.connect(self._on_rotate_triggered)
        self._window.path_dropped.connect(self._on_path_dropped)
        self._window.video.other_source_requested.connect(
            self._on_choose_source_triggered
        )

    @Slot(object)
    def _on_cameras_found(self, cameras: tuple[SourceSpec, ...]) -> None:
        self._cameras = cameras
        self._window.commands.show_cameras(cameras)
        if self._dialog is not None:
            self._dialog.show_cameras(cameras)

    @Slot(QAction)
    def _on_spec_triggered(self, action: QAction) -> None:
        spec = action.data()
        if isinstance(spec, SourceSpec):
            self._open_again(spec)

    @Slot()
    def _on_demo_triggered(self) -> None:
        self._open_again(SourceSpec(kind=SourceKind.DEMO))

    @Slot()
    def _on_hint_accepted(self) -> None:
        self._choose(SourceSpec(kind=SourceKind.CAMERA))

    @Slot()
    def _on_choose_source_triggered(self) -> None:
        self._choose(self._spec)

    @Slot()
    def _on_open_stream_triggered(self) -> None:
        self._choose(SourceSpec(kind=SourceKind.STREAM))

    def _choose(self, spec: SourceSpec) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        self._dialog = SourceDialog(spec, self._cameras, self._window)
        self._dialog.cameras_requested.connect(self._lister.refresh)
        self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.open()  # the video goes on behind it

    @Slot(int)
    def _on_dialog_finished(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        spec = dialog.spec
        dialog.deleteLater()
        if result == QDialog.DialogCode.Accepted:
            self.open(self._with_region(spec))

    def _with_region(self, spec: SourceSpec) -> SourceSpec:
        """Keep the region of interest if the dialog has left all places the same."""
        old = recall_source(self._preferences.settings, spec)
        region = old.region_of_interest
        views = {(s.mirror, s.rotation, s.width, s.height) for s in (old, spec)}
        return replace(spec, region_of_interest=region) if len(views) == 1 else spec

    @Slot()
    def _on_open_file_triggered(self) -> None:
        dialog = self._file_dialog(self.tr("Open picture or video"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(name_filters())
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
        dialog.open()  # the video goes on behind it

    @Slot()
    def _on_open_folder_triggered(self) -> None:
        dialog = self._file_dialog(self.tr("Open folder of pictures"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, self._last_folder())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_file_selected)
        return dialog

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self._open_again(spec_for_path(Path(path)))

    def _last_folder(self) -> str:
        files = (SourceKind.IMAGE, SourceKind.VIDEO, SourceKind.FOLDER)
        for spec in self._preferences.settings.recent:
            if spec.kind in files:
                return str(Path(spec.address).parent)
        return first_folder()

    @Slot(object)
    def _on_path_dropped(self, path: Path) -> None:
        self._open_again(spec_for_path(path))

    @Slot()
    def _on_paste_triggered(self) -> None:
        clipboard = QGuiApplication.clipboard()
        image = clipboard.image()
        if image.isNull():
            urls = clipboard.mimeData().urls()
            if urls and urls[0].isLocalFile():
                self._open_again(spec_for_path(Path(urls[0].toLocalFile())))
                return
            self._window.show_message(
                self.tr("There is no picture on the clipboard."), Severity.INFO
            )
            return
        self._jobs.submit(_PASTE_JOB, partial(_keep_picture, image, self._paste_path))

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        if outcome.name != _PASTE_JOB:
            return
        if outcome.error is not None:
            text = self.tr("The picture could not be pasted: {why}")
            self._window.show_message(text.format(why=outcome.error), Severity.ERROR)
            return
        self._window.show_page(self._window.video)
        self._open(spec_for_path(self._paste_path))

    @Slot()
    def _on_reopen_triggered(self) -> None:
        if self._camera.state.is_trouble:
            self._camera.reopen()
        else:
            self._window.commands.freeze.setChecked(False)
            self._camera.open(self._spec)  # its last frame stays until a new one comes

    @Slot()
    def _on_next_picture_triggered(self) -> None:
        self._step(1)

    @Slot()
    def _on_previous_triggered(self) -> None:
        self._step(-1)

    def _step(self, count: int) -> None:
        self._window.commands.freeze.setChecked(False)  # who turns pages wants to see
        if self._camera.state.kind in (StateKind.LIVE, StateKind.PAUSED):
            self._camera.step(count)
            self._live.expect_page()

    @Slot(bool)
    def _on_mirror_triggered(self, mirror: bool) -> None:
        self._turn(replace(self._spec, mirror=mirror))

    @Slot()
    def _on_rotate_triggered(self) -> None:
        turned = Rotation((self._spec.rotation + 90) % 360)
        self._turn(replace(self._spec, rotation=turned))

    @Slot(object)
    def _on_interest_changed(self, region: Box | None) -> None:
        self._remember(replace(self._spec, region_of_interest=region))

    def _turn(self, spec: SourceSpec) -> None:
        self._remember(replace(spec, region_of_interest=None))
        self._window.commands.mirror.setChecked(spec.mirror)
        self._live.start_over()
        self._camera.set_orientation(spec.mirror, spec.rotation)


def _keep_picture(image: QImage, path: Path) -> None:
    """Write a pasted picture to a file. Runs in the jobs' thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # its stub asks for bytes, wrongly
        raise OSError("it cannot be written as PNG")
    write_atomically(path, bytes(data.data()))
