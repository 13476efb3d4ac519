"""Verilog-A of the oscillator in VACASK against the subcircuit in ngspice."""

import re

import numpy as np
import pytest

from spicekit.circuits.oscillator import coupled_deck
from spicekit.models.mtj import load_mtj
from spicekit.ngspice import waveforms

from .test_junctions_verilog_a import ROOM, in_vacask, pytestmark  # noqa: F401 - skips this module too

CURRENTS = (5e-3, 4.8e-3)


@pytest.fixture(scope="module")
def model():
    return load_mtj("vortex")


def test_text_and_parameter_set_have_the_same_names_and_units(model):
    declared = re.findall(r'units="(.*?)" \*\)\s+parameter real (\w+)', model.verilog_a)
    assert len(declared) == len(re.findall(r"parameter real", model.verilog_a))
    units = {name: unit for unit, name in declared}
    assert units.pop("frame") == "Hz"
    assert units == {name: quantity.unit for name, quantity in model.quantities.items()}


def test_two_coupled_oscillators_and_a_field_line_agree(model):
    stop, line, frame, steps = 0.3e-6, 5e-3, 350e6, 60
    deck = coupled_deck(
        model, CURRENTS, stop, ROOM, wiring="parallel", turn=0, load=100.0, frame=frame, steps=steps
    )
    one = waveforms(deck, {"line": line, "osc1.w": 0.3})
    rest = [model.voltage(current, model.value("m_offset")) for current in CURRENTS]
    start = {"osc0_u": 0.0, "osc1_w": 0.3}
    for k, current in enumerate(CURRENTS):
        start |= {f"osc{k}_u": model.oscillator(ROOM).power(current) ** 0.5, f"slow{k}": current}
        start |= {f"te{k}": rest[k]}
    other = in_vacask(
        model,
        [
            'load "capacitor.osdi"',
            "model capacitor capacitor",
            *(f"ibias{k} (0 te{k}) isource dc={current!r}" for k, current in enumerate(CURRENTS)),
            f"iline (0 line0) isource dc={line!r}",
            *(
                f"xosc{k} (te{k} 0 line{k} {f'line{k + 1}' if k < 1 else '0'} osc{k}_u osc{k}_w x{k} y{k} slow{k} "
                f"b{k}) card"
                for k in range(2)
            ),
            *(f"ctee{k} (te{k} out) capacitor c={model.output.capacitor.value!r}" for k in range(2)),
            "rload (out 0) resistor r=100.0",
        ],
        start, 1 / (steps * frame), stop, f"frame={frame!r}",
    )  # fmt: skip
    grid = np.linspace(1e-9, stop, 600)
    for node in ("osc0_u", "osc0_w", "osc1_u", "osc1_w", "out"):
        mine, theirs = (np.interp(grid, waves["time"], waves[node]) for waves in (one, other))
        print(node, np.abs(theirs - mine).max() / np.abs(mine).max())
        assert theirs == pytest.approx(mine, abs=0.01 * np.abs(mine).max()), node
    # the rf current of the other one does something: no oscillator alone drifts like this
    alone = coupled_deck(model, CURRENTS[:1], stop, ROOM, wiring="parallel", turn=0, load=100.0, frame=frame)
    without = waveforms(alone, {"line": line})
    a, b = (np.interp(grid, waves["time"], waves["osc0_u"]) for waves in (one, without))
    assert np.abs(a - b).max() > 0.05
