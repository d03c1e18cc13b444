import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

from digitdesk.core.sources import Fault
from digitdesk.core.sources.reader import SourceReader
from tests.scripted_source import ScriptedSource, unplugged

LONG_S = 10.0


def started(source: ScriptedSource) -> SourceReader:
    reader = SourceReader(source)
    reader.start()
    return reader


def test_the_newest_frame_waits_and_older_ones_are_gone() -> None:
    source = ScriptedSource(frames=5)
    reader = started(source)
    while source.given < 5:
        reader.news.wait(LONG_S)
    time.sleep(0.05)
    frame = reader.latest.take()
    reader.stop()
    assert reader.join(LONG_S)
    assert frame is not None
    assert frame.number == 4
    assert frame.pixels[0, 0, 0] == 4


def test_the_source_is_closed_before_the_reader_is_done() -> None:
    source = ScriptedSource(frames=3, error=unplugged())
    reader = started(source)
    assert reader.join(LONG_S)
    assert reader.done
    assert reader.opened
    assert source.closed.is_set()
    assert reader.error is source.error


def test_what_could_not_be_opened_is_not_closed() -> None:
    source = ScriptedSource(open_error=unplugged())
    reader = started(source)
    assert reader.join(LONG_S)
    assert not source.closed.is_set()
    assert not reader.opened
    assert reader.error is source.open_error
    assert reader.news.is_set()


def test_a_mistake_in_a_source_is_logged_and_reported(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("unexpected way")
    source = ScriptedSource(frames=0, error=ZeroDivisionError("mistake"))
    reader = started(source)
    assert reader.join(LONG_S)
    assert reader.error is not None
    assert reader.error.fault is Fault.UNREADABLE
    assert source.closed.is_set()


@pytest.mark.parametrize("where", ["open", "read"])
def test_a_hung_source_is_seen_and_delivers_nothing_later(where: str) -> None:
    source = ScriptedSource(
        frames=0, hang_in_open=where == "open", hang_in_read=where == "read"
    )
    reader = started(source)
    reader.stop()
    assert not reader.join(0.1)
    assert reader.quiet_s > 0.05
    source.release.set()
    assert reader.join(LONG_S)
    assert source.closed.is_set()
    assert reader.latest.take() is None


def test_while_paused_the_source_is_left_alone_but_not_taken_for_hung() -> None:
    source = ScriptedSource()
    reader = SourceReader(source)
    reader.set_paused(True)
    reader.start()
    time.sleep(0.35)
    assert source.given == 0
    assert reader.quiet_s < 0.3
    reader.set_paused(False)
    assert reader.news.wait(LONG_S)
    reader.stop()
    assert reader.join(LONG_S)


def test_steps_reach_the_source() -> None:
    source = ScriptedSource()
    SourceReader(source).step(-2)
    assert source.steps == -2


def test_a_hung_source_does_not_keep_the_program() -> None:
    program = (
        "import threading\n"
        "from tests.scripted_source import ScriptedSource\n"
        "from digitdesk.core.sources.reader import SourceReader\n"
        "reader = SourceReader(ScriptedSource(frames=0, hang_in_read=True))\n"
        "reader.start()\n"
        "reader.stop()\n"
        "assert not reader.join(0.2)\n"
        "print('over')\n"
    )
    # The source hangs for 30 s; the program must not wait for it.
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "over\n", "")


def test_no_thread_is_left_over() -> None:
    before = set(threading.enumerate())
    for _ in range(20):
        reader = started(ScriptedSource())
        reader.stop()
        assert reader.join(LONG_S)
    assert set(threading.enumerate()) <= before
