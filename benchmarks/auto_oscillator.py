"""CPU time per simulated microsecond of 1, 4 and 8 oscillators on one load, with noise, and of SciPy on one alone.

python benchmarks/auto_oscillator.py [microseconds]
"""

import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

from spicekit.circuits.oscillator import coupled_deck, oscillator_deck
from spicekit.models.auto_oscillator import TAU
from spicekit.models.mtj import load_mtj
from spicekit.ngspice import record

T = 300.0  # K
SUPERCRITICALITY = 2.5
STEPS = 12  # per period


def in_ngspice(deck, names, noise, step, input_step):
    """CPU seconds of one run; noise on every state node."""
    size = int(deck.stop_time / input_step) + 2
    scale = np.sqrt(noise / input_step) * 1e-9
    draw = np.random.default_rng(1)
    sources = [f"i{name}_{state}" for name in names for state in "uw"]
    inputs = {s: scale * draw.standard_normal((1, size)) for s in sources}
    before = time.process_time()
    done = record(deck, np.array([deck.row()]), signals=[f"{names[0]}_u"], step=step, inputs=inputs,
                  input_step=input_step)  # fmt: skip
    spent = time.process_time() - before
    assert done.outcomes[0].ok
    return spent


def in_scipy(oscillator, current, duration):
    """CPU seconds of the bare equation of c, without a circuit and without noise, to the same accuracy in frequency."""

    def rate(_, z):
        c = z[0]
        p = abs(c) ** 2
        growth = oscillator.spin_torque * current * (1 - p) - oscillator.damping * (
            1 + oscillator.damping_growth * p
        )
        return [TAU * (growth - 1j * (oscillator.frequency + oscillator.frequency_shift * p)) * c]

    start = [complex(oscillator.power(current)) ** 0.5]
    before = time.process_time()
    solved = solve_ivp(rate, (0, duration), start, method="DOP853", rtol=1e-6, atol=1e-9)
    spent = time.process_time() - before
    turned = -np.unwrap(np.angle(solved.y[0]))
    off = (turned[-1] - turned[0]) / (TAU * duration) / oscillator.oscillation_frequency(current) - 1
    return spent, off


def main():
    microseconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    for name, scale, input_step in (("vortex", 1.0, 1e-9), ("uniform", 0.1, 5e-11)):
        model, duration = load_mtj(name), microseconds * scale * 1e-6
        oscillator = model.oscillator(T)
        current = SUPERCRITICALITY * oscillator.threshold
        print(f"{name}, {oscillator.oscillation_frequency(current) / 1e6:.0f} MHz, {STEPS} steps per period")
        noise = oscillator.noise(current)
        decks = {"1 alone": (oscillator_deck(model, current, duration, T, steps=STEPS), ["osc"])}
        for n in (1, 4, 8):
            coupled = coupled_deck(model, [current] * n, duration, T, steps=STEPS)
            decks[f"{n} on a load"] = (coupled, [f"osc{k}" for k in range(n)])
        for what, (deck, names) in decks.items():
            spent = min(in_ngspice(deck, names, noise, duration / 1000, input_step) for _ in range(3))
            print(f"  ngspice, {what}: {spent / duration * 1e-6:.3f} s per microsecond")
        spent, off = in_scipy(oscillator, current, duration)
        print(
            f"  SciPy, 1 alone, no circuit: {spent / duration * 1e-6:.3f} s per microsecond (frequency off {off:.1e})"
        )


if __name__ == "__main__":
    main()
