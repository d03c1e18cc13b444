"""Options that several commands share."""

import argparse
from pathlib import Path

from digitdesk.core.paths import default_model, shipped_models, user_models
from digitdesk.core.preprocess import (
    RANGES,
    Polarity,
    PreprocessSettings,
    ThresholdMode,
)
from digitdesk.core.types import Box

_HELP = {
    "threshold": "grey level between ink and paper; implies --mode manual",
    "block_percent": "neighbourhood in percent of the shorter side; implies adaptive",
    "offset": "grey levels between ink and its neighbourhood; implies adaptive",
    "minimum_ink": "smallest digit in thousandths of the picture's longer side",
    "despeckle": "strength of the clean-up of single pixels",
}


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--model`` to a command; see `chosen_model`."""
    parser.add_argument(
        "--model",
        metavar="FOLDER",
        help="a model folder, or the name of an installed model",
    )


def chosen_model(arguments: argparse.Namespace) -> Path:
    """Return the model folder that ``--model`` names; it may not exist."""
    if arguments.model is None:
        return default_model()
    named = Path(arguments.model)
    if not named.exists() and named.name == arguments.model:
        for folder in (user_models(), shipped_models()):
            if (folder / named).is_dir():
                return folder / named
    return named


def add_preprocessing_options(parser: argparse.ArgumentParser) -> None:
    """Add one option for each of the `PreprocessSettings`."""
    group = parser.add_argument_group("what counts as ink")
    group.add_argument("--mode", choices=[mode.value for mode in ThresholdMode])
    group.add_argument(
        "--polarity", choices=[side.value.replace("_", "-") for side in Polarity]
    )
    for name, (low, high) in RANGES.items():
        option = "--" + name.replace("_", "-")
        group.add_argument(
            option, type=int, metavar="N", help=f"{_HELP[name]} ({low} to {high})"
        )
    group.add_argument(
        "--region",
        type=_box,
        metavar="X,Y,W,H",
        help="read only this part of the picture, in pixels",
    )


def chosen_settings(arguments: argparse.Namespace) -> PreprocessSettings:
    """Return the settings that the options ask for.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """
    given = {
        name: value
        for name in RANGES
        if (value := getattr(arguments, name)) is not None
    }
    return PreprocessSettings(
        mode=ThresholdMode(arguments.mode or _implied_mode(given)),
        polarity=Polarity((arguments.polarity or Polarity.AUTO).replace("-", "_")),
        region_of_interest=arguments.region,
        **given,
    )


def _implied_mode(given: dict[str, int]) -> ThresholdMode:
    if "threshold" in given:
        return ThresholdMode.MANUAL
    if "block_percent" in given or "offset" in given:
        return ThresholdMode.ADAPTIVE
    return ThresholdMode.AUTO


def _box(text: str) -> Box:
    try:
        x, y, w, h = map(int, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("four whole numbers X,Y,W,H") from None
    if x < 0 or y < 0 or w < 1 or h < 1:
        raise argparse.ArgumentTypeError("the region must lie inside the picture")
    return Box(x, y, w, h)
