"""Metropolis-Hastings whose proposals are programming cycles: models that were accepted stay in the array.

A row of the array holds a model. The current one is proposed on a free row: each device there is RESET, then SET at
the compliance whose mean is the conductance of its partner in the current row. If the proposal is accepted, the free
row becomes current and the old one stays; if not, the counter of the current row goes up by one. When few rows are
free, the oldest model is given up, which also forgets where the chain began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spicekit.network.mcmc.devices import Devices, Stream
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.target import Coding, LogLikelihood

Ratio = Literal["exact", "shortcut"]
"""Acceptance with the Hastings ratio of the proposals, or without it, as if they were symmetric."""
Retry = Literal["rotate", "next", "same"]
"""After a rejection: the same row again, whose deviations are nearly the same; the next free row; or the next free row,
each time with its places moved round by a random number of devices."""


@dataclass(frozen=True)
class Rule:
    """How the array learns."""

    steps: int  # proposals
    rows: int  # models that the array holds
    ratio: Ratio = "exact"
    retry: Retry = "rotate"
    spare: int = 16  # rows that stay free, so that a rejected row rests before it is used again

    @property
    def held(self) -> int:
        """How many models the array holds at most."""
        return self.rows - self.spare


@dataclass(frozen=True)
class Learned:
    """What the arrays hold in the end, and what it took.

    Models are in the order in which they were accepted; places with a count of 0 hold none.
    """

    conductances: np.ndarray  # (chains, rows, 2 n), S
    counts: np.ndarray  # (chains, rows): how often each model was seen
    accepted: np.ndarray  # (chains,), proposals accepted
    trace: np.ndarray  # (chains, steps): ln posterior of the current model
    cycles: np.ndarray  # (chains, rows): RESET + SET cycles of each row
    set_current: np.ndarray  # (chains,): mean compliance [A] of all cycles
    steps: int


def learn(
    law: Law,
    code: Coding,
    likelihood: LogLikelihood,
    parameters: int,
    rule: Rule,
    chains: tuple[int, ...],
    seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Learned:
    """Run one chain per array, all side by side; the first model is programmed towards the centre of the prior.

    Args:
        likelihood: for all chains at once.
        chains: their numbers; chain i is a function of (seed, i) and the rest.
        progress: is told how many steps are done.
    """
    each, width = np.arange(len(chains)), 2 * parameters
    devices = Devices(law, chains, rule.rows, width, seed)
    uniform = Stream(seed, chains, "acceptance", (), "uniform")
    turns = Stream(seed, chains, "rotation", (), "uniform")
    ahead = np.zeros(len(chains), dtype=np.int64)
    free, held = _Queue.full(len(chains), rule.rows), _Queue.empty(len(chains), rule.rows)
    stored = np.zeros((len(chains), rule.rows, width))
    counts, cycles = (np.zeros((len(chains), rule.rows), dtype=np.int64) for _ in range(2))
    trace = np.empty((len(chains), rule.steps))
    accepted, amperes = np.zeros(len(chains), dtype=np.int64), np.zeros(len(chains))

    def log_posterior(found: np.ndarray) -> np.ndarray:
        prior = code.log_prior(found)
        return np.where(np.isfinite(prior), prior + likelihood(code.parameters(found)), -np.inf)

    current = free.pop(np.ones(len(chains), dtype=bool))
    held.push(current, np.ones(len(chains), dtype=bool))
    target = np.full((len(chains), width), code.centre)
    now = np.clip(
        devices.cycle(current, target, ahead), code.low, code.high
    )  # a few sigma from the centre at most
    stored[each, current], counts[each, current], cycles[each, current] = now, 1, 1
    level = log_posterior(now)
    for step in range(rule.steps):
        row = free.head()
        if rule.retry == "rotate":
            ahead = (turns.next() * width).astype(np.int64)
        proposed = devices.cycle(row, now, ahead)
        cycles[each, row] += 1
        amperes += law.compliance_of(now).mean(axis=-1)
        height = log_posterior(proposed)
        gain = height - level
        if rule.ratio == "exact":
            inside = np.where(
                np.isfinite(height)[:, None], proposed, now
            )  # outside, nothing can be programmed back
            gain = gain + (law.log_density(now, inside) - law.log_density(inside, now)).sum(axis=-1)
        yes = np.log(uniform.next()) < gain
        accepted += yes
        taken = free.pop(yes if rule.retry == "same" else np.ones_like(yes))
        if rule.retry != "same":
            free.push(taken, ~yes)
        held.push(row, yes)
        current = np.where(yes, row, current)
        now, level = np.where(yes[:, None], proposed, now), np.where(yes, height, level)
        stored[each, current] = now
        counts[each, current] = np.where(yes, 1, counts[each, current] + 1)
        crowded = free.size < rule.spare
        oldest = held.pop(crowded)
        counts[each[crowded], oldest[crowded]] = 0
        free.push(oldest, crowded)
        trace[:, step] = level
        progress(step + 1)
    order = held.in_order()
    return Learned(
        np.take_along_axis(stored, order[..., None], axis=1),
        np.take_along_axis(counts, order, axis=1) * (np.arange(rule.rows) < held.size[:, None]),
        accepted,
        trace,
        cycles,
        amperes / rule.steps,
        rule.steps,
    )


class _Queue:
    """A queue of row numbers for each chain, first in, first out; it never holds more than all rows."""

    def __init__(self, places: np.ndarray, size: np.ndarray) -> None:
        self._places, self.size = places, size  # (chains, rows), (chains,)
        self._first, self._each = np.zeros_like(size), np.arange(len(size))

    @classmethod
    def full(cls, chains: int, rows: int) -> "_Queue":
        return cls(np.tile(np.arange(rows), (chains, 1)), np.full(chains, rows))

    @classmethod
    def empty(cls, chains: int, rows: int) -> "_Queue":
        return cls(np.zeros((chains, rows), dtype=np.int64), np.zeros(chains, dtype=np.int64))

    def head(self) -> np.ndarray:
        return self._places[self._each, self._first]

    def pop(self, where: np.ndarray) -> np.ndarray:
        """Return the heads of all chains, and take them off where asked."""
        found = self.head()
        self._first = np.where(where, (self._first + 1) % self._places.shape[1], self._first)
        self.size = self.size - where
        return found

    def push(self, rows: np.ndarray, where: np.ndarray) -> None:
        end = (self._first + self.size) % self._places.shape[1]
        self._places[self._each[where], end[where]] = rows[where]
        self.size = self.size + where

    def in_order(self) -> np.ndarray:
        rows = self._places.shape[1]
        return np.take_along_axis(self._places, (self._first[:, None] + np.arange(rows)) % rows, axis=1)
