"""What studies say: held against made-up numbers with known answers, SciPy, and plain ngspice on the same decks."""

import hashlib
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import trapezoid
from scipy.optimize import curve_fit

from spicekit.errors import InputError
from spicekit.models.rram import ALTER
from spicekit.ngspice import standalone
from spicekit.registry import studies
from spicekit.statistics import Estimate
from spicekit.studies.conductance_law import study as conductance_law
from spicekit.studies.conductance_law.nested import (
    autocorrelation,
    compliance_law,
    conductance_point,
    power_law,
    variances,
)
from spicekit.studies.conductance_law.table import ConductanceTable
from spicekit.studies.reset_law import study as reset_law
from spicekit.studies.reset_law.table import ResetTable

from .made_up_devices import normally_spread

CONDUCTANCE = ConductanceTable(
    samples=4, compliances=["50 uA", "200 uA"], reset_voltage="2.0 V", pulse_width="100 ns", cycles=3
)
RESET = ResetTable(
    samples=12,
    set_compliance="200 uA",
    set_width="1 us",
    reset_voltages=["1.4 V", "2.4 V"],
    pulse_widths=["100 ns", "10 us"],
)


def autoregression(devices, cycles, rho, device, slow, seed=0, fresh=0.0):
    """Normal numbers with known parts: devices with an offset of their own, deviations that remember, fresh ones."""
    rng = np.random.default_rng(seed)
    lag = np.abs(np.subtract.outer(np.arange(cycles), np.arange(cycles)))
    mixing = np.linalg.cholesky(rho**lag)
    deviations = rng.standard_normal((devices, cycles)) @ mixing.T
    own = device * rng.standard_normal((devices, 1))
    return 10 + own + slow * deviations + fresh * rng.standard_normal(deviations.shape)


@pytest.mark.parametrize("fresh", [0.0, 0.9])
@pytest.mark.parametrize("rho", [0.78, 0.975])
def test_parts_of_the_variance_are_found_whatever_the_memory_of_the_devices(rho, fresh):
    found = np.array([autoregression(40, 16, rho, 0.7, 1.1, seed, fresh) for seed in range(400)])
    parts = variances(found, rho)
    # the mean of 400 estimates, each with an error below 0.6 (rho = 0.975), is within 0.1
    assert parts.total.mean() == pytest.approx(0.7**2 + 1.1**2 + fresh**2, abs=0.06)
    assert parts.slow.mean() == pytest.approx(1.1**2, abs=0.1)
    assert parts.fresh.mean() == pytest.approx(fresh**2, abs=0.05)
    assert parts.device.mean() == pytest.approx(0.7**2, abs=0.1)


def test_without_memory_slow_is_fresh_and_two_cycles_cannot_tell():
    for rho, cycles in ((0.0, 16), (0.9, 2)):
        parts = variances(autoregression(2000, cycles, 0.0, 0.7, 0.0, fresh=1.1), rho)
        assert parts.slow == 0
        assert parts.fresh == pytest.approx(1.1**2, rel=0.1)
        assert parts.device == pytest.approx(0.7**2, abs=0.15)


def test_the_plain_variance_within_devices_would_miss_most_of_a_long_memory():
    found = np.array([autoregression(40, 16, 0.975, 0.7, 1.1, seed) for seed in range(200)])
    assert found.var(-1, ddof=1).mean() < 0.3 * 1.1**2


@pytest.mark.parametrize("rho", [0.5, 0.78, 0.9])
def test_autocorrelation_is_that_of_neighbours_beside_differences_of_devices(rho):
    found = np.array([autoregression(60, 16, rho, 2.0, 1.0, seed, fresh=1.5) for seed in range(200)])
    expected = rho / (1 + 1.5**2)  # the correlation of two neighbours, their device taken off
    assert autocorrelation(variances(found, rho), rho).mean() == pytest.approx(expected, abs=0.015)


def made_up_rows(rho=0.78, devices=60, cycles=16, mean=1e-4, compliance=1e-4):
    values = mean * (1 + 0.05 * (autoregression(devices, cycles, rho, 0.6, 0.64, fresh=0.48) - 10))
    number, cycle = np.indices(values.shape)
    return pd.DataFrame(
        {
            "point": "p",
            "compliance": compliance,
            "correlation": rho,
            "sample": number.ravel(),
            "cycle": cycle.ravel(),
            "outcome": "ok",
            "reason": "",
            "conductance": values.ravel(),
            "current": compliance,
        }
    )


def test_a_point_states_its_numbers_with_errors_that_cover_the_truth():
    point = conductance_point(made_up_rows(), 16)
    for estimate, truth in ((point.mean, 1e-4), (point.std, 5e-6), (point.std_device, 3e-6),
                            (point.std_cycle, 4e-6), (point.std_slow, 3.2e-6), (point.skewness, 0),
                            (point.autocorrelation, 0.78 * 0.64)):  # fmt: skip
        assert abs(estimate.value - truth) < 3 * estimate.error
        assert estimate.error > 0
    assert (point.samples, point.devices, point.discards, point.incomplete) == (960, 60, 0, 0)


def test_a_device_with_a_lost_cycle_is_left_out_and_counted():
    rows = made_up_rows()
    rows.loc[(rows["sample"] == 7) & (rows["cycle"] >= 5), ["outcome", "conductance"]] = ["discard", np.nan]
    point = conductance_point(rows, 16)
    assert (point.devices, point.discards, point.samples) == (59, 16, 960)
    (law,) = compliance_law(rows, 16).points
    assert (law.lrs.samples, law.discards) == (944, 16)
    whole = rows[rows["sample"] != 7]
    assert point.mean.value == pytest.approx(whole["conductance"].mean())
    assert law.lrs.median == pytest.approx(1 / whole["conductance"].median())


def test_power_law_agrees_with_scipy():
    rng = np.random.default_rng(1)
    x = np.geomspace(2e-5, 5e-4, 9)
    y = 1.3e-4 * (x / 1e-4) ** 1.05 * np.exp(0.02 * rng.standard_normal(9))
    error = 0.02 * y * np.linspace(0.5, 1.5, 9)
    law = power_law(x, [Estimate(value=v, error=e) for v, e in zip(y, error, strict=True)])
    (height, slope), covariance = curve_fit(
        lambda u, a, b: a + b * u, np.log(x / law.reference), np.log(y), sigma=error / y, absolute_sigma=True
    )
    chi2 = float((((np.log(y) - height - slope * np.log(x / law.reference)) * y / error) ** 2).sum())
    wider = max(1, chi2 / 7) ** 0.5
    assert law.exponent.value == pytest.approx(slope, rel=1e-6)
    assert law.exponent.error == pytest.approx(wider * covariance[1, 1] ** 0.5, rel=1e-4)
    assert law.coefficient.value == pytest.approx(np.exp(height), rel=1e-6)
    assert law(3e-4) == pytest.approx(np.exp(height) * (3e-4 / law.reference) ** slope)
    assert law.residuals == pytest.approx(np.log(y / np.array([law(c) for c in x])))


def test_interpolation_meets_the_points_is_monotone_and_stays_inside():
    rows = pd.concat(
        [made_up_rows(mean=g, compliance=c) for c, g in ((2e-5, 2e-5), (1e-4, 9e-5), (5e-4, 6e-4))]
    )
    table = CONDUCTANCE.model_copy(update={"cycles": 16})
    law = conductance_law.analyze(table, rows, 0.95)["conductance_law"]
    for point in law.points:
        assert law.at(point.compliance) == pytest.approx((point.mean.value, point.std.value))
    means = [law.at(c)[0] for c in np.geomspace(2e-5, 5e-4, 50)[1:-1]]
    assert (np.diff(means) > 0).all()
    with pytest.raises(InputError, match=r"0.001 A is outside the conductance law, 2e-05 to 0.0005 A"):
        law.at(1e-3)


def normals(names, number):
    """The coordinates of a sample below 64, drawn here again with the seed 3."""
    keys = [int(hashlib.sha256(name.encode()).hexdigest()[:32], 16) for name in names]
    drawn = [np.random.default_rng(np.random.SeedSequence([3, key, 0])).standard_normal(64) for key in keys]
    return np.array(drawn)[:, number]


def plain_ngspice(deck, values, folder):
    """Run the stand-alone deck in a process of its own; return its waves by vector name."""
    (folder / "deck.cir").write_text(standalone(deck, values, "out.txt"))
    subprocess.run(["ngspice", "-b", "deck.cir"], cwd=folder, check=True, capture_output=True)
    return pd.read_csv(folder / "out.txt", sep=r"\s+")


def mean_after(waves, name, start):
    """The time average of a wave from `start` on, by SciPy's trapezoids."""
    time, wave = waves["time"].to_numpy(), waves[name].to_numpy()
    grid = np.append(start, time[time > start])
    return float(trapezoid(np.interp(grid, time, wave), grid) / (grid[-1] - start))


def test_two_cycles_of_a_device_are_what_plain_ngspice_gives(technology, tmp_path):
    technology = normally_spread(technology)  # whose deviations are a line of arithmetic
    point = conductance_law.points(technology, CONDUCTANCE)[1]
    table = conductance_law.simulate(point, 3, 2, 3)
    rram, mismatch = technology.rram, point.content.set_deck.spread
    own = f"{point.labels['compliance']:g} A."
    device = normals([f"{own}device.{p}" for p in ALTER], 2)
    access = normals([own + s.name for s in mismatch], 2)
    cycles = [normals([f"{own}cycle {number}.slow.{p}" for p in ALTER], 2) for number in range(2)]
    rho = np.exp(-1 / rram.cycling.correlation_cycles.value)
    deviation, gap = cycles[0], rram.initial.lrs.value
    for number in range(2):
        if number:
            deviation = rho * deviation + np.sqrt(1 - rho**2) * cycles[number]
        for kind in ("reset", "set"):
            values = {s.name: s.nominal + s.sigma * a for s, a in zip(mismatch, access, strict=True)}
            for k, p in enumerate(ALTER):
                spread = rram.sigma(p, "device") * device[k] + rram.sigma(p, "slow") * deviation[k]
                values[f"cell.{p}"] = rram.value(p) + spread
            deck = point.decks[kind]
            waves = plain_ngspice(deck, values | {"cell.gap": gap}, tmp_path)
            end = waves.iloc[-1]
            gap = end["v(xcell.gap)"]
        current = mean_after(waves, "i(vcell)", deck.stop_time - technology.design.settle_time)
        conductance = current / (end["v(te)"] - end["v(be)"])
        assert table["conductance"][number] == pytest.approx(conductance, rel=1e-6)
        assert table["gap"][number] == pytest.approx(gap, rel=1e-6)


def test_samples_depend_on_their_number_alone(technology):
    for module, table in ((conductance_law, CONDUCTANCE), (reset_law, RESET)):
        point = module.points(technology, table)[-1]
        whole = module.simulate(point, 5, 0, 4)
        parts = pd.concat([module.simulate(point, 5, 2, 4), module.simulate(point, 5, 0, 2)])
        pd.testing.assert_frame_equal(
            whole, parts.sort_values(list(whole.columns[:2]), kind="stable").reset_index(drop=True)
        )
        assert not whole.equals(module.simulate(point, 6, 0, 4))


def test_resistances_follow_compliance_reset_voltage_and_width(technology):
    points = conductance_law.points(technology, CONDUCTANCE)
    low, high = (1 / conductance_law.simulate(p, 1, 0, 4)["conductance"].median() for p in points)
    assert np.log(high / low) / np.log(200 / 50) == pytest.approx(-1, abs=0.25)  # four devices: a wide bound
    medians = {}
    for point in reset_law.points(technology, RESET):
        rows = reset_law.simulate(point, 1, 0, 12)
        medians[point.name] = rows["hrs"].median()
        assert (rows["hrs"] > rows["lrs"]).all()
    assert set(medians) == {"1.4V_100ns", "2.4V_100ns", "1.4V_10us", "2.4V_10us"}
    assert medians["2.4V_100ns"] > 2 * medians["1.4V_100ns"]
    assert medians["2.4V_10us"] > 2 * medians["1.4V_10us"]


def test_reset_law_says_medians_and_spread_of_the_rows_it_is_given():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        {
            "reset_voltage": 2.0,
            "pulse_width": 1e-6,
            "sample": np.arange(2000),
            "outcome": "ok",
            "hrs": np.exp(rng.normal(12, 0.5, 2000)),
        }
    )
    rows.loc[:9, "outcome"] = "discard"
    (point,) = reset_law.analyze(RESET, rows, 0.95)["reset_law"].points
    assert point.hrs.sigma_ln == pytest.approx(0.5, rel=0.06)
    assert (point.hrs.samples, point.discards) == (1990, 10)
    # the median of a normal law scatters by sqrt(pi/2) sigma / sqrt(n)
    assert point.ln_median.error == pytest.approx(np.sqrt(np.pi / 2) * 0.5 / np.sqrt(1990), rel=0.25)
    assert abs(point.ln_median.value - 12) < 4 * point.ln_median.error
    assert reset_law.analyze(RESET, rows.iloc[10:15], 0.95) == {}


def test_identities_change_with_what_affects_samples_and_not_with_how_many(technology):
    for name, table in (("conductance_law", CONDUCTANCE), ("reset_law", RESET)):
        points = studies()[name].points
        before = [p.identity for p in points(technology, table)]
        assert len(set(before)) == len(before)
        more = table.model_copy(update={"samples": 99})
        assert [p.identity for p in points(technology, more)] == before
    other = CONDUCTANCE.model_copy(update={"cycle_step": 5})
    assert not {p.identity for p in conductance_law.points(technology, other)} & {
        p.identity for p in conductance_law.points(technology, CONDUCTANCE)
    }
