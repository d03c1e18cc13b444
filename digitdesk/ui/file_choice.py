"""What dialogs that open pictures and videos offer, and where they begin."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QDir, QStandardPaths

from digitdesk.core.sources import PICTURE_SUFFIXES, VIDEO_SUFFIXES, SourceKind


def name_filters(kind: SourceKind | None = None) -> list[str]:
    """List the filters of a file dialog, the likeliest first.

    Parameters
    ----------
    kind : SourceKind or None
        IMAGE or VIDEO alone, or None for both.

    Returns
    -------
    list of str
        In Qt's form. The last one lets every file pass: not each has its usual name.
    """
    pictures = _filter(_tr("Pictures"), PICTURE_SUFFIXES)
    videos = _filter(_tr("Videos"), VIDEO_SUFFIXES)
    both = _filter(_tr("Pictures and videos"), PICTURE_SUFFIXES | VIDEO_SUFFIXES)
    chosen = {SourceKind.IMAGE: [pictures], SourceKind.VIDEO: [videos]}
    some = [both, pictures, videos] if kind is None else chosen[kind]
    return [*some, _tr("All files (*)")]


def first_folder(kind: SourceKind = SourceKind.IMAGE) -> str:
    """Return where a dialog begins as long as nothing was opened."""
    place = QStandardPaths.StandardLocation
    is_video = kind is SourceKind.VIDEO
    folder = QStandardPaths.writableLocation(
        place.MoviesLocation if is_video else place.PicturesLocation
    )
    return folder if QDir(folder).exists() else QDir.homePath()


def _filter(name: str, suffixes: Iterable[str]) -> str:
    return f"{name} ({' '.join(f'*{suffix}' for suffix in sorted(suffixes))})"


def _tr(text: str) -> str:
    return QCoreApplication.translate("FileChoice", text)
