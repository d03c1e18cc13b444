"""Time several ways of doing the same thing side by side."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure.

    Attributes
    ----------
    case : str
        What was done.
    subject : str
        Who did it.
    median, p95 : float
        Of all repetitions; p95 is the figure that 95 % of them stay below.
    unit : str
        Of both.
    ratio : float or None
        How many times the case's first subject's median this median is.
    """

    case: str
    subject: str
    median: float
    p95: float
    unit: str = "ms"
    ratio: float | None = None


def row(case: str, subject: str, samples: Sequence[float], unit: str = "ms") -> Row:
    """Sum up samples."""
    median, p95 = np.percentile(samples, [50, 95])
    return Row(case, subject, float(median), float(p95), unit)


def side_by_side(
    case: str,
    subjects: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    share: float = 1.0,
) -> list[Row]:
    """Time each subject once per round, so that all meet the same disturbances.

    Parameters
    ----------
    case : str
        What is done.
    subjects : mapping of str to callable
        Who does it; the first one is what the others are compared with.
    rounds : int
        Repetitions after two unmeasured ones.
    share : float
        Factor of the times, such as one by the number of digits.

    Returns
    -------
    list of Row
        Times in milliseconds.
    """
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + 2):
        for name, work in subjects.items():
            start_s = time.perf_counter()
            work()
            took_ms = (time.perf_counter() - start_s) * 1000
            if number >= 2:
                samples[name].append(took_ms * share)
    rows = [row(case, name, times) for name, times in samples.items()]
    first = rows[0].median
    return [
        Row(r.case, r.subject, r.median, r.p95, r.unit, r.median / first) for r in rows
    ]


def table(rows: Sequence[Row]) -> str:
    """Lay rows out as text."""
    head = ("case", "subject", "median", "p95", "unit", "ratio")
    cells = [head, *(_cells(r) for r in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    lines = []
    before = ""
    for line in cells:
        case = "" if line[0] == before else line[0]
        before = line[0]
        left = [case.ljust(widths[0]), line[1].ljust(widths[1])]
        right = [line[i].rjust(widths[i]) for i in range(2, len(head))]
        lines.append("  ".join([*left, *right]).rstrip())
    return "\n".join(lines)


def _cells(r: Row) -> tuple[str, ...]:
    ratio = "" if r.ratio is None else f"{r.ratio:.2f}"
    return (r.case, r.subject, f"{r.median:.3f}", f"{r.p95:.3f}", r.unit, ratio)
