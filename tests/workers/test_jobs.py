import threading
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from digitdesk.workers.jobs import JobOutcome, Jobs, JobWorker


def test_jobs_run_in_another_thread_and_in_order(qtbot: QtBot) -> None:
    jobs = Jobs()
    outcomes: list[JobOutcome] = []
    jobs.job_done.connect(outcomes.append)
    jobs.submit("thread", threading.get_ident)
    for number in range(5):
        jobs.submit(f"job {number}", number.bit_length)
    qtbot.waitUntil(lambda: len(outcomes) == 6)
    assert outcomes[0].value != threading.get_ident()
    assert [o.name for o in outcomes[1:]] == [f"job {n}" for n in range(5)]
    assert [o.value for o in outcomes[1:]] == [0, 1, 2, 2, 3]
    assert jobs.shutdown()


def test_a_failing_job_is_reported_and_the_next_one_runs(
    qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("Job bad failed")
    jobs = Jobs()
    outcomes: list[JobOutcome] = []
    jobs.job_done.connect(outcomes.append)
    jobs.submit("bad", lambda: 1 // 0)
    jobs.submit("good", lambda: 7)
    qtbot.waitUntil(lambda: len(outcomes) == 2)
    assert isinstance(outcomes[0].error, ZeroDivisionError)
    assert outcomes[1].value == 7
    assert outcomes[1].error is None
    assert jobs.shutdown()


def test_waiting_jobs_are_done_before_the_end(qtbot: QtBot) -> None:
    jobs = Jobs()
    release = threading.Event()
    done: list[int] = []
    jobs.submit("wait", release.wait)
    for number in range(10):
        jobs.submit("append", lambda n=number: done.append(n))  # type: ignore[misc]  # the default fixes n
    release.set()
    assert jobs.shutdown()
    assert done == list(range(10))


def test_the_worker_runs_without_a_thread(qtbot: QtBot) -> None:
    worker = JobWorker()
    outcomes: list[JobOutcome] = []
    worker.job_done.connect(outcomes.append)
    worker.put("one", lambda: 1)
    worker.request_stop()
    with qtbot.waitSignal(worker.finished):
        worker.run()
    assert [outcome.value for outcome in outcomes] == [1]
