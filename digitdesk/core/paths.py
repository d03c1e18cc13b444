"""Where DigitDesk finds what it ships and keeps what its user makes."""

import os
import sys
from pathlib import Path

DEFAULT_MODEL = "digitdesk-small"
"""Name of the shipped model that is used until another one is chosen."""

HOME_VARIABLE = "DIGITDESK_HOME"
"""If this environment variable is set, the user's files are all kept below it."""


def resources() -> Path:
    """Return the folder of the shipped icons and demo pages."""
    return _shipped("resources")


def shipped_models() -> Path:
    """Return the folder of the shipped model folders."""
    return _shipped("models")


def default_model() -> Path:
    """Return the folder of the shipped default model."""
    return shipped_models() / DEFAULT_MODEL


def remembered_model(folder: Path) -> str:
    """Return what settings keep of a model: of the shipped one no path.

    Another version has it elsewhere.
    """
    return "" if folder == default_model() else str(folder)


def model_folder(remembered: str) -> Path:
    """Give the folder of the model that `remembered_model` made a note of."""
    return Path(remembered) if remembered else default_model()


def user_models() -> Path:
    """Return the folder of the user's own model folders; it may not exist yet."""
    return _user("data") / "models"


def user_samples() -> Path:
    """Return the folder of the user's labelled digits; it may not exist yet."""
    return _user("data") / "samples"


def user_training() -> Path:
    """Return the folder of trainings under way; it may not exist yet."""
    return _user("data") / "training"


def user_settings() -> Path:
    """Return the folder of the settings file; it may not exist yet."""
    return _user("config")


def user_cache() -> Path:
    """Return the folder of what can be fetched again; it may not exist yet."""
    return _user("cache")


def user_logs() -> Path:
    """Return the folder of the log files; it may not exist yet."""
    return _user("log")


def user_pictures() -> Path:
    """Return the folder of snapshots; it may not exist yet."""
    return _user("pictures")


def _shipped(name: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    bundle = getattr(sys, "_MEIPASS", None)  # set inside a PyInstaller program
    places = [package / name, package.parent / name]
    if bundle is not None:
        places.insert(0, Path(bundle) / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"DigitDesk's folder '{name}' is missing. Its installation is damaged: "
        "install it again."
    )


def _user(kind: str) -> Path:
    if home := os.environ.get(HOME_VARIABLE):
        return Path(home).absolute() / kind
    # Imported late: a command that needs no user folder must not wait for it.
    import platformdirs

    if kind == "pictures":
        return platformdirs.user_pictures_path() / "DigitDesk"
    folders = platformdirs.PlatformDirs("DigitDesk", appauthor=False)
    return {
        "data": folders.user_data_path,
        "config": folders.user_config_path,
        "cache": folders.user_cache_path,
        "log": folders.user_log_path,
    }[kind]
