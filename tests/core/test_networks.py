import pytest

from digitdesk.core.networks import CLASSES, NETWORKS, layer_table
from digitdesk.core.training_types import NetworkName


@pytest.mark.parametrize("name", NetworkName)
def test_every_network_ends_in_ten_outputs(name: NetworkName) -> None:
    assert layer_table(NETWORKS[name])[-1].shape == (CLASSES,)


def test_the_tutorials_network_has_its_well_known_size() -> None:
    rows = layer_table(NETWORKS[NetworkName.TUTORIAL])

    assert sum(row.weights for row in rows) == 1_199_882
    assert rows[0].shape == (26, 26, 32)
    assert rows[4].shape == (12, 12, 64)


def test_rows_have_names_for_people() -> None:
    names = [row.name for row in layer_table(NETWORKS[NetworkName.SMALL])]

    assert names[0] == "Convolution 24 (5x5, step 2)"
    assert "Batch normalisation" in names
    assert names[-1] == "Dense 10"
