"""The *Preprocessing* dock: how ink and paper are told apart."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.preprocess import (
    RANGES,
    Polarity,
    PreprocessSettings,
    ThresholdMode,
)
from digitdesk.ui.number_slider import NumberSlider
from digitdesk.ui.page_keys import PageKeysFilter

_MATTERS = {
    "threshold": ThresholdMode.MANUAL,
    "block_percent": ThresholdMode.ADAPTIVE,
    "offset": ThresholdMode.ADAPTIVE,
}
"""The only mode in which a number has a meaning."""


class PreprocessPanel(QScrollArea):
    """Edits `PreprocessSettings`.

    Signals
    -------
    settings_edited(PreprocessSettings)
        The user changed something; not emitted by `show_settings`.
    """

    settings_edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = PreprocessSettings()
        self._page_keys = PageKeysFilter(self)
        content = QWidget(self)
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setVerticalSpacing(5)
        self._sliders: dict[str, NumberSlider] = {}
        self._mode = self._add_choice(
            self.tr("&Threshold"),
            (
                (self.tr("Automatic"), ThresholdMode.AUTO),
                (self.tr("Manual"), ThresholdMode.MANUAL),
                (self.tr("Adaptive (uneven light)"), ThresholdMode.ADAPTIVE),
            ),
        )
        # Made from top to bottom: the Tab key goes in this order.
        self._add_sliders("threshold", "block_percent", "offset")
        self._polarity = self._add_choice(
            self.tr("&Polarity"),
            (
                (self.tr("Automatic"), Polarity.AUTO),
                (self.tr("Dark ink on light paper"), Polarity.DARK_ON_LIGHT),
                (self.tr("Light ink on dark paper"), Polarity.LIGHT_ON_DARK),
            ),
        )
        self._add_sliders("minimum_ink", "despeckle")
        self._reset = QPushButton(self.tr("Reset to def&aults"), content)
        self._reset.clicked.connect(self._on_reset_clicked)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(self._form)
        layout.addWidget(self._reset)
        layout.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        # Its children are stops enough, and it scrolls to the one in use.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._mode.currentIndexChanged.connect(self._on_mode_changed)
        self._polarity.currentIndexChanged.connect(self._on_polarity_changed)
        self.show_settings(self._settings)

    def minimumSizeHint(self) -> QSize:
        """Scroll downwards only."""
        hint, content = super().minimumSizeHint(), self.widget()
        bar = self.verticalScrollBar().sizeHint().width()
        width = 0 if content is None else content.minimumSizeHint().width() + bar
        return QSize(max(hint.width(), width), hint.height())

    @property
    def settings(self) -> PreprocessSettings:
        """The settings on show."""
        return self._settings

    def show_settings(self, settings: PreprocessSettings) -> None:
        """Show settings without telling anyone."""
        self._settings = settings
        for choice, value in (
            (self._mode, settings.mode),
            (self._polarity, settings.polarity),
        ):
            blocked = choice.blockSignals(True)
            choice.setCurrentIndex(choice.findData(value.value))
            choice.blockSignals(blocked)
        for name, slider in self._sliders.items():
            slider.set_value(getattr(settings, name))
            matters = _MATTERS.get(name, settings.mode) is settings.mode
            slider.setEnabled(matters)
            label = self._form.labelForField(slider)
            if label is not None:
                label.setEnabled(matters)
        standard = PreprocessSettings(region_of_interest=settings.region_of_interest)
        self._reset.setEnabled(settings != standard)

    def _add_choice(
        self, label: str, entries: tuple[tuple[str, ThresholdMode | Polarity], ...]
    ) -> QComboBox:
        choice = QComboBox(self)
        self._page_keys.protect(choice)
        choice.setAccessibleName(label.replace("&", ""))
        choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        choice.setMinimumContentsLength(12)
        for text, value in entries:
            choice.addItem(text, value.value)
        self._form.addRow(label, choice)
        return choice

    def _add_sliders(self, *names: str) -> None:
        for name in names:
            low, high = RANGES[name]
            slider = NumberSlider(self._label(name).replace("&", ""), low, high, self)
            slider.setObjectName(name)
            slider.value_edited.connect(self._on_slider_edited)
            self._sliders[name] = slider
            self._form.addRow(self._form_label(name), slider)

    def _form_label(self, name: str) -> QLabel:
        label = QLabel(self._label(name), self)
        label.setBuddy(self._sliders[name])
        return label

    def _label(self, name: str) -> str:
        return {
            "threshold": self.tr("&Grey level of the cut"),
            "block_percent": self.tr("&Neighbourhood, % of the picture"),
            "offset": self.tr("&Difference from the neighbourhood"),
            "minimum_ink": self.tr("S&mallest digit, ‰ of the picture"),
            "despeckle": self.tr("Clean-&up of specks"),
        }[name]

    def _on_slider_edited(self, value: int) -> None:
        slider = self.sender()
        if slider is not None:
            change: dict[str, Any] = {slider.objectName(): value}
            self._edit(replace(self._settings, **change))

    def _on_mode_changed(self, _index: int) -> None:
        mode = ThresholdMode(self._mode.currentData())
        self._edit(replace(self._settings, mode=mode))

    def _on_polarity_changed(self, _index: int) -> None:
        polarity = Polarity(self._polarity.currentData())
        self._edit(replace(self._settings, polarity=polarity))

    def _on_reset_clicked(self) -> None:
        interest = self._settings.region_of_interest
        self._edit(PreprocessSettings(region_of_interest=interest))

    def _edit(self, settings: PreprocessSettings) -> None:
        self.show_settings(settings)
        self.settings_edited.emit(settings)
