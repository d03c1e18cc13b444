"""The *Result* dock: what was read, as large text."""

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from digitdesk.ui.focus_ring import FocusRing

_LARGEST_PX = 44
_SMALLEST_PX = 16


class _Numbers(QPlainTextEdit):
    """Text whose numbers go into cells of their own when a selection is copied."""

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802 - Qt's name
        """Part the selected numbers as spreadsheets want it."""
        data = super().createMimeDataFromSelection()
        data.setText(data.text().replace(" ", "\t"))
        return data


class ResultPanel(QWidget):
    """Shows the numbers, those of one written line beside each other.

    Signals
    -------
    copy_requested()
        The user wants the text on the clipboard.
    smoothing_toggled(bool)
        True: the running answer; False: each frame's own.
    """

    copy_requested = Signal()
    smoothing_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = _Numbers(self)
        self._text.setReadOnly(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(48)
        self._text.setAccessibleName(self.tr("Result"))
        FocusRing(self._text)
        self._smoothing = QCheckBox(self.tr("St&eady answer"), self)
        self._smoothing.setToolTip(
            self.tr("Average over the last frames. Off: show each frame's own answer.")
        )
        self._copy = QPushButton(self.tr("&Copy"), self)
        self._copy.setToolTip(
            self.tr("Numbers beside each other go into cells of their own.")
        )
        self._copy.setEnabled(False)
        bottom = QHBoxLayout()
        bottom.addWidget(self._smoothing, 1)
        bottom.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addWidget(self._text, 1)
        layout.addLayout(bottom)
        self._copy.clicked.connect(self.copy_requested)
        self._smoothing.toggled.connect(self.smoothing_toggled)
        self._text.installEventFilter(self)
        self.show_unread("")
        self._fit_font()

    @property
    def text(self) -> str:
        """The text on show."""
        return self._text.toPlainText()

    @property
    def font_size_px(self) -> int:
        """Size of the digits in pixels."""
        return self._text.font().pixelSize()

    def show_text(self, text: str) -> None:
        """Show what was read; a selection survives as long as the text stays."""
        self._show(text, self.tr("No digits"))

    def show_unread(self, hint: str) -> None:
        """Show a hint, such as "Reading…": nobody knows yet what is there."""
        self._show("", hint)

    def _show(self, text: str, hint: str) -> None:
        self._text.setPlaceholderText(hint)
        if text != self.text:
            self._text.setPlainText(text)
            self._copy.setEnabled(bool(text))
            self._fit_font()

    def show_smoothing(self, smoothing: bool) -> None:
        """Show which answer is on, without telling anyone."""
        blocked = self._smoothing.blockSignals(True)
        self._smoothing.setChecked(smoothing)
        self._smoothing.blockSignals(blocked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room for larger digits."""
        super().resizeEvent(event)
        self._fit_font()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the digits large: another style sheet takes the text's font away."""
        if watched is self._text and event.type() is QEvent.Type.StyleChange:
            self._fit_font()
        return False

    def _fit_font(self) -> None:
        lines = self.text.splitlines() or ["0"]
        area = self._text.viewport().size()
        font = QFont(self.font())
        font.setPixelSize(100)
        font.setWeight(QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        metrics = QFontMetricsF(font)
        longest = max(metrics.horizontalAdvance(line) for line in lines)
        wide = 100 * (area.width() - 12) / longest
        room = area.height() - 10 - len(lines)  # each line takes whole pixels
        tall = 100 * room / (metrics.lineSpacing() * len(lines))
        size = int(min(max(min(wide, tall), _SMALLEST_PX), _LARGEST_PX))
        if self.text == "":  # the hint is a sentence, not a number
            font = QFont(self.font())
            size = _SMALLEST_PX
        font.setPixelSize(size)
        if self._text.font() != font:
            self._text.setFont(font)
        needed = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self._text.setHorizontalScrollBarPolicy(needed)
