"""What a training is doing, and the buttons that steer it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from digitdesk.core.training_types import (
    BatchReport,
    EpochReport,
    Preparing,
    TrainingOutcome,
    TrainingStarted,
)
from digitdesk.ui.scrolling import scrolling
from digitdesk.ui.training.curves import TrainingCurves
from digitdesk.ui.training.invitation import Invitation

_STEPS = 1000


class ProgressPanel(QWidget):
    """Progress bar, figures, curves and buttons; before the first training, how to.

    Signals
    -------
    start_requested(), pause_requested(), resume_requested(), stop_requested(),
    cancel_requested()
        What the buttons ask for.
    """

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = TrainingCurves(self)
        self.start = QPushButton(self.tr("&Train"), self)
        self.start.setDefault(True)
        self.pause = QPushButton(self.tr("&Pause"), self)
        self.stop = QPushButton(self.tr("&Stop and keep best"), self)
        self.cancel = QPushButton(self.tr("&Cancel and discard"), self)
        self._obstacle = QLabel(self)
        self._obstacle.setWordWrap(True)
        self._obstacle.setTextFormat(Qt.TextFormat.PlainText)  # it may name a path
        self._obstacle.hide()
        self._report = QWidget(self)  # hidden until there is something to tell
        self._bar = QProgressBar(self)
        self._bar.setRange(0, _STEPS)
        self._state = QLabel(self)
        self._state.setWordWrap(True)
        self._figures = QLabel(self)
        self._figures.setWordWrap(True)
        self._device = QLabel(self)
        self._device.setWordWrap(True)
        self._device.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._view = QStackedWidget(self)
        self._view.addWidget(scrolling(Invitation()))
        self._view.addWidget(self.curves)
        self._epochs = 1
        self._is_paused = False
        self._is_running = False
        self._why_not = ""
        self._lay_out()
        self.start.clicked.connect(self.start_requested)
        self.pause.clicked.connect(self._on_pause_clicked)
        self.stop.clicked.connect(self.stop_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.show_running(running=False)

    @property
    def state_text(self) -> str:
        """The sentence on what happens."""
        return self._state.text()

    @property
    def progress(self) -> float:
        """Done share, 0 to 1."""
        return max(self._bar.value(), 0) / _STEPS

    def show_running(self, *, running: bool) -> None:
        """Offer what can be done while a training runs, or while none does."""
        self._is_running = running
        self._enable_start()
        for button in (self.pause, self.stop, self.cancel):
            button.setEnabled(running)
        self.show_paused(paused=False)
        if running:
            self.curves.clear()
            self._view.setCurrentWidget(self.curves)
            self._report.show()
            self._figures.clear()
            self._device.clear()
            self._bar.setValue(0)

    @property
    def obstacle(self) -> str:
        """Why nothing can be trained now; empty if something can."""
        return self._why_not

    def show_obstacle(self, sentence: str) -> None:
        """Say why nothing can be trained; an empty sentence allows it again."""
        self._why_not = sentence
        text = self.tr("Nothing can be learnt yet. {why}")
        self._obstacle.setText(text.format(why=sentence))
        self._obstacle.setVisible(bool(sentence))
        self._enable_start()

    def _enable_start(self) -> None:
        self.start.setEnabled(not self._is_running and not self.obstacle)

    def show_paused(self, *, paused: bool) -> None:
        """Tell whether the training stands still."""
        self._is_paused = paused
        self.pause.setText(self.tr("&Resume") if paused else self.tr("&Pause"))
        if paused:
            self._state.setText(self.tr("Paused."))

    def show_ending(self) -> None:
        """Wait for the ordered end; only discarding can still be ordered."""
        self.pause.setEnabled(False)
        self.stop.setEnabled(False)
        self._state.setText(self.tr("Ending the training…"))

    def show_preparing(self, event: Preparing) -> None:
        """Show what happens before the first and after the last batch."""
        known = event.fraction >= 0
        self._bar.setRange(0, _STEPS if known else 0)  # an empty range means "busy"
        self._bar.setValue(round(_STEPS * event.fraction) if known else 0)
        share = f" {event.fraction:.0%}" if known else ""
        self._state.setText(f"{event.task}{share}…")

    def show_started(self, event: TrainingStarted, epochs: int) -> None:
        """Show what will be learnt, on which device."""
        self._epochs = epochs
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(round(_STEPS * event.epochs_done / epochs))
        self.curves.begin(epochs)
        text = self.tr("{train} to learn, {check} to check, {test} to test; {device}")
        self._device.setText(
            text.format(
                train=f"{event.train_count:,}",
                check=f"{event.validation_count:,}",
                test=f"{event.test_count:,}",
                device=event.device,
            )
        )

    def show_batch(self, event: BatchReport) -> None:
        """Show how training goes."""
        done = (event.epoch - 1 + event.batch / event.batches) / self._epochs
        self._bar.setValue(round(_STEPS * done))
        text = self.tr("Epoch {epoch} of {epochs}, about {left} left")
        left = _duration(event.remaining_s)
        self._state.setText(
            text.format(epoch=event.epoch, epochs=self._epochs, left=left)
        )
        figures = self.tr("loss {loss}   learning rate {rate}   {speed} pictures/s")
        self._figures.setText(
            figures.format(
                loss=f"{event.loss:.4f}",
                rate=f"{event.learning_rate:.2g}",
                speed=f"{event.samples_per_s:,.0f}",
            )
        )
        self.curves.add_batch(event)

    def show_epoch(self, event: EpochReport) -> None:
        """Show a finished epoch."""
        self.curves.add_epoch(event)

    def show_outcome(self, outcome: TrainingOutcome) -> None:
        """Show how it ended."""
        self.show_running_ended()
        self._bar.setRange(0, _STEPS)
        # Why it failed is said over all pages; once is enough.
        failed = outcome.kind == "failed"
        self._state.setText(
            self.tr("The training failed.") if failed else outcome.message
        )
        if outcome.was_successful():
            self._bar.setValue(_STEPS)

    def forget_outcome(self) -> None:
        """Say no more how the last training ended."""
        self._state.clear()

    def show_running_ended(self) -> None:
        """Offer to start again; curves and figures stay."""
        self._is_running = False
        self._enable_start()
        self.show_paused(paused=False)
        for button in (self.pause, self.stop, self.cancel):
            button.setEnabled(False)

    def _lay_out(self) -> None:
        self._buttons = QGridLayout()
        self._arrange_buttons(2)
        narrow = self._buttons.minimumSize().width()
        figures = QHBoxLayout()
        figures.addWidget(self._figures, 1)
        figures.addWidget(self._device, 1)
        report = QVBoxLayout(self._report)
        report.setContentsMargins(0, 0, 0, 0)
        report.addWidget(self._bar)
        report.addWidget(self._state)
        report.addLayout(figures)
        self._report.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._buttons)
        layout.addWidget(self._obstacle)
        layout.addWidget(self._report)
        layout.addWidget(self._view, 1)
        self.setMinimumWidth(narrow)

    def _arrange_buttons(self, columns: int) -> None:
        buttons = (self.start, self.pause, self.stop, self.cancel)
        for place, button in enumerate(buttons):
            self._buttons.addWidget(button, *divmod(place, columns))
        self._buttons.setColumnStretch(len(buttons), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons into one row where it has room."""
        super().resizeEvent(event)
        buttons = (self.start, self.pause, self.stop, self.cancel)
        wanted = sum(button.sizeHint().width() + 12 for button in buttons)
        self._arrange_buttons(4 if wanted <= event.size().width() else 2)

    @Slot()
    def _on_pause_clicked(self) -> None:
        asked = self.resume_requested if self._is_paused else self.pause_requested
        asked.emit()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min" if minutes else f"{rest} s"
