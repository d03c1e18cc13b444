"""Keeps what is on show as files, without stopping the video."""

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from digitdesk.controllers.live import LiveController
from digitdesk.core.snapshot import Snapshot, save_snapshot
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.workers.camera import Camera
from digitdesk.workers.jobs import JobOutcome, Jobs

_JOB = "save snapshot"


class SnapshotController(QObject):
    """Connects the Snapshot action with the jobs' thread. Lives in the GUI thread."""

    def __init__(
        self,
        window: MainWindow,
        camera: Camera,
        live: LiveController,
        jobs: Jobs,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._camera = camera
        self._live = live
        self._jobs = jobs
        self._folder = folder
        window.commands.snapshot.triggered.connect(self._on_snapshot_triggered)
        window.commands.open_snapshots.triggered.connect(self._on_open_triggered)
        jobs.job_done.connect(self._on_job_done)

    @Slot()
    def _on_snapshot_triggered(self) -> None:
        result = self._live.result
        if result is None:
            text = self.tr("Nothing has been read yet, so there is nothing to keep.")
            self._window.show_message(text, Severity.INFO)
            return
        spec, picture = self._camera.state.spec, result.frame.scene.name
        label = "" if spec is None else spec.label
        snapshot = Snapshot(
            pixels=result.frame.pixels,
            reading=result.reading,
            settings=self._live.settings,
            source=f"{label}/{picture}" if picture else label,
            model=self._live.model_name,
            taken_at=datetime.now().astimezone(),
        )
        self._jobs.submit(_JOB, partial(save_snapshot, self._folder, snapshot))

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        if outcome.name != _JOB:
            return
        if outcome.error is not None:
            self._window.show_message(str(outcome.error), Severity.ERROR)
            return
        text = self.tr("Snapshot kept in {folder}").format(folder=outcome.value)
        banner = self._window.show_message(
            text, Severity.INFO, self.tr("Show in &folder")
        )
        banner.action_requested.connect(self._on_open_triggered)
        banner.close_soon()

    @Slot()
    def _on_open_triggered(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = self.tr("There is no folder {folder}: {why}.")
            text = text.format(folder=self._folder, why=error.strerror)
            self._window.show_message(text, Severity.ERROR)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
