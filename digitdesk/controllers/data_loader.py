"""Labelled digits for the Training page, kept until they change."""

from pathlib import Path

from digitdesk.core.digit_data import DigitData
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.workers.tasks import Report


class DataLoader:
    """Keeps the last digits, which browser and measurements want. For one thread."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._data: DigitData | None = None

    def load(self, sources: tuple[DataSource, ...], report: Report) -> DigitData:
        """Load the sources, unless they are what was loaded last and unchanged.

        Raises
        ------
        DataError
            If a source cannot be used; what was loaded before is kept.
        """
        key = (sources, *(_newest_change(Path(source.path)) for source in sources))
        if self._data is None or self._known != key:
            from digitdesk.ml.dataset import load_data

            self._data, self._known = load_data(sources, report), key
        return self._data


def is_at_hand(source: DataSource) -> bool:
    """Tell whether a source can be read without fetching it from the internet."""
    if source.kind is not SourceKind.MNIST or source.path:
        return True
    from digitdesk.ml.download import keras_datasets_folder

    return (keras_datasets_folder() / "mnist.npz").is_file()


def _newest_change(path: Path) -> int:
    """Time in nanoseconds at which a file, or a file or folder in it, was changed."""
    if not path.exists():
        return 0
    changes = [path.stat().st_mtime_ns]
    if path.is_dir():
        # A link may lead nowhere.
        changes += [entry.lstat().st_mtime_ns for entry in path.rglob("*")]
    return max(changes)
