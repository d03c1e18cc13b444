"""Python's garbage is collected from the event loop, and only there."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from digitdesk.workers.garbage import GarbageCollector, collect_if_due

WAIT_MS = 10_000


class Knot(QObject):
    """Garbage that only the collector can find."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def fill() -> list[list[object]]:
    """Make more objects than Python waits for before it collects."""
    return [[] for _ in range(2 * gc.get_threshold()[0])]


def test_qt_objects_in_cycles_go_in_the_gui_thread(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    gone: list[threading.Thread] = []
    weakref.finalize(Knot(), lambda: gone.append(threading.current_thread()))

    filled = fill()

    assert filled
    assert not gone  # in the middle of a function nothing is collected
    qtbot.waitUntil(lambda: bool(gone), timeout=WAIT_MS)
    assert gone == [threading.main_thread()]
    collector.stop()


@pytest.mark.parametrize("before", [True, False])
def test_python_collects_again_if_it_did_before(qtbot: QtBot, before: bool) -> None:
    (gc.enable if before else gc.disable)()
    collector = GarbageCollector()
    assert not gc.isenabled()

    collector.stop()

    assert gc.isenabled() == before
    gc.disable()


def test_what_lives_is_looked_at_again_only_after_the_end(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    collector.spare_what_lives()
    assert gc.get_freeze_count() > 1000
    collector.stop()
    assert gc.get_freeze_count() == 0


def test_older_generations_are_collected_too() -> None:
    before = [generation["collections"] for generation in gc.get_stats()]
    _, *limits = gc.get_threshold()
    for _ in range((limits[0] + 2) * (limits[1] + 2)):
        filled = fill()
        collect_if_due()
        del filled
    after = [generation["collections"] for generation in gc.get_stats()]
    assert all(a > b for a, b in zip(after, before, strict=True))
