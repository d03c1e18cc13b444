"""Labelled digits named on the command line."""

from digitdesk.cli.train import source_of
from digitdesk.core.digit_data import Labelled
from digitdesk.ml.measuring import digits_to_measure


def labelled_digits(path: str) -> Labelled:
    """Read all digits of a source; of one with a test part only that.

    Raises
    ------
    DataError
        If the source cannot be used.
    """
    return digits_to_measure(source_of(path), lambda task, fraction: None)
