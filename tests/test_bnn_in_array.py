"""An inference with the array's figures, and a first layer on streams: counted by hand, drawn against closed forms."""

import json
from dataclasses import replace

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.models.logic_area import load_logic_area
from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.conditions import Task
from spicekit.network.bnn.energy import BITS, same_neurons
from spicekit.network.bnn.in_array import cells_in_array, counts, figures_of, in_array, memory_of
from spicekit.network.bnn.judge import Asked, judge
from spicekit.network.bnn.layers import Dense, Encode, Flatten, Scores, Threshold
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.page import write_result
from spicekit.network.bnn.page_array import errors_in_words
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.bnn.stream_costs import WAYS, cost, parts_of
from spicekit.network.bnn.streams import SOURCES, fixed_point_classes, levels_of, streams
from spicekit.network.bnn.sweep import sweep_rates
from spicekit.network.bnn.tiling import tile
from spicekit.network.bnn.verdict import verdict
from spicekit.network.data import load_data
from spicekit.statistics import Distribution, Moments, Probability, Statistics
from spicekit.studies.bayes_column.result import BayesColumn

from .made_up_arrays import CONDITION, RATE, TEXTS, array_statistics


def test_both_networks_are_read_and_computed_with_the_figures_of_the_array():
    network, figures = find_network("digits_dense"), figures_of(array_statistics(alone=1.01e-13), "own.json")
    found = in_array(network, [CONDITION], figures, load_digital())["own"]
    binarized, eight = found.budgets
    tiles, same = tile(network), same_neurons(network)
    reads = sum(t.reads for t in tiles)
    by_name = {item.name: item.energy for item in binarized.items}
    assert by_name["word lines, bits"] == pytest.approx(reads * 3e-13)
    assert sum(item.energy for item in binarized.items[:5]) == pytest.approx(reads * 4.61e-13)
    assert by_name["population count, full adders"] == pytest.approx(reads * 6.4e-13 / 32)
    cells = sum(t.cells for t in same)
    assert sum(item.energy for item in eight.items[:5]) == pytest.approx(BITS * cells * 4.61e-13)
    # Horowitz: a product takes 0.2 pJ where an 8-bit sum, eight full adders, takes 0.03 pJ
    product = sum(t.reads for t in same) * 6.4e-13 / 32 * 8 * 0.2 / 0.03
    assert {item.name: item.energy for item in eight.items}["multiplications, 8 bit"] == pytest.approx(
        product
    )
    assert found.doubts == ()


def test_what_is_not_alike_is_said():
    def doubts(**more):
        figures = figures_of(array_statistics(**more), "own.json")
        return " ".join(
            in_array(find_network("digits_dense"), [CONDITION], figures, load_digital())["own"].doubts
        )

    assert "not the same circuit, supply or temperature" in doubts(alone=2e-13)
    assert "is not known" in doubts()
    assert "no array was written as own is" in doubts(alone=1e-13, reset_voltage=2.5)
    with pytest.raises(InputError, match="has 64 x 64, expected 32 x 32"):
        figures_of(array_statistics(rows=64), "own.json")
    with pytest.raises(InputError, match="has no `array`"):
        figures_of(Statistics(conditions=()), "own.json")


@pytest.fixture(scope="module")
def network():
    """Drawn weights: 100 inputs, 40 neurons, four classes that its own fixed-point outputs define."""
    random = np.random.default_rng(5)
    hidden = Dense(Bits.pack(random.random((40, 100)) < 0.5), Threshold(np.zeros(40), np.zeros(40, bool)))
    last = Scores(Bits.pack(random.random((4, 40)) < 0.5), np.ones(4), np.zeros(4))
    return Network("drawn", (10, 10, 1), (Encode(np.array([0.5])), Flatten(), hidden, last))


def test_long_streams_become_inputs_in_fixed_point(network):
    random = np.random.default_rng(6)
    inputs = random.random((200, 10, 10, 1)).astype(np.float32)
    levels = levels_of(network, inputs)
    weights = np.where(network.layers[2].weights.unpack(), 1, -1)
    sums = weights @ (2 * levels.astype(int) - 255).T  # by whole numbers
    hidden = Bits.pack((sums >= 0).T)
    last = network.layers[-1]
    by_hand = (2 * (hidden.unpack()[:, None] == last.weights.unpack()[None]).sum(axis=2)).argmax(axis=1)
    labels = fixed_point_classes(network, levels)
    assert (labels == by_hand).all()
    found = streams(network, inputs, labels, (1, 16, 512), 3)
    assert found.fixed_point == 1.0
    for source in SOURCES:
        short, middle, long = (one.accuracy.mean for one in found.of(source))
        assert short < middle < long
        assert long > 0.85
    again = streams(network, inputs, labels, (16,), 2)  # shorter, with fewer chips: the same ones
    own = next(iter(SOURCES))
    assert (again.of(own)[0].accuracy.of_chips == found.of(own)[1].accuracy.of_chips[:2]).all()
    with pytest.raises(InputError, match=r"takes 5 bits of each input .* as `fashion_streams` has it"):
        streams(find_network("digits_dense"), inputs, labels, (1,), 2)


def test_a_first_layer_costs_what_is_counted_by_hand(network):
    figures, digital, moments = (
        figures_of(array_statistics(), "own.json"),
        load_digital(),
        Moments(mean=8e-15, std=0),
    )
    column = BayesColumn(
        bits=8, cycles=1, period=1e-9, supply=1.4, energy_read=moments, energy_compare=moments, energy_and=moments,
        energy_hold=moments, energy_flip_flop=moments, wrong_bits=RATE, wrong_outputs=RATE, **TEXTS,
    )  # fmt: skip
    memory = memory_of(figures, CONDITION)
    parts = parts_of(figures, memory, digital, column, "by hand", load_logic_area())
    rest = (
        160 * (4.61e-13 + 2e-14) + 4 * 2 * 2e-14 * 6
    )  # 40 x 4 weights, partial sums and thresholds of six bits
    own = next(iter(SOURCES))
    fixed, read, held = (cost(network, parts, way, own, 4) for way in WAYS)
    named = [{item.name: item.energy for item in one.budget.items} for one in (fixed, read, held)]
    assert named[0]["signs and sums of inputs, bits"] == pytest.approx(8 * 4000 * 6.4e-12 / 64)
    assert named[1]["word lines, bits"] == pytest.approx(4 * 4000 * 3e-13)  # read in each cycle
    assert named[2]["word lines, bits"] == pytest.approx(4000 * 3e-13)
    assert named[1]["XNOR and population count, bits"] == pytest.approx(4 * 4000 * 2e-14)
    assert named[2]["XNOR and population count, bits"] == pytest.approx(4 * 4000 * 3e-14)
    assert named[1]["comparators, bits × cycles"] == pytest.approx(4 * 100 * 8 * 1e-15)
    assert named[2]["random numbers, flip-flops × cycles"] == pytest.approx(32 * 4 * 100 * 16 * 8e-15)
    moved = 46 * 10e-12 / 64 * 5.1  # 40 + 4 activations of the last layer: 8 kbyte of SRAM, Horowitz
    assert named[0]["the other layers"] == pytest.approx(rest + moved, rel=0.2)
    assert fixed.memory_area == pytest.approx((4000 + 160) * 11.2e-6 * 1.5e-6)
    # eight blocks with trees of 256 bits, two adders of 15 bits behind each row of four, two trees of the last layer
    transistors = 8 * 4000 + 8 * 15 * 28 + 2 * 1000
    assert fixed.logic_area == pytest.approx(transistors * 20.0192e-12 / 28)
    bare = replace(figures, adders=None)
    with pytest.raises(InputError, match="has no `adders` of the kind count, held, sum"):
        parts_of(bare, memory, digital, column, "by hand", load_logic_area())


@pytest.mark.parametrize("errors", [0, 30])
def test_errors_of_the_array_leave_the_accuracy_that_their_rate_leaves(errors):
    """30 of 1,000 bits are wrong in the array, none of them alone; a sweep at the same rate is the reference."""
    network, data = find_network("digits_dense"), load_data("digits")
    task = Task(network, data.test_inputs[:100], data.test_labels[:100], chips=4)
    low, high = (0.0204, 0.0426) if errors else (0.0, 0.0037)
    failed = Probability(
        low=low, best=0.03 if errors else None, high=high, samples=1000, errors=errors, method="by hand"
    )
    figures = figures_of(array_statistics(alone=1e-13, failed=failed), "own.json")
    assert counts(figures, CONDITION)
    cells = cells_in_array(task, CONDITION, figures)
    expected = sweep_rates(
        network, task.inputs, task.labels, 4, rates=[0.03 if errors else high], sides=["both"]
    )
    assert (cells.accuracy["best"].of_chips == expected.found[0].of_chips).all()
    assert cells.rates["high"].mean == high
    assert cells.bound == (not errors)
    found = in_array(network, [CONDITION], figures, load_digital(), cells={"own": cells})["own"]
    assert found.cells is cells
    said = errors_in_words("own", cells)
    if errors:
        assert "own, read in the array: bit error rate 3e-2 (counted): accuracy" in said
        assert "at the ends of that rate, 2e-2 and 4.3e-2, the accuracy is" in said
    else:
        assert "bit error rate at most 3.7e-3 (no error seen): accuracy at least" in said


def test_no_accuracy_is_told_from_an_array_of_other_cells():
    """Written in another way, of another circuit, or of devices whose medians are surely not the same."""

    def said(condition=CONDITION, **more):
        figures = figures_of(array_statistics(**{"alone": 1e-13, **more}), "own.json")
        found = in_array(find_network("digits_dense"), [condition], figures, load_digital())["own"]
        return counts(figures, condition), " ".join(found.doubts)

    def resistance(median):
        return Distribution(median=median, sigma_ln=0.1, samples=100)

    assert said() == (True, "")
    assert said(reset_voltage=2.5)[0] is False
    assert said(alone=2e-13)[0] is False
    for median, alike in (
        (5300, True),
        (6000, False),
    ):  # five standard errors of two medians: 5 x 1.25 x 1.4 %
        same, doubts = said(
            CONDITION.model_copy(update={"lrs": resistance(5000)}), lrs_alone=resistance(median)
        )
        assert same is alike
        assert ("not the same devices: written alone, the low resistance" in doubts) is not alike


@pytest.mark.usefixtures("undrawn")
def test_a_page_tells_bounds_of_the_array_and_what_was_not_simulated(tmp_path):
    """No bit of 1,000 is wrong; of two conditions one was written as the array was. Every chip is counted."""
    failed = Probability(low=0.0, best=None, high=0.0037, samples=1000, errors=0, method="by hand")
    rates = {"ber_2t2r": Probability(low=1e-3, best=2e-3, high=3e-3, samples=0, method="by hand")}
    like = CONDITION.model_copy(update=rates)
    conditions = (like, like.model_copy(update={"name": "other", "reset_voltage": 2.5}))
    data, done = load_data("digits"), []
    asked = Asked(
        Statistics(conditions=conditions), find_network("digits_dense"), data, samples=60, chips=2, rates=(1e-2,),
        adapt=30, beside=replace(find_network("digits_dense"), trainings=None),
        array=figures_of(array_statistics(alone=1e-13, failed=failed), "own.json"),
    )  # fmt: skip
    result = judge(asked, done.append)
    assert max(done) == asked.all_chips
    said = verdict(result)
    assert (
        "Read in the array, no bit of own was wrong, which says no more than bit error rates below 3.7e-3"
        in said
    )
    one = result.in_array["own"]
    fewer = replace(one, cells=replace(one.cells, rates={"best": ErrorRates(0.02, 0.02, bound=True)}))
    both = verdict(replace(result, in_array={"own": one, "other": fewer}))
    assert "no bit of own and other was wrong, which says no more than bit error rates below 2e-2" in both
    write_result(result, tmp_path, {}, "by hand")
    page = (tmp_path / "report.html").read_text()
    assert "not simulated" in page
    summary = json.loads((tmp_path / "summary.json").read_text())
    own, other = (one["in_array"]["cells"] for one in summary["conditions"])
    assert other is None
    assert own["bound"]
    assert own["ber"]["best"] is None
    assert summary["trainings"]["seeds"] == 5
    assert summary["beside"]["trainings"] is None
