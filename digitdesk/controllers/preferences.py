"""Keeps the settings while the program runs, and saves them when they change."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from digitdesk.core.settings import AppSettings, save_settings
from digitdesk.workers.jobs import JobOutcome, Jobs

_SAVE_AFTER_MS = 800
_JOB = "save settings"


class Preferences(QObject):
    """The one owner of `AppSettings`. Lives in the GUI thread.

    Signals
    -------
    failed(str)
        The settings could not be saved; a sentence.
    """

    failed = Signal(str)

    def __init__(
        self,
        settings: AppSettings,
        path: Path,
        jobs: Jobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._path = path
        self._jobs = jobs
        self._jobs.job_done.connect(self._on_job_done)
        # A dragged slider changes a setting a hundred times; one file is enough.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    @property
    def settings(self) -> AppSettings:
        """The settings as they are now."""
        return self._settings

    @property
    def has_unsaved_changes(self) -> bool:
        """Whether the file is behind."""
        return self._timer.isActive()

    def change(self, **values: Any) -> None:  # noqa: ANN401 - fields of AppSettings
        """Change some settings; the file follows within a second.

        Parameters
        ----------
        **values
            Fields of `AppSettings`.
        """
        changed = replace(self._settings, **values)
        if changed != self._settings:
            self._settings = changed
            self._timer.start()

    @Slot()
    def save(self) -> None:
        """Save now, in the jobs' thread."""
        self._timer.stop()
        self._jobs.submit(_JOB, partial(save_settings, self._path, self._settings))

    @Slot(object)
    def _on_job_done(self, outcome: JobOutcome) -> None:
        if outcome.name == _JOB and outcome.error is not None:
            why = getattr(outcome.error, "strerror", None) or outcome.error
            text = self.tr(
                "The settings could not be saved in {path}: {why}. They are lost when "
                "DigitDesk is closed, unless the next try works."
            )
            self.failed.emit(text.format(path=self._path, why=why))
