"""Write and verify: SET pulses until the resistance reads below a target, at most so many."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.models.population import Population
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.distribution import distribution, moments_if_any
from spicekit.studies.devices import Devices, draw_cycle, draw_devices
from spicekit.studies.study import Point, Study
from spicekit.studies.write_verify.result import WriteVerify, WriteVerifyPoint
from spicekit.studies.write_verify.table import WriteVerifyTable
from spicekit.units import engineering

_METHOD = (
    "one RESET, then SET pulses in SPICE, each followed by a read at the verify voltage, until that is below the "
    "target; failed: counted, Clopper-Pearson"
)


@dataclass(frozen=True)
class _Content:
    population: Population
    reset_deck: ProgramDeck
    set_deck: ProgramDeck
    target: float
    most_pulses: int


def points(technology: Technology, table: WriteVerifyTable) -> tuple[Point, ...]:
    """Return one point per target.

    Raises:
        InputError: the access transistor cannot give the compliance, or a pulse is shorter than its edges.
    """
    design, rram = technology.design, technology.rram
    word_line = compliance_word_line(technology, table.set_compliance)
    reset = Pulse("reset", table.reset_voltage, design.reset_word_line, table.reset_width)
    reset_deck = program_deck(technology, reset, rram.initial.lrs.value)
    pulse = Pulse("set", design.set_voltage, word_line, table.set_width)
    set_deck = program_deck(technology, pulse, rram.initial.hrs.value)
    return tuple(
        Point(
            engineering(target, "Ohm", 12).replace(" ", ""),
            {"target": target},
            {"reset": reset_deck.deck, "set": set_deck.deck},
            _Content(rram.population(), reset_deck, set_deck, target, table.most_pulses),
        )
        for target in table.targets
    )


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device.

    Columns: ``sample``, ``outcome``, ``reason``, ``pulses`` that it got, whether it was ``verified`` (1 or 0),
    ``resistance`` [Ohm] at the end, and ``energy`` [J] of all its SET pulses over the whole path.
    """
    content: _Content = point.content
    population, count = content.population, stop - start
    devices = draw_devices(population, content.set_deck, seed, start, stop)
    cycle = draw_cycle(population, seed, start, stop, 0)
    initial = devices.filled(population.gaps["lrs"])
    gap = devices.pulse(content.reset_deck, initial, cycle, "RESET")["gap"].to_numpy(copy=True)
    pulses, energy = np.zeros(count, dtype=int), np.zeros(count)
    resistance = np.full(count, np.nan)
    for number in range(content.most_pulses):
        cycle = population.next_cycle(cycle, draw_cycle(population, seed, start, stop, number + 1))
        rows = np.flatnonzero(devices.good & ~(resistance < content.target))
        if not len(rows):
            break
        now = Devices(population, devices.points[rows])  # only those that still need a pulse
        after = now.pulse(content.set_deck, gap[rows], cycle[rows], f"SET {number + 1}")
        devices.reason[rows] = now.reason
        gap[rows], resistance[rows] = after["gap"], 1 / after["conductance"]
        energy[rows] += after["energy_path"]
        pulses[rows] += 1
    return pd.DataFrame(
        {
            "sample": np.arange(start, stop),
            "outcome": np.where(devices.good, "ok", "discard"),
            "reason": devices.reason.astype(str),
            "pulses": pulses,
            "verified": (resistance < content.target).astype(int),
            "resistance": resistance,
            "energy": energy,
        }
    )


def analyze(table: WriteVerifyTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return what each target takes; one at which all devices were lost is left out."""
    found = []
    for target, mine in rows.groupby("target"):
        good = mine[mine["outcome"] != "discard"]
        if good.empty:
            continue
        counts = Counts(len(mine), int((good["verified"] == 0).sum()), len(mine) - len(good))
        below = good[good["verified"] == 1]
        found.append(
            WriteVerifyPoint(
                target=target,  # type: ignore[arg-type]
                failed=error_probability(counts, "counted, Clopper-Pearson", confidence),
                above=tuple(
                    float(((good["verified"] == 0) | (good["pulses"] > number)).mean())
                    for number in range(1, table.most_pulses + 1)
                ),
                pulses=moments_if_any(below["pulses"]),
                resistance=distribution(below["resistance"]) if len(below) > 1 else None,
                energy=moments_if_any(good["energy"]),
            )
        )
    if not found:
        return {}
    block = WriteVerify(
        points=tuple(found),
        most_pulses=table.most_pulses,
        set_compliance=table.set_compliance,
        set_width=table.set_width,
        reset_voltage=table.reset_voltage,
        reset_width=table.reset_width,
        status="simulated",
        method=_METHOD,
    )
    return {"write_verify": block}


STUDY = Study("write_verify", points, simulate, analyze)
