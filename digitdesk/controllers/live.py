"""From the camera's frames to boxes, digits and bars."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from digitdesk.controllers.chosen import keep_choice
from digitdesk.controllers.preferences import Preferences
from digitdesk.controllers.waiting import Waiting
from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.table import in_columns
from digitdesk.core.tracking import TrackedDigit, Tracker, tracked_lines
from digitdesk.core.types import Box, Frame, LineReading, Reading, Scene
from digitdesk.ui.banner import Severity
from digitdesk.ui.main_window import MainWindow
from digitdesk.ui.region import Region
from digitdesk.workers.camera import Camera
from digitdesk.workers.recognition import (
    Recogniser,
    RecognitionFailure,
    RecognitionResult,
)

_STATUS_INTERVAL_MS = 500


class LiveController(QObject):
    """Connects camera, recogniser and the widgets of the live page.

    Lives in the GUI thread. Each frame is shown at once and handed to the recogniser;
    its answer updates the boxes. Whenever older answers lose their meaning (another
    scene, other settings), the generation rises and they are dropped.

    Signals
    -------
    result_shown(RecognitionResult)
        A reading is on show.
    interest_changed(Box or None)
        Another part of the picture is read; None: all of it.
    scene_changed(Scene or None)
        Another scene is on show; None: there is no picture.
    """

    result_shown = Signal(object)
    interest_changed = Signal(object)
    scene_changed = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        camera: Camera,
        recogniser: Recogniser,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._camera = camera
        self._recogniser = recogniser
        self._preferences = preferences
        self._settings = preferences.settings.preprocess
        self._smoothing = preferences.settings.smoothing
        self._tracker = Tracker()
        self._tracked: tuple[TrackedDigit, ...] = ()
        self._lines: tuple[LineReading, ...] = ()
        self._regions: tuple[Region, ...] = ()
        self._chosen: Region | None = None
        self._generation = 0
        self._frame: Frame | None = None
        self._result: RecognitionResult | None = None
        self._model_name = ""
        self._can_read = True
        self._unreadable_generation = -1
        self._waiting = Waiting(self)
        self._waiting.late_changed.connect(self._on_waiting_late_changed)
        self._status_timer = QTimer(self)
        self._status_timer.setInterval(_STATUS_INTERVAL_MS)
        self._status_timer.timeout.connect(self._on_status_timer_timeout)
        self._show_preferences()
        self._connect_workers()
        self._connect_window()
        self.start_over()
        self._status_timer.start()

    @property
    def result(self) -> RecognitionResult | None:
        """The newest reading, with its frame and of the present generation."""
        return self._result

    @property
    def settings(self) -> PreprocessSettings:
        """How ink is found now."""
        return self._settings

    @property
    def model_name(self) -> str:
        """Name of the model that reads; empty while none is loaded."""
        return self._model_name

    @property
    def regions(self) -> tuple[Region, ...]:
        """What is on show."""
        return self._regions

    @property
    def text(self) -> str:
        """The result on show."""
        return self._window.result.text

    def start_over(self, region_of_interest: Box | None = None) -> None:
        """Forget everything that was read, as for another source."""
        self._frame = None
        self._show_interest(region_of_interest)
        self._begin_scene(None)
        self._show_frame(None)
        self._window.commands.freeze.setChecked(False)

    def expect_page(self) -> None:
        """Say so if it takes noticeably long until another page is here."""
        self._waiting.begin()

    @Slot(bool)
    def set_smoothing(self, smoothing: bool) -> None:
        """Show the running answer or each frame's own."""
        self._smoothing = smoothing
        self._preferences.change(smoothing=smoothing)
        self._window.result.show_smoothing(smoothing)
        self._window.commands.smoothing.setChecked(smoothing)
        self._show_answers()

    def _show_preferences(self) -> None:
        window, settings = self._window, self._preferences.settings
        window.preprocess.show_settings(self._settings)
        window.result.show_smoothing(self._smoothing)
        window.commands.smoothing.setChecked(self._smoothing)
        window.commands.show_rejected.setChecked(settings.show_rejected)
        window.video.set_show_rejected(settings.show_rejected)

    def _connect_workers(self) -> None:
        self._camera.frame_captured.connect(self._on_camera_frame_captured)
        self._camera.rate_measured.connect(self._window.status.show_rate)
        self._recogniser.result_ready.connect(self._on_recogniser_result_ready)
        self._recogniser.model_loaded.connect(self._on_recogniser_model_loaded)
        self._recogniser.failed.connect(self._on_recogniser_failed)

    def _connect_window(self) -> None:
        window, commands = self._window, self._window.commands
        window.video.region_chosen.connect(self._on_region_chosen)
        window.video.region_of_interest_drawn.connect(self._on_interest_drawn)
        window.video.drawing_ended.connect(self._on_drawing_ended)
        window.video.reopen_requested.connect(self._camera.reopen)
        window.preprocess.settings_edited.connect(self._on_settings_edited)
        window.result.smoothing_toggled.connect(self.set_smoothing)
        window.result.copy_requested.connect(self._on_copy_requested)
        commands.copy.triggered.connect(self._on_copy_requested)
        commands.smoothing.triggered.connect(self.set_smoothing)
        commands.freeze.toggled.connect(self._on_freeze_toggled)
        commands.draw_region.toggled.connect(window.video.set_drawing)
        commands.clear_region.triggered.connect(self._on_clear_region_triggered)
        commands.show_rejected.toggled.connect(self._on_show_rejected_toggled)

    @Slot(object)
    def _on_camera_frame_captured(self, frame: Frame) -> None:
        before, self._frame = self._frame, frame
        if before is None or before.scene is not frame.scene:
            self._begin_scene(frame.scene)
        if before is not None and before.pixels.shape != frame.pixels.shape:
            self._raise_generation()  # turned or zoomed: all places have changed
            self._change_interest(None)
        elif before is None and not self._interest_fits(frame):
            self._change_interest(None)
        self._show_frame(frame)
        self._submit()

    @Slot(object)
    def _on_recogniser_result_ready(self, result: RecognitionResult) -> None:
        if result.generation != self._generation:
            return  # read with other settings, or in another scene
        if self._result is not None and result.frame is self._result.frame:
            self._tracker.reset()  # the same still picture must not count twice
        self._result = result
        self._waiting.end()
        self._tracked = self._tracker.update(result.reading)
        self._show_answers()
        self.result_shown.emit(result)

    @Slot(object)
    def _on_recogniser_model_loaded(self, card: object) -> None:
        self._model_name = str(getattr(card, "name", ""))
        self._window.status.show_model(self._model_name)
        self._can_read = True
        self._raise_generation()  # answers of the model before are worth nothing now
        self._submit()

    @Slot(object)
    def _on_recogniser_failed(self, failure: RecognitionFailure) -> None:
        self._window.show_message(failure.sentence, Severity.ERROR)
        if failure.generation == self._generation:
            self._unreadable_generation = self._generation
            self._waiting.end()
        if failure.kind == "model" and not self._model_name:
            self._window.status.show_no_model()
            self._can_read = False
            self._waiting.end()

    @Slot(int)
    def _on_region_chosen(self, identifier: int) -> None:
        for region in self._regions:
            if region.id == identifier:
                self._chosen = region
        self._show_regions(self._regions)

    @Slot(object)
    def _on_interest_drawn(self, box: Box) -> None:
        self._change_interest(box)
        self._read_again()

    @Slot()
    def _on_drawing_ended(self) -> None:
        self._window.commands.draw_region.setChecked(False)

    @Slot()
    def _on_clear_region_triggered(self) -> None:
        self._change_interest(None)
        self._read_again()

    @Slot(object)
    def _on_settings_edited(self, settings: PreprocessSettings) -> None:
        self._settings = settings
        self._preferences.change(preprocess=settings)
        self._read_again()

    @Slot(bool)
    def _on_freeze_toggled(self, frozen: bool) -> None:
        self._show_badge()
        if frozen:
            self._camera.pause()
            self._submit()  # what is on show now is what must be read
        else:
            self._camera.resume()

    @Slot(bool)
    def _on_show_rejected_toggled(self, shown: bool) -> None:
        self._preferences.change(show_rejected=shown)
        self._window.video.set_show_rejected(shown)

    @Slot()
    def _on_copy_requested(self) -> None:
        if not self.text:
            return  # what is on the clipboard is worth more than nothing
        # A spreadsheet puts what stands between tabs into cells of their own.
        text = "\n".join("\t".join(row) for row in in_columns(self._lines))
        QGuiApplication.clipboard().setText(text)
        told = self.tr("Copied: {text}").format(text="; ".join(self.text.split("\n")))
        self._window.status.show_notice(told)

    @Slot(bool)
    def _on_waiting_late_changed(self, _late: bool) -> None:
        self._show_badge()
        if self._result is None:
            self._show_nothing_read()

    @Slot()
    def _on_status_timer_timeout(self) -> None:
        self._window.status.show_latency(self._window.video.latency_ms)

    def _interest_fits(self, frame: Frame) -> bool:
        box = self._settings.region_of_interest
        height, width = frame.pixels.shape[:2]
        return box is None or (box.right <= width and box.bottom <= height)

    def _change_interest(self, box: Box | None) -> None:
        changed = box != self._settings.region_of_interest
        self._show_interest(box)
        if changed:
            self.interest_changed.emit(box)

    def _show_interest(self, box: Box | None) -> None:
        self._settings = replace(self._settings, region_of_interest=box)
        self._window.preprocess.show_settings(self._settings)
        self._window.video.show_region_of_interest(box)
        self._window.commands.clear_region.setEnabled(box is not None)

    def _begin_scene(self, scene: Scene | None) -> None:
        """Forget what was read: it says nothing of what comes now."""
        self._result = None
        self._raise_generation()
        self._waiting.end()
        self._show_regions(())
        self.scene_changed.emit(scene)

    def _read_again(self) -> None:
        self._raise_generation()
        self._submit()

    def _raise_generation(self) -> None:
        self._generation += 1
        self._tracker.reset()

    def _submit(self) -> None:
        if self._frame is None:
            return
        self._recogniser.submit(self._frame, self._settings, self._generation)
        result, generation = self._result, self._generation
        answered = result is not None and result.generation == generation
        unreadable = not self._can_read or self._unreadable_generation == generation
        if not (answered or unreadable):
            self._waiting.begin()

    def _show_answers(self) -> None:
        if self._result is None:
            return
        reading = self._result.reading
        if self._smoothing:
            self._lines = tracked_lines(self._tracked)
            regions = [Region(t.id, t.as_reading()) for t in self._tracked]
        else:
            regions = [Region(t.id, t.raw) for t in self._tracked if not t.missed]
            self._lines = reading.lines
        text = "\n".join(" ".join(line.numbers) for line in self._lines)
        self._window.result.show_text(text)
        self._window.commands.copy.setEnabled(bool(text))
        self._show_regions(tuple(regions))

    def _show_regions(self, regions: tuple[Region, ...]) -> None:
        self._regions = regions
        self._chosen = keep_choice(self._chosen, regions)
        chosen = self._chosen
        window = self._window
        window.video.show_regions(regions, None if chosen is None else chosen.id)
        window.input.show_region(chosen)
        window.probabilities.show_region(chosen)
        if self._result is not None:
            reading = self._result.reading
            box = None if chosen is None else chosen.reading.box
            window.input.show_binary(reading.binary, self._covered(reading), box)
        else:
            window.input.show_binary(None, Box(0, 0, 0, 0), None)
            self._show_nothing_read()

    def _show_nothing_read(self) -> None:
        late = self._waiting.is_late
        self._window.result.show_unread(self.tr("Reading…") if late else "")
        self._window.commands.copy.setEnabled(False)

    def _show_frame(self, frame: Frame | None) -> None:
        commands = self._window.commands
        self._window.video.show_frame(frame)
        if frame is None:
            commands.draw_region.setChecked(False)
        for action in (commands.freeze, commands.draw_region):
            action.setEnabled(frame is not None)

    def _show_badge(self) -> None:
        words = []
        if self._window.commands.freeze.isChecked():
            words.append(self.tr("Frozen"))
        if self._waiting.is_late:
            words.append(self.tr("Reading…"))
        self._window.video.show_badge(" · ".join(words))

    def _covered(self, reading: Reading) -> Box:
        whole = Box(0, 0, reading.width, reading.height)
        return self._settings.region_of_interest or whole
