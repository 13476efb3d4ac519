"""Pulses far outside of what sweeps draw: does every one of them end in a state?

All alterable parameters of the device, its first gap and the mismatch of the access transistor are drawn uniformly over
±6 sigma. Counts discards and states beyond the end stops:

    python benchmarks/rram_robustness.py [PULSES [FORMING]]

RRAM_FORM=osdi takes the compiled form of the device, where ngspice can load it.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import ALTER, load_rram
from spicekit.models.verilog_a import compiled
from spicekit.ngspice import evaluate

SIGMAS = 6.0
COMPLIANCE = 200e-6  # A
CONDITIONS = ((2.5, 1e-6), (1.5, 1e-6), (2.0, 100e-9))  # RESET voltage [V] and width [s], as published
FORMING = tuple((v, w) for w in (1e-6, 1e-5, 1e-4, 1e-3) for v in (2.0, 2.5, 3.0, 3.3))
BEYOND = 0.1  # nm outside of the end stops: the state has diverged


def decks(technology: Technology) -> Iterator[tuple[str, ProgramDeck]]:
    """Yield the SET and RESET decks of the conditions."""
    design, initial = technology.design, technology.rram.initial
    word_line = compliance_word_line(technology, COMPLIANCE)
    for voltage, width in CONDITIONS:
        pulse = Pulse("set", design.set_voltage, word_line, width)
        yield f"SET {width:g} s", program_deck(technology, pulse, initial.hrs.value)
        pulse = Pulse("reset", voltage, design.reset_word_line, width)
        yield f"RESET {voltage:g} V, {width:g} s", program_deck(technology, pulse, initial.lrs.value)


def forming_decks(technology: Technology) -> Iterator[tuple[str, ProgramDeck]]:
    """Yield pulses on pristine devices, under the compliance of SET."""
    word_line = compliance_word_line(technology, COMPLIANCE)
    for voltage, width in FORMING:
        pulse = Pulse("set", voltage, word_line, width)
        yield (
            f"forming {voltage:g} V, {width:g} s",
            program_deck(technology, pulse, technology.rram.initial.pristine.value),
        )


def draw(
    technology: Technology, program: ProgramDeck, samples: int, rng: np.random.Generator, pristine: bool
) -> np.ndarray:
    """Return values (samples, parameters), SI: everything uniform over ±6 sigma, the first gap over all states."""
    rram, deck = technology.rram, program.deck
    rows = np.tile(deck.row(), (samples, 1))
    at = {p.name: j for j, p in enumerate(deck.parameters)}
    for name in ALTER:
        sigma = rram.population().parameters[name].sigma
        rows[:, at[f"cell.{name}"]] += SIGMAS * sigma * rng.uniform(-1, 1, samples)
    for s in program.spread:
        rows[:, at[s.name]] += SIGMAS * s.sigma * rng.uniform(-1, 1, samples)
    if not pristine:
        rows[:, at["cell.gap"]] = rng.uniform(rram.value("gap_min"), 2 * rram.initial.hrs.value, samples)
    return rows


def main(pulses: int = 10_000, forming: int = 1_600) -> None:
    """Run and print."""
    rram = load_rram()
    if os.environ.get("RRAM_FORM") == "osdi":
        rram = compiled(rram)
    technology = Technology(sky130(), rram, load_design())
    low, high = rram.value("gap_min") - BEYOND, rram.value("gap_max") + BEYOND
    rng, total = np.random.default_rng(0), Counter()
    groups = (
        ("programming", list(decks(technology)), pulses),
        ("forming", list(forming_decks(technology)), forming),
    )
    for kind, group, wanted in groups:
        for name, program in group:
            samples = -(-wanted // len(group))
            rows = draw(technology, program, samples, rng, kind == "forming")
            start = time.process_time()
            measured, outcomes = evaluate(program.deck, rows)
            cost = (time.process_time() - start) / samples
            gap = measured[:, 0]
            discards = Counter(str(o) for o in outcomes if not o.ok)
            lost, stray = sum(discards.values()), int(((gap < low) | (gap > high)).sum())
            total.update({f"{kind} pulses": samples, f"{kind} discards": lost, f"{kind} out of range": stray})
            print(
                f"{name:24} {samples:6} pulses, {cost * 1e3:6.1f} ms each, gap {np.nanmin(gap):6.3f} … "
                f"{np.nanmax(gap):.3f} nm, out of range {stray}, discards {lost}"
            )
            for reason, count in discards.most_common(3):
                print(f"{'':24} {count} x {reason[:120]}")
    print(", ".join(f"{k} {v:,}" for k, v in total.items()))


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
