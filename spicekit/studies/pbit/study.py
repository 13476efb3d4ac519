"""A p-bit in ngspice: records at constant input, of which the output's changes and times are counted.

A sample is a p-bit with a junction and transistors of its own, the same at all voltages. First both states are
simulated at rest: the voltages on the junction bound its rates, and with them the candidate events. Then the record,
in pieces: each goes on in the state where the one before ended, and starts with a time in which the circuit settles,
which does not count.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from spicekit.circuits.cell import Technology
from spicekit.circuits.pbit import Pbit, pbit_deck
from spicekit.circuits.superparamagnetic import DEAD_TIME
from spicekit.errors import InputError
from spicekit.models.superparamagnetic import DRAWN, thermal_energy
from spicekit.models.transistor import Spread
from spicekit.ngspice import evaluate, waveforms
from spicekit.sampling.candidates import Candidates, candidates
from spicekit.sampling.normals import named_normals
from spicekit.studies.pbit.analyze import analyze
from spicekit.studies.pbit.table import PbitTable
from spicekit.studies.study import Point, Study

_HEADROOM = 1.02  # of the candidates' rate over the largest rate of a state at rest: the simulator rounds
_PIECE = 200  # candidates, at which a run costs least
_AT_REST = 1e-3  # V of the clock, below which no candidate is being decided
_NOMINAL_BOUND = 1e6  # 1/s, of decks without candidates, where it has no effect
_NUMBERS = ("rises", "falls", "high", "low", "flips", "delayed", "power", "parallel_output", "antiparallel_output",
            "rise_rate", "fall_rate")  # fmt: skip


@dataclass(frozen=True)
class _Content:
    pbit: Pbit
    voltage: float  # V
    candidates: int
    settle: float  # s
    spread: tuple[Spread, ...]  # of the transistors, by which samples are drawn


def points(technology: Technology, table: PbitTable) -> tuple[Point, ...]:
    """Return one point per voltage.

    Raises:
        InputError: no junction in the technology, or one that the cell would hold in one state.
    """
    model, design = technology.superparamagnetic, technology.design
    if model is None:
        raise InputError(
            'needs a junction: give `technology.superparamagnetic`, such as "superparamagnetic_pbit"'
        )
    size = (design.latch_width, design.logic_length)
    pbit = Pbit(
        technology.process, model, technology.temperature, design.supply, size, size, design.output_capacitance
    )  # fmt: skip
    found = []
    for voltage in table.voltages:
        at_rest = pbit_deck(pbit, voltage, _NOMINAL_BOUND, table.settle)
        content = _Content(pbit, voltage, table.candidates, table.settle, tuple(at_rest.spread))
        labels = {"voltage": voltage, "supply": design.supply, "temperature": technology.temperature}
        found.append(Point(f"{voltage:g}V", labels, {"at_rest": at_rest.deck}, content))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per p-bit.

    Columns: ``sample``, ``outcome``, ``reason``; ``rises`` and ``falls`` of the output, ``high`` and ``low`` [s] times,
    ``flips`` of the junction, ``delayed`` candidates, ``power`` [W], ``parallel_output`` and ``antiparallel_output``
    [V] at rest, ``rise_rate`` and ``fall_rate`` [1/s] of the junction's card at the voltages at rest.
    """
    content: _Content = point.content
    pbit, model = content.pbit, content.pbit.model
    junctions = model.drawn(named_normals(seed, [f"junction.{name}" for name in DRAWN], start, stop))
    decks = [pbit_deck(pbit, content.voltage, _NOMINAL_BOUND, content.settle, initial=s) for s in (0, 1)]
    mismatch = named_normals(seed, [s.name for s in content.spread], start, stop)
    columns = {
        "j.barrier": junctions[:, 0] / thermal_energy(pbit.temperature),
        "j.offset": junctions[:, 1],
        **{s.name: s.value(mismatch[:, k]) for k, s in enumerate(content.spread)},
    }
    values = np.column_stack([columns[p.name] for p in decks[0].deck.parameters])
    at_rest = [evaluate(one.deck, values) for one in decks]
    first = ndtr(named_normals(seed, [f"{point.name}.first state"], start, stop)[:, 0])
    rows = []
    for k, number in enumerate(range(start, stop)):
        failed = next((str(found.outcomes[k]) for found in at_rest if not found.outcomes[k].ok), None)
        if failed:
            rows.append(_row(number, f"at rest: {failed}"))
            continue
        node, output = np.array([found.measurements[k] for found in at_rest]).T
        away, back = model.rates(node - pbit.supply, pbit.temperature, *junctions[k])
        rates = float(away[0]), float(back[1])
        state = int(first[k] < rates[0] / sum(rates))  # as it is found at any moment
        drawn = _candidates(content, point.name, seed, number, max(rates))
        found = _record(content, drawn, state, max(rates) * _HEADROOM, values[k])
        if isinstance(found, str):
            rows.append(_row(number, found))
        else:
            known = {"parallel_output": output[0], "antiparallel_output": output[1],
                     "rise_rate": rates[0], "fall_rate": rates[1], "delayed": drawn.merged}  # fmt: skip
            rows.append(_row(number, "", **found, **known))
    return pd.DataFrame(rows)


def _candidates(content: _Content, name: str, seed: int, number: int, rate: float) -> Candidates:
    bound = _HEADROOM * rate
    duration = content.candidates / bound
    return candidates(seed, f"{name}.candidates", number, bound, duration, DEAD_TIME / bound)


def _record(
    content: _Content, drawn: Candidates, state: int, bound: float, values: np.ndarray
) -> dict[str, float] | str:
    """Return the counts of one p-bit's record that starts in a `state`, or why there are none."""
    pbit, duration = content.pbit, content.candidates / bound
    half, last = pbit.supply / 2, None
    counts = dict.fromkeys(("rises", "falls", "high", "low", "flips", "energy"), 0.0)
    for begin, end, piece in _pieces(drawn, duration, DEAD_TIME / bound):
        deck = pbit_deck(
            pbit, content.voltage, bound, end - begin + content.settle, piece.times - begin + content.settle,
            piece.marks, state,
        ).deck  # fmt: skip
        waves = waveforms(deck, values)
        time = waves["time"]
        if not time[-1] >= deck.stop_time * (1 - 1e-9):
            return f"ends at {begin + time[-1]:g} s"
        if waves["xj.share"][waves["clock"] > _AT_REST].max(initial=0) >= 1:
            return "a rate exceeds that of the candidates"
        kept = time >= content.settle
        steps = np.diff(time[kept])
        high, junction = waves["out"][kept] > half, waves["xj.state"][kept] > 0.5
        # what changed while a new piece settled is a change, too
        seen = high if last is None else np.concatenate([[last], high])
        changes = np.diff(seen.astype(int))
        counts["rises"] += int((changes > 0).sum())
        counts["falls"] += int((changes < 0).sum())
        counts["flips"] += int(np.diff(junction).sum())
        counts["high"] += float(steps[high[:-1]].sum())
        counts["low"] += float(steps[~high[:-1]].sum())
        power = -pbit.supply * waves["vdd#branch"][kept]
        counts["energy"] += float((steps * (power[1:] + power[:-1]) / 2).sum())
        state, last = int(junction[-1]), bool(high[-1])
    power = counts.pop("energy") / (counts["high"] + counts["low"])
    return {**counts, "power": power}


def _pieces(drawn: Candidates, duration: float, pulse: float) -> list[tuple[float, float, Candidates]]:
    """Return (begin, end) [s] and candidates of each piece; one ends where the pulses of its last candidate do."""
    ends = drawn.times[_PIECE - 1 :: _PIECE] + pulse
    ends = np.append(ends[ends < duration], duration)
    found, begin = [], 0.0
    for end in ends:
        mine = (drawn.times >= begin) & (drawn.times < end)
        found.append((begin, float(end), Candidates(drawn.times[mine], drawn.marks[mine], 0)))
        begin = float(end)
    return found


def _row(number: int, reason: str, **numbers: float) -> dict[str, object]:
    outcome = "discard" if reason else "ok"
    return {
        "sample": number,
        "outcome": outcome,
        "reason": reason,
        **dict.fromkeys(_NUMBERS, np.nan),
        **numbers,
    }


STUDY = Study("pbit", points, simulate, analyze, counts="p-bits")
