"""Reading frames in a thread of its own; the newest one wins."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.types import Frame, Reading


@dataclass(frozen=True, slots=True, eq=False)
class RecognitionResult:
    """What was read in one frame.

    Attributes
    ----------
    generation : int
        As given to `Recogniser.submit`.
    frame : Frame
        The frame that was read.
    reading : Reading
        What is in it.
    took_ms : float
        Time from taking the frame to having the reading, in milliseconds.
    """

    generation: int
    frame: Frame
    reading: Reading
    took_ms: float


@dataclass(frozen=True, slots=True)
class RecognitionFailure:
    """Why there is no reading or no model.

    Attributes
    ----------
    kind : str
        "model": the model could not be loaded; the one before stays in use.
        "reading": a frame could not be read; the next ones are tried.
    sentence : str
        What is wrong and what to do, fit to be shown.
    """

    kind: str
    sentence: str


class Recogniser(QObject):
    """Owns the recognition thread. Lives in the GUI thread; no method blocks it.

    Signals
    -------
    result_ready(RecognitionResult)
        Of the newest frame; answers of an older generation are dropped.
    model_loaded(object)
        The `ModelCard` of the model that reads from now on.
    failed(RecognitionFailure)
        Something went wrong; the thread lives on. Equal failures in a row are
        reported once.
    """

    result_ready = Signal(object)
    model_loaded = Signal(object)
    failed = Signal(object)

    def load_model(self, folder: Path) -> None:
        """Load the model in `folder` and use it from the next frame on."""
        raise NotImplementedError

    def submit(
        self, frame: Frame, settings: PreprocessSettings, generation: int
    ) -> None:
        """Ask for a reading; replaces a frame that still waits.

        Parameters
        ----------
        frame : Frame
            The picture.
        settings : PreprocessSettings
            How to find ink in it.
        generation : int
            Raise it when older answers lose their meaning (another source, other
            settings); answers with a smaller one than the newest submitted are
            dropped.
        """
        raise NotImplementedError

    def shutdown(self, timeout_ms: int = 1000) -> bool:
        """Stop the thread and wait for it; False if it does not end in time."""
        raise NotImplementedError
