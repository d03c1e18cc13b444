import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitdesk.core.preprocess import PreprocessSettings
from digitdesk.core.snapshot import Snapshot, SnapshotError, save_snapshot
from digitdesk.core.types import F32, U8, Box, DigitReading, LineReading, Reading


def _probabilities(digit: int) -> F32:
    values = np.full(10, 0.01, np.float32)
    values[digit] = 0.91
    return values


def _digit(digit: int, x: int, *, accepted: bool = True) -> DigitReading:
    glyph = np.full((28, 28), 20 * digit, np.uint8)
    probabilities = _probabilities(digit)
    return DigitReading(Box(x, 5, 10, 20), glyph, probabilities, 0.25, accepted)


@pytest.fixture
def pixels() -> U8:
    return np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)


@pytest.fixture
def snapshot(pixels: U8) -> Snapshot:
    reading = Reading(
        width=64,
        height=48,
        lines=(
            LineReading((_digit(4, 1), _digit(7, 20))),
            LineReading((_digit(1, 2),)),
        ),
        rejected=(_digit(8, 40, accepted=False),),
        binary=np.eye(24, 32, dtype=np.uint8) * 255,
    )
    return Snapshot(
        pixels=pixels,
        reading=reading,
        settings=PreprocessSettings(region_of_interest=Box(0, 0, 60, 40)),
        source="Demo",
        model="small",
        taken_at=datetime(2026, 11, 23, 18, 4, 5, tzinfo=UTC),
    )


def _picture(path: Path) -> U8:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), np.uint8)


def test_a_snapshot_holds_frame_binary_glyphs_and_record(
    tmp_path: Path, snapshot: Snapshot, pixels: U8
) -> None:
    folder = save_snapshot(tmp_path / "pictures", snapshot)
    assert folder.name == "2026-11-23 18.04.05"
    assert {path.name for path in folder.iterdir()} == {
        "frame.png",
        "binary.png",
        "digit-01-4.png",
        "digit-02-7.png",
        "digit-03-1.png",
        "rejected-01.png",
        "snapshot.json",
    }
    assert np.array_equal(_picture(folder / "frame.png"), pixels)
    assert np.array_equal(_picture(folder / "binary.png"), snapshot.reading.binary)
    glyph = snapshot.reading.digits[1].glyph
    assert np.array_equal(_picture(folder / "digit-02-7.png"), glyph)
    record = json.loads((folder / "snapshot.json").read_text("utf-8"))
    assert record["text"] == "47\n1"
    assert [line["text"] for line in record["lines"]] == ["47", "1"]
    assert record["taken_at"] == "2026-11-23T18:04:05.000+00:00"
    assert record["preprocessing"]["region_of_interest"]["w"] == 60
    seven = record["lines"][0]["digits"][1]
    assert seven["digit"] == 7
    assert seven["confidence"] == pytest.approx(0.91)
    assert seven["not_digit"] == 0.25
    assert seven["box"] == [20, 5, 10, 20]
    assert seven["picture"] == "digit-02-7.png"
    assert len(seven["probabilities"]) == 10
    assert record["rejected"][0]["digit"] == 8


def test_two_snapshots_in_one_second_do_not_meet(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    first = save_snapshot(tmp_path, snapshot)
    second = save_snapshot(tmp_path, snapshot)
    assert second.name == f"{first.name} (2)"
    assert len(list(first.iterdir())) == len(list(second.iterdir()))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param(errno.ENOSPC, "is full", id="disk full"),
        pytest.param(errno.EACCES, "may not be written", id="no permission"),
        pytest.param(errno.EIO, "not saved", id="anything else"),
    ],
)
def test_a_failure_is_a_sentence_and_leaves_nothing_behind(
    tmp_path: Path,
    snapshot: Snapshot,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    words: str,
) -> None:
    calls = []

    def fail_late(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail_late)
    with pytest.raises(SnapshotError, match=words):
        save_snapshot(tmp_path, snapshot)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_folders_place_is_a_sentence(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    (tmp_path / "pictures").write_text("not a folder")
    with pytest.raises(SnapshotError, match="pictures"):
        save_snapshot(tmp_path / "pictures", snapshot)
