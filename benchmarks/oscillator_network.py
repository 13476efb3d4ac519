"""The network simulator against ngspice: four oscillators under two tones, states and speed; growth with their number.

python benchmarks/oscillator_network.py STATISTICS.json [inputs]

STATISTICS.json is what an experiment with the studies oscillation, injection_locking (drives and line_drives) and
mutual_locking found for the card `vortex`. Inputs are pairs of tones drawn evenly from the band. Both sides see nominal
devices without noise; a second comparison has noise of its own in each. The target is 95 % equal states.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from spicekit.circuits.oscillator import Injection, coupled_deck
from spicekit.models.mtj import load_mtj
from spicekit.network.oscillators.devices import load_oscillators
from spicekit.network.oscillators.setup import Choice, setup_of
from spicekit.network.oscillators.simulate import Motion, simulate
from spicekit.network.oscillators.state import drift, names_of, states_of
from spicekit.ngspice import record

TARGET = 0.95
STEPS = 8  # per period: as good as 12 (docs/oscillators.md)
NOISE_STEP = 1e-9  # s


def in_ngspice(setup, model, tones, seed=None):
    """States, drifts and CPU seconds of the circuit; noise if there is a seed."""
    temperature = setup.technology.block.temperature
    frame = float(np.mean(setup.band))
    load = setup.choice.load or setup.technology.load
    deck = coupled_deck(
        model, setup.currents.tolist(), setup.settle + setup.record, temperature, load=load, steps=STEPS, frame=frame,
        injections=[Injection(setup.wiring.drive, frame, "line")] * 2,
    )  # fmt: skip
    rows = np.array([deck.row({"rf0.frequency": a, "rf1.frequency": b}) for a, b in tones])
    names = [f"osc{k}" for k in range(len(setup.currents))]
    inputs = None
    if seed is not None:
        rng = np.random.default_rng(seed)
        law, size = model.oscillator(temperature), int(deck.stop_time / NOISE_STEP) + 2
        inputs = {
            f"i{name}_{s}": 1e-9 * np.sqrt(law.noise(current) / NOISE_STEP) * rng.standard_normal((len(rows), size))
            for name, current in zip(names, setup.currents, strict=True) for s in "uw"
        }  # fmt: skip
    grid = 4e-9
    before = time.process_time()
    done = record(deck, rows, signals=[f"{name}_{s}" for name in names for s in "uw"], step=grid, start=setup.settle,
                  inputs=inputs, input_step=NOISE_STEP if inputs else 0.0)  # fmt: skip
    spent = time.process_time() - before
    assert all(outcome.ok for outcome in done.outcomes)
    motion = Motion(done.waves[:, 0::2] + 1j * done.waves[:, 1::2], grid, frame)
    return states_of(motion, tones), drift(motion, tones), spent


def in_network(setup, tones, noise):
    devices = setup.chips(1, 0).chip(np.zeros(len(tones), int))
    currents = np.tile(setup.currents, (len(tones), 1))
    keys = np.arange(len(tones))[:, None] if noise else None
    before = time.process_time()
    motion = simulate(
        devices,
        currents,
        tones,
        setup.wiring,
        settle=setup.settle,
        record=setup.record,
        band=setup.band,
        keys=keys,
    )
    found = states_of(motion, tones)
    return found, drift(motion, tones), time.process_time() - before


def compare(setup, model, tones, noise):
    spice, theirs, slow = in_ngspice(setup, model, tones, 1 if noise else None)
    mine, ours, _ = in_network(setup, tones, noise)
    same = (spice == mine).all(1)
    print(f"{'with' if noise else 'without'} noise: same state in {same.sum()} of {len(tones)} inputs, "
          f"{(spice == mine).mean():.1%} of the oscillators")  # fmt: skip
    for k in np.flatnonzero(~same):
        a, b = tones[k] / 1e6
        there, here = (names_of(states[k : k + 1])[0] for states in (spice, mine))
        off = np.flatnonzero(spice[k] != mine[k])
        turns = "; ".join(
            f"oscillator {j}: turns beside the tones {np.round(theirs[k, j] / 2 / np.pi, 2)} in ngspice, "
            f"{np.round(ours[k, j] / 2 / np.pi, 2)} here" for j in off
        )  # fmt: skip
        print(f"  {a:.2f}, {b:.2f} MHz: {there} in ngspice, {here} here; {turns}")
    return same.mean(), len(tones) / slow


def main():
    inputs = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    technology = load_oscillators(Path(sys.argv[1]))
    setup = setup_of(technology, Choice(spread=0.0))
    model = load_mtj("vortex")
    tones = np.random.default_rng(7).uniform(*setup.band, (inputs, 2))
    agreed, per_second = compare(setup, model, tones, noise=False)
    compare(setup, model, tones, noise=True)
    many = np.random.default_rng(8).uniform(*setup.band, (2048, 2))
    for noise in (False, True):
        fast = len(many) / min(in_network(setup, many, noise)[2] for _ in range(3))
        print(f"{'with' if noise else 'without'} noise: {fast:.0f} inputs per CPU second; ngspice {per_second:.2f}: "
              f"{fast / per_second:.0f} times")  # fmt: skip
    for number in (4, 8, 16, 32, 64, 128, 256):
        large = replace(Choice(spread=0.0), oscillators=number, reach=0.65 * (number - 1) / 3)
        wide = setup_of(technology, large)
        some = many[: max(2048 * 4 // number, 64)]
        spent = min(in_network(wide, some, True)[2] for _ in range(2))
        print(f"{number} oscillators, with noise: {len(some) / spent:.0f} inputs per CPU second")
    sys.exit(0 if agreed >= TARGET else 1)


if __name__ == "__main__":
    main()
