"""How soon a chip in use must be programmed again, by hand."""

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.network.bnn import Bits, Dense, Encode, Flatten, Network, Scores
from spicekit.network.bnn.disturb import endured
from spicekit.network.bnn.energy import REFRESH, not_counted
from spicekit.network.bnn.judge import budgets_of
from spicekit.network.bnn.layers import Convolution, Threshold
from spicekit.network.bnn.refresh import refresh_note, refresh_of, summary_of_refresh
from spicekit.statistics import Condition, Moments, Statistics
from spicekit.studies.read_disturb.result import DisturbPoint, ReadDisturb


def _point(state, **given):
    return DisturbPoint(state=state, samples=40, censored=0, discards=0, **given)


DISTURB = ReadDisturb(
    points=(
        _point("lrs", unit="reads", median=5e6),
        _point("hrs", unit="reads", median=2.5e4, sigma_log10=0.4, four_sigma=180.0),
        _point("hrs", unit="s", voltage=0.1, median=0.2),
    ),
    set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, status="made up", method="",
)  # fmt: skip


def _network(convolutional):
    rng = np.random.default_rng(0)

    def bits(*shape):
        return Bits.pack(rng.random(shape) < 0.5)

    def threshold(outputs):
        return Threshold(np.zeros(outputs), np.zeros(outputs, bool))

    if convolutional:  # 3 x 3 places of a kernel of 2 x 2 on 4 x 4
        first = (Convolution(bits(5, 4), threshold(5), (2, 2), 1), Flatten())
    else:
        first = (Flatten(), Dense(bits(45, 16), threshold(45)))
    last = Scores(bits(3, 45), np.ones(3), np.zeros(3))
    return Network("made up", (4, 4, 1), (Encode(np.array([0.5])), *first, last))


def _statistics(**given):
    condition = Condition(
        name="own", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6,
        energy_pair=Moments(mean=4e-10, std=0), energy_read=Moments(mean=2e-13, std=0),
    )  # fmt: skip
    return Statistics(conditions=(condition,), read_disturb=DISTURB, **given)


# weights that are read: of the first layer at each of 9 places or once, then 3 x 45
CASES = [(False, 1, 45 * 16 + 135), (True, 9, 9 * 20 + 135)]


@pytest.mark.parametrize(("convolutional", "places", "reads"), CASES)
def test_the_state_that_moves_first_sets_time_and_energy(convolutional, places, reads):
    network, statistics = _network(convolutional), _statistics()
    found = refresh_of(statistics, network)
    assert (found.endured.state, found.endured.reads, found.endured.weakest) == ("hrs", 2.5e4, 180.0)
    # 25,000 reads at a million inferences per second, each of which reads a weight at every place
    assert found.seconds == pytest.approx(2.5e4 / 1e6 / places)
    low, best, high = found.energy("own")
    assert best == pytest.approx(reads * 4e-10 / 2.5e4)
    # scipy's normal law: the median of 40 values of a normal law has the standard error sqrt(pi / 2 / 40) sigma
    reach = 10 ** (norm.ppf(0.975) * np.sqrt(np.pi / 2 / 40) * 0.4)
    assert (low, high) == pytest.approx((best / reach, best * reach))
    assert found.energy_for_the_weakest("own") == pytest.approx(reads * 4e-10 / 180)
    said = refresh_note(found, network)
    assert "half of the devices in HRS have moved by a tenth after 2.5e4" in said
    assert "after 180 reads" in said
    assert "J more." in said
    items = {item.name: item for item in budgets_of(network, statistics, 1e-3)["own"][0].items}
    assert items[REFRESH].energy == best
    assert "at 200 µA, 2.5 V, 1 µs" in items[REFRESH].source  # not as the condition


def test_the_interval_of_the_median_holds_it_as_often_as_said():
    rng, held = np.random.default_rng(3), 0
    for moved in 10 ** rng.normal(4, 0.4, (400, 40)):
        median = float(np.quantile(moved, 0.5, method="nearest"))
        found = endured(
            DISTURB.model_copy(
                update={"points": (_point("hrs", unit="reads", median=median, sigma_log10=0.4),)}
            )
        )
        held += found.low < 1e4 < found.high
    assert held / 400 == pytest.approx(0.95, abs=0.035)  # of the median of 40, over other draws of 40 devices


def test_what_is_compared_is_refreshed_where_it_stands_in_the_same_memory():
    network, statistics = _network(False), _statistics()
    budgets = budgets_of(network, statistics, 1e-3)["own"]
    with_refresh = [any(item.name == REFRESH for item in budget.items) for budget in budgets]
    assert with_refresh == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]  # binarized, 8 bits in 2T2R; SRAM, off chip, this
    eight = next(item for item in budgets[1].items if item.name == REFRESH)
    assert eight.count == pytest.approx(8 * (45 * 16 + 135) / 2.5e4)  # each bit of a weight is read once
    assert not_counted("leakage", budgets) == "leakage"
    assert not_counted(
        "leakage", budgets_of(network, Statistics(conditions=statistics.conditions), 1e-3)["own"]
    ) == ("leakage, refreshing")


def test_without_a_spread_there_are_no_ends_and_without_programming_no_energy():
    points = (_point("hrs", unit="reads", median=1e4),)
    statistics = _statistics().model_copy(
        update={"read_disturb": DISTURB.model_copy(update={"points": points})}
    )
    found = refresh_of(statistics, _network(False))
    assert found.energy("own")[::2] == (None, None)
    assert found.energy_for_the_weakest("own") is None
    summary = summary_of_refresh(found, "own")
    assert summary["energy_inference"]["best"] == pytest.approx(855 * 4e-10 / 1e4)
    bare = statistics.conditions[0].model_copy(update={"energy_pair": None})
    assert (
        refresh_of(statistics.model_copy(update={"conditions": (bare,)}), _network(False)).energy("own")
        is None
    )


def test_statistics_without_the_study_say_so():
    assert refresh_of(Statistics(conditions=()), _network(False)) is None
    assert "do not say how many reads a state survives" in refresh_note(None, _network(False))
