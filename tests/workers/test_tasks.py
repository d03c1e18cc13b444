import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from digitdesk.ml.data_formats import DataError
from digitdesk.workers.tasks import Report, TaskOutcome, TaskProgress, Tasks

WAIT_MS = 15_000


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    assert tasks.shutdown()


@pytest.fixture
def outcomes(tasks: Tasks) -> list[TaskOutcome]:
    found: list[TaskOutcome] = []
    tasks.task_ended.connect(found.append)
    return found


def test_a_task_runs_elsewhere_and_brings_its_value(
    tasks: Tasks, outcomes: list[TaskOutcome], qtbot: QtBot
) -> None:
    tasks.submit("name", lambda report: threading.current_thread().ident)
    assert tasks.is_busy
    qtbot.waitUntil(lambda: bool(outcomes), timeout=WAIT_MS)
    assert (outcomes[0].name, outcomes[0].kind) == ("name", "done")
    assert outcomes[0].value != threading.current_thread().ident
    assert not tasks.is_busy


def test_progress_is_told_and_the_newest_wins(
    tasks: Tasks, outcomes: list[TaskOutcome], qtbot: QtBot
) -> None:
    told: list[TaskProgress] = []
    tasks.progressed.connect(told.append)
    heard = threading.Event()

    def work(report: Report) -> None:
        for step in range(1000):
            report("count", step / 1000)
        assert heard.wait(WAIT_MS / 1000)

    tasks.submit("count", work)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    heard.set()
    qtbot.waitUntil(lambda: bool(outcomes), timeout=WAIT_MS)
    assert len(told) < 1000
    assert told[-1].task == "count"


@pytest.mark.parametrize(
    "error", [DataError("Too odd."), OSError("Disk full.")], ids=["data", "disk"]
)
def test_what_the_user_can_mend_is_a_sentence_and_no_accident(
    tasks: Tasks, outcomes: list[TaskOutcome], qtbot: QtBot, error: Exception
) -> None:
    def work(report: Report) -> None:
        raise error

    tasks.submit("odd", work)
    qtbot.waitUntil(lambda: bool(outcomes), timeout=WAIT_MS)
    assert (outcomes[0].kind, outcomes[0].message) == ("refused", str(error))


def test_accidents_are_logged_too(
    tasks: Tasks, outcomes: list[TaskOutcome], qtbot: QtBot, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("Job divide failed")
    tasks.submit("divide", lambda report: 1 // 0)
    qtbot.waitUntil(lambda: bool(outcomes), timeout=WAIT_MS)
    assert outcomes[0].kind == "refused"
    assert "division" in outcomes[0].message


def test_cancelling_ends_the_running_task_and_those_that_wait(
    tasks: Tasks, outcomes: list[TaskOutcome], qtbot: QtBot
) -> None:
    begun = threading.Event()

    def endless(report: Report) -> None:
        while True:
            begun.set()
            report("on and on", -1.0)

    tasks.submit("first", endless)
    tasks.submit("second", endless)
    assert begun.wait(WAIT_MS / 1000)
    tasks.cancel()
    qtbot.waitUntil(lambda: len(outcomes) == 2, timeout=WAIT_MS)
    assert [o.kind for o in outcomes] == ["cancelled", "cancelled"]
    tasks.submit("third", lambda report: 3)
    qtbot.waitUntil(lambda: len(outcomes) == 3, timeout=WAIT_MS)
    assert outcomes[2].value == 3
