"""What other trainings of the bundled networks gave: one file, from which docs and pages are told."""

import re
from pathlib import Path

import pytest
from scipy.stats import t

from spicekit.network.bnn.bundled import Trainings, bundled_networks, find_network, trainings_of

DOCS = (Path(__file__).parent.parent / "docs" / "networks.md").read_text(encoding="utf-8")
WORDS = {2: "two", 3: "three", 5: "five"}


def test_another_training_lies_in_students_interval_of_one_more_value():
    values = [0.95, 0.96, 0.98]
    low, high = t.interval(0.95, 2, 0.0, (1 + 1 / 3) ** 0.5)
    std = (sum((x - sum(values) / 3) ** 2 for x in values) / 2) ** 0.5
    assert Trainings(3, sum(values) / 3, std, "").reach(0.95) == pytest.approx((high - low) / 2 * std)


@pytest.mark.parametrize("name", bundled_networks())
def test_docs_and_file_say_the_same_and_the_bundled_one_is_no_stranger(name):
    found = trainings_of(name)
    assert found is not None
    told = re.search(
        rf"^\| `{name}[` ].*?{WORDS[found.seeds]} seeds: ([\d.]+) ± ([\d.]+) %", DOCS, re.MULTILINE
    )
    mean, std = (float(x) for x in told.groups())
    assert (found.mean, found.std) == (pytest.approx(mean / 100), pytest.approx(std / 100))
    bundled = float(re.search(r"test accuracy ([\d.]+)%", find_network(name).notes)[1]) / 100
    assert abs(bundled - found.mean) < found.reach(0.95) or found.how


def test_own_networks_have_no_such_trainings():
    assert trainings_of("mine") is None
