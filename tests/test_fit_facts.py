"""What arrays of resistances say by themselves, against closed forms."""

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.fit.arrays import arrays_of
from spicekit.fit.beside import side_by_side
from spicekit.fit.facts import (
    BETWEEN,
    BETWEEN_SCORES,
    ERRORS,
    LAG,
    LAG_SCORES,
    NONE,
    PAIRS,
    QUANTILES,
    SIGMA,
    SIGMA_G,
    WITHIN,
    WITHIN_SCORES,
    WORST,
    of_errors,
    of_pairs,
    of_state,
    with_lost,
)
from spicekit.fit.measured import read_measured

from .test_fit_measured import OTHERWISE


def once(seed, count, low=8.5, high=10.5, sigma=0.5):
    rng = np.random.default_rng(seed)
    return {"lrs": rng.normal(low, sigma, (count, 1)), "hrs": rng.normal(high, sigma, (count, 1))}


def devices(seed, count, cycles, between, within, memory=0.0):
    """Devices with cycles that are a first-order autoregression."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((count, cycles))
    for c in range(1, cycles):
        noise[:, c] = memory * noise[:, c - 1] + np.sqrt(1 - memory**2) * noise[:, c]
    return 11 + between * rng.standard_normal((count, 1)) + within * noise


@pytest.mark.parametrize(("seeds", "most"), [(1, 4), pytest.param(6, 22, marks=pytest.mark.slow)])
def test_quantiles_spread_and_errors_of_normal_laws(seeds, most):
    truth = {
        ("lrs", SIGMA): 0.5,
        ("hrs", SIGMA): 0.5,
        ("", ERRORS): norm.cdf(-2),  # the best threshold is halfway
        ("", PAIRS): norm.cdf(-2 / np.hypot(0.5, 0.5)),
    }
    truth |= {
        (s, name): np.exp(m + 0.5 * norm.ppf(q))
        for s, m in (("lrs", 8.5), ("hrs", 10.5))
        for name, q in QUANTILES.items()
    }
    outside = 0
    for seed in range(seeds):
        rows = {
            (r.state, r.what): r
            for r in side_by_side(0, once(seed, 4000), once(seed + 50, 4000), in_a_row=False)
        }
        for key, value in truth.items():
            for found in (rows[key].measured, rows[key].simulated):
                outside += not found.low <= value <= found.high
            assert not rows[key].apart or key[1] in (
                "0.1 %",
                "99.9 %",
            )  # four values beyond: intervals are rough
        assert rows["lrs", WITHIN].measured is None  # each device once
    # 28 intervals of 95 % each time: 1.4 expected, and more where four values lie beyond
    assert outside <= most


@pytest.mark.parametrize(("seeds", "most"), [(3, 3), pytest.param(10, 6, marks=pytest.mark.slow)])
def test_spreads_and_memory_of_an_autoregression(seeds, most):
    truth = {WITHIN: 0.7, BETWEEN: 0.9, LAG: 0.6}
    outside = 0
    for seed in range(seeds):
        found = of_state(devices(seed, 80, 300, 0.9, 0.7, 0.6))
        outside += sum(not found[name].low <= value <= found[name].high for name, value in truth.items())
        assert found[SIGMA].value == pytest.approx(np.hypot(0.9, 0.7), rel=0.2)
        total = np.hypot(found[WITHIN_SCORES].value, found[BETWEEN_SCORES].value)
        assert total == pytest.approx(1, abs=0.03)
        assert found[LAG_SCORES].value == pytest.approx(found[LAG].value, abs=0.05)
    assert outside <= most  # of three intervals of 95 % each time


def test_long_and_short_series_agree_at_one_block():
    long, short = devices(1, 200, 300, 0.5, 0.5, 0.95), devices(2, 200, 25, 0.5, 0.5, 0.95)
    alike, whole = of_state(long, block=25), of_state(long)
    other = of_state(short)
    for name in (WITHIN, BETWEEN, LAG):
        assert alike[name].low < other[name].high
        assert other[name].low < alike[name].high
    assert whole[WITHIN].low > other[WITHIN].high  # what is slow counts as between devices in short ones
    rows = side_by_side(0, {"hrs": long}, {"hrs": short})
    assert not [row.what for row in rows if row.apart]


def test_the_spread_of_conductance_is_that_of_a_normal_law():
    siemens = np.random.default_rng(8).normal(100e-6, 10e-6, (400, 5))
    found = of_state(-np.log(siemens))[SIGMA_G]
    assert found.low < 10e-6 < found.high


def test_a_law_of_any_shape_has_normal_scores():
    found = of_state(devices(4, 60, 100, 0.3, 1.0) ** 3 / 100)
    alone = of_state(devices(4, 60, 100, 0.3, 1.0))
    for name in (WITHIN_SCORES, BETWEEN_SCORES, LAG_SCORES):
        assert found[name] == alone[name]
    assert found[WITHIN] != alone[WITHIN]


def test_cycles_of_a_device_are_no_new_devices():
    values = np.random.default_rng(3).normal(9, 0.3, (60, 1))
    alone, many = of_state(values), of_state(np.repeat(values, 20, axis=1))
    for what in ("median", SIGMA):
        assert (alone[what].low, alone[what].high) == pytest.approx((many[what].low, many[what].high))
    absent = [what for what, interval in alone.items() if interval is None]
    assert of_state(np.repeat(values, 2, axis=1))[LAG] is None  # of two cycles about their own mean
    assert absent[:4] == ["0.1 %", "1 %", "99 %", "99.9 %"]  # of 60 values
    assert many[WITHIN].value == pytest.approx(0, abs=1e-12)


def test_no_error_is_a_bound_and_lost_devices_are_errors():
    apart = once(0, 100, 8.5, 20)
    rate = of_errors(apart["lrs"], apart["hrs"])
    assert rate[ERRORS].low == rate[ERRORS].value == rate[PAIRS].value == 0
    assert rate[ERRORS].high == pytest.approx(1 - 0.025**0.01)  # Clopper and Pearson, none of 100 devices
    assert rate[PAIRS].high == pytest.approx(1 - 0.025**0.02)  # none of 50 pairs
    lost = {s: np.full((100, 26), np.nan) for s in apart}
    for state, values in lost.items():
        values[:, 0] = apart[state][:, 0]
        values[0, 1:] = with_lost(values[0, 1:], state)
    rate = of_errors(lost["lrs"], lost["hrs"])
    assert rate[ERRORS].value == pytest.approx(0.2)  # 25 of 125
    fails = 2 * 25 * 99  # device 0 lost, with the 99 others, either way
    assert rate[PAIRS].value == pytest.approx(fails / (125 * 125 - 26**2 - 99))
    assert of_state(lost["hrs"])[SIGMA].value == pytest.approx(of_state(apart["hrs"])[SIGMA].value)
    assert of_state(lost["hrs"])["1 %"] is None  # lost


def test_errors_of_pairs_are_those_of_two_devices():
    rng = np.random.default_rng(5)
    low, high = rng.normal(9, 1, (6, 4)), rng.normal(10, 1, (6, 4))
    fails = [(low[i][:, None] > high[j]).mean() for i in range(6) for j in range(6) if i != j]
    assert of_errors(low, high)[PAIRS].value == pytest.approx(np.mean(fails))
    same = [(low[i] > high[j]).sum() for i in range(6) for j in range(6) if i != j]
    found = of_pairs(low, high)
    assert found[NONE].value == np.mean(np.equal(same, 0))
    worst = sorted(same)[-1] + 0.5 * sorted(same)[-2]  # 5 % of 30 pairs
    assert found[WORST].value == pytest.approx(worst / sum(same))
    assert of_pairs(low, high + 20) == {WORST: None, NONE: None}


def test_one_bad_device_has_the_errors_and_the_intervals_are_of_devices():
    rng = np.random.default_rng(6)
    low, high = rng.normal(9, 0.1, (40, 50)), rng.normal(11, 0.1, (40, 50))
    high[7] -= 2.0
    found = of_pairs(low, high)
    assert found[WORST].value == 1
    assert found[NONE].value == pytest.approx(39 / 40)
    alone = of_state(low[:1])
    assert np.isnan(alone["median"].low)  # of one device
    assert alone[BETWEEN] is None


def test_rows_become_devices_by_cycles(tmp_path):
    path = tmp_path / "measured.csv"
    rng = np.random.default_rng(0)
    rows = [
        (f"d{d}", c, s, rng.uniform(5e3, 6e3)) for d in range(5) for c in (3, 7, 9) for s in ("lrs", "hrs")
    ]
    del rows[4]  # d0, cycle 9, LRS
    shuffled = [rows[i] for i in rng.permutation(len(rows))]
    text = "".join(f"{d},{c},{s},{r!r}\n" for d, c, s, r in shuffled)
    path.write_text(f"device,cycle,state,resistance\n{text}")
    found = arrays_of(read_measured(path, {}, OTHERWISE), 0)
    order = list(dict.fromkeys(d for d, *_ in shuffled))
    for d, c, s, r in rows:
        assert found[s][order.index(d), (3, 7, 9).index(c)] == np.log(r)
    assert np.isnan(found["lrs"][order.index("d0"), 2])


@pytest.mark.parametrize(("head", "shape"), [("device,", (5, 4)), ("cycle,", (1, 20)), ("", (20, 1))])
def test_rows_without_a_device_or_a_cycle(tmp_path, head, shape):
    path = tmp_path / "measured.csv"
    label = {"device,": "d{0},", "cycle,": "{1},", "": ""}[head]
    rows = "".join(f"{label.format(i % 5, i)}{s},{5000 + i}\n" for i in range(20) for s in ("hrs", "lrs"))
    path.write_text(f"{head}state,resistance\n{rows}")
    found = arrays_of(read_measured(path, {}, OTHERWISE), 0)
    assert found["lrs"].shape == shape
    assert np.array_equal(found["lrs"], found["hrs"])
    assert sorted(np.exp(found["hrs"]).ravel().round(6)) == [5000 + i for i in range(20)]
