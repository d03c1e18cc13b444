"""What DigitDesk remembers from one start to the next."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from digitdesk.core.files import write_atomically
from digitdesk.core.preprocess import Polarity, PreprocessSettings, ThresholdMode
from digitdesk.core.sources.spec import SourceKind, SourceSpec
from digitdesk.core.training_types import TrainingConfig

RECENT_LIMIT = 8
"""How many sources are offered again."""


DEMO = SourceSpec(kind=SourceKind.DEMO)
"""The source of the first start; it needs no camera."""

DEFAULT_PREPROCESS = PreprocessSettings()
DEFAULT_TRAINING = TrainingConfig()


class Appearance(StrEnum):
    """Light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """All choices that survive a restart.

    Attributes
    ----------
    appearance : Appearance
        SYSTEM follows the desktop.
    source : SourceSpec
        Opened at the next start.
    recent : tuple of SourceSpec
        Newest first, at most `RECENT_LIMIT`.
    preprocess : PreprocessSettings
        The region of interest is left out: it belongs to its source.
    smoothing : bool
        Show the running answer instead of each frame's own.
    show_rejected : bool
        Show regions that were rejected as "not a digit".
    model : str
        Folder of the model in use; empty for the shipped one.
    training : TrainingConfig
        What the Training page offers at its next opening.
    geometry, layout : str
        Window and docks as Qt stores them, in base64; empty for the first start.
    unknown : mapping
        Entries of another version's file; written back untouched.
    """

    appearance: Appearance = Appearance.SYSTEM
    source: SourceSpec = DEMO
    recent: tuple[SourceSpec, ...] = ()
    preprocess: PreprocessSettings = DEFAULT_PREPROCESS
    smoothing: bool = True
    show_rejected: bool = False
    model: str = ""
    training: TrainingConfig = DEFAULT_TRAINING
    geometry: str = ""
    layout: str = ""
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Write the settings as a JSON object in UTF-8."""
        plain: dict[str, Any] = dict(self.unknown)
        for name, (encode, _) in _CODECS.items():
            plain[name] = encode(getattr(self, name))
        return json.dumps(plain, indent=2, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and what to tell the user about the file; empty if all is well."""

    settings: AppSettings
    message: str = ""


def remember_source(settings: AppSettings, spec: SourceSpec) -> tuple[SourceSpec, ...]:
    """Put `spec` in front of the recent sources, once."""
    others = [known for known in settings.recent if not known.is_same_source(spec)]
    return (spec, *others)[:RECENT_LIMIT]


def recall_source(settings: AppSettings, spec: SourceSpec) -> SourceSpec:
    """Find how the source of `spec` was turned, cut and sized when it was last used."""
    for old in (settings.source, *settings.recent):
        if old.is_same_source(spec):
            return replace(old, name=spec.name or old.name)
    return spec


def load_settings(path: Path) -> LoadedSettings:
    """Read the settings; whatever cannot be used falls back to its default.

    A file of which anything cannot be used is kept beside the new one as
    ``settings.json.broken-<date>``, so that nothing is lost.

    Parameters
    ----------
    path : Path
        The settings file; it need not exist.

    Returns
    -------
    LoadedSettings
        Never raises: the program starts in any case.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return LoadedSettings(AppSettings())
    except OSError as error:
        return LoadedSettings(
            AppSettings(),
            f"The settings in {path} cannot be read ({error.strerror}). "
            "DigitDesk uses its defaults.",
        )
    try:
        plain = dict[str, Any](json.loads(content).items())
    except (ValueError, AttributeError, RecursionError):  # no JSON, or no object
        kept = _set_aside(path, content)
        return LoadedSettings(
            AppSettings(),
            f"The settings file was damaged. DigitDesk uses its defaults; {kept}.",
        )
    return _from_plain(path, content, plain)


def save_settings(path: Path, settings: AppSettings) -> None:
    """Replace the settings file in one step.

    Raises
    ------
    OSError
        If that is impossible; the old file is untouched.
    """
    write_atomically(path, settings.to_json())


def _from_plain(path: Path, content: bytes, plain: dict[str, Any]) -> LoadedSettings:
    values: dict[str, Any] = {}
    bad = []
    for name, (_, decode) in _CODECS.items():
        if name not in plain:
            continue
        try:
            values[name] = decode(plain[name])
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            bad.append(name)
    unknown = {name: plain[name] for name in plain.keys() - _CODECS.keys()}
    settings = AppSettings(**values, unknown=unknown)
    if not bad:
        return LoadedSettings(settings)
    kept = _set_aside(path, content)
    return LoadedSettings(
        settings,
        f"Some settings could not be used and were reset ({', '.join(bad)}); {kept}.",
    )


def _set_aside(path: Path, content: bytes) -> str:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.broken-{stamp}")
    try:
        write_atomically(aside, content)
    except OSError:
        return f"the old file is still at {path}"
    return f"the old file was kept as {aside.name}"


def _encode_preprocess(settings: PreprocessSettings) -> dict[str, Any]:
    plain = asdict(settings)
    del plain["region_of_interest"]
    return plain


def _decode_preprocess(plain: dict[str, Any]) -> PreprocessSettings:
    _exactly(dict)(plain)
    values: dict[str, Any] = {}
    for entry in fields(PreprocessSettings):
        if entry.name == "region_of_interest" or entry.name not in plain:
            continue
        value = plain[entry.name]
        if entry.name == "mode":
            value = ThresholdMode(value)
        elif entry.name == "polarity":
            value = Polarity(value)
        else:
            value = _exactly(int)(value)
        values[entry.name] = value
    return PreprocessSettings(**values)


def _exactly(wanted: type) -> Callable[[Any], Any]:
    def check(value: object) -> object:
        # True is an int to isinstance, but not a number to a user.
        if type(value) is not wanted:
            raise TypeError(f"expected {wanted.__name__}")
        return value

    return check


def _same(value: object) -> object:
    return value


_CODECS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "appearance": (_same, Appearance),
    "source": (SourceSpec.to_dict, SourceSpec.from_dict),
    "recent": (
        lambda specs: [spec.to_dict() for spec in specs],
        lambda plain: tuple(SourceSpec.from_dict(p) for p in plain)[:RECENT_LIMIT],
    ),
    "preprocess": (_encode_preprocess, _decode_preprocess),
    "smoothing": (_same, _exactly(bool)),
    "show_rejected": (_same, _exactly(bool)),
    "model": (_same, _exactly(str)),
    "training": (TrainingConfig.to_json, TrainingConfig.from_json),
    "geometry": (_same, _exactly(str)),
    "layout": (_same, _exactly(str)),
}
"""How each entry is written to JSON and read back."""
