"""The RRAM subcircuit against its equations solved by scipy, and the trends of the devices it stands for."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.constants import Boltzmann, elementary_charge
from scipy.integrate import solve_ivp

from spicekit.circuits.cell import ACCURATE, Pulse, program_deck
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.compliance import compliance_word_line
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.quantity import Quantity
from spicekit.models.rram import load_rram
from spicekit.ngspice import Final, evaluate

EV_PER_K = Boltzmann / elementary_charge


def constant_voltage(technology, voltage, width):
    """A deck that holds `voltage` on the device alone, for `width` s."""
    builder = CircuitBuilder("device", "constant voltage", technology.process, technology.temperature)
    builder.hold("te", "te", voltage)
    builder.memory("cell", "te", "0", technology.rram, 0.5)
    measurements = (Final("gap", "xcell.gap"), Final("current", "i(vte)"))
    return builder.deck(measurements, width / 100, width, ACCURATE)


def run(deck, **values):
    """Evaluate one sample; returns measurements by name."""
    return deck.measure({f"cell.{k}": v for k, v in values.items()})


def reference_rate(model, gap, voltage, temperature):
    """The model's equations as its header states them, in plain Python: current [A], dg/dt [nm/s]."""
    p = model.value
    wide = 1 + np.exp(2 * (p("g_ohmic") - gap) / p("g0")) if p("g_ohmic") else 1.0
    if p("v_ohmic"):
        wide *= np.sqrt(1 + (voltage / p("v_ohmic")) ** 2)
    current = p("i0") * np.exp(-gap / p("g0")) * wide * np.sinh(voltage / (p("v0") * wide))
    kt = EV_PER_K * (temperature + p("rth") * abs(voltage * current))
    if voltage > 0:
        edge = 1 - np.exp(-max(gap - p("gap_min"), 0) / p("gap_edge"))
        work = p("alpha") * voltage / kt / (1 + (gap / p("g_field")) ** 3)
        rate = -(1 - np.exp(-work)) / (1 + np.exp((p("e_set") + p("e_set_gap") * gap) / kt - work)) * edge
    else:
        edge = 1 - np.exp(-max(p("gap_max") - gap, 0) / p("gap_edge"))
        work = -p("alpha_reset") * voltage / kt
        rate = (1 - np.exp(-work)) / (1 + np.exp((p("e_reset") + p("e_reset_gap") * gap) / kt - work)) * edge
    rest = np.exp(-p("e_rest") / kt) * (p("g_rest") - gap) / p("g0")
    return current, p("rate") * (rate + rest)


def by_state(rram, v0=0.26, r_ohmic=15.5e3, v_ohmic=0.0):
    """The set with another non-linearity in each state: v0 has doubled where the resistance has fallen to `r_ohmic`."""
    turns = rram.value("g0") * np.log(r_ohmic * rram.value("i0") / rram.value("v0"))
    changed = {"v0": v0, "i0": rram.value("i0") * v0 / rram.value("v0")}
    quantities = {
        name: quantity.model_copy(update={"value": changed.get(name, quantity.value)})
        for name, quantity in rram.quantities.items()
    }
    quantities["g_ohmic"] = Quantity(value=turns, unit="nm", status="assumed", source="a test")
    if v_ohmic:
        quantities["v_ohmic"] = Quantity(value=v_ohmic, unit="V", status="assumed", source="a test")
    return replace(rram, quantities=quantities)


@pytest.mark.parametrize("non_linearity", ["one v0", "by state", "by state and voltage"])
@pytest.mark.parametrize(
    ("voltage", "width", "start"),
    [(0.8, 100e-9, 0.9), (1.0, 20e-9, 1.2), (-1.0, 1e-6, 0.4), (-2.2, 100e-9, 0.5), (0.2, 1e-6, 0.4)],
)
def test_the_subcircuit_solves_its_equations(technology, voltage, width, start, non_linearity):
    if non_linearity != "one v0":
        rram = by_state(technology.rram, v_ohmic=1.0 if non_linearity.endswith("voltage") else 0.0)
        technology = replace(technology, rram=rram)
    found = run(constant_voltage(technology, voltage, width), gap=start)
    solved = solve_ivp(
        lambda _, g: [reference_rate(technology.rram, g[0], voltage, technology.temperature)[1]],
        (0, width), [start], method="LSODA", rtol=1e-9, atol=1e-12,
    )  # fmt: skip
    end = solved.y[0, -1]
    assert found["gap"] == pytest.approx(end, abs=2e-3)
    current = reference_rate(technology.rram, found["gap"], voltage, technology.temperature)[0]
    assert -found["current"] == pytest.approx(current, rel=1e-5)


def test_each_state_has_the_non_linearity_of_its_gap_and_the_resistance_of_the_old_law(technology):
    rram = by_state(technology.rram)
    gaps = np.array([0.37, 1.0, 1.5])
    low, read = (
        [-run(constant_voltage(replace(technology, rram=rram), v, 1e-9), gap=gap)["current"] for gap in gaps]
        for v in (1e-3, 0.3)
    )
    assert 1e-3 / np.array(low) == pytest.approx(technology.rram.resistance(gaps), rel=1e-4)
    assert rram.resistance(gaps) == pytest.approx(technology.rram.resistance(gaps))
    x = 0.3 / rram.sinh_voltage(gaps)
    assert np.array(read) / np.array(low) / 300 == pytest.approx(np.sinh(x) / x, rel=1e-3)
    assert x[0] < 0.1  # nearly ohmic
    assert x[2] > 1.1


def test_the_voltage_of_the_sinh_is_finite_and_falls_with_the_gap(technology):
    gaps = np.linspace(-0.1, technology.rram.value("gap_max") + 0.1, 100)
    voltage = by_state(technology.rram).sinh_voltage(gaps)
    assert np.isfinite(voltage).all()
    assert (np.diff(voltage) <= 0).all()
    assert voltage[-1] == pytest.approx(0.26)
    assert technology.rram.sinh_voltage(gaps) == pytest.approx(technology.rram.value("v0"))


def test_nothing_moves_without_voltage(technology):
    assert run(constant_voltage(technology, 0.0, 1.0), gap=0.5)["gap"] == pytest.approx(0.5, abs=1e-9)


def resistance(found):
    return (found["verify_top"] - found["verify_bottom"]) / found["verify_current"]


def set_pulse(technology, compliance, width=1e-6):
    word_line = compliance_word_line(technology, compliance)
    return program_deck(technology, Pulse("set", technology.design.set_voltage, word_line, width), 1.0).deck


def reset_pulse(technology, voltage, width=1e-6):
    return program_deck(
        technology, Pulse("reset", voltage, technology.design.reset_word_line, width), 0.4
    ).deck


def test_hrs_grows_with_reset_voltage_and_time(technology):
    by_voltage = [resistance(run(reset_pulse(technology, v))) for v in (1.5, 2.0, 2.5)]
    assert by_voltage[0] * 1.5 < by_voltage[1]
    assert by_voltage[1] * 1.5 < by_voltage[2]
    by_time = [resistance(run(reset_pulse(technology, 2.0, w))) for w in (1e-7, 1e-6, 1e-5)]
    assert by_time == sorted(by_time)
    steps = np.diff(np.log(by_time))  # about equal per decade: logarithmic in time
    assert steps[1] == pytest.approx(steps[0], rel=0.4)


def spread_out(rram, sigmas):
    """All parameters of a device so many standard deviations off."""
    return {f"cell.{p}": rram.value(p) + sigmas * rram.population().parameters[p].sigma for p in rram.alter}


@pytest.mark.parametrize("kind", ["set", "reset"])
@pytest.mark.parametrize(("voltage", "width"), [(2.5, 1e-6), (1.5, 1e-6), (2.0, 1e-7)])
def test_end_states_stand_when_tolerances_and_steps_are_tightened_tenfold(technology, kind, voltage, width):
    fine = replace(technology, design=replace(technology.design, steps_per_pulse=250))
    ends = []
    for used in (technology, fine):
        deck = set_pulse(used, 200e-6, width) if kind == "set" else reset_pulse(used, voltage, width)
        if used is fine:
            assert ACCURATE in deck.netlist
            tight = "trtol=1 reltol=1e-5 abstol=1e-13 vntol=1e-7 chgtol=1e-15 method=trap"
            deck = replace(deck, netlist=deck.netlist.replace(ACCURATE, tight))
        # nominal, and corners of the spread
        rows = np.array([deck.row(), *(deck.row(spread_out(used.rram, sigmas)) for sigmas in (-2, 2))])
        measured, outcomes = evaluate(deck, rows)
        assert all(o.ok for o in outcomes)
        top, bottom, current = measured[:, 1], measured[:, 2], measured[:, 3]
        ends.append((measured[:, 0], (top - bottom) / current, measured[:, 4]))
    for coarse, tight in zip(*ends, strict=True):  # gap, resistance, energy of the path
        assert coarse == pytest.approx(tight, rel=0.01)


def test_wear_follows_its_stated_law(technology):
    ageing = technology.rram.ageing
    assert ageing.wear(0, 2.0, 1e-6) == 0
    assert ageing.wear(ageing.cycles.value, 2.0, 1e-6) == pytest.approx(1)
    assert ageing.wear(1e8, 2.5, 1e-6) > ageing.wear(1e8, 1.5, 1e-6)
    assert ageing.wear(1e8, 2.0, 1e-6) > ageing.wear(1e8, 2.0, 1e-7)


def write_card(folder, old, new):
    text = data_path("device_models", "rram", "hfo2_130nm.toml").read_text()
    assert old in text
    path = folder / "own.toml"
    path.write_text(text.replace(old, new, 1))
    return path


def test_an_own_parameter_set_is_read(tmp_path):
    assert (
        load_rram(write_card(tmp_path, "alpha = {value = 0.5", "alpha = {value = 0.6")).value("alpha") == 0.6
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("alpha = {value = 0.5", "alfa = {value = 0.5", "alfa.*did you mean `alpha`"),
        ('unit = "A", status = "assumed"', 'unit = "A", status = "guessed"', "parameters.i0.status"),
        ('subcircuit = "hfo2.sub"', 'subcircuit = "none.sub"', "no file `none.sub`"),
        ("[initial]", "[initial", "is not TOML"),
        ("i0 = {device = 0.03", "i0 = {device = -1", "spread.i0.device"),
        (
            'value = 1.0e-3, unit = "A"',
            'value = 0.5, unit = "mA"',
            "`parameters.i0`: unit `mA`, expected `A`",
        ),
        ("value = 0.25,", 'value = "0.25",', "parameters.g0.value"),
        ("value = 0.25,", "value = nan,", "parameters.g0.value"),
        ("value = 0.8,", "value = 0,", "`parameters.v0`: got 0, expected a number above 0"),
    ],
)
def test_a_bad_parameter_set_gets_one_clear_line(tmp_path, old, new, said):
    with pytest.raises(InputError, match=said) as error:
        load_rram(write_card(tmp_path, old, new))
    assert "\n" not in str(error.value)
    assert "own.toml" in str(error.value)


def test_a_law_that_an_own_subcircuit_lacks_is_refused(tmp_path):
    turns = 'g_ohmic = {value = 0.7, unit = "nm", status = "assumed", source = "a test"}'
    path = write_card(tmp_path, "[initial]", f"{turns}\n[initial]")
    assert load_rram(path).value("g_ohmic") == 0.7
    (tmp_path / "hfo2.sub").write_text(
        data_path("device_models/rram/hfo2.sub").read_text().replace("g_ohmic", "g_o")
    )
    with pytest.raises(
        InputError, match=r"`parameters\.g_ohmic`: the subcircuit `hfo2\.sub` has no such law"
    ):
        load_rram(path)


def test_a_card_may_spread_the_retention_barrier_and_the_amplitude_of_traps(tmp_path):
    rest = 'e_rest = {device = 0.05, fresh = 0.05, kind = "absolute", status = "assumed", source = "a test"}'
    path = write_card(tmp_path, "[spread]", f"[spread]\n{rest}")
    trap = 'amplitude_spread = {value = 0.7, unit = "1", status = "assumed", source = "a test"}'
    path.write_text(path.read_text().replace("[telegraph]", f"[telegraph]\n{trap}"))
    rram = load_rram(path)
    assert list(rram.resting().alter) == [*rram.alter, "e_rest"]
    assert rram.resting().population().parameters["e_rest"].sigma == pytest.approx(0.05 * 2**0.5)
    assert rram.telegraph_noise.spread == 0.7
    (tmp_path / "hfo2.sub").write_text(
        data_path("device_models/rram/hfo2.sub").read_text().replace("ve_rest", "vrest")
    )
    with pytest.raises(InputError, match=r"`spread\.e_rest`: the subcircuit `hfo2\.sub` has no such law"):
        load_rram(path)


def test_a_control_block_in_a_foreign_subcircuit_is_refused(tmp_path):
    path = write_card(tmp_path, 'subcircuit = "hfo2.sub"', 'subcircuit = "evil.sub"')
    (tmp_path / "evil.sub").write_text(".control\nshell touch pwned\n.endc\n")
    with pytest.raises(InputError, match="control"):
        load_rram(path)
