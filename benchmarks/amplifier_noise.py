"""How large the thermal noise of a read is beside the offset of its amplifier: an estimate by simulation.

Usage: python benchmarks/amplifier_noise.py [--runs 60] [--seed 1]

A nominal amplifier reads two equal resistances, with a source in series with one bit line: which source gives which
margin calibrates margins in volts at the input. Drawn amplifiers then say what the offset is; and the nominal one with
noise currents, drawn as piecewise-linear sources, what noise is:

    of the end of the pre-charge   a charge of variance k T C on each bit line and output, as sense-enable rises
    of a device                    white, 4 k T/R, from its bit line
    of a latch transistor          white, 4 k T gamma gm with gamma = 2/3, between output and bit line

gm is 2 I/0.2 V, for the mean current I that discharges an output by half the supply until the decision. Left out:
flicker noise, noise of the access transistors and of the supply. It is an estimate: right within a factor of two or so.
"""

import argparse

import numpy as np
from scipy.constants import Boltzmann

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.read import ReadDeck, finish_read, start_read
from spicekit.circuits.sense_amplifier import add_latch
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.ngspice import evaluate

GAPS = {"LRS": 0.37, "HRS": 1.0}  # nm, where the card's devices are before their first pulse
SOURCES = np.linspace(-0.06, 0.06, 25)  # V, of the calibration
STEP = 2e-11  # s, of the noise
KICK = 1e-11  # s, in which the charge of the pre-charge's noise is put
GAMMA, OVERDRIVE = 2 / 3, 0.2  # 1, V


def read(technology: Technology, gap: float, source: float = 0.0, currents: dict | None = None) -> ReadDeck:
    """Return the read of two devices of this gap; `currents`: points of current sources by (from, to)."""
    design = technology.design
    builder = start_read(technology, "noise", "a read with a source between bit line and latch")
    builder.circuit.V("offset", "low", "bl", source)
    add_latch(builder, design, "low", "blb")
    for side, line in (("left", "bl"), ("right", "blb")):
        builder.capacitance(f"bit_line_{side}", line, design.bit_line_capacitance)
        builder.memory(side, line, f"be_{side}", technology.rram, gap)
        builder.transistor(f"access_{side}", f"be_{side}", "wl", "sl", technology.access)
    for number, (ends, points) in enumerate((currents or {}).items()):
        _add(builder, f"noise{number}", ends, points)
    return finish_read(builder, technology, ("xleft.gap", "xright.gap"))


def _add(
    builder: CircuitBuilder, name: str, ends: tuple[str, str], points: list[tuple[float, float]]
) -> None:
    first, second = (builder.circuit.gnd if end == "0" else end for end in ends)
    builder.circuit.PieceWiseLinearCurrentSource(name, first, second, values=points)


def one(deck: ReadDeck, rows: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return margins and delays of rows (n, parameters), of the nominal one without any."""
    found, outcomes = evaluate(deck.deck, np.array(deck.deck.row())[None] if rows is None else rows)
    assert all(outcome.ok for outcome in outcomes)
    return found[:, 1], found[:, 2]


def noise(technology: Technology, resistance: float, delay: float, random: np.random.Generator) -> dict:
    """Return the points of all noise currents of a read."""
    design, kt = technology.design, Boltzmann * technology.temperature
    output = 2 * design.output_capacitance  # gates and drains of the latch are about as much again
    gm = 2 * output * design.supply / 2 / delay / OVERDRIVE
    begin, end = design.precharge_time, design.precharge_time + design.sense_time
    times = np.arange(begin + 2 * KICK, end, STEP)

    def white(density: float) -> np.ndarray:
        # the interpolation between values takes a third of their variance
        return random.normal(0, np.sqrt(density / (2 * STEP) * 1.5), len(times))

    found = {}
    for line, out, low in (("bl", "qb", "low"), ("blb", "q", "blb")):
        kicks = {line: kt * design.bit_line_capacitance, out: kt * output}
        for node, variance in kicks.items():
            height = random.normal(0, np.sqrt(variance)) / KICK
            shape = ((0.0, 0.0), (begin, 0.0), (begin + KICK / 10, height), (begin + KICK, height),
                     (begin + 1.1 * KICK, 0.0))  # fmt: skip
            found["0", node] = list(shape)
        for ends, density in (((line, "0"), 4 * kt / resistance), ((out, low), 4 * kt * GAMMA * gm)):
            start = [(0.0, 0.0), (times[0] - STEP / 2, 0.0)]
            found[ends] = start + list(zip(times.tolist(), white(density).tolist(), strict=True))
    return found


def main() -> None:
    """Print offsets and noise for both states."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    technology = Technology(sky130("tt"), load_rram(), load_design())
    for state, gap in GAPS.items():
        random = np.random.default_rng(asked.seed)
        resistance = float(technology.rram.resistance(np.array(gap)))
        curve = np.array([one(read(technology, gap, float(source)))[0][0] for source in SOURCES])
        order = np.argsort(curve)

        def volts(margins: np.ndarray, curve: np.ndarray = curve, order: np.ndarray = order) -> np.ndarray:
            return np.interp(margins, curve[order], SOURCES[order])

        plain = read(technology, gap)
        names = [p.name for p in plain.deck.parameters]
        rows = np.tile(plain.deck.row(), (asked.runs, 1))
        for spread in plain.spread:
            rows[:, names.index(spread.name)] = spread.value(random.standard_normal(asked.runs))
        margins, delays = one(plain, rows)
        delay = float(np.median(delays))
        noisy = [
            one(read(technology, gap, currents=noise(technology, resistance, delay, random)))[0][0]
            for _ in range(asked.runs)
        ]
        offset, thermal = (1e3 * volts(np.array(m)).std(ddof=1) for m in (margins, noisy))
        error = 1 / np.sqrt(2 * (asked.runs - 1))
        print(
            f"{state} ({resistance:.3g} Ohm, {delay * 1e12:.0f} ps): offset {offset:.1f} ± {offset * error:.1f} mV, "
            f"thermal noise {thermal:.2f} ± {thermal * error:.2f} mV, ratio {thermal / offset:.3f}; margins in order: "
            f"{bool((np.diff(curve) > 0).all() or (np.diff(curve) < 0).all())}"
        )


if __name__ == "__main__":
    main()
