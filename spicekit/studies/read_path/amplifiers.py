"""Drawn amplifiers that read pairs of resistances: values in, what each read gave out."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from spicekit.ngspice import evaluate
from spicekit.sampling.normals import named_normals
from spicekit.studies.read_path.content import REFERENCE, Content, Way


def coordinates(content: Content, way: Way) -> tuple[str, ...]:
    """Return the names of the standard normal coordinates of one amplifier, its reference included."""
    names = tuple(s.name for s in way.read.spread)
    return (*names, REFERENCE) if content.reference_sigma else names


def draw(content: Content, way: Way, seed: int, start: int, stop: int) -> "Amplifiers":
    """Return amplifiers `start` … `stop` - 1, of which number 0 is nominal."""
    z = named_normals(seed, coordinates(content, way), start, stop)
    z[np.arange(start, stop) == 0] = 0.0
    return Amplifiers(content, way, z)


@dataclass(frozen=True)
class Amplifiers:
    """Amplifiers with all that reads of theirs need; `z` (n, coordinates) are standard normal."""

    content: Content
    way: Way
    z: np.ndarray

    def __len__(self) -> int:
        return len(self.z)

    @cached_property
    def shift(self) -> np.ndarray:
        """What ln of the reference of each (n,) is off by."""
        sigma = self.content.reference_sigma
        return sigma * self.z[:, -1] if sigma else np.zeros(len(self.z))

    def read(
        self, u: np.ndarray | float, rows: np.ndarray | None = None, tight: bool = False
    ) -> pd.DataFrame:
        """Read once with each amplifier (of `rows`), at u (m,) as `Content` has it.

        Columns: the measurements, NaN where lost; ``reason`` why; ``sign`` of the outputs' difference at the end, NaN
        where lost; ``right``, whether the read has decided, and as u asks for.
        """
        deck = (self.way.tight if tight else self.way.read).deck
        rows = np.arange(len(self)) if rows is None else rows
        at = np.broadcast_to(np.asarray(u, float), len(rows))
        columns = dict(self.content.branches(self.way, at, self.shift[rows]))
        columns |= {s.name: s.value(self.z[rows, k]) for k, s in enumerate(self.way.read.spread)}
        nominal = np.empty(len(rows))
        values = np.column_stack(
            [
                columns[p.name] if p.name in columns else np.full_like(nominal, p.nominal)
                for p in deck.parameters
            ]
        )
        measured, outcomes = evaluate(deck, values)
        found = pd.DataFrame(measured, columns=[m.name for m in deck.measurements])
        good = np.array([outcome.ok for outcome in outcomes], dtype=bool)
        found.loc[~good] = np.nan
        found["reason"] = ["" if outcome.ok else f"read: {outcome}" for outcome in outcomes]
        found["sign"] = np.where(good, np.where(found["decision"] >= 0, 1.0, -1.0), np.nan)
        decided = np.isfinite(found["delay"]) & (found["decision"].abs() > self.content.supply / 2)
        found["decided"] = decided
        found["right"] = decided & (found["sign"] == np.sign(at))
        return found
