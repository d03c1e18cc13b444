"""The About box."""

import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from digitdesk import __version__
from digitdesk.ui.icons import program_icon

PARTS = (
    ("PySide6-Essentials", "LGPL-3.0"),
    ("numpy", "BSD-3-Clause"),
    ("opencv-python-headless", "Apache-2.0"),
    ("ai-edge-litert", "Apache-2.0"),
    ("pyqtgraph", "MIT"),
    ("scikit-image", "BSD-3-Clause"),
    ("platformdirs", "MIT"),
)
"""Packages that DigitDesk is made of, with their licences."""


class AboutDialog(QDialog):
    """Tells versions and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About DigitDesk"))
        picture = QLabel(self)
        picture.setPixmap(program_icon().pixmap(QSize(64, 64)))
        title = QLabel(f"<h2>DigitDesk {__version__}</h2>", self)
        text = QLabel(self._text(), self)
        text.setWordWrap(True)
        text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(title)
        right.addWidget(text)
        right.addWidget(buttons)
        layout = QHBoxLayout(self)
        layout.setSpacing(16)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(right, 1)
        self.setMinimumWidth(440)

    def _text(self) -> str:
        purpose = self.tr(
            "Reads handwritten digits from a camera, a picture or a page, and shows "
            "how a network learns them. Everything stays on this computer."
        )
        licence = self.tr("DigitDesk is free software under the MIT licence.")
        rows = "".join(
            f"<tr><td>{name}</td><td style='padding-left:12px'>{_version(name)}</td>"
            f"<td style='padding-left:12px'>{terms}</td></tr>"
            for name, terms in PARTS
        )
        python = f"Python {sys.version.split()[0]} · Qt {qVersion()}"
        return f"<p>{purpose}</p><p>{licence}</p><p>{python}</p><table>{rows}</table>"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a bundle may leave the packages' data out
        return "–"  # noqa: RUF001 - a dash for "not known"
