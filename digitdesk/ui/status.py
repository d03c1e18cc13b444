"""The status bar: where the picture comes from, how fast, and who reads it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

_NOTICE_MS = 4000


class StatusBar(QStatusBar):
    """Shows source, frame rate, latency and model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = self._add(self.tr("Source"))
        self._rate = self._add(self.tr("Frame rate"))
        self._latency = self._add(self.tr("Time from taking a frame to painting it"))
        self._model = self._add(self.tr("Model"))
        # Figures change all the time; their places must not.
        widths = self.fontMetrics().horizontalAdvance
        self._rate.setMinimumWidth(widths("00.0 fps") + 14)
        self._latency.setMinimumWidth(widths(self.tr("latency {ms} ms")) + 14)
        self.show_model("")

    @property
    def texts(self) -> tuple[str, ...]:
        """What is on show, from left to right."""
        labels = (self._source, self._rate, self._latency, self._model)
        return tuple(label.text() for label in labels)

    def show_source(self, text: str) -> None:
        """Name the source and its state."""
        self._source.setText(text)

    def show_rate(self, rate_hz: float) -> None:
        """Show frames per second; 0 hides the figure."""
        text = self.tr("{rate} fps").format(rate=f"{rate_hz:.1f}")
        self._rate.setText(text if rate_hz else "")

    def show_latency(self, latency_ms: float | None) -> None:
        """Show the latency of the last frame; None hides the figure."""
        text = "" if latency_ms is None else self.tr("latency {ms} ms")
        self._latency.setText(text.format(ms=f"{latency_ms or 0:.0f}"))

    def show_model(self, name: str) -> None:
        """Name the model that reads; empty while none is loaded."""
        text = self.tr("Model: {name}").format(name=name)
        self._model.setText(text if name else self.tr("Loading the model…"))

    def show_no_model(self) -> None:
        """Say that nothing can be read."""
        self._model.setText(self.tr("No model"))

    def show_notice(self, text: str) -> None:
        """Tell in passing that something was done."""
        room = self.width() // 2
        elided = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.showMessage(elided, _NOTICE_MS)

    def _add(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setAccessibleName(name)
        label.setToolTip(name)
        if name == self.tr("Model"):
            self.addPermanentWidget(label)
        else:
            self.addWidget(label)
        return label
