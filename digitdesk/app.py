"""The composition root: builds the window and all that stands behind it."""

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from PySide6.QtCore import (
    QByteArray,
    QMessageLogContext,
    QObject,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from digitdesk.controllers.active_model import ActiveModel
from digitdesk.controllers.appearance import AppearanceController
from digitdesk.controllers.failures import FailureReporter
from digitdesk.controllers.live import LiveController
from digitdesk.controllers.models import ModelsController
from digitdesk.controllers.preferences import Preferences
from digitdesk.controllers.snapshots import SnapshotController
from digitdesk.controllers.sources import SourceController
from digitdesk.controllers.training import TrainingController
from digitdesk.core import paths
from digitdesk.core.settings import LoadedSettings, load_settings
from digitdesk.ml.store import ModelStore
from digitdesk.ui.about import AboutDialog
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.theme import apply_appearance
from digitdesk.workers.camera import Camera
from digitdesk.workers.camera_list import CameraLister
from digitdesk.workers.garbage import GarbageCollector
from digitdesk.workers.jobs import JobOutcome, Jobs
from digitdesk.workers.recognition import Recogniser

logger = logging.getLogger(__name__)

QUIT_VARIABLE = "DIGITDESK_QUIT_AFTER_S"
"""If this environment variable is set, the window closes after so many seconds."""

_CHART_JOB = "load chart"
_CHART_AT_LATEST_MS = 1500
_FIRST_SIZE = QSize(1360, 860)
_LOG_BYTES = 500_000
_STOP_MS = 1000


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a program keeps its user's files."""

    settings_file: Path
    pictures: Path
    cache: Path
    logs: Path

    @staticmethod
    def of_user() -> "Folders":
        """Name the usual places of the user who runs the program."""
        return Folders(
            paths.user_settings() / "settings.json",
            paths.user_pictures(),
            paths.user_cache(),
            paths.user_logs(),
        )

    @staticmethod
    def below(folder: Path) -> "Folders":
        """Keep everything below one folder."""
        return Folders(
            folder / "settings.json", folder / "pictures", folder / "cache", folder
        )


class Program(QObject):
    """The window, the workers, and the controllers between them.

    Building it shows nothing and starts no camera; `show` does, and the slow parts
    start once the window was painted. Lives in the GUI thread.
    """

    def __init__(self, application: QApplication, folders: Folders) -> None:
        super().__init__()
        self._garbage = GarbageCollector(self)
        loaded = load_settings(folders.settings_file)
        apply_appearance(application, loaded.settings.appearance)
        self.window = MainWindow()
        self.jobs = Jobs(self)
        self.camera = Camera(self)
        self.lister = CameraLister(self)
        self.recogniser = Recogniser(self)
        self.preferences = Preferences(
            loaded.settings, folders.settings_file, self.jobs, self
        )
        self.failures = FailureReporter(self.window, str(folders.logs), self)
        self.live = LiveController(
            self.window, self.camera, self.recogniser, self.preferences, self
        )
        self.sources = SourceController(
            self.window,
            self.camera,
            self.lister,
            self.live,
            self.preferences,
            self.jobs,
            folders.cache / "pasted.png",
            self,
        )
        self.snapshots = SnapshotController(
            self.window, self.camera, self.live, self.jobs, folders.pictures, self
        )
        self.active = ActiveModel(self.preferences, self.recogniser)
        self.training = TrainingController(
            self.window, self.active, self.preferences, self
        )
        self.models = ModelsController(
            self.window,
            self.active,
            ModelStore(paths.shipped_models(), paths.user_models()),
            self,
        )
        self.appearance = AppearanceController(
            application, self.window, self.preferences, self
        )
        self._chart_timer = QTimer(self)
        self._chart_timer.setSingleShot(True)
        self._chart_timer.setInterval(_CHART_AT_LATEST_MS)
        self._connect()
        self._restore_window(loaded)

    def show(self) -> None:
        """Show the window; the slow parts follow its first painting."""
        self.window.show()

    def shut_down(self) -> bool:
        """Stop all workers; False if one of them hangs."""
        self.failures.remove()
        ended = [
            self.training.shutdown(),
            self.models.shutdown(),
            self.camera.shutdown(_STOP_MS),
            self.recogniser.shutdown(_STOP_MS),
            self.lister.shutdown(_STOP_MS),
            self.jobs.shutdown(),
        ]
        self._garbage.stop()
        return all(ended)

    def _connect(self) -> None:
        # Queued: the picture must reach the screen before anything else happens.
        queued = Qt.ConnectionType.QueuedConnection
        self.window.painted.connect(self._on_window_painted, queued)
        self.window.closing.connect(self._on_window_closing)
        self.window.commands.about.triggered.connect(self._on_about_triggered)
        self.preferences.failed.connect(self.window.show_message)
        self.training.model_made.connect(self.models.list_anew)
        self.live.result_shown.connect(self._on_first_result)
        self.jobs.job_done.connect(self._on_job_done)
        self._chart_timer.timeout.connect(self._load_chart)

    def _restore_window(self, loaded: LoadedSettings) -> None:
        settings = loaded.settings
        available = self.window.screen().availableSize()
        self.window.resize(_FIRST_SIZE.boundedTo(available * 0.96))
        if settings.geometry:
            self.window.restoreGeometry(_from_base64(settings.geometry))
        if settings.layout:
            self.window.restore_layout(_from_base64(settings.layout))
        if loaded.message:
            self.window.show_message(loaded.message)

    @Slot()
    def _on_window_painted(self) -> None:
        logger.info("Window painted")
        self.recogniser.load_model(self._model_folder())
        self.sources.start()
        self._chart_timer.start()

    def _model_folder(self) -> Path:
        chosen = self.active.folder
        if chosen.is_dir() or chosen == paths.default_model():
            return chosen
        text = self.tr(
            "The model in {folder} is gone. The shipped one reads in its place."
        )
        self.window.show_message(text.format(folder=chosen))
        return paths.default_model()

    @Slot(object)
    def _on_first_result(self, _result: object) -> None:
        self.live.result_shown.disconnect(self._on_first_result)
        logger.info("First reading")
        self._load_chart()

    @Slot()
    def _load_chart(self) -> None:
        # Loading pyqtgraph takes longer than all the rest; nobody waits for it.
        if self._chart_timer.isActive() or self.sender() is self._chart_timer:
            self._chart_timer.stop()
            self.jobs.submit(_CHART_JOB, _import_chart)

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        if outcome.name == _CHART_JOB:
            self.window.probabilities.build_chart()
            self._garbage.spare_what_lives()  # the start is over

    @Slot()
    def _on_about_triggered(self) -> None:
        dialog = AboutDialog(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def _on_window_closing(self) -> None:
        self.preferences.change(
            geometry=_to_base64(self.window.saveGeometry()),
            layout=_to_base64(self.window.layout_state()),
        )
        self.preferences.save()


def main(*, smoke_test: bool = False) -> int:
    """Open the window, or test that everything works; return the exit code."""
    return run_smoke_test() if smoke_test else run_app()


def run_app(argv: Sequence[str] = ()) -> int:
    """Run DigitDesk until its window is closed.

    Parameters
    ----------
    argv : sequence of str
        Options for Qt, without the program's name.

    Returns
    -------
    int
        Exit code of the process.
    """
    folders = Folders.of_user()
    _start_logging(folders.logs)
    application = make_application(argv)
    program = Program(application, folders)
    program.failures.install()
    _close_on_signals(program.window)
    if delay_s := os.environ.get(QUIT_VARIABLE):
        QTimer.singleShot(round(float(delay_s) * 1000), program.window.close)
    program.show()
    code = application.exec()
    return _finish(program, code)


def run_smoke_test() -> int:
    """Read the demo source in a hidden window; 0 only if the digits are right."""
    from digitdesk.controllers.smoke import SmokeTest  # of no use to anybody else

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application(())
    with tempfile.TemporaryDirectory() as folder:
        program = Program(application, Folders.below(Path(folder)))
        test = SmokeTest(program.live, program.recogniser, program)
        program.show()
        test.ended.connect(application.exit)
        code = application.exec()
        program.window.close()
        return _finish(program, code)


def make_application(argv: Sequence[str]) -> QApplication:
    """Make the one QApplication of this process."""
    qInstallMessageHandler(_log_qt_message)
    application = QApplication([sys.argv[0], *argv])
    application.setApplicationName("DigitDesk")
    application.setDesktopFileName("digitdesk")
    application.setStyle("Fusion")
    return application


def _finish(program: Program, code: int) -> int:
    if not program.shut_down():
        logger.error("A worker hangs; the process ends without it")
        logging.shutdown()
        # Qt would abort the process if it destroyed a running thread.
        os._exit(code)
    return code


def _start_logging(folder: Path) -> None:
    form = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
    on_screen = logging.StreamHandler()
    on_screen.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format=form, handlers=[on_screen])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        in_file = RotatingFileHandler(
            folder / "digitdesk.log",
            maxBytes=_LOG_BYTES,
            backupCount=3,
            encoding="utf-8",
        )
    except OSError as error:  # a full disk must not keep anybody from reading
        logger.warning("There is no log file: %s", error)
        return
    in_file.setFormatter(logging.Formatter(form))
    logging.getLogger().addHandler(in_file)


def _log_qt_message(
    kind: QtMsgType, _context: QMessageLogContext, text: str | None
) -> None:
    # Qt's warnings are remarks for developers; they belong into the log file.
    grave = kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)
    logger.log(logging.ERROR if grave else logging.INFO, "Qt: %s", text)


def _close_on_signals(window: MainWindow) -> None:
    def close(_number: int, _frame: FrameType | None) -> None:
        window.close()

    # Handlers run when Python does, which the status timer sees to.
    signal.signal(signal.SIGINT, close)
    signal.signal(signal.SIGTERM, close)


def _import_chart() -> None:
    import_module("digitdesk.ui.probability_chart")


def _to_base64(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")


def _from_base64(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
