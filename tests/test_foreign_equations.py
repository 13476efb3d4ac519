"""The equations of the bundled foreign devices, against scipy's integration of what their sources publish."""

import platform
import re
import sys
from itertools import pairwise

import numpy as np
import pytest
from scipy.constants import Boltzmann, elementary_charge
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from spicekit.data import bundled_cards
from spicekit.models import cross_check, vacask
from spicekit.models.memory import load_memory
from spicekit.ngspice import verilog_a

EV_PER_K = Boltzmann / elementary_charge
EDGE, SURROUNDINGS = 1e-9, 300.0  # s, K
CELL = 5e-15  # F
MODELS = bundled_cards("foreign")["sky130_reram"].parent


def bench(voltage, width, series, start):
    """A pulse with plateau `width` [s] behind `series` [Ohm], then a rest."""
    points = ((0, 0), (EDGE, voltage), (EDGE + width, voltage), (2 * EDGE + width, 0), (3 * EDGE + width, 0))
    return vacask.Testbench(points, series, start, SURROUNDINGS, width / 200, 1e-5)


def simulated(name, one):
    """State at the end, and current [A] at the end of the plateau, from ngspice."""
    return ends(cross_check.in_ngspice(load_memory(name), one), one)


def ends(waves, one):
    time = one.points[2][0]
    drive, te = (np.interp(time, waves["time"], waves[k]) for k in ("drive", "te"))
    return waves["gap"][-1], (drive - te) / one.series


def integrated(one, current, motion, heat):
    """The same from the equations: I(V, x), dx/dt(V, x, T), and dT/dt(V I, T), with the cell's capacitance."""
    times, volts = zip(*one.points, strict=True)

    def slopes(t, y):
        v, x, kelvin = y
        i = current(v, x)
        charging = (np.interp(t, times, volts) - v) / one.series - i
        return charging / CELL, motion(v, x, kelvin), heat(v * i, kelvin)

    y, found = np.array([0.0, one.gap, SURROUNDINGS]), []
    for begin, end in pairwise(times):  # each corner of the drive is met
        done = solve_ivp(slopes, (begin, end), y, "LSODA", rtol=1e-8, atol=(1e-9, 1e-9, 1e-6))
        assert done.success
        y = done.y[:, -1]
        found.append(y)
    return y[1], (volts[2] - found[1][0]) / one.series


# as published (sky130_fd_pr_reram__reram_cell.va), in metres there, in nm here; the filament is cut off at its ends
def skywater(one):
    tox, ref, most, least = 5.0, 4.7249, 4.9, 3.3

    def current(v, f):
        return 6.140e-5 * np.exp(-(tox - np.clip(f, least, most)) / (tox - ref)) * np.sinh(v / 0.430)

    def motion(v, f, kelvin):
        kt, work = EV_PER_K * kelvin, (16.5 - 1.25 * (tox - f) ** 3) * 0.25 / tox * v
        speed = 150e9 * (np.exp((-1.501 + work) / kt) - np.exp((-1.500 - work) / kt))
        return 0.0 if (f >= most and speed > 0) or (f <= least and speed < 0) else speed

    return integrated(one, current, motion, lambda p, t: abs(p) / 3.1825e-16 - (t - SURROUNDINGS) / 0.23e-9)


# Jiang et al., IEEE TED 63, 1884, 2016, with the numbers of the bundled subcircuit
def jiang(one):
    def current(v, g):
        return 150e-6 * np.exp(-np.clip(g, 0.1, 1.4) / 0.3) * np.sinh(v / 0.5)

    def motion(v, g, kelvin):
        kt = EV_PER_K * kelvin
        speed = -150e9 * np.exp(-1.05 / kt) * np.sinh((13 - 0.8 * g**3) * 0.25 / 5 * v / kt)
        return 0.0 if (g >= 1.4 and speed > 0) or (g <= 0.1 and speed < 0) else speed

    return integrated(one, current, motion, lambda p, t: (SURROUNDINGS + 4e5 * abs(p) - t) / 0.2e-9)


# Sun, Phys. Rev. B 62, 570, 2000, for perpendicular anisotropy, and the drift that heat gives the mean
def sun(one):
    def current(v, m):
        return v * ((1 - m) / 4e3 + m / (4e3 * (1 + 1.2 / (1 + (v / 0.5) ** 2))))

    def motion(v, m, _):
        z, i = 1 - 2 * m, current(v, m)
        return -((1 - z**2) * (z + i / (80e-6 if i > 0 else 120e-6)) - z / 60) / 2 / 1.5e-9

    return integrated(one, current, motion, lambda *_: 0.0)


CASES = {
    "sky130_reram": (
        skywater,
        {  # voltage, width, series resistance, start
            "SET": (2.3, 1e-7, 20e3, 3.5),
            "SET that runs to the end": (2.5, 1e-7, 5e3, 3.3),
            "RESET": (-1.9, 1e-7, 2e3, 4.85),
            "RESET to the end": (-2.5, 1e-7, 2e3, 4.85),
        },
    ),
    "stanford_pku": (
        jiang,
        {
            "SET": (1.4, 1e-7, 5e3, 1.2),
            "RESET": (-1.3, 1e-7, 1e3, 0.3),
            "RESET to the end": (-2.0, 1e-7, 1e3, 0.3),
        },
    ),
    "stt_mtj": (
        sun,
        {
            "SET": (1.0, 3e-8, 3e3, 0.99),
            "SET that ends half-way": (1.0, 2e-9, 3e3, 0.95),
            "RESET": (-1.0, 3e-8, 2e3, 0.01),
        },
    ),
}


@pytest.mark.parametrize(("name", "what"), [(name, what) for name in CASES for what in CASES[name][1]])
def test_pulses_end_where_scipy_ends(name, what):
    """State within 1 % of its range (the smooth ends are 0.02 nm wide), current within 2 %."""
    equations, cases = CASES[name]
    one = bench(*cases[what])
    (state, current), (expected, expected_current) = simulated(name, one), equations(one)
    low, high = load_memory(name).population().gap_range
    assert state == pytest.approx(expected, abs=0.01 * (high - low))
    assert current == pytest.approx(expected_current, rel=0.02)
    assert abs(expected - one.gap) > 0.1 * (high - low)  # it has moved


VERILOG_A = MODELS / "sky130_reram.va"


def in_vacask(one):
    """Waves of the bench with the Verilog-A text in VACASK."""
    source = VERILOG_A.read_text(encoding="utf-8")
    module = verilog_a.module_name(source)
    library = verilog_a.compile_model(source)
    wave = ", ".join(f"{time:.12g}, {voltage:.9g}" for time, voltage in one.points)
    text = f"""the foundry's cell behind {one.series:g} Ohm
load "{library}"
load "resistor.osdi"
load "capacitor.osdi"
ground 0
model resistor resistor
model capacitor capacitor
model vsource vsource
model cell {module} (temperature_0={one.temperature!r})
vdrive (drive 0) vsource type="pwl" wave=[{wave}]
rseries (drive te) resistor r={one.series!r}
ccell (te 0) capacitor c={CELL!r}
xcell (te 0 gap temp) cell
control
  abort always
  options rawfile="binary" tran_method="trap" tran_lteratio=1 reltol={one.relative_tolerance:g} vntol=1e-9 abstol=1e-11
  analysis tran tran step={one.step / 10:.6g} maxstep={one.step:.6g} stop={one.stop_time:.12g} icmode="uic" """
    text += f"""ic={{"gap", {one.gap!r}, "temp", {one.temperature!r}}}
endc
"""
    return vacask.run(text, one.stop_time)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the compiler's package is for Linux on x86-64",
)
@pytest.mark.parametrize("what", CASES["sky130_reram"][1])
def test_the_verilog_a_of_the_foundrys_cell_says_the_same(what):
    one = bench(*CASES["sky130_reram"][1][what])
    (state, current), (expected, expected_current) = ends(in_vacask(one), one), simulated("sky130_reram", one)
    assert state == pytest.approx(expected, abs=0.005)
    assert current == pytest.approx(expected_current, rel=0.01)


def test_both_texts_of_the_foundrys_cell_have_the_published_parameters():
    published = {
        "Tox": 5.0e-9, "Tfilament_max": 4.9e-9, "Tfilament_min": 3.3e-9, "Eact_generation": 1.501,
        "Eact_recombination": 1.500, "I_k1": 6.140e-5, "Tfilament_ref": 4.7249e-9, "V_ref": 0.430, "velocity_k1": 150,
        "gamma_k0": 16.5, "gamma_k1": -1.25, "Temperature_0": 300, "C_thermal": 3.1825e-16, "tau_thermal": 0.23e-9,
        "a0": 0.25e-9,
    }  # fmt: skip
    text = (MODELS / "sky130_reram.sub").read_text(encoding="utf-8")
    module = VERILOG_A.read_text(encoding="utf-8")
    for found in (
        dict(re.findall(r"(\w+)=([-+.\de]+)", text)),
        dict(re.findall(r"parameter real (\w+)\s*= (\S+)", module)),
    ):
        assert {name: float(found[name]) for name in published} == published


def test_slow_currents_switch_a_junction_from_where_its_well_ends():
    """The well is gone where I/ic = y - y/(stability (1 - y^2)) has no solution: its maximum over y, by scipy."""
    well = minimize_scalar(lambda y: -(y - y / (60 * (1 - y**2))), bounds=(0.3, 0.999), method="bounded")
    assert -well.fun == pytest.approx(1 - np.sqrt(2 / 60), abs=0.01)  # as the header says
    ramp, series = 2e-5, 1e6  # A in all: a slow rise of the current to twice the critical one
    one = vacask.Testbench(((0, 0), (ramp, 160e-6 * series)), series, 0.9958, SURROUNDINGS, ramp / 2000, 1e-5)
    waves = cross_check.in_ngspice(load_memory("stt_mtj"), one)
    switched = np.interp(-0.5, -waves["gap"], waves["time"])
    assert 160e-6 * switched / ramp == pytest.approx(-well.fun * 80e-6, rel=0.05)


def test_the_verilog_a_of_the_foundrys_cell_can_stand_in_the_card(tmp_path):
    """Its state becomes a port, and its storage can be handed to the netlist."""
    card = bundled_cards("foreign")["sky130_reram"].read_text(encoding="utf-8")
    card = card.replace('"sky130_reram.sub"', '"sky130_reram.va"').replace(
        'node = "filament"\n', 'node = "filament"\nstorage = "c_filament"\n'
    )
    (tmp_path / "cell.toml").write_text(card, encoding="utf-8")
    (tmp_path / "sky130_reram.va").write_bytes(VERILOG_A.read_bytes())
    compiled, plain = load_memory(tmp_path / "cell.toml"), load_memory("sky130_reram")
    assert len(compiled.sources) == 1
    assert compiled.population() == plain.population()
