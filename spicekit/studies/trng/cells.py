"""Cells with drawn transistors and junctions: reads of one state against a resistor, values in, waves out."""

from dataclasses import dataclass

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.circuits.junction_read import Events, junction_read_deck
from spicekit.circuits.read import ReadDeck
from spicekit.circuits.superparamagnetic import DEAD_TIME
from spicekit.models.superparamagnetic import DRAWN, Superparamagnetic, thermal_energy
from spicekit.ngspice import evaluate, waveforms
from spicekit.sampling.candidates import candidates
from spicekit.sampling.normals import named_normals
from spicekit.studies.read_path.offsets import offsets

HEADROOM = 1.02
"""Rate of the candidates over the largest rate."""
_REACH = 1.3  # of ln of the resistor, to either side of the junction's: between them a decision turns
_HALVINGS = (
    4,
    5,
)  # of the delay, to find the last flip that changes the decision; parallel junctions hardly flip


@dataclass(frozen=True)
class Content:
    """All that samples need."""

    technology: Technology
    reads: tuple[ReadDeck, ReadDeck]  # of the junction in either state, which it keeps
    bound: float  # 1/s, of all rates

    @property
    def model(self) -> Superparamagnetic:
        """The junction."""
        assert self.technology.superparamagnetic is not None
        return self.technology.superparamagnetic


@dataclass(frozen=True)
class Cells:
    """Cells; `z` (cells, coordinates) are standard normal, those of the junction last."""

    content: Content
    z: np.ndarray

    def __len__(self) -> int:
        return len(self.z)

    def values(self, state: int, logs: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the values of the deck's parameters (n, parameters) for resistors of `logs` (n,), ln of Ohm."""
        read = self.content.reads[state]
        columns = {s.name: s.value(self.z[rows, k]) for k, s in enumerate(read.spread)}
        drawn = self.content.model.drawn(self.z[rows, -len(DRAWN) :])
        kt = thermal_energy(self.content.technology.temperature)
        columns |= {"j.barrier": drawn[:, 0] / kt, "j.offset": drawn[:, 1], "reference": np.exp(logs)}
        return np.column_stack([columns[p.name] for p in read.deck.parameters])

    def read(self, state: int, logs: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the measures (n, measures) of one read each, and why it was lost (n,), empty where it was not."""
        measured, outcomes = evaluate(self.content.reads[state].deck, self.values(state, logs, rows))
        return measured, np.array(["" if o.ok else f"read: {o}" for o in outcomes], dtype=object)

    def turning(self, state: int) -> np.ndarray:
        """Return ln of the resistor (cells,) at which the decision turns while the junction keeps a `state`.

        Infinite where no read on either side encloses it, NaN where a simulation was lost.
        """
        technology = self.content.technology
        middle = np.log(self.content.model.resistances(technology.design.supply / 4)[state])
        everyone = np.arange(len(self))

        def read(rows: np.ndarray, logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            found, reason = self.read(state, logs, rows)
            sign = np.where(reason == "", np.where(found[:, 0] >= 0, 1.0, -1.0), np.nan)
            return sign, found[:, 2]

        places = middle + np.array([-_REACH, _REACH])
        first = [read(everyone, np.full(len(self), at)) for at in places]
        signs, delays = (np.column_stack(columns) for columns in zip(*first, strict=True))
        # the search works with numbers around zero
        found, _ = offsets(
            lambda rows, u: read(rows, u + middle),
            places - middle,
            signs,
            delays,
            technology.design.regeneration_time,
        )
        return found + middle

    def decisive(self, row: int, state: int, log: float, delay: float) -> float:
        """Return how long after sense-enable [s] a flip still changes the decision of a cell.

        By reads in which the junction is made to flip, at times that halve the `delay` [s] of the decision again and
        again; in the middle of the last part.
        """
        early, late = 0.0, delay
        begin = self.content.technology.design.precharge_time
        for _ in range(_HALVINGS[state]):
            time = (early + late) / 2
            found = self.wave(row, state, log, ([begin + time], [0.0]))
            changed = found is not None and (decision_of(found) < 0) != bool(state)
            early, late = (time, late) if changed else (early, time)
        return (early + late) / 2

    def wave(
        self, row: int, state: int, log: float, live: Events | None = None
    ) -> dict[str, np.ndarray] | None:
        """Return the waves of one read, with candidate events where there are any; None where it was lost."""
        read = self.content.reads[state]
        if live is not None:
            read = junction_read_deck(self.content.technology, 1.0, state, self.content.bound, live)
        values = self.values(state, np.array([log]), np.array([row]))[0]
        names = [p.name for p in read.deck.parameters]
        waves = waveforms(read.deck, dict(zip(names, values.tolist(), strict=True)))
        return waves if waves["time"][-1] >= read.deck.stop_time * (1 - 1e-9) else None

    def flips(self, row: int, state: int, log: float, decided: float) -> tuple[float, float] | None:
        """Return the rate of a state, integrated over a read until `decided` [s] after sense-enable, and from then on.

        None where the read was lost.
        """
        content, technology = self.content, self.content.technology
        waves = self.wave(row, state, log)
        if waves is None:
            return None
        time, begin = waves["time"], technology.design.precharge_time
        barrier, offset = content.model.drawn(self.z[[row], -len(DRAWN) :])[0]
        rate = content.model.rates(waves["bl"] - waves["sl"], technology.temperature, barrier, offset)[state]
        hazard = np.concatenate([[0], np.cumsum(np.diff(time) * (rate[1:] + rate[:-1]) / 2)])
        first, commit, end = np.interp([begin, begin + decided, time[-1]], time, hazard)
        return float(commit - first), float(end - commit)

    def rest(self, row: int) -> tuple[float, float]:
        """Return the rates [1/s] at which the junction of a cell leaves either state without a voltage."""
        barrier, offset = self.content.model.drawn(self.z[[row], -len(DRAWN) :])[0]
        away, back = self.content.model.rates(
            np.zeros(1), self.content.technology.temperature, barrier, offset
        )
        return float(away[0]), float(back[0])

    def events(self, seed: int, number: int, state: int) -> Events:
        """Return the candidates of a live read of the cell with this number, from sense-enable on."""
        design, bound = self.content.technology.design, self.content.bound
        drawn = candidates(seed, f"live {state}", number, bound, design.sense_time, DEAD_TIME / bound)
        return drawn.times + design.precharge_time, drawn.marks


def draw(content: Content, seed: int, start: int, stop: int) -> Cells:
    """Return cells `start` … `stop` - 1, of which number 0 is nominal."""
    names = [*(s.name for s in content.reads[0].spread), *(f"junction.{name}" for name in DRAWN)]
    z = named_normals(seed, names, start, stop)
    z[np.arange(start, stop) == 0] = 0.0
    return Cells(content, z)


def decision_of(waves: dict[str, np.ndarray]) -> float:
    """Return the difference of the outputs [V] at the end: above zero where the junction was found parallel."""
    return float(waves["q"][-1] - waves["qb"][-1])
