"""Schedule, batches and control: the parts of a training without TensorFlow."""

import threading

import numpy as np
import pytest

from digitdesk.core.training_types import Schedule
from digitdesk.ml.batches import Batches
from digitdesk.ml.schedule import rate_factor
from digitdesk.ml.training_control import Cancelled, TrainingControl
from tests.written_digits import written_digits


def test_one_cycle_rises_and_falls() -> None:
    factors = [
        rate_factor(Schedule.ONE_CYCLE, at) for at in (0, 0.1, 0.2, 0.6, 0.999, 1)
    ]

    assert factors == pytest.approx([0.05, 0.525, 1, 0.5, 0.00125, 0])


def test_cosine_only_falls_and_constant_stays() -> None:
    cosine = [rate_factor(Schedule.COSINE, at) for at in np.linspace(0, 1, 11)]

    assert cosine == sorted(cosine, reverse=True)
    assert (cosine[0], cosine[-1]) == pytest.approx((1, 0))
    assert rate_factor(Schedule.CONSTANT, 0.7) == 1


@pytest.mark.parametrize("augment", [False, True], ids=["plain", "augmented"])
def test_batches_repeat_by_seed_and_change_by_epoch(augment: bool) -> None:
    digits = written_digits(70)
    batches = Batches(digits, 16, 5, augment=augment)

    first, again = list(batches.epoch(1)), list(batches.epoch(1))
    second = list(batches.epoch(2))

    assert [len(labels) for _, labels in first] == [16, 16, 16, 16, 6]
    assert len(batches) == 5
    for (glyphs, labels), (same_glyphs, same_labels) in zip(first, again, strict=True):
        np.testing.assert_array_equal(glyphs, same_glyphs)
        np.testing.assert_array_equal(labels, same_labels)
    assert any((a[1] != b[1]).any() for a, b in zip(first, second, strict=True))
    shown = np.concatenate([labels for _, labels in first])
    np.testing.assert_array_equal(np.sort(shown), np.sort(digits.labels))


def test_augmentation_changes_pictures_but_not_labels() -> None:
    digits = written_digits(32)

    [(plain, labels)] = Batches(digits, 32, 5, augment=False).epoch(1)
    [(varied, same_labels)] = Batches(digits, 32, 5, augment=True).epoch(1)

    np.testing.assert_array_equal(labels, same_labels)
    assert (plain != varied).any(axis=(1, 2)).mean() > 0.9


def test_leaving_an_epoch_early_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    epoch = Batches(written_digits(100), 8, 5, augment=True).epoch(1)

    next(epoch)
    epoch.close()  # type: ignore[attr-defined]  # it is a generator

    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("order", ["stop", "interrupt"])
def test_orders_are_seen_between_batches(order: str) -> None:
    control = TrainingControl()
    assert not control.should_end()

    getattr(control, order)()

    assert control.should_end()
    assert control.interrupted == (order == "interrupt")


def test_cancel_raises() -> None:
    control = TrainingControl()
    control.cancel()

    with pytest.raises(Cancelled):
        control.should_end()


@pytest.mark.parametrize("order", ["resume", "stop", "interrupt", "cancel"])
def test_any_order_ends_a_pause(order: str) -> None:
    control = TrainingControl()
    told: list[bool] = []
    assert control.wait_while_paused(told.append) == 0
    control.pause()
    timer = threading.Timer(0.05, getattr(control, order))
    timer.start()

    waited_s = control.wait_while_paused(told.append)

    timer.join()
    assert waited_s > 0
    assert told == [True, False]
