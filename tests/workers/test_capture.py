"""The capture worker without Qt's threads: `run` is called as a function."""

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from digitdesk.core.sources import (
    Fault,
    Rotation,
    SourceError,
    SourceKind,
    SourceSpec,
    SourceState,
    StateKind,
)
from digitdesk.workers.capture import MAX_HUNG, CaptureWorker, Patience
from tests.scripted_source import Script, ScriptedSource, unplugged

QUICK = Patience(
    open_s=0.3, read_s=0.3, retry_first_s=0.01, retry_most_s=0.04, close_s=0.1
)
CAMERA = SourceSpec(kind=SourceKind.CAMERA)
VIDEO = SourceSpec(kind=SourceKind.VIDEO, address="film.avi")


def run_until(
    worker: CaptureWorker, enough: Callable[[list[SourceState]], bool]
) -> list[SourceState]:
    """Run in this thread until the reported states are enough; return them."""
    states: list[SourceState] = []

    def watch() -> None:
        while not enough(states):
            states.append(worker.states.get(timeout=20))
        worker.request_stop()

    watcher = threading.Thread(target=watch)
    watcher.start()
    worker.run()
    watcher.join(20)
    assert not watcher.is_alive()
    assert worker.closed.is_set()
    return states


def reached(kind: StateKind, times: int = 1) -> Callable[[list[SourceState]], bool]:
    return lambda states: sum(state.kind is kind for state in states) >= times


def kinds(states: list[SourceState]) -> list[StateKind]:
    return [state.kind for state in states]


def test_a_good_source_opens_and_lives(qapp: object) -> None:
    source = ScriptedSource()
    worker = CaptureWorker(CAMERA, QUICK, make=Script(source))
    states = run_until(worker, reached(StateKind.LIVE))
    assert kinds(states) == [StateKind.OPENING, StateKind.LIVE]
    assert source.closed.is_set()
    assert worker.latest.take() is not None


def test_the_pauses_between_tries_double_up_to_a_limit(qapp: object) -> None:
    script = Script(ScriptedSource(open_error=unplugged()))
    worker = CaptureWorker(CAMERA, QUICK, make=script)
    states = run_until(worker, reached(StateKind.RECONNECTING, 5))
    waits = [s.retry_in_s for s in states if s.kind is StateKind.RECONNECTING]
    assert waits == [0.01, 0.02, 0.04, 0.04, 0.04]
    assert states[1].sentence == "The camera is not there."
    assert states[1].fault is Fault.NOT_THERE
    assert states[1].is_trouble
    assert len(script.made) == 5


def test_a_source_that_comes_back_is_live_again(qapp: object) -> None:
    script = Script(
        ScriptedSource(frames=3, error=unplugged()),
        ScriptedSource(open_error=unplugged()),
        ScriptedSource(),
    )
    worker = CaptureWorker(CAMERA, QUICK, make=script)
    states = run_until(worker, reached(StateKind.LIVE, 2))
    assert kinds(states) == [
        StateKind.OPENING, StateKind.LIVE, StateKind.RECONNECTING,
        StateKind.OPENING, StateKind.RECONNECTING,
        StateKind.OPENING, StateKind.LIVE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "error", "expected"),
    [
        (VIDEO, SourceError("It has ended.", Fault.ENDED), StateKind.ENDED),
        (VIDEO, unplugged(), StateKind.FAILED),
        (CAMERA, SourceError("Refused.", Fault.PERMISSION), StateKind.FAILED),
    ],
    ids=["video ended", "file gone", "camera refused"],
)
def test_what_cannot_heal_waits_to_be_asked(
    qapp: object, spec: SourceSpec, error: SourceError, expected: StateKind
) -> None:
    script = Script(ScriptedSource(frames=1, error=error), ScriptedSource())
    worker = CaptureWorker(spec, QUICK, make=script)
    asked: list[int] = []

    def enough(states: list[SourceState]) -> bool:
        if states and states[-1].kind is expected and not asked:
            asked.append(len(script.made))
            # The state is reported just before the worker waits.
            threading.Timer(0.2, worker.request_retry).start()
        return reached(StateKind.LIVE, 2)(states)

    states = run_until(worker, enough)
    assert asked == [1]
    assert kinds(states)[2] is expected
    assert states[2].sentence == error.sentence


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (ScriptedSource(hang_in_open=True), "does not answer"),
        (ScriptedSource(frames=2, hang_in_read=True), "stopped delivering"),
    ],
    ids=["open", "read"],
)
def test_a_hung_source_is_replaced_and_named(
    qapp: object,
    expect_log: Callable[[str], None],
    source: ScriptedSource,
    words: str,
) -> None:
    expect_log("Camera 0 hangs")
    script = Script(source, ScriptedSource())
    worker = CaptureWorker(CAMERA, QUICK, make=script)

    def enough(states: list[SourceState]) -> bool:
        stalled = [s for s in states if s.fault is Fault.STALLED]
        lives = reached(StateKind.LIVE)(states[states.index(stalled[0]) :] if stalled
                                        else [])  # fmt: skip
        return bool(stalled) and lives

    states = run_until(worker, enough)
    stalled = next(state for state in states if state.fault is Fault.STALLED)
    assert stalled.kind is StateKind.RECONNECTING
    assert words in stalled.sentence
    source.release.set()
    assert source.closed.wait(10)


def test_not_more_than_a_few_threads_are_left_hanging(
    qapp: object, expect_log: Callable[[str], None]
) -> None:
    expect_log("hangs")
    hung = [ScriptedSource(hang_in_open=True) for _ in range(MAX_HUNG + 2)]
    script = Script(*hung)
    worker = CaptureWorker(CAMERA, QUICK, make=script)
    states = run_until(worker, reached(StateKind.FAILED))
    assert len(script.made) == MAX_HUNG
    assert states[-1].fault is Fault.STALLED
    for source in hung:
        source.release.set()


def test_frames_are_turned_and_mirrored(qapp: object) -> None:
    spec = SourceSpec(kind=SourceKind.CAMERA, rotation=Rotation.QUARTER, mirror=True)
    worker = CaptureWorker(spec, QUICK, make=Script(ScriptedSource()))
    run_until(worker, reached(StateKind.LIVE))
    frame = worker.latest.take()
    assert frame is not None
    assert frame.pixels.shape == (3, 2, 3)


def test_a_paused_recording_is_left_alone(qapp: object) -> None:
    source = ScriptedSource()
    worker = CaptureWorker(VIDEO, QUICK, make=Script(source))
    worker.set_paused(True)
    stopper = threading.Timer(0.3, worker.request_stop)
    stopper.start()
    worker.run()
    assert source.opens == 1
    assert source.given == 0


def test_a_paused_camera_is_read_but_its_frames_are_dropped(qapp: object) -> None:
    source = ScriptedSource()
    worker = CaptureWorker(CAMERA, QUICK, make=Script(source))
    worker.set_paused(True)
    run_until(worker, reached(StateKind.LIVE))
    assert source.given > 0
    assert worker.latest.take() is None


def test_it_waits_for_the_one_before_to_close_the_device(qapp: object) -> None:
    before = threading.Event()
    source = ScriptedSource()
    patience = Patience(close_s=10)
    worker = CaptureWorker(CAMERA, patience, before, make=Script(source))
    opened_before: list[int] = []

    def leave() -> None:
        opened_before.append(source.opens)
        before.set()

    threading.Timer(0.2, leave).start()
    run_until(worker, reached(StateKind.LIVE))
    assert opened_before == [0]


def test_a_mistake_while_making_a_source_is_reported(
    qapp: object, expect_log: Callable[[str], None]
) -> None:
    expect_log("capture thread failed")

    def make(_: SourceSpec) -> ScriptedSource:
        raise RuntimeError("mistake")

    worker = CaptureWorker(CAMERA, QUICK, make=make)
    worker.run()
    assert worker.states.get().kind is StateKind.OPENING
    assert worker.states.get().kind is StateKind.FAILED


def test_the_rate_is_that_of_the_source(qapp: object, qtbot: QtBot) -> None:
    worker = CaptureWorker(CAMERA, QUICK, make=Script(ScriptedSource()))
    assert worker.rate_hz == 0
    for number in range(21):  # as if frames came every 20 ms
        worker._count(100 + number * 0.02)
    assert worker._rate_hz == pytest.approx(50)


def test_a_source_that_hangs_while_it_is_opened_is_tried_ever_later(
    qapp: object,
) -> None:
    class Slow(ScriptedSource):
        def open(self) -> None:
            threading.Event().wait(0.05)  # longer than it takes to count as settled
            raise unplugged()

    patience = Patience(retry_first_s=0.01, retry_most_s=0.04, settled_s=0.02)
    worker = CaptureWorker(CAMERA, patience, make=Script(Slow()))
    states = run_until(worker, reached(StateKind.RECONNECTING, 4))
    waits = [s.retry_in_s for s in states if s.kind is StateKind.RECONNECTING]
    assert waits == [0.01, 0.02, 0.04, 0.04]


def test_a_source_that_has_settled_is_tried_again_soon(qapp: object) -> None:
    healthy = ScriptedSource(frames=40, interval_s=0.005, error=unplugged())
    patience = Patience(retry_first_s=0.01, retry_most_s=0.04, settled_s=0.02)
    worker = CaptureWorker(CAMERA, patience, make=Script(healthy))
    states = run_until(worker, reached(StateKind.RECONNECTING, 3))
    waits = [s.retry_in_s for s in states if s.kind is StateKind.RECONNECTING]
    assert waits == [0.01, 0.01, 0.01]
