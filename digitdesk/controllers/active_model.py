"""Which model reads: the one place where that is known and changed."""

from pathlib import Path

from digitdesk.controllers.preferences import Preferences
from digitdesk.core import paths
from digitdesk.workers.recognition import Recogniser


class ActiveModel:
    """The model in use. For the GUI thread.

    Parameters
    ----------
    preferences : Preferences
        Remember it.
    recogniser : Recogniser
        Reads with it.
    """

    def __init__(self, preferences: Preferences, recogniser: Recogniser) -> None:
        self._preferences = preferences
        self.recogniser = recogniser

    @property
    def folder(self) -> Path:
        """Where it is."""
        chosen = self._preferences.settings.model
        return Path(chosen) if chosen else paths.default_model()

    def activate(self, folder: Path) -> None:
        """Read with this model from now on, without restart."""
        # The shipped one is remembered by no path: another version has it elsewhere.
        is_default = folder == paths.default_model()
        self._preferences.change(model="" if is_default else str(folder))
        self.recogniser.load_model(folder)
