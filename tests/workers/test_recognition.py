import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.sources.demo import DemoSource
from digitdesk.core.types import U8, Classifier, Frame, Scores
from digitdesk.ml.model_card import DIGITS_AND_REJECT, ModelCard, checksum
from digitdesk.workers.recognition import (
    Recogniser,
    RecognitionFailure,
    RecognitionResult,
    RecognitionWorker,
    load_predictor,
)
from tests.ml.linear_network import linear_network

SETTINGS = PreprocessSettings()


class Steady:
    """Calls everything a 3; can be told to wait or to fail."""

    reject_threshold = 0.5

    def __init__(self, digit: int = 3) -> None:
        self.digit = digit
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.error: Exception | None = None
        self.calls = 0

    def classify(self, glyphs: U8) -> Scores:
        self.calls += 1
        self.entered.set()
        assert self.gate.wait(20)
        if self.error is not None:
            raise self.error
        probabilities = np.zeros((len(glyphs), 10), np.float32)
        probabilities[:, self.digit] = 1
        return Scores(probabilities, np.zeros(len(glyphs), np.float32))


@pytest.fixture(scope="module")
def picture() -> U8:
    demo = DemoSource()
    demo.open()
    return demo.picture(60)


def frame(picture: U8, number: int = 0) -> Frame:
    return Frame(picture, number, time.perf_counter())


class Listener:
    """Notes what a recogniser says."""

    def __init__(self, recogniser: Recogniser) -> None:
        self.results: list[RecognitionResult] = []
        self.cards: list[object] = []
        self.failures: list[RecognitionFailure] = []
        recogniser.result_ready.connect(self.results.append)
        recogniser.model_loaded.connect(self.cards.append)
        recogniser.failed.connect(self.failures.append)


def has_been_asked(steady: Steady, times: int) -> bool:
    return steady.calls == times


MakeRecogniser = Callable[..., tuple[Recogniser, Listener]]


@pytest.fixture
def make_recogniser(qtbot: QtBot) -> Iterator[MakeRecogniser]:
    made: list[Recogniser] = []

    def make(
        load: Callable[[Path], Classifier] = load_predictor,
    ) -> tuple[Recogniser, Listener]:
        made.append(Recogniser(load=load))
        return made[-1], Listener(made[-1])

    yield make
    for recogniser in made:
        assert recogniser.shutdown(5000)


def save_model(folder: Path, seed: int) -> Path:
    """A real model folder; its network guesses."""
    folder.mkdir()
    weights = np.random.default_rng(seed).normal(0, 0.1, (11, 784))
    network = linear_network(weights.astype(np.float32))
    (folder / "network.tflite").write_bytes(network)
    card = ModelCard(
        name=folder.name, sha256=checksum(network), classes=DIGITS_AND_REJECT
    )
    card.save(folder)
    return folder


def test_a_real_model_reads_a_real_frame_in_its_thread(
    make_recogniser: MakeRecogniser, qtbot: QtBot, tmp_path: Path, picture: U8
) -> None:
    recogniser, said = make_recogniser()
    recogniser.submit(frame(picture, 5), SETTINGS, generation=1)
    recogniser.load_model(save_model(tmp_path / "guesses", 1))
    qtbot.waitUntil(lambda: bool(said.results), timeout=30_000)
    result = said.results[0]
    assert result.generation == 1
    assert result.frame.number == 5
    assert (result.reading.width, result.reading.height) == (1280, 720)
    assert len(result.reading.digits) + len(result.reading.rejected) >= 10
    assert result.took_ms > 0
    assert isinstance(said.cards[0], ModelCard)
    assert said.cards[0].name == "guesses"
    assert said.failures == []


def test_run_needs_no_thread(qapp: object, picture: U8) -> None:
    steady = Steady()
    worker = RecognitionWorker(lambda _: steady)
    worker.folders.put(Path("model"))
    worker.wake.set()
    threading.Timer(0.3, worker.request_stop).start()
    worker.run()
    assert worker.events.get() is None  # this classifier has no card
    assert steady.calls == 0


def test_without_a_model_the_newest_frame_waits(
    make_recogniser: MakeRecogniser, qtbot: QtBot, picture: U8
) -> None:
    recogniser, said = make_recogniser(lambda _: Steady())
    recogniser.submit(frame(picture, 1), SETTINGS, 1)
    recogniser.submit(frame(picture, 2), SETTINGS, 1)
    qtbot.wait(100)
    assert said.results == []
    recogniser.load_model(Path("model"))
    qtbot.waitUntil(lambda: bool(said.results), timeout=20_000)
    assert said.results[0].frame.number == 2


def test_frames_that_come_too_fast_are_left_out(
    make_recogniser: MakeRecogniser, qtbot: QtBot, picture: U8
) -> None:
    steady = Steady()
    recogniser, said = make_recogniser(lambda _: steady)
    recogniser.load_model(Path("model"))
    steady.gate.clear()
    recogniser.submit(frame(picture, 0), SETTINGS, 1)
    assert steady.entered.wait(20)
    for number in range(1, 50):
        recogniser.submit(frame(picture, number), SETTINGS, 1)
    steady.gate.set()
    qtbot.waitUntil(lambda: any(one.frame.number == 49 for one in said.results))
    assert steady.calls == 2


def test_a_late_answer_is_dropped(
    make_recogniser: MakeRecogniser, qtbot: QtBot, picture: U8
) -> None:
    steady = Steady()
    recogniser, said = make_recogniser(lambda _: steady)
    recogniser.load_model(Path("model"))
    steady.gate.clear()
    recogniser.submit(frame(picture, 0), SETTINGS, generation=1)
    assert steady.entered.wait(20)
    recogniser.submit(frame(picture, 1), SETTINGS, generation=2)
    steady.gate.set()
    qtbot.waitUntil(lambda: bool(said.results))
    qtbot.wait(50)
    assert [result.generation for result in said.results] == [2]


def failing(
    make_recogniser: MakeRecogniser,
) -> tuple[Recogniser, Listener, Steady]:
    """Make a recogniser whose model can read nothing."""
    steady = Steady()
    steady.error = RuntimeError("out of ink")
    recogniser, said = make_recogniser(lambda _: steady)
    recogniser.load_model(Path("model"))
    return recogniser, said, steady


def test_an_exception_is_reported_once_and_the_thread_lives_on(
    make_recogniser: MakeRecogniser,
    qtbot: QtBot,
    picture: U8,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("Frame 0 could not be read")
    recogniser, said, steady = failing(make_recogniser)
    for number in range(3):
        recogniser.submit(frame(picture, number), SETTINGS, 1)
        wanted = number + 1
        qtbot.waitUntil(partial(has_been_asked, steady, wanted))
    qtbot.waitUntil(lambda: bool(said.failures))
    steady.error = None
    recogniser.submit(frame(picture, 3), SETTINGS, 1)
    qtbot.waitUntil(lambda: bool(said.results))
    assert [failure.kind for failure in said.failures] == ["reading"]
    assert "out of ink" in said.failures[0].sentence
    assert said.results[0].frame.number == 3


def test_a_model_is_exchanged_while_running(
    make_recogniser: MakeRecogniser, qtbot: QtBot, picture: U8
) -> None:
    models = {"three": Steady(3), "eight": Steady(8)}
    recogniser, said = make_recogniser(lambda folder: models[folder.name])
    for name, digit in [("three", "3"), ("eight", "8")]:
        recogniser.load_model(Path(name))
        said.results.clear()
        recogniser.submit(frame(picture), SETTINGS, 1)
        qtbot.waitUntil(lambda: bool(said.results), timeout=20_000)
        assert set(said.results[-1].reading.text) <= {digit, "\n"}
    assert len(said.cards) == 2


def test_a_broken_model_is_named_and_the_old_one_stays(
    make_recogniser: MakeRecogniser, qtbot: QtBot, tmp_path: Path, picture: U8
) -> None:
    recogniser, said = make_recogniser()
    recogniser.load_model(save_model(tmp_path / "good", 1))
    qtbot.waitUntil(lambda: bool(said.cards), timeout=30_000)
    broken = save_model(tmp_path / "broken", 2)
    network = broken / "network.tflite"
    network.write_bytes(network.read_bytes()[:1000])
    recogniser.load_model(broken)
    qtbot.waitUntil(lambda: bool(said.failures))
    assert said.failures[0].kind == "model"
    assert "broken" in said.failures[0].sentence
    recogniser.submit(frame(picture), SETTINGS, 1)
    qtbot.waitUntil(lambda: bool(said.results), timeout=20_000)


def test_without_a_line_network_reading_goes_on_and_the_user_is_told(
    make_recogniser: MakeRecogniser,
    qtbot: QtBot,
    tmp_path: Path,
    picture: U8,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = tmp_path / "nothing"
    monkeypatch.setattr("digitdesk.workers.recognition.shipped_models", lambda: missing)
    recogniser, said = make_recogniser()
    recogniser.load_model(save_model(tmp_path / "good", 1))
    recogniser.submit(frame(picture), SETTINGS, 1)
    qtbot.waitUntil(lambda: bool(said.results), timeout=30_000)
    [failure] = said.failures
    assert failure.kind == "lines"
    assert (
        "digitdesk-lines.tflite cannot be used; install DigitDesk anew"
        in failure.sentence
    )


def test_an_unused_recogniser_has_no_thread(make_recogniser: MakeRecogniser) -> None:
    recogniser, _ = make_recogniser()
    assert recogniser.shutdown(100)


def test_after_shutdown_nothing_comes(
    make_recogniser: MakeRecogniser, qtbot: QtBot, picture: U8
) -> None:
    steady = Steady()
    recogniser, said = make_recogniser(lambda _: steady)
    recogniser.load_model(Path("model"))
    recogniser.submit(frame(picture), SETTINGS, 1)
    assert steady.entered.wait(20)
    assert recogniser.shutdown(5000)
    count = len(said.results)
    recogniser.submit(frame(picture), SETTINGS, 1)
    qtbot.wait(100)
    assert len(said.results) == count
    assert steady.calls == 1


def test_a_resting_recogniser_reads_only_the_newest_frame_on_waking(
    qtbot: QtBot, picture: U8, tmp_path: Path
) -> None:
    steady = Steady()
    recogniser = Recogniser(load=lambda _: steady)
    try:
        with qtbot.waitSignal(recogniser.model_loaded):
            recogniser.load_model(tmp_path)
        recogniser.set_resting(True)
        for number in range(5):
            recogniser.submit(frame(picture, number), SETTINGS, 1)
        # The worker takes folders and frames in turn: this one comes after them.
        with qtbot.waitSignal(recogniser.model_loaded):
            recogniser.load_model(tmp_path)
        assert steady.calls == 0

        with qtbot.waitSignal(recogniser.result_ready, timeout=10_000) as heard:
            recogniser.set_resting(False)

        assert heard.args is not None
        assert heard.args[0].frame.number == 4
    finally:
        assert recogniser.shutdown(5000)


def test_each_generation_hears_that_it_cannot_be_read(
    make_recogniser: MakeRecogniser,
    qtbot: QtBot,
    picture: U8,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("Frame 0 could not be read")
    recogniser, said, _ = failing(make_recogniser)
    recogniser.submit(frame(picture), SETTINGS, 1)
    qtbot.waitUntil(lambda: len(said.failures) == 1)
    recogniser.submit(frame(picture), SETTINGS, 2)
    qtbot.waitUntil(lambda: len(said.failures) == 2)
    assert [failure.generation for failure in said.failures] == [1, 2]
