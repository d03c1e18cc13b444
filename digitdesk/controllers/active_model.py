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
        return paths.model_folder(self._preferences.settings.model)

    def activate(self, folder: Path) -> None:
        """Read with this model from now on, without restart."""
        self._preferences.change(model=paths.remembered_model(folder))
        self.recogniser.load_model(folder)
