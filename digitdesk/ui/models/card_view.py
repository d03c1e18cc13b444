"""A model's card, for people."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from digitdesk.ui.evaluation.wording import percent
from digitdesk.ui.models.entry import ModelEntry

_WORDS = {"mnist": "MNIST", "usps": "USPS", "ece": "ECE"}
"""Abbreviations in the names of scores."""


class CardView(QScrollArea):
    """Shows all that is known of one model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Model card"))
        self._entry: ModelEntry | None = None
        self.show_entry(None)

    @property
    def text(self) -> str:
        """All that is on show, line by line."""
        content = self.widget()
        labels = content.findChildren(QLabel) if content is not None else []
        return "\n".join(label.text() for label in labels)

    def show_entry(self, entry: ModelEntry | None) -> None:
        """Show another model; None shows a hint."""
        if entry == self._entry and self.widget() is not None:
            return
        self._entry = entry
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        if entry is None:
            layout.addWidget(QLabel(self.tr("Choose a model.")))
        else:
            self._fill(layout, entry)
        layout.addStretch()
        self.setWidget(content)

    def _fill(self, layout: QVBoxLayout, entry: ModelEntry) -> None:
        title = _label(entry.name)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        layout.addWidget(title)
        if entry.trouble:
            layout.addWidget(self._trouble(entry.trouble))
        if entry.description:
            layout.addWidget(_label(entry.description))
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, value in self._rows(entry):
            heading = QLabel(name)
            heading.setObjectName("muted")
            form.addRow(heading, _label(value))
        layout.addLayout(form)

    def _trouble(self, sentence: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        frame.setProperty("severity", "error")
        layout = QVBoxLayout(frame)
        layout.addWidget(_label(sentence))
        return frame

    def _rows(self, entry: ModelEntry) -> list[tuple[str, str]]:
        origin = self.tr("Yours") if entry.is_own else self.tr("Came with DigitDesk")
        rows = [
            (self.tr("Origin"), origin),
            (self.tr("Size"), QLocale().formattedDataSize(entry.size_bytes)),
        ]
        if entry.is_usable:
            known = self.tr("ten digits and “not a digit”")
            answers = known if entry.knows_other_ink else self.tr("ten digits")
            learned = ", ".join(entry.training_data) or self.tr("unknown")
            rows += [
                (self.tr("Made on"), entry.created),
                (self.tr("Answers"), answers),
                (self.tr("Learned from"), learned),
                (self.tr("Temperature"), f"{entry.temperature:.4g}"),
                (self.tr("Reject threshold"), f"{entry.reject_threshold:.4g}"),
            ]
            rows += [(_score_name(n), _score(n, v)) for n, v in entry.scores.items()]
        return [*rows, (self.tr("Folder"), str(entry.folder))]


def _label(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a card comes from anywhere
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _score_name(name: str) -> str:
    words = name.replace("_", " ").split()
    spelled = " ".join(_WORDS.get(word, word) for word in words)
    return spelled[:1].upper() + spelled[1:]


def _score(name: str, value: float) -> str:
    is_share = "loss" not in name and 0 <= value <= 1
    return percent(value) if is_share else f"{value:.4g}"
