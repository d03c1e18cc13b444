"""The hunt for leaks must catch what it hunts."""

from pathlib import Path

import pytest

LEAKS = """
import logging

import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []


def test_thread(qtbot):
    thread = QThread()
    thread.start()
    kept.append(thread)


def test_timer(qtbot):
    timer = QTimer()
    timer.start(1000)
    kept.append(timer)


def test_window(qtbot):
    window = QWidget()
    window.show()
    kept.append(window)


def test_log():
    logging.getLogger("ours").warning("something is wrong")


def test_missing_log(expect_log):
    expect_log("never said")


def test_clean(qtbot, expect_log):
    expect_log("announced")
    logging.getLogger("ours").warning("announced beforehand")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    timer = QTimer(window)
    timer.start(1000)
    thread = QThread()
    thread.start()
    thread.quit()
    assert thread.wait(5000)
"""


def test_each_leak_is_caught_and_named(pytester: pytest.Pytester) -> None:
    conftest = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(conftest)
    pytester.makeini("[pytest]\nqt_api = pyside6\n")
    pytester.makepyfile(LEAKS)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=6, errors=5)
    lines = result.stdout.lines
    for name, words in {
        "test_thread": "thread ''",
        "test_timer": "timer ''",
        "test_window": "window <PySide6.QtWidgets.QWidget",
        "test_log": "unexpected log warnings: ['something is wrong']",
        "test_missing_log": "did not come: ['never said']",
    }.items():
        assert any(name in line for line in lines if line.startswith("ERROR")), name
        assert any(words in line for line in lines), words
    assert any("in test_thread" in line for line in lines)  # where it was started
