"""Labelled digits named on the command line."""

from pathlib import Path

from digitdesk.cli.train import source_of
from digitdesk.core.digit_data import DigitData, Labelled, Part
from digitdesk.ml.data_formats import DataError
from digitdesk.ml.dataset import load_data


def labelled_digits(path: str) -> Labelled:
    """Read all digits of a source; of one with a test part only that.

    Raises
    ------
    DataError
        If the source cannot be used.
    """
    if path not in ("mnist", "samples") and not Path(path).exists():
        raise DataError(f"There is no file or folder “{path}”.")
    data = load_data([source_of(path)], lambda task, fraction: None)
    return data.part(Part.TEST) if _names_test(data) else Labelled(
        data.glyphs, data.labels
    )  # fmt: skip


def _names_test(data: DigitData) -> bool:
    """Whether the source itself says which digits are for tests.

    Those follow the others, as one block; a test part drawn by us is scattered.
    """
    test = data.parts == Part.TEST
    count = int(test.sum())
    return 0 < count < len(test) and bool(test[-count:].all())
