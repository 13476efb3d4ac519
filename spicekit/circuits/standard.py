"""The decks that stand in `netlists/`: one per circuit, each runs alone with `ngspice -b`.

Write them anew with ``python -m spicekit.circuits.standard``.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from spicekit.circuits.adder_tree import tree_deck
from spicekit.circuits.array.column import Programming, column_read_deck, write_deck
from spicekit.circuits.array.whole import whole_array_deck
from spicekit.circuits.array.wires import Lines, Loads, load_deck
from spicekit.circuits.bayes_column import column_deck
from spicekit.circuits.cell import Pulse, Technology, compliance_deck, program_deck
from spicekit.circuits.junction_read import junction_read_deck
from spicekit.circuits.macrospin import macrospin_deck
from spicekit.circuits.oscillator import coupled_deck, oscillator_deck
from spicekit.circuits.pbit import Pbit, pbit_deck
from spicekit.circuits.read import read_deck
from spicekit.circuits.single_ended import single_ended_deck
from spicekit.circuits.superparamagnetic import DEAD_TIME, telegraph_deck
from spicekit.models.array import load_array
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.macrospin import load_macrospin
from spicekit.models.macrospin_theory import critical_current, resonance_frequency
from spicekit.models.mtj import load_mtj
from spicekit.models.rram import load_rram
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.ngspice import At, Crossing, Deck, Final, standalone

_WORD_LINE = 1.36  # V: near what `compliance_deck` finds for 200 uA; the sweeps compute their own
_COMPARED = (0, 3, 1, 2), (1, 1, 1, 1)  # numbers, and what comes from the likelihood before
_WORD = 2  # of two bits
_COUNTED = 7  # bits, all ones
_LOADS = Loads(16e-15, 3.3e-15, 6.6e-15)  # F: near what `load_deck` finds; the study computes its own
_BITS, _INPUT = [[1, -1], [-1, -1]], [1, -1]  # of the smallest array
_REFERENCE = 15e3  # Ohm: between the two states; the experiments find their own
_SUPERCRITICALITY = 2.5  # current over threshold
_RECORD = 0.2e-6  # s
_FIELD, _TILT = 0.2, 0.6  # T along z, and rad from there: a macrospin on its way to the limit cycle
_DRIVE, _SERIES, _CANDIDATES = 0.1, 10e3, 40  # V, Ohm, number of candidate events
_INPUT_OF_PBIT, _RATE_OF_PBIT = 1.05, 2e4  # V, near the centre; 1/s, above both rates there


def standard_decks() -> dict[str, Deck]:
    """Return the decks by file name: the typical programming condition, nominal devices."""
    technology = Technology(sky130("tt"), load_rram(), load_design())
    design, initial = technology.design, technology.rram.initial
    lrs, hrs = initial.lrs.value, initial.hrs.value
    return {
        "access_transistor": compliance_deck(technology, 200e-6),
        "1t1r_set": program_deck(technology, Pulse("set", design.set_voltage, _WORD_LINE, 1e-6), hrs).deck,
        "1t1r_reset": program_deck(technology, Pulse("reset", 2.5, design.reset_word_line, 1e-6), lrs).deck,
        "1t1r_pcsa_read": single_ended_deck(technology, lrs, _REFERENCE).deck,
        "2t2r_pcsa_read": read_deck(technology, lrs, hrs).deck,
        "2t2r_xnor_pcsa_read": read_deck(technology, lrs, hrs, neuron_input=1).deck,
        "junction_pcsa_read": _junction_read(technology),
        "bayes_column": column_deck(technology, (lrs, hrs), *_COMPARED, bits=2, word=_WORD).deck,
        "population_count": tree_deck(technology, "count", _COUNTED, bit=1.0).deck,
        **_arrays(technology),
        **_oscillators(technology.temperature),
        **_junctions(technology.temperature),
        "pbit": _pbit(technology),
    }


def _pbit(technology: Technology) -> Deck:
    design, model = load_design("pbit_130nm"), load_superparamagnetic("superparamagnetic_pbit")
    size = design.latch_width, design.logic_length
    pbit = Pbit(
        technology.process,
        model,
        technology.temperature,
        design.supply,
        size,
        size,
        design.output_capacitance,
    )
    random = np.random.default_rng(0)
    times = np.cumsum(np.maximum(random.exponential(size=_CANDIDATES), DEAD_TIME)) / _RATE_OF_PBIT
    return pbit_deck(pbit, _INPUT_OF_PBIT, _RATE_OF_PBIT, times[-1], times, random.random(_CANDIDATES)).deck


def _junction_read(technology: Technology) -> Deck:
    model = load_superparamagnetic()
    resistor = float(np.sqrt(np.prod(model.resistances(technology.design.supply / 4))))
    bound = 1 / model.value("attempt_time")
    return junction_read_deck(replace(technology, superparamagnetic=model), resistor, 1, bound).deck


def _arrays(technology: Technology) -> dict[str, Deck]:
    array, design = load_array(), technology.design
    pulses = Programming(_WORD_LINE, design.set_voltage, design.reset_word_line, 2.5, 1e-6)
    lines = Lines(array, _LOADS, 32, 32)
    return {
        "array_load": load_deck(technology),
        "array_write": write_deck(technology, lines, pulses).deck,
        "array_read": column_read_deck(technology, lines).deck,
        "array_2x2": whole_array_deck(
            technology, array, pulses, np.array(_BITS), np.array(_INPUT), [0, 1]
        ).deck,
    }


def _oscillators(temperature: float) -> dict[str, Deck]:
    model = load_mtj()
    current = _SUPERCRITICALITY * model.oscillator(temperature).threshold
    decks = {
        "stno": oscillator_deck(model, current, _RECORD, temperature),
        "stno_two_in_series": coupled_deck(model, (current, current), _RECORD, temperature),
    }
    return _with_ends(decks)


def _junctions(temperature: float) -> dict[str, Deck]:
    model, telegraph = load_macrospin(), load_superparamagnetic()
    frequency = resonance_frequency(model, _FIELD, "z")
    start = np.array([np.sin(_TILT), 0.0, np.cos(_TILT)])
    current = _SUPERCRITICALITY * critical_current(model, _FIELD, "z")
    bound = float(np.max(telegraph.rates(np.array([-_DRIVE, _DRIVE]), temperature)))
    random = np.random.default_rng(0)
    times = np.cumsum(np.maximum(random.exponential(size=_CANDIDATES), DEAD_TIME)) / bound
    decks = {
        "macrospin": macrospin_deck(
            model, start, frequency, _RECORD / 20, current=current, field=(0.0, 0.0, _FIELD)
        ),
        "superparamagnetic": telegraph_deck(
            telegraph,
            temperature,
            _SERIES,
            ((0.0, _DRIVE),),
            bound,
            times,
            random.random(_CANDIDATES),
            times[-1],
        ),
    }
    return _with_ends(decks)


def _with_ends(decks: dict[str, Deck]) -> dict[str, Deck]:
    """Return the decks with measurements: their first waves at the end."""
    return {
        name: replace(deck, measurements=tuple(Final(wave, wave) for wave in deck.also_save[:3]))
        for name, deck in decks.items()
    }


def _said(deck: Deck) -> tuple[str, ...]:
    """Return the ngspice commands that print in one line what a deck of the memory is for."""
    vectors = deck.vectors
    if "q" in vectors:
        level = load_design().supply / 2
        return (
            f"let apart = abs(v(q) - v(qb)) - {level!r}",
            f"meas tran enabled when v(sen)={level!r} rise=1",
            "meas tran decided when apart=0 cross=last",
            "let decision = v(q)[length(v(q)) - 1] - v(qb)[length(v(qb)) - 1]",
            "let delay = decided - enabled",
            'echo "read: the outputs differ by $&decision V (above 0: the bit is +1), $&delay s after sense-enable"',
        )
    if "after" in vectors:
        outputs = [m for m in deck.measurements if isinstance(m, At)]
        return (
            *(f"meas tran {m.name} find v(after) at={m.time!r}" for m in outputs),
            f'echo "word {_WORD} against the numbers {", ".join(map(str, _COMPARED[0]))}: outputs '
            f'{", ".join(f"$&{m.name}" for m in outputs)} V (high: the number does not exceed the word)"',
        )
    if "go" in vectors:
        outputs = [m for m in deck.measurements if isinstance(m, At)]
        return (
            *(f"meas tran {m.name} find v({m.vector}) at={m.time!r}" for m in outputs),
            f'echo "{_COUNTED} ones are counted: {", ".join(f"$&{m.name}" for m in outputs)} V (the lowest bit first)"',
        )
    if "xcell.gap" in vectors:
        return (
            "let first = v(xcell.gap)[0]",
            "let last = v(xcell.gap)[length(v(xcell.gap)) - 1]",
            'echo "pulse: the gap of the device goes from $&first to $&last nm (wider: higher resistance)"',
        )
    if "count" in vectors:
        return tuple(
            line
            for m in deck.measurements
            if isinstance(m, At) and m.name.startswith("count_")
            for line in (
                f"meas tran found find v(count) at={m.time!r}",
                f'echo "array: word and row {m.name.removeprefix("count_")} agree in $&found columns"',
            )
        )
    crossing = deck.measurements[0]
    if isinstance(crossing, Crossing) and "vdrain#branch" in vectors:
        return (
            f"meas tran at when i(vdrain)={crossing.level!r}",
            "meas tran word_line find v(wl) at=$&at",
            f'echo "a word line of $&word_line V gives {-crossing.level:g} A"',
        )
    return ()


def write_netlists(folder: Path) -> list[Path]:
    """Write all standard decks into `folder`; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, deck in standard_decks().items():
        paths.append(folder / f"{name}.cir")
        paths[-1].write_text(standalone(deck, output=f"{name}.txt", said=_said(deck)), encoding="utf-8")
    return paths


def main(arguments: Sequence[str] | None = None) -> None:
    """Write them and print their paths."""
    parser = argparse.ArgumentParser(prog="python -m spicekit.circuits.standard", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("netlists"), help="default: netlists")
    for written in write_netlists(parser.parse_args(arguments).folder):
        print(written)


if __name__ == "__main__":
    main()
