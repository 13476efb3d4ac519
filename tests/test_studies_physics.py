"""Studies of loops, switching times, retention and read disturb: small ones in SPICE, and made-up rows analyzed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.constants import Boltzmann, elementary_charge

from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.registry import sections, studies, tables
from spicekit.sampling.normals import named_normals
from spicekit.statistics import Statistics
from spicekit.studies.iv_loops import study as iv_loops
from spicekit.studies.read_disturb import study as read_disturb
from spicekit.studies.retention import study as retention
from spicekit.studies.retention.result import RetentionTail
from spicekit.studies.study import labelled
from spicekit.studies.switching_time import study as switching_time
from spicekit.studies.waiting import log_moments

from .test_rram_physics import with_rest_spread

EV_PER_K = Boltzmann / elementary_charge
PULSES = {"set_compliance": "200 uA", "reset_voltage": "2.0 V", "pulse_width": "1 us"}
TABLES = {
    "iv_loops": {
        "compliances": ["200 uA"], "set_voltage": "1.5 V", "reset_voltage": "2.0 V", "forming_voltage": "3.3 V",
        "forming_compliance": "100 uA", "ramp": "10 us",
    },
    "switching_time": {"set_voltages": ["0.9 V", "1.0 V", "1.1 V"], "temperatures": ["27 C"]},
    "retention": {
        **PULSES, "temperatures": ["125 C", "150 C"],
        "times": ["300 h", "3000 h", "20000 h", "87660 h"],
    },
    "read_disturb": {**PULSES, "voltages": ["0.3 V"]},
}  # fmt: skip


def table(name, samples=3, **changed):
    return tables()[name](samples=samples, **TABLES[name] | changed)


def simulated(technology, name, samples):
    study, asked = studies()[name], table(name, samples)
    rows = [labelled(p, study.simulate(p, 1, 0, samples)) for p in study.points(technology, asked)]
    return asked, pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="module")
def found(technology):
    """Rows and blocks of all four, from SPICE."""
    rows = {
        name: simulated(technology, name, {"retention": 11, "iv_loops": 3}.get(name, 2)) for name in TABLES
    }
    blocks = {}
    for name, (asked, mine) in rows.items():
        blocks |= studies()[name].analyze(asked, mine, 0.95)
    return {name: mine for name, (_, mine) in rows.items()}, Statistics(conditions=(), **blocks)


@pytest.mark.parametrize("name", TABLES)
def test_no_sample_is_lost(found, name):
    assert set(found[0][name]["outcome"]) == {"ok"}


@pytest.mark.parametrize(
    "name",
    [
        "switching_time",
        "read_disturb",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("iv_loops", "retention")),
    ],
)
def test_a_sample_depends_on_seed_point_and_number_alone(technology, name):
    study = studies()[name]
    point = study.points(technology, table(name))[0]
    whole = study.simulate(point, 1, 0, 2)
    parts = [study.simulate(point, 1, 1, 2), study.simulate(point, 1, 0, 1)]
    together = pd.concat(parts[::-1], ignore_index=True)
    pd.testing.assert_frame_equal(whole, together, check_exact=True)
    assert not study.simulate(point, 2, 1, 2).equals(parts[0])


def test_loops_give_the_order_of_voltages_of_a_bipolar_cell(found):
    loops = found[1].iv_loops
    point = loops.points[0]
    assert 0.3 < point.set_voltage.mean < 1.5
    assert loops.forming_voltage.mean > 1.5 * point.set_voltage.mean
    rows = found[0]["iv_loops"]
    nominal = rows[(rows["sample"] == 0) & (rows["half"] == "set")]
    assert nominal["current"].max() == pytest.approx(200e-6, rel=0.15)  # the compliance


def test_read_disturb_counts_reads_and_seconds(found):
    points = found[1].read_disturb.points
    assert [(p.state, p.unit) for p in points] == [
        ("lrs", "reads"), ("hrs", "reads"), ("lrs", "s"), ("hrs", "s"),
    ]  # fmt: skip
    assert all(p.median >= p.minimum > 0 for p in points)


def test_a_voltage_disturbs_the_sooner_the_higher_it_is(technology):
    asked = table("read_disturb", voltages=["0.2 V", "0.4 V"])
    points = studies()["read_disturb"].points(technology, asked)[1:]
    slow, fast = (read_disturb.simulate(p, 1, 0, 2).groupby("state")["amount"].median() for p in points)
    assert (slow > 3 * fast).all()


def test_the_same_devices_are_baked_at_all_temperatures(found):
    rows = found[0]["retention"]
    start = rows[rows["time"] == 0].pivot(
        index=["state", "sample"], columns="temperature", values="resistance"
    )
    assert start.iloc[:, 0].to_numpy() == pytest.approx(start.iloc[:, 1].to_numpy(), rel=1e-12)


def test_retention_finds_the_barrier_of_the_card(technology, found):
    for law in found[1].retention.laws:
        assert law.activation_energy.value == pytest.approx(technology.rram.value("e_rest"), rel=0.1)


def test_devices_drift_apart_over_barriers_of_their_own(technology):
    spread = with_rest_spread(technology)
    celsius, hours = 200.0, 10
    asked = table("retention", temperatures=[f"{celsius} C"], times=[f"{hours} h"])
    alike, apart = (
        retention.simulate(studies()["retention"].points(t, asked)[0], 1, 0, 4) for t in (technology, spread)
    )
    start, end = (apart[(apart["state"] == "lrs") & (apart["time"] == t)] for t in (0.0, hours * 3600.0))
    before = alike[(alike["state"] == "lrs") & (alike["time"] == 0.0)]
    assert start["resistance"].to_numpy() == pytest.approx(before["resistance"].to_numpy(), rel=1e-3)
    device, fresh = named_normals(1, ["device.e_rest", "cycle 0.fresh.e_rest"], 0, 4).T
    p = technology.rram.value
    barrier = p("e_rest") + 0.05 * (device + fresh)
    tau = p("g0") / p("rate") * np.exp(barrier / EV_PER_K / (celsius + ZERO_CELSIUS))
    left = np.exp(-hours * 3600.0 / tau)
    way = start["gap"].to_numpy() - p("g_rest")
    assert end["gap"].to_numpy() == pytest.approx(p("g_rest") + way * left, abs=1e-3)
    assert np.ptp(left) > 0.1  # they do drift apart


def test_the_weakest_hundredth_of_made_up_devices():
    # ln R of a device moves at its own speed per hour: the hundredth fastest of 1000 reaches ln 1.5 first
    speeds = np.geomspace(0.01, 1.0, 1000)
    rows = [
        ("hrs", 400.0, hours * 3600.0, k, "ok", 1e5 * np.exp(-speed * hours))
        for hours in (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
        for k, speed in enumerate(speeds)
    ]
    columns = ["state", "temperature", "time", "sample", "outcome", "resistance"]
    frame = pd.DataFrame(rows, columns=columns)
    life = retention.analyze(table("retention", 1000), frame, 0.95)["retention"].lives[0]
    assert life.tail.devices == 1000
    assert life.tail.time == pytest.approx(3600 * np.log(1.5) / np.quantile(speeds, 0.99), rel=1e-3)
    assert life.time == pytest.approx(3600 * np.log(1.5) / np.median(speeds), rel=1e-3)
    few = retention.analyze(table("retention", 99), frame[frame["sample"] < 99], 0.95)["retention"]
    assert few.lives[0].tail is None
    short = retention.analyze(table("retention", 1000), frame[frame["time"] <= 3600], 0.95)["retention"]
    assert short.lives[0].tail.time is not None
    assert short.lives[0].time is None


def test_the_report_says_how_the_weakest_fare(found):
    block = found[1].retention
    weak = RetentionTail(share=0.01, time=7200.0, devices=500)
    lives = (block.lives[0].model_copy(update={"tail": weak}), *block.lives[1:])
    changed = Statistics(conditions=(), retention=block.model_copy(update={"lives": lives}))
    section = sections()["retention"](changed, None)
    assert (
        "The weakest hundredth of the devices, each against itself: HRS at 125 °C after 2 h."
        in section.sentences
    )
    assert (
        "bands of the coolest and the hottest bake from 10% to 90% of the devices" in section.pictures[0][1]
    )


def test_arrhenius_law_of_made_up_devices():
    energy, celsius = 1.2, (100.0, 125.0, 150.0)
    rows = []
    for t in celsius:
        tau = 1e-8 * np.exp(energy / EV_PER_K / (t + ZERO_CELSIUS))
        for time in np.geomspace(tau / 10, tau * 10, 20):
            for sample in range(12):
                # ln R rises in proportion to time: ln 1.5 after tau
                resistance = 5e3 * (1 + sample / 100) * 1.5 ** (min(time / tau, 3))
                rows.append(("lrs", t + ZERO_CELSIUS, time, sample, "ok", resistance))
            first = [(*r[:2], 0.0, *r[3:5], 5e3 * (1 + r[3] / 100)) for r in rows[-12:]]
        rows += first
    frame = pd.DataFrame(rows, columns=["state", "temperature", "time", "sample", "outcome", "resistance"])
    block = retention.analyze(table("retention", 12), frame, 0.95)["retention"]
    assert block.laws[0].activation_energy.value == pytest.approx(energy, rel=1e-6)


def test_switching_law_of_made_up_devices():
    voltages, z = np.array([0.5, 0.7, 0.9]), np.random.default_rng(0).standard_normal(4001)
    frame = pd.concat(
        pd.DataFrame({"kind": "set", "temperature": 300.0, "voltage": v, "sample": range(len(z)), "outcome": "ok",
                      "time": 10 ** (-7 * v - 2 + 0.4 * z)})
        for v in voltages
    )  # fmt: skip
    block = switching_time.analyze(table("switching_time"), frame, 0.95)["switching_time"]
    assert block.laws[0].decades_per_volt.value == pytest.approx(7, abs=1e-6)
    # the error of a spread from a quantile range of 4,001 devices is about 1.6 %
    assert [p.sigma_log10 for p in block.points] == pytest.approx([0.4] * 3, rel=0.06)


def test_times_that_are_not_reached_bound_what_is_said():
    assert log_moments(np.array([1.0, 2.0, np.inf])) == (2.0, None)
    assert log_moments(np.array([1.0, np.inf, np.inf])) == (None, None)
    assert log_moments(np.array([])) == (None, None)


def test_discards_are_counted(technology):
    name = "switching_time"
    point = studies()[name].points(technology, table(name))[0]
    rows = labelled(point, switching_time.simulate(point, 1, 0, 3))
    rows.loc[1, ["outcome", "reason", "time"]] = "discard", "made up", np.nan
    block = switching_time.analyze(table(name), rows, 0.95)[name]
    assert (block.points[0].samples, block.points[0].discards) == (2, 1)


def test_a_device_off_the_map_is_a_discard(technology):
    point = studies()["iv_loops"].points(technology, table("iv_loops"))[0]
    away = replace(point, content=replace(point.content, gap=float("nan")))
    rows = iv_loops.simulate(away, 1, 0, 2)
    assert list(rows["outcome"]) == ["discard", "discard"]
    assert rows["reason"].str.contains("cell.gap").all()


@pytest.mark.usefixtures("whole_pictures")
def test_sections_show_what_was_found(found):
    rows, statistics = found
    for name in TABLES:
        section = sections()[name](statistics, rows[name])
        assert section is not None
        assert section.pictures[0][0].svg.startswith("<?xml")
        assert all(len(row) == len(section.grid.head) for row in section.grid.rows)
        assert sections()[name](Statistics(conditions=()), None) is None


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("switching_time", {"set_voltages": []}, "no voltage"),
        ("retention", {"times": ["10 years"]}, "expected a time"),
        ("retention", {"criterion": 0.5}, "greater than 1"),
        ("read_disturb", {"voltages": ["0.2 V", "0.2 V"]}, "given twice"),
        ("iv_loops", {"ramp": "1"}, "without a unit"),
    ],
)
def test_bad_tables_are_refused(name, changed, said):
    with pytest.raises(ValueError, match=said):
        table(name, **changed)
