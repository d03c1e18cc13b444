import threading

from digitdesk.core.latest import LatestValue


def test_only_the_first_put_into_an_empty_slot_calls_for_the_consumer() -> None:
    box: LatestValue[int] = LatestValue()
    assert box.put(1)
    assert not box.put(2)
    assert box.take() == 2
    assert box.put(3)


def test_an_empty_slot_gives_none() -> None:
    box: LatestValue[str] = LatestValue()
    assert box.take() is None
    box.put("new")
    box.take()
    assert box.take() is None


def test_falsy_values_are_values() -> None:
    box: LatestValue[int] = LatestValue()
    box.put(0)
    assert not box.put(0)
    assert box.take() == 0


def test_a_consumer_told_by_put_misses_nothing_newer() -> None:
    box: LatestValue[int] = LatestValue()
    told = threading.Semaphore(0)
    last = 5000
    seen = [0]

    def consume() -> None:
        while seen[-1] != last:
            told.acquire()
            value = box.take()
            assert value is not None  # one call, one value
            seen.append(value)

    consumer = threading.Thread(target=consume)
    consumer.start()
    for number in range(1, last + 1):
        if box.put(number):
            told.release()
    consumer.join(20)
    assert not consumer.is_alive()
    assert seen == sorted(seen)
