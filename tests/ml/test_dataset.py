from pathlib import Path

import numpy as np
import pytest

from digitdesk.core.digit_data import Labelled, Part
from digitdesk.core.normalise import normalise
from digitdesk.core.training_types import DataSource, SourceKind
from digitdesk.ml.data_formats import DataError, Parts
from digitdesk.ml.dataset import check_trainable, load_data, split


def noise(count: int, seed: int = 0) -> Labelled:
    """Squares of noise, in MNIST's form."""
    squares = np.random.default_rng(seed).integers(1, 120, (count, 20, 20), np.uint8)
    glyphs = np.stack([normalise(square) for square in squares])
    return Labelled(glyphs, (np.arange(count) % 10).astype(np.uint8))


@pytest.fixture
def archive(tmp_path: Path) -> DataSource:
    digits = noise(2000)
    np.savez(tmp_path / "digits.npz", x=digits.glyphs, y=digits.labels)
    return DataSource(SourceKind.NPZ, str(tmp_path / "digits.npz"))


def silent(task: str, fraction: float) -> None:
    pass


def test_own_samples_that_are_not_there_say_what_belongs_there(tmp_path: Path) -> None:
    samples = tmp_path / "samples"

    with pytest.raises(DataError, match="folders named 0 to 9") as caught:
        load_data([DataSource(SourceKind.SAMPLES, str(samples))], silent)

    assert str(samples) in str(caught.value)


def test_shares_are_about_as_documented() -> None:
    _, _, parts = split(Parts(noise(6000)))

    counts = np.bincount(parts)
    assert counts[Part.VALIDATION] == pytest.approx(500, abs=80)
    assert counts[Part.TEST] == pytest.approx(857, abs=100)


def test_a_given_test_part_is_kept_whole_and_alone() -> None:
    glyphs, labels, parts = split(Parts(noise(600), noise(50, seed=1)))

    assert (parts == Part.TEST).sum() == 50
    np.testing.assert_array_equal(glyphs[parts == Part.TEST], noise(50, seed=1).glyphs)
    assert len(labels) == 650


def test_added_pictures_move_no_other() -> None:
    more = noise(1000)
    fewer = Labelled(more.glyphs[300:], more.labels[300:])

    np.testing.assert_array_equal(split(Parts(more))[2][300:], split(Parts(fewer))[2])


def test_equal_pictures_stay_together() -> None:
    once = noise(500)
    twice = Labelled(np.repeat(once.glyphs, 2, axis=0), np.repeat(once.labels, 2))

    parts = split(Parts(twice))[2]

    np.testing.assert_array_equal(parts[::2], parts[1::2])


def test_sources_are_mixed(archive: DataSource, tmp_path: Path) -> None:
    own = noise(50, seed=2)
    np.savez(tmp_path / "own.npz", x=own.glyphs, y=own.labels)
    other = DataSource(SourceKind.NPZ, str(tmp_path / "own.npz"))

    data = load_data([archive, other], silent)

    assert data.titles == ("digits.npz", "own.npz")
    assert np.bincount(data.sources).tolist() == [2000, 50]
    assert sum(data.counts()) == 2050
    assert len(data.part(Part.TRAIN).labels) == data.counts()[0]
    check_trainable(data)


def test_mnist_can_be_a_local_file(archive: DataSource) -> None:
    data = load_data([DataSource(SourceKind.MNIST, archive.path)], silent)

    assert len(data.labels) == 2000


def test_a_digit_without_pictures_is_named(tmp_path: Path) -> None:
    digits = noise(2000)
    kept = digits.labels % 7 != 3  # neither 3 nor ... 10
    np.savez(tmp_path / "d.npz", x=digits.glyphs[kept], y=digits.labels[kept])
    data = load_data([DataSource(SourceKind.NPZ, str(tmp_path / "d.npz"))], silent)

    with pytest.raises(DataError, match="no pictures of 3 to learn"):
        check_trainable(data)


def test_too_few_pictures_to_check_are_named(tmp_path: Path) -> None:
    digits = noise(2000)
    places = split(Parts(digits, noise(1)))[2][:2000] == Part.TRAIN
    np.savez(
        tmp_path / "d.npz",
        x_train=digits.glyphs[places],
        y_train=digits.labels[places],
        x_test=digits.glyphs[:5],
        y_test=digits.labels[:5],
    )
    data = load_data([DataSource(SourceKind.NPZ, str(tmp_path / "d.npz"))], silent)

    with pytest.raises(DataError, match="any digit to check"):
        check_trainable(data)


def test_loading_can_be_cancelled(archive: DataSource) -> None:
    def cancel(task: str, fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_data([archive], cancel)
