"""Colours of the window, light and dark, and how sure a reading looks."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from digitdesk.core.settings import Appearance


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour that the window uses, as ``#rrggbb``.

    `border` only parts what lies side by side; `outline` shows where something can be
    ticked, typed or filled, and so must be seen.
    """

    window: str
    panel: str
    raised: str
    text: str
    muted: str
    border: str
    outline: str
    accent: str
    on_accent: str
    chosen: str
    backdrop: str
    warning: str
    on_warning: str


_OUTLINED = (
    "QCheckBox",
    "QRadioButton",
    "QLineEdit",
    "QPlainTextEdit",
    "QAbstractSpinBox",
    "QComboBox",
    "QProgressBar",
    "QSlider",
    "QPushButton",
    "QAbstractItemView",
    "QMenu",
)
_FUSION_DARKENS = 140
"""Per cent by which Fusion darkens a window's colour for outlines on it."""

LIGHT = Colours(
    window="#f3f4f7",
    panel="#ffffff",
    raised="#ffffff",
    text="#1a1f29",
    muted="#5b6472",
    border="#d3d8e0",
    outline="#767f8d",
    accent="#0b62a8",
    on_accent="#ffffff",
    chosen="#dbe9f5",
    backdrop="#e3e6eb",
    warning="#fff3d6",
    on_warning="#4a3500",
)
DARK = Colours(
    window="#1d2027",
    panel="#15181d",
    raised="#2a2e37",
    text="#e8eaee",
    muted="#a0a8b5",
    border="#3a404b",
    outline="#858e9c",
    accent="#5aa9e6",
    on_accent="#0c1620",
    chosen="#22374a",
    backdrop="#0f1115",
    warning="#4a3a12",
    on_warning="#ffe9b3",
)


class Sureness(Enum):
    """How sure a reading is, with a colour, a line and a mark of its own.

    The three hues are told apart with every common colour blindness, and the line
    (solid, dashed, dotted) and the question mark tell it without any colour.
    """

    SURE = ("#0072b2", "#ffffff", Qt.PenStyle.SolidLine, "")
    FAIR = ("#f0b000", "#201600", Qt.PenStyle.DashLine, "")
    DOUBTFUL = ("#c8401a", "#ffffff", Qt.PenStyle.DotLine, "?")
    REJECTED = ("#7d8694", "#ffffff", Qt.PenStyle.DotLine, "×")  # noqa: RUF001 - meant

    def __init__(self, colour: str, ink: str, line: Qt.PenStyle, mark: str) -> None:
        self.colour = colour
        self.ink = ink
        self.line = line
        self.mark = mark

    @staticmethod
    def of(confidence: float, *, accepted: bool = True) -> "Sureness":
        """Grade a confidence in [0, 1]."""
        if not accepted:
            return Sureness.REJECTED
        if confidence >= 0.9:
            return Sureness.SURE
        return Sureness.FAIR if confidence >= 0.6 else Sureness.DOUBTFUL


def is_dark() -> bool:
    """Tell whether the program's palette is the dark one."""
    palette = QGuiApplication.palette()
    window = palette.color(QPalette.ColorRole.Window)
    return window.lightness() < 128


def current_colours() -> Colours:
    """Colours of the appearance in use."""
    return DARK if is_dark() else LIGHT


def apply_appearance(
    application: QApplication,
    appearance: Appearance,
    system: Qt.ColorScheme | None = None,
) -> None:
    """Colour the whole program light or dark, as chosen or as the system is.

    Widgets learn of it by their `changeEvent` (`PaletteChange`).

    Parameters
    ----------
    application : QApplication
        The program.
    appearance : Appearance
        What was chosen.
    system : Qt.ColorScheme or None
        How the system is; None asks it.
    """
    dark = appearance is Appearance.DARK
    if appearance is Appearance.SYSTEM:
        scheme = system or application.styleHints().colorScheme()
        dark = scheme == Qt.ColorScheme.Dark
    colours = DARK if dark else LIGHT
    # The palette is ours on every platform, so that Fusion looks the same on all.
    application.setPalette(_palette(colours))
    application.setStyleSheet(_style_sheet(colours))
    # Last: a style sheet makes Qt forget these.
    palettes = dict.fromkeys(_OUTLINED, _outlined(colours))
    palettes["QHeaderView"] = _palette(colours)  # a view that fills itself with Window
    for kind, palette in palettes.items():
        application.setPalette(palette, kind)  # type: ignore[arg-type]  # its stub asks for bytes, wrongly


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for names, colour in (
        ((role.Window, role.AlternateBase), colours.window),
        ((role.Base,), colours.panel),
        ((role.Button, role.ToolTipBase, role.Light), colours.raised),
        (
            (role.WindowText, role.Text, role.ButtonText, role.ToolTipText),
            colours.text,
        ),
        ((role.PlaceholderText,), colours.muted),
        ((role.Mid, role.Midlight, role.Dark), colours.border),
        ((role.Highlight, role.Link, role.Accent), colours.accent),
        ((role.HighlightedText,), colours.on_accent),
    ):
        for name in names:
            palette.setColor(name, QColor(colour))
    palette.setColor(role.Shadow, QColor("#000000"))
    faded = QColor(colours.muted)
    faded.setAlpha(130)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    palette.setColor(
        QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.border)
    )
    return palette


def _outlined(colours: Colours) -> QPalette:
    """Make a palette for what has an outline: Fusion derives that from the window's."""
    palette = _palette(colours)
    for group, outline in (
        (QPalette.ColorGroup.Active, colours.outline),
        (QPalette.ColorGroup.Inactive, colours.outline),
        (QPalette.ColorGroup.Disabled, colours.border),
    ):
        window = QColor(outline).lighter(_FUSION_DARKENS)
        palette.setColor(group, QPalette.ColorRole.Window, window)
    return palette


def _style_sheet(colours: Colours) -> str:
    return f"""
    QToolBar {{
        background: {colours.window}; border: 0; padding: 3px 6px; spacing: 2px;
        border-bottom: 1px solid {colours.border};
    }}
    QToolBar QToolButton {{
        padding: 4px 7px; border-radius: 5px; border: 1px solid transparent;
    }}
    QToolBar QToolButton:hover {{
        background: {colours.raised}; border-color: {colours.border};
    }}
    QToolBar QToolButton:checked {{
        background: {colours.chosen}; border-color: {colours.accent};
        color: {colours.accent};
    }}
    QToolBar QToolButton:checked:disabled {{
        background: transparent; border-color: {colours.border};
        color: {colours.muted};
    }}
    QToolBar QToolButton:focus {{ border-color: {colours.accent}; }}
    QDockWidget {{ font-weight: 600; }}
    QDockWidget::title {{
        background: {colours.window}; padding: 6px 8px;
        border-bottom: 1px solid {colours.border};
    }}
    QDockWidget > QWidget {{ font-weight: 400; }}
    QMainWindow::separator {{ background: {colours.window}; width: 5px; height: 5px; }}
    QMainWindow::separator:hover {{ background: {colours.accent}; }}
    QLabel#muted {{ color: {colours.muted}; }}
    QFrame#card {{
        background: {colours.raised}; border: 1px solid {colours.border};
        border-radius: 8px;
    }}
    QFrame#banner {{
        background: {colours.raised}; border: 0;
        border-left: 4px solid {colours.accent};
        border-bottom: 1px solid {colours.border};
    }}
    QFrame#banner[severity="warning"], QFrame#banner[severity="error"] {{
        background: {colours.warning}; border-left-color: #e69f00;
    }}
    QFrame#banner[severity="error"] {{ border-left-color: #c8401a; }}
    QFrame#banner[severity="warning"] QLabel, QFrame#banner[severity="error"] QLabel {{
        color: {colours.on_warning};
    }}
    QStatusBar {{ border-top: 1px solid {colours.border}; }}
    QStatusBar::item {{ border: 0; }}
    QStatusBar QLabel {{ padding: 0 6px; color: {colours.muted}; }}
    QToolTip {{
        background: {colours.raised}; color: {colours.text};
        border: 1px solid {colours.border}; padding: 3px;
    }}
    """
