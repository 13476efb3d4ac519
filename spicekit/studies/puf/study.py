"""Pairs that are written equally: written, read by their amplifier, and read again under all that may differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.device import bake_deck
from spicekit.circuits.read import read_deck
from spicekit.models.telegraph_noise import TelegraphNoise
from spicekit.studies.devices import draw_cycle
from spicekit.studies.pairs import SIDES, Held, PairRead, Pairs
from spicekit.studies.programmed import Programming, programming
from spicekit.studies.puf.extract import block_of
from spicekit.studies.puf.table import PufTable
from spicekit.studies.study import Point, Study

ENROLMENT = "enrolment"
_WRITES = 2


@dataclass(frozen=True)
class _Content:
    pulses: Programming
    reads: tuple[PairRead, ...]  # at enrolment, again, and elsewhere
    bake: ProgramDeck
    telegraph: TelegraphNoise | None
    states: tuple[str, ...]
    pristine: float  # nm


def points(technology: Technology, table: PufTable) -> tuple[Point, ...]:
    """Return the one point.

    Raises:
        InputError: the access transistor cannot give the compliance, or a pulse is shorter than its edges.
    """
    rram, design = technology.rram, technology.design
    pulses = programming(technology, table)

    def read(name: str, **other: float) -> PairRead:
        at = technology
        if "celsius" in other:
            at = replace(at, temperature=round(other["celsius"] + ZERO_CELSIUS, 9))
        if "supply" in other:
            at = replace(at, design=replace(design, supply=other["supply"]))
        gap = rram.initial.lrs.value
        return PairRead(name, read_deck(at, gap, gap), at.temperature, at.design.supply)

    reads = (
        read(ENROLMENT),
        read("again"),
        *(read(f"{celsius:g}C", celsius=celsius) for celsius in table.temperatures),
        *(read(f"{supply:g}V", supply=supply) for supply in table.supplies),
    )
    warm = replace(technology, temperature=round(table.bake_temperature + ZERO_CELSIUS, 9))
    bake = ProgramDeck(bake_deck(warm, table.bake_time, rram.initial.hrs.value), ())
    telegraph = rram.telegraph_noise if technology.telegraph_noise else None
    content = _Content(pulses, reads, bake, telegraph, tuple(table.states), rram.initial.pristine.value)
    decks = {f"read_{one.name}": one.deck.deck for one in reads}
    decks |= {"set": pulses.set_deck.deck, "reset": pulses.reset_deck.deck, "bake": bake.deck}
    return (Point("pairs", {"telegraph_noise": int(telegraph is not None)}, decks, content),)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per pair, state and read.

    Columns: ``sample``, ``outcome``, ``reason``, ``state``, ``read`` (the first is that at enrolment), ``temperature``
    [K], ``supply`` [V], ``bit``, ``decided``, ``margin`` [V], ``energy`` [J], ``ratio`` (ln of right over left
    resistance at the verify voltage), ``energy_write`` [J] of both devices.
    """
    content: _Content = point.content
    written = _Written.draw(content, seed, start, stop)
    tables = []
    for state in content.states:
        tables += written.read_all(state)
    rows = pd.concat(tables, ignore_index=True)
    lost = dict(zip(range(start, stop), written.pairs.reason, strict=True))
    rows.insert(1, "outcome", np.where(rows["sample"].map(lost) == "", "ok", "discard"))
    rows.insert(2, "reason", rows["sample"].map(lost).astype(str))
    return rows.sort_values("sample", kind="stable", ignore_index=True)


@dataclass
class _Written:
    """Pairs that have been written."""

    content: _Content
    pairs: Pairs
    written: dict[tuple[str, int], dict[str, tuple[np.ndarray, np.ndarray, pd.DataFrame]]]
    """By state and number of the write: gap, cycle and measurements of each side."""

    @classmethod
    def draw(cls, content: _Content, seed: int, start: int, stop: int) -> "_Written":
        """Draw pairs `start` … `stop` - 1 and write them."""
        population, pulses = content.pulses.population, content.pulses
        pairs = Pairs.draw(population, pulses.set_deck, content.reads[0].deck, seed, start, stop)
        written: dict = {}
        for side in SIDES:
            one, cycle = pairs.devices[side], None
            gap = one.filled(population.gaps["hrs"])
            for number in range(2 * _WRITES if set(content.states) & {"lrs", "hrs"} else 0):
                drawn = draw_cycle(population, seed, start, stop, number, f"{side} ")
                cycle = drawn if cycle is None else population.next_cycle(cycle, drawn)
                state, deck = ("hrs", pulses.reset_deck) if number % 2 else ("lrs", pulses.set_deck)
                found = one.pulse(deck, gap, cycle, f"{side} write {number}")
                gap = found["gap"].to_numpy()
                written.setdefault((state, number // 2), {})[side] = (gap, cycle, found)
        return cls(content, pairs, written)

    def read_all(self, state: str) -> list[pd.DataFrame]:
        """Return the tables of all reads of a state."""
        content = self.content
        first, again = self._left_in(state, 0), self._left_in(state, 1)
        baked = {side: (self._baked(side, gap, cycle), cycle) for side, (gap, cycle) in first.items()}
        plan = [(one, one.name, first) for one in content.reads]
        plan.append((content.reads[0], "baked", baked))
        if state != "unwritten":
            plan.append((content.reads[0], "rewritten", again))
        ratio, energy = self._ratio(state)
        return [
            self._read(one, f"{state} {name}", held).assign(
                sample=np.arange(self.pairs.start, self.pairs.stop), state=state, read=name,
                temperature=one.temperature, supply=one.supply, ratio=ratio, energy_write=energy,
            )[["sample", "state", "read", "temperature", "supply", "bit", "decided", "margin", "energy", "ratio",
               "energy_write"]]
            for one, name, held in plan
        ]  # fmt: skip

    def _left_in(self, state: str, number: int) -> Held:
        if state != "unwritten":
            return {side: (gap, cycle) for side, (gap, cycle, _) in self.written[state, number].items()}
        population, content = self.content.pulses.population, self.content
        cycle = np.zeros((len(self.pairs), len(population.cycle_names)))
        return {side: (self.pairs.devices[side].filled(content.pristine), cycle) for side in SIDES}

    def _baked(self, side: str, gap: np.ndarray, cycle: np.ndarray) -> np.ndarray:
        return (
            self.pairs.devices[side].measure(self.content.bake, gap, cycle, f"{side} bake")["gap"].to_numpy()
        )

    def _ratio(self, state: str) -> tuple[np.ndarray, np.ndarray]:
        """Return ln of right over left resistance, and what the last writes took; NaN where nothing was written."""
        none = np.full(len(self.pairs), np.nan)
        if state == "unwritten":
            logs = []
            for side in SIDES:
                _, cycle = self._left_in(state, 0)[side]
                conducts = self.content.pulses.population.conductance
                logs.append(-np.log(self.pairs.devices[side].parameters(cycle)[conducts]))
            return logs[1] - logs[0], none
        found = [self.written[state, 0][side][2] for side in SIDES]
        pulses = (self.written[kind, 0][side][2] for kind in ("lrs", "hrs") for side in SIDES)
        energy = np.sum([one["energy_path"].to_numpy() for one in pulses], axis=0)
        left, right = (one["conductance"].to_numpy() for one in found)
        return np.log(left / right), energy

    def _read(self, one: PairRead, name: str, held: Held) -> pd.DataFrame:
        gaps = {side: gap for side, (gap, _) in held.items()}
        return self.pairs.read(
            one, held, self.pairs.traps(self.content.telegraph, gaps, name), f"read {name}"
        )


def analyze(table: PufTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return the block, or nothing where too few pairs are left."""
    block = block_of(table, rows, confidence)
    return {"puf": block} if block else {}


STUDY = Study("puf", points, simulate, analyze, counts="pairs")
