"""Studies of oscillators in real ngspice: against closed forms, and against the equation that the block stands for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from spicekit import statistics
from spicekit.circuits.oscillator import coupled_deck
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.mtj import load_mtj
from spicekit.ngspice import record
from spicekit.report import build_report
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.studies.injection_locking import study as injection_locking
from spicekit.studies.injection_locking.table import InjectionTable
from spicekit.studies.mutual_locking import study as mutual_locking
from spicekit.studies.mutual_locking.table import MutualTable
from spicekit.studies.oscillation import study as oscillation
from spicekit.studies.oscillation.analyze import analyze_oscillation
from spicekit.studies.oscillation.table import OscillationTable
from spicekit.studies.oscillators.spread import Spread
from spicekit.studies.study import labelled

from .conftest import ROOM

HEAD = 'schema = "spicekit.sweep/1"\nname = "osc"\nseed = 8\n[technology]\nmtj = "vortex"\n'
FREE = (
    HEAD
    + """
[studies.oscillation]
currents = ["3 mA", "4 mA", "5 mA"]
record = "18 us"
resolution = "350 kHz"
samples = 1
"""
)
DRIVEN = (
    HEAD
    + """
[studies.injection_locking]
current = "4 mA"
drives = ["0.4 mA"]
steps = 9
record = "2 us"
samples = 1
"""
)
TOGETHER = (
    HEAD
    + """
[studies.mutual_locking]
current = "4 mA"
numbers = [2]
wirings = ["series"]
spread = 1.0
settle = "1 us"
record = "12 us"
resolution = "500 kHz"
samples = 2
"""
)


@pytest.fixture(scope="module")
def oscillating(technology):
    return replace(technology, mtj=load_mtj("vortex"))


def plan_of(tmp_path, text):
    path = tmp_path / "osc.toml"
    path.write_text(text)
    return make_plan(load_spec(path))


def run_of(tmp_path, text):
    folder = RunFolder(tmp_path / "run")
    return folder, run(plan_of(tmp_path, text), folder, Settings(1, sample_timeout=300), lambda _: None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FREE.replace('mtj = "vortex"', ""), r"`studies.oscillation`: needs a tunnel junction: give `technology.mtj`"),
        (FREE.replace("vortex", "vortx"), r"`technology`: model `vortx` .*did you mean `vortex`"),
        (FREE.replace("18 us", "3 us"), r"`record`: 3e-06 s is too short for a `resolution` of 350000 Hz.* 1.71e-05 s"),
        (FREE.replace("18 us", "40 us").replace('"5 mA"', '"8 mA"'), r"`resolution`: 350000 Hz is coarser than the l"),
        (FREE.replace('"5 mA"', '"50 mA"'), r"`vortex`: a current of 0.05 A takes .*barrier breaks down"),
        (FREE.replace("[studies", '[studies.x]\n[studies'), r"unknown key `studies.x`"),
        (DRIVEN.replace('"4 mA"', '"1.5 mA"'), r"`current`: 0.0015 A is not above the threshold of 0.002 A"),
        (DRIVEN.replace("2 us", "200 ns"), r"`record`: 2e-07 s is too short to tell locked from not.* needs 5"),
        (DRIVEN.replace('drives = ["0.4 mA"]', ""), r"no drive: give at least one of `drives`, `line_drives`"),
        (TOGETHER.replace("[2]", "[9]"), r"`studies.mutual_locking.numbers\[1\]`: .*less than or equal to 8"),
        (TOGETHER.replace("4 mA", "2 mA"), r"`current`: 0.002 A is not above the threshold"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(tmp_path, text, message):
    with pytest.raises(InputError, match=message) as error:
        plan_of(tmp_path, text)
    assert "\n" not in str(error.value)
    assert "osc.toml" in str(error.value)


@pytest.mark.parametrize("tmr", ["-0.5", "100.0"])
def test_a_tmr_that_no_junction_has_is_refused(tmp_path, tmr):
    card = (data_path("device_models", "mtj") / "vortex.toml").read_text()
    (tmp_path / "own.toml").write_text(card.replace("tmr = {value = 1.0", f"tmr = {{value = {tmr}"))
    with pytest.raises(InputError, match=r"own.toml: `parameters.tmr`: got .*expected"):
        plan_of(tmp_path, FREE.replace('"vortex"', '"own.toml"'))


def obeys_the_closed_forms(block):
    """Compare each point of the block with the card."""
    model = load_mtj("vortex")
    law = model.oscillator(ROOM)
    for point in block.points:
        found, current = {k: s.nominal for k, s in point if isinstance(s, Spread)}, point.current
        expected = {
            "frequency": law.oscillation_frequency(current),
            "power": law.power(current),
            "relaxation_rate": law.relaxation_rate(current),
            "nonlinearity": law.nonlinearity(current),
            "noise": law.noise(current),
            "linewidth_phase": law.linewidth(current),
        }
        for name, value in expected.items():
            assert found[name].value == pytest.approx(value, abs=4 * found[name].error + 0.02 * value), name
        voltage = model.emitted_amplitude(current, law.power(current))
        assert found["voltage"].value == pytest.approx(voltage, rel=0.03)


@pytest.mark.usefixtures("undrawn")
def test_a_free_oscillator_obeys_the_closed_forms(tmp_path):
    text = FREE.replace('"3 mA", "4 mA", "5 mA"', '"4 mA"').replace("18 us", "12 us")
    folder, finished = run_of(tmp_path, text.replace("350 kHz", "500 kHz"))
    assert finished.discards == ()
    block = finished.statistics.oscillator
    obeys_the_closed_forms(block)
    assert (len(block.points), block.laws) == (1, None)  # a law of the amplitude needs three currents
    assert statistics.load(folder.statistics_file) == finished.statistics
    assert "Free oscillation" in build_report(folder).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_free_oscillators_obey_the_closed_forms_and_their_laws_are_the_card(tmp_path):
    folder, finished = run_of(tmp_path, FREE)
    assert finished.discards == ()
    block, model = finished.statistics.oscillator, load_mtj("vortex")
    obeys_the_closed_forms(block)
    laws = {k: s.nominal for k, s in block.laws if isinstance(s, Spread)}
    for name in ("frequency", "frequency_shift", "damping", "damping_growth", "spin_torque"):
        value = model.value(name)
        assert laws[name].value == pytest.approx(value, abs=4 * laws[name].error + 0.01 * value), name
    assert laws["threshold"].value == pytest.approx(
        model.oscillator(ROOM).threshold, abs=4 * laws["threshold"].error
    )
    assert statistics.load(folder.statistics_file) == finished.statistics
    page = build_report(folder).read_text(encoding="utf-8")
    assert "Free oscillation" in page
    assert "Threshold 2" in page
    rows = folder.stored("oscillation")
    two = analyze_oscillation(rows[rows["current"] < 4.5e-3], 18e-6, 350e3)
    assert (len(two.points), two.laws) == (2, None)  # a law of the amplitude needs three currents


@pytest.mark.slow  # its row is golden
def test_a_sample_depends_on_its_number_alone(oscillating):
    table = OscillationTable(samples=3, currents=["4 mA"], record="12 us", resolution="500 kHz")
    (point,) = oscillation.points(oscillating, table)
    whole = oscillation.simulate(point, 5, 0, 2)
    alone = oscillation.simulate(point, 5, 1, 2)
    pd.testing.assert_frame_equal(
        whole[whole["sample"] == 1].dropna(axis=1, how="all").reset_index(drop=True), alone, check_dtype=False
    )
    assert oscillation.simulate(point, 6, 1, 2)["frequency"].iloc[0] != alone["frequency"].iloc[0]
    longer = table.model_copy(update={"samples": 99})
    assert [p.identity for p in oscillation.points(oscillating, longer)] == [point.identity]
    warmer = oscillation.points(replace(oscillating, temperature=350.0), table)
    assert warmer[0].identity != point.identity


def test_a_tongue_and_the_force_behind_it_are_those_of_the_closed_form(oscillating):
    table = InjectionTable(samples=1, current="4 mA", drives=["0.4 mA"], steps=9, record="2.5 us")
    (point,) = injection_locking.points(oscillating, table)
    rows = labelled(point, injection_locking.simulate(point, 3, 0, 1))
    (found,) = injection_locking.analyze(table, rows, 0.95)["oscillator"].injection.points
    model = oscillating.mtj
    expected = model.oscillator(ROOM).locking_range(4e-3, 4e-4)
    assert found.locking_range.mean.value == pytest.approx(expected, rel=0.1)
    assert found.counted_range.mean.value == pytest.approx(expected, abs=0.6 * expected)
    assert found.closed_form == pytest.approx(expected)
    # range of a pure phase oscillator: without the factor √(1 + ν²)
    assert found.locking_range.mean.value > 4 * found.pure_phase
    coupling, phase = found.coupling.mean, found.phase.mean
    assert coupling.value == pytest.approx(
        model.value("injection"), abs=4 * coupling.error + 0.04 * coupling.value
    )
    assert phase.value == pytest.approx(
        np.deg2rad(model.value("injection_phase")), abs=4 * phase.error + 0.05
    )
    middle = [d for d in found.detunings if abs(d.offset) < 0.6]
    assert [d.locked.events for d in middle] == [1] * len(middle)
    assert {d.locked.events for d in found.detunings if abs(d.offset) > 1.4} == {0}


@pytest.mark.slow  # in the fast half a golden row holds what the circuit of two does (test_golden.py)
@pytest.mark.parametrize(
    ("record", "resolution", "resolved"), [("6 us", "1000 kHz", False), ("12 us", "500 kHz", True)]
)
def test_identical_oscillators_lock_and_different_ones_do_not(oscillating, record, resolution, resolved):
    table = MutualTable(samples=2, current="4 mA", numbers=[2], wirings=["series"], spread=1.0,
                                       settle="1 us", record=record, resolution=resolution)  # fmt: skip
    (point,) = mutual_locking.points(oscillating, table)
    rows = labelled(point, mutual_locking.simulate(point, 4, 0, 2))  # a seed that draws two far apart
    alike, apart = (rows[(rows["kind"] == "set") & (rows["sample"] == k)].iloc[0] for k in (0, 1))
    assert alike["locked"]
    assert alike["sum_power"] == pytest.approx(4, rel=0.1)  # (2 x)² over x², less phase noise
    assert apart["frequency_spread"] > 3e6  # many times what this coupling can hold
    assert not apart["locked"]
    assert apart["sum_power"] == pytest.approx(2, rel=0.2)  # incoherent
    (found,) = mutual_locking.analyze(table, rows, 0.95)["oscillator"].mutual.points
    assert (found.sets, found.locked.events, found.discards) == (2, 1, 0)
    if resolved:  # 0.28 MHz
        single = oscillating.mtj.oscillator(ROOM).linewidth(4e-3)
        assert found.linewidth_phase.value == pytest.approx(single / 2, abs=4 * found.linewidth_phase.error)


@pytest.mark.parametrize("wiring", ["series", pytest.param("parallel", marks=pytest.mark.slow)])
def test_the_equation_of_the_block_replaces_the_circuit(wiring):
    """Two oscillators of different frequency, without noise: the circuit, and SciPy on what docs/statistics.md says."""
    model, current, load, detuning = load_mtj("vortex"), 4e-3, 50.0, 1.2e6
    law = model.oscillator(ROOM)
    deck = coupled_deck(model, [current] * 2, 3e-6, ROOM, wiring=wiring, load=load)
    row = deck.row(
        {"osc0.frequency": law.frequency - detuning / 2, "osc1.frequency": law.frequency + detuning / 2}
    )
    signals = ["osc0_u", "osc0_w", "osc1_u", "osc1_w"]
    waves = record(deck, np.array([row]), signals=signals, step=1e-9, start=2.5e-6).waves[0]
    a = waves[::2] + 1j * waves[1::2]
    phase, power = np.angle((a[0] * a[1].conj()).mean()), (np.abs(a) ** 2).mean(1)

    resistance = model.voltage(current, 0.0) / current
    # c counts towards the parallel state, where the resistance is low
    emission = -model.emitted_amplitude(current, law.power(current)) / current / law.power(current) ** 0.5
    coupling = model.value("injection") * np.exp(1j * np.deg2rad(model.value("injection_phase")))
    middle = law.oscillation_frequency(current)

    def slope(_, y):
        c = y[:2] + 1j * y[2:]
        # only what turns with c matters: half of each voltage, in the frame of the middle frequency
        voltage, p = emission * current * c, np.abs(c) ** 2
        if wiring == "series":
            driven = -voltage.sum() / (load + 2 * resistance) * np.ones(2)
        else:
            out = (voltage / resistance).sum() / (2 / resistance + 1 / load)
            driven = -(out - voltage) / resistance
        turn = law.frequency + np.array([-1, 1]) * detuning / 2 + law.frequency_shift * p - middle
        grow = law.spin_torque * current * (1 - p) - law.damping * (1 + law.damping_growth * p)
        rate = 2 * np.pi * ((grow - 1j * turn) * c + coupling * driven / 2)
        return np.r_[rate.real, rate.imag]

    end = solve_ivp(slope, (0, 3e-6), [0.5, 0.5, 0.0, 0.0], rtol=1e-8, atol=1e-10).y[:, -1]
    c = end[:2] + 1j * end[2:]
    assert np.abs(c) ** 2 == pytest.approx(power, rel=0.01)
    assert np.angle(c[0] * c[1].conj()) == pytest.approx(phase, rel=0.1)
    assert abs(phase) > 0.1  # a detuning that shows
