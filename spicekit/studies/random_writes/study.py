"""Random bits of written pairs: written again and again, read after each write, and in any state of the traps."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.circuits.read import read_deck
from spicekit.models.telegraph_noise import TelegraphNoise
from spicekit.sampling.normals import named_normals
from spicekit.studies.devices import draw_cycle
from spicekit.studies.fewer_over_grid import fewer_over_grid
from spicekit.studies.pairs import SIDES, Held, PairRead, Pairs
from spicekit.studies.programmed import Programming, programming
from spicekit.studies.random_writes.extract import DRAWN, TRAPS, block_of
from spicekit.studies.random_writes.table import RandomWritesTable
from spicekit.studies.study import Point, Study

COLUMNS = (
    "sample", "write", "state", "traps", "bit", "decided", "margin", "energy", "ratio", "energy_write",
)  # fmt: skip


@dataclass(frozen=True)
class _Content:
    pulses: Programming
    read: PairRead
    telegraph: TelegraphNoise | None
    states: tuple[str, ...]
    writes: tuple[int, ...]


def points(technology: Technology, table: RandomWritesTable) -> tuple[Point, ...]:
    """Return the one point.

    Raises:
        InputError: the access transistor cannot give the compliance, or a pulse is shorter than its edges.
    """
    rram, design = technology.rram, technology.design
    pulses = programming(technology, table)
    gap = rram.initial.lrs.value
    read = PairRead("read", read_deck(technology, gap, gap), technology.temperature, design.supply)
    telegraph = rram.telegraph_noise if technology.telegraph_noise else None
    content = _Content(pulses, read, telegraph, tuple(table.states), tuple(table.writes))
    decks = {"set": pulses.set_deck.deck, "reset": pulses.reset_deck.deck, "read": read.deck.deck}
    trap = rram.trap_time
    labels = {
        "temperature": technology.temperature, "supply": design.supply,
        "write_time": 2 * (table.pulse_width + design.program_edge + 2 * design.settle_time),
        "read_time": design.precharge_time + design.sense_time, "slow_cycles": pulses.population.slow_cycles,
        "occupancy": telegraph.occupancy if telegraph else 0.0,
        "relaxation_time": trap.median if telegraph and trap else 0.0,
        "relaxation_spread": trap.spread if telegraph and trap else 0.0,
    }  # fmt: skip
    return (Point("pairs", labels, decks, content),)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per pair, write, state and state of the traps.

    Columns: ``sample``, ``outcome``, ``reason``, ``write``, ``state``, ``traps`` (``drawn``, or of which devices they
    are occupied), ``bit``, ``decided``, ``margin`` [V], ``energy`` [J] of the read, ``ratio`` (ln of right over left
    resistance at the verify voltage), ``energy_write`` [J] of SET and RESET of both devices. A pair of which anything
    was lost is a discard as a whole.
    """
    content: _Content = point.content
    population, pulses = content.pulses.population, content.pulses
    pairs = Pairs.draw(population, pulses.set_deck, content.read.deck, seed, start, stop)
    gaps = {side: pairs.devices[side].filled(population.gaps["hrs"]) for side in SIDES}
    cycles: dict[str, np.ndarray] = {}
    tables, before = [], content.writes[0]
    for number in content.writes:
        for side in SIDES:
            drawn = draw_cycle(population, seed, start, stop, number, f"{side} ")
            cycles[side] = (
                population.next_cycle(cycles[side], drawn, number - before) if side in cycles else drawn
            )
        before, energy, mine = number, np.zeros(len(pairs)), []
        for state, deck in (("lrs", pulses.set_deck), ("hrs", pulses.reset_deck)):
            conductance = {}
            for side in SIDES:
                found = pairs.devices[side].pulse(
                    deck, gaps[side], cycles[side], f"{side} write {number} {state}"
                )
                gaps[side], conductance[side] = found["gap"].to_numpy(), found["conductance"].to_numpy()
                energy = energy + found["energy_path"].to_numpy()
            if state in content.states:
                held = {side: (gaps[side], cycles[side]) for side in SIDES}
                ratio = np.log(conductance["left"] / conductance["right"])
                mine += [
                    found.assign(write=number, state=state, ratio=ratio)
                    for found in _reads(content, pairs, held, f"write {number} {state}", number)
                ]
        tables += [found.assign(energy_write=energy, sample=np.arange(start, stop)) for found in mine]
    rows = pd.concat(tables, ignore_index=True)[list(COLUMNS)]
    lost = rows["sample"].map(dict(zip(range(start, stop), pairs.reason, strict=True))).astype(str)
    rows.insert(1, "outcome", np.where(lost == "", "ok", "discard"))
    rows.insert(2, "reason", lost)
    return rows.sort_values("sample", kind="stable", ignore_index=True)


def _reads(content: _Content, pairs: Pairs, held: Held, name: str, number: int) -> list[pd.DataFrame]:
    """Return the read with drawn traps and, after the first write, with each state of both."""
    law, at = content.telegraph, {side: gap for side, (gap, _) in held.items()}
    found = [pairs.read(content.read, held, pairs.traps(law, at, name), name).assign(traps=DRAWN)]
    if law is not None and number == content.writes[0]:
        for traps, occupied in TRAPS.items():
            taken = {}
            for side in SIDES:
                place = np.full(len(pairs), -np.inf if side in occupied else np.inf)
                others = [f"{side} {name} {coordinate}" for coordinate in law.coordinates[1:]]
                drawn = named_normals(pairs.seed, others, pairs.start, pairs.stop).T
                taken[side] = law.share(at[side], place, *drawn)
            found.append(pairs.read(content.read, held, taken, f"{name} traps {traps}").assign(traps=traps))
    return found


def analyze(table: RandomWritesTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return the block, or nothing where too few pairs are left."""
    block = block_of(table, rows, confidence)
    return {"random_writes": block} if block else {}


STUDY = Study("random_writes", points, simulate, analyze, rule=fewer_over_grid, counts="pairs")
