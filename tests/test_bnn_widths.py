"""Energy at equal accuracy: committed trainings of other widths, counted by hand."""

import csv
from pathlib import Path

import pytest

import spicekit.network
from spicekit.models.digital import load_digital
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.read_energy import ReadEnergy, read_energy_of
from spicekit.network.bnn.tiling import tile
from spicekit.network.bnn.widths import as_good, widths_of
from spicekit.statistics import Condition, Moments

READ = ReadEnergy(0.2e-12, "by hand", "")


def test_an_8_bit_network_by_hand():
    """Horowitz, ISSCC 2014, times 5.1: 0.2 and 0.1 pJ a product and a sum, 10 pJ for 64 bits of 8 kbyte."""
    (one,) = (w for w in widths_of("mnist_dense", READ, load_digital()) if w.shape == "784-48-24-10")
    weights = 784 * 48 + 48 * 24 + 24 * 10
    assert (one.kind, one.weights, one.bytes) == ("8 bit", weights, weights)
    moved = 8 * (784 + 48 + 48 + 24 + 24 + 10) * 5.1 * 10e-12 / 64
    logic = weights * 5.1 * (0.2e-12 + 0.1e-12)
    assert one.energy == pytest.approx(weights * 8 * 0.2e-12 + logic + moved)
    assert one.budgets[1].total == pytest.approx(weights * 8 * 5.1 * 10e-12 / 64 + logic + moved)


def test_rows_are_whole_and_the_bundled_network_is_among_them():
    with (Path(spicekit.network.__file__).parent / "weights" / "widths.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["reference"], row["kind"], row["width"], row["seed"]) for row in rows}) == len(rows)
    for row in rows:
        assert 0.5 < float(row["accuracy"]) < 1
    network = find_network("mnist_dense")
    sizes = [layer.inputs for layer in tile(network)] + [tile(network)[-1].outputs]
    (own,) = (w for w in widths_of("mnist_dense", READ, load_digital()) if list(w.sizes) == sizes)
    assert f"{100 * own.accuracies[0]:.2f}%" in network.notes  # of the training that is bundled, seed 0


def test_the_smallest_network_that_is_as_good_is_chosen():
    widths = widths_of("mnist_dense", READ, load_digital())
    found = as_good(widths, 0.9767)
    assert found is not None
    assert found.accuracy >= 0.9767
    assert all(w.energy >= found.energy for w in widths if w.kind == "8 bit" and w.accuracy >= 0.9767)
    assert as_good(widths, 1.0) is None
    assert widths_of("digits_dense", READ, load_digital()) == ()


def test_the_energy_of_a_read_comes_from_one_place():
    plain = Condition(name="own", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6)
    assert read_energy_of(plain) is None
    read = read_energy_of(plain.model_copy(update={"energy_read": Moments(mean=3e-13, std=0)}))
    assert read is not None
    assert read.joule == 3e-13
    assert "plain read" in read.source
