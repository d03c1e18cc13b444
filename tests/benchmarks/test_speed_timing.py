import pytest

from benchmarks.speed_timing import Row, row, side_by_side, table


def test_a_row_sums_up_its_samples() -> None:
    assert row("case", "us", [*range(101)]) == Row("case", "us", 50, 95)


class Clock:
    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> float:
        return self._seconds

    def work(self, seconds: float) -> None:
        self._seconds += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time passes only where a test says so."""
    clock = Clock()
    monkeypatch.setattr("benchmarks.speed_timing.time.perf_counter", clock.now)
    return clock


def test_subjects_take_turns_and_are_compared_with_the_first(clock: Clock) -> None:
    calls: list[str] = []

    def work(name: str, seconds: float) -> None:
        calls.append(name)
        clock.work(seconds)

    rows = side_by_side(
        "c",
        {"fast": lambda: work("fast", 0.01), "slow": lambda: work("slow", 0.04)},
        rounds=5,
    )

    assert calls == ["fast", "slow"] * 7
    assert [r.subject for r in rows] == ["fast", "slow"]
    assert [r.median for r in rows] == pytest.approx([10, 40])
    assert [r.ratio for r in rows] == pytest.approx([1, 4])


def test_a_share_scales_the_times(clock: Clock) -> None:
    (part,) = side_by_side("c", {"s": lambda: clock.work(0.5)}, rounds=3, share=0.1)

    assert (part.median, part.p95) == pytest.approx((50, 50))


def test_the_table_names_a_case_once() -> None:
    text = table(
        [Row("net", "us", 1, 2, ratio=1), Row("net", "them", 8, 9, ratio=8)]
    ).splitlines()

    assert text[0].split() == ["case", "subject", "median", "p95", "unit", "ratio"]
    assert text[1].split() == ["net", "us", "1.000", "2.000", "ms", "1.00"]
    assert text[2].split() == ["them", "8.000", "9.000", "ms", "8.00"]
