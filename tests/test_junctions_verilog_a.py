"""Verilog-A of the macrospin and the superparamagnetic junction in VACASK against the subcircuits in ngspice."""

import platform
import re
import sys

import numpy as np
import pytest

from spicekit.circuits.macrospin import macrospin_deck
from spicekit.circuits.superparamagnetic import DEAD_TIME, telegraph_deck
from spicekit.models import vacask
from spicekit.models.macrospin import load_macrospin
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.ngspice import compile_model, waveforms
from spicekit.ngspice.verilog_a import module_name
from spicekit.sampling.candidates import candidates

ROOM = 300.15
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the compiler's package is for Linux on x86-64",
)


def in_vacask(model, elements, initial, step, stop, also="", tolerance=1e-5):
    """Run elements of a netlist in VACASK, with the module's card named `card`."""
    values = " ".join(f"{k}={q.value!r}" for k, q in model.quantities.items())
    start = ", ".join(f'"{node}", {value!r}' for node, value in initial.items())
    text = [
        model.name,
        f'load "{compile_model(model.verilog_a)}"',
        'load "resistor.osdi"',
        "ground 0",
        "model resistor resistor",
        "model vsource vsource",
        "model isource isource",
        f"model card {module_name(model.verilog_a)} ({values} {also})",
        *elements,
        "control",
        "  abort always",
        '  options rawfile="binary" tran_method="trap"',
        f"  options reltol={tolerance:g} vntol=1e-9 abstol=1e-12 temp={ROOM - 273.15:.10g}",
        f"  analysis tran tran step={step / 10:.6g} maxstep={step:.6g} stop={stop:.12g} "
        f'icmode="uic" ic={{{start}}}',
        "endc",
        "",
    ]
    return vacask.run("\n".join(text), stop)


def wave(deck, source):
    """Points of a piecewise-linear source of an ngspice deck, as VACASK writes them."""
    numbers = re.search(rf"^v{source} .*?pwl\((.*?)\)", deck.netlist, re.M | re.S)[1]
    return ", ".join(numbers.replace("\n+", " ").split())


@pytest.mark.parametrize("load", [load_macrospin, load_superparamagnetic])
def test_text_and_parameter_set_have_the_same_names_and_units(load):
    model = load()
    declared = re.findall(r'units="(.*?)" \*\)\s+parameter real (\w+)', model.verilog_a)
    assert len(declared) == len(re.findall(r"parameter real", model.verilog_a))
    units = {name: unit for unit, name in declared}
    if load is load_superparamagnetic:
        assert (units.pop("rate_bound"), units.pop("pace")) == ("1/s", "1/s")
    assert units == {name: quantity.unit for name, quantity in model.quantities.items()}


@pytest.mark.parametrize(
    ("name", "axis", "field"), [("macrospin_perpendicular", 2, 0.2), ("macrospin_inplane", 0, 0.05)]
)
def test_macrospin_precesses_alike(name, axis, field):
    model = load_macrospin(name)
    start = np.roll([0.8, 0.6, 0.0], axis)
    stop, current, line = 1.5e-9, -1e-4, 0.01
    deck = macrospin_deck(model, start, 10e9, stop, steps=400)
    one = waveforms(deck, {"current": current, "line": line, f"b{'xyz'[axis]}": field})
    fields = [field if a == axis else 0.0 for a in range(3)]
    other = in_vacask(
        model,
        [
            f"iin (0 te) isource dc={current!r}",
            f"iline (0 line) isource dc={line!r}",
            *(f"vh{a} (h{a} 0) vsource dc={b!r}" for a, b in zip("xyz", fields, strict=True)),
            "xj (te 0 line 0 hx hy hz mx my mz) card",
        ],
        {f"m{a}": float(m) for a, m in zip("xyz", start, strict=True)}, 1 / 4e12, stop,
    )  # fmt: skip
    grid = np.linspace(0.05e-9, stop, 500)
    for node in ("mx", "my", "mz", "te"):
        mine = np.interp(grid, one["time"], one["te" if node == "te" else f"xj.{node}"])
        theirs = np.interp(grid, other["time"], other[node])
        assert theirs == pytest.approx(mine, abs=5e-3 * np.abs(mine).max())
    assert np.ptp(one["xj.my"]) > 0.5  # something moves


def test_superparamagnetic_junction_flips_alike():
    model = load_superparamagnetic()
    bound = 3e8
    drawn = candidates(2, "b" * 64, 0, bound, 60 / bound, DEAD_TIME / bound)
    deck = telegraph_deck(
        model, ROOM, 1e3, ((0, -0.1), (60 / bound, 0.1)), bound, drawn.times, drawn.marks, 60 / bound
    )
    one = waveforms(deck)
    pace = re.search(r"pace=(\S+)", deck.netlist)[1]
    other = in_vacask(
        model,
        [
            *(f'v{s} ({s} 0) vsource type="pwl" wave=[{wave(deck, s)}]' for s in ("drive", "clock", "mark")),
            "rseries (drive te) resistor r=1000.0",
            "xj (te 0 clock mark next state share) card",
        ],
        {"state": 0.0, "next": 0.0}, 0.05 / bound, deck.stop_time, f"rate_bound={bound!r} pace={pace}", 1e-3,
    )  # fmt: skip
    flips = [
        waves["time"][1:][np.diff(waves[state] > 0.5)]
        for waves, state in ((one, "xj.state"), (other, "state"))
    ]
    assert len(flips[0]) > 10
    assert flips[1] == pytest.approx(flips[0], abs=1e-3 / bound)
    grid = np.linspace(0.02, 0.98, 400) * deck.stop_time
    grid = grid[[np.abs(flips[0] - t).min() > 0.01 / bound for t in grid]]
    levels = [np.interp(grid, waves["time"], waves["te"]) for waves in (one, other)]
    assert levels[1] == pytest.approx(levels[0], abs=1e-4)
