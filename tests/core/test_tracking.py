from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from digitdesk.core.tracking import (
    TrackedDigit,
    Tracker,
    TrackerSettings,
    tracked_lines,
)
from digitdesk.core.types import Box, DigitReading, LineReading, Reading

GLYPH = np.zeros((28, 28), np.uint8)


def region(
    digit: int, x: int, y: int = 100, *, sure: float = 0.9, accepted: bool = True
) -> DigitReading:
    probabilities = np.full(10, (1 - sure) / 9, np.float32)
    probabilities[digit] = sure
    return DigitReading(Box(x, y, 40, 60), GLYPH, probabilities,
                        0.05 if accepted else 0.9, accepted)  # fmt: skip


def reading(*regions: DigitReading, rows: int = 100) -> Reading:
    """Put regions into lines by their y, `rows` pixels apart."""
    lines: dict[int, list[DigitReading]] = {}
    for one in regions:
        if one.accepted:
            lines.setdefault(one.box.y // rows, []).append(one)
    return Reading(
        1280,
        720,
        tuple(
            LineReading(tuple(sorted(line, key=lambda r: r.box.x)))
            for _, line in sorted(lines.items())
        ),
        tuple(one for one in regions if not one.accepted),
    )


def changes(values: Sequence[object]) -> int:
    return sum(a != b for a, b in pairwise(values))


def text(tracked: tuple[TrackedDigit, ...]) -> str:
    return "/".join(line.text for line in tracked_lines(tracked))


def test_the_first_frame_is_answered_at_once() -> None:
    tracked = Tracker().update(reading(region(4, 100), region(2, 200)))
    assert text(tracked) == "42"
    assert [one.age for one in tracked] == [1, 1]


def test_ids_stay_while_everything_trembles() -> None:
    rng = np.random.default_rng(1)
    tracker = Tracker()
    places = [(100 + 70 * i, 100 + 100 * j) for j in range(3) for i in range(8)]
    ids: set[tuple[int, ...]] = set()
    for _ in range(100):
        tracked = tracker.update(
            reading(*(
                region(i % 10, x + int(dx), y + int(dy))
                for i, ((x, y), (dx, dy)) in enumerate(
                    zip(places, rng.integers(-8, 9, (24, 2)), strict=True)
                )
            ), rows=90)
        )  # fmt: skip
        ids.add(tuple(sorted(one.id for one in tracked)))
    assert len(ids) == 1


@pytest.mark.parametrize("step", [(5, 0), (0, 6), (-12, 9), (20, 3)], ids=str)
def test_digits_are_followed_over_a_moving_page(step: tuple[int, int]) -> None:
    tracker = Tracker()
    places = [(300 + 55 * i, 300 + 100 * j) for j in range(3) for i in range(6)]
    seen = []
    for time in range(15):
        tracked = tracker.update(
            reading(*(
                region(i % 10, x + step[0] * time, y + step[1] * time)
                for i, (x, y) in enumerate(places)
            ), rows=1)
        )  # fmt: skip
        seen.append({one.id: one.digit for one in tracked})
    assert all(one == seen[0] for one in seen)


def test_a_still_digit_does_not_flicker_when_single_answers_flip() -> None:
    rng = np.random.default_rng(2)
    tracker = Tracker()
    answers, raw_answers = [], []
    for _ in range(300):
        digit = 1 if rng.random() < 0.2 else 7  # every fifth frame says 1
        raw_answers.append(digit)
        tracked = tracker.update(reading(region(digit, 100, sure=0.7)))
        answers.append(text(tracked))
    assert changes(raw_answers) > 80
    assert changes(answers[10:]) <= changes(raw_answers) / 10
    assert answers[10:].count("7") > 270


def test_acceptance_does_not_flicker_either() -> None:
    rng = np.random.default_rng(3)
    tracker = Tracker()
    shown = []
    for _ in range(300):
        accepted = bool(rng.random() < 0.8)
        tracked = tracker.update(reading(region(5, 100, accepted=accepted)))
        shown.append(tracked[0].accepted)
    assert changes(shown[10:]) <= 6
    assert np.mean(shown[10:]) > 0.95


def test_a_digit_that_is_rejected_for_good_goes() -> None:
    tracker = Tracker()
    for _ in range(20):
        tracker.update(reading(region(5, 100)))
    shown = [
        tracker.update(reading(region(5, 100, accepted=False)))[0].accepted
        for _ in range(10)
    ]
    assert shown[0]
    assert not shown[-1]
    assert changes(shown) == 1


def test_another_digit_in_the_same_place_takes_over_soon() -> None:
    tracker = Tracker()
    for _ in range(100):
        tracker.update(reading(region(5, 100)))
    texts = [text(tracker.update(reading(region(8, 100)))) for _ in range(6)]
    assert texts[0] == "5"
    assert texts[-1] == "8"


def test_a_digit_survives_a_few_missed_frames_and_keeps_its_place() -> None:
    tracker = Tracker()
    for _ in range(5):
        tracker.update(reading(region(1, 100), region(2, 160), region(3, 220)))
    gap = reading(region(1, 100), region(3, 220))
    for missed in range(1, 6):
        tracked = tracker.update(gap)
        assert text(tracked) == "123"
        assert tracked[1].missed == missed
    assert text(tracker.update(gap)) == "13"


def test_a_missed_digit_moves_with_its_page() -> None:
    tracker = Tracker()
    tracker.update(reading(region(1, 100), region(2, 160), region(3, 220)))
    tracked = tracker.update(reading(region(1, 110), region(3, 230)))
    assert text(tracked) == "123"
    assert tracked[1].box.x == 170


def test_an_empty_frame_forgets_nothing_at_once() -> None:
    tracker = Tracker(TrackerSettings(patience=2))
    tracker.update(reading(region(1, 100), region(2, 100, 300)))
    assert text(tracker.update(reading())) == "1/2"
    assert text(tracker.update(reading())) == "1/2"
    assert tracker.update(reading()) == ()


def test_a_digit_that_one_frame_rejects_stays_in_its_line() -> None:
    tracker = Tracker()
    whole = [region(1, 100), region(2, 160), region(3, 100, 300), region(4, 160, 300)]
    for _ in range(8):
        tracker.update(reading(*whole))
    doubtful = replace(whole[2], accepted=False)
    tracked = tracker.update(reading(whole[0], whole[1], doubtful, whole[3]))
    assert text(tracked) == "12/34"


def test_a_digit_does_not_grow_into_the_line_beside_it() -> None:
    tracker = Tracker()
    small = region(1, 100)
    first = tracker.update(reading(small))[0]
    large = replace(small, box=Box(80, 40, 80, 240))
    assert tracker.update(reading(large))[0].id != first.id


def test_after_reset_nothing_is_known_and_ids_are_new() -> None:
    tracker = Tracker()
    first = tracker.update(reading(region(1, 100)))[0]
    tracker.reset()
    again = tracker.update(reading(region(1, 100)))[0]
    assert again.id != first.id
    assert again.age == 1


def test_running_answers_are_probabilities() -> None:
    rng = np.random.default_rng(4)
    tracker = Tracker()
    for _ in range(50):
        tracked = tracker.update(reading(region(int(rng.integers(10)), 100, sure=0.4)))
    answer = tracked[0]
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert answer.probabilities.dtype == np.float32
    assert 0 <= answer.not_digit <= 1
    assert answer.confidence == answer.probabilities[answer.digit]


def test_rejected_regions_come_last_and_in_no_line() -> None:
    tracked = Tracker().update(reading(region(9, 50, accepted=False), region(1, 100)))
    assert [one.accepted for one in tracked] == [True, False]
    assert text(tracked) == "1"


def test_a_number_that_a_frame_refuses_keeps_its_place() -> None:
    tracker = Tracker()
    upper, middle, lower = (
        [region(a, 100, y), region(b, 160, y)]
        for a, b, y in ((1, 2, 100), (3, 4, 300), (5, 6, 500))
    )
    for _ in range(6):
        assert text(tracker.update(reading(*upper, *middle, *lower))) == "12/34/56"
    refused = [replace(digit, accepted=False) for digit in middle]
    assert text(tracker.update(reading(*upper, *refused, *lower))) == "12/34/56"
    assert text(tracker.update(reading(*upper, *lower))) == "12/34/56"
