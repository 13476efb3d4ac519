"""Metropolis-Hastings whose proposals are programming cycles, block by block, and snapshots of it that the array keeps.

The places of a row are cut into blocks. Each block has a current row of its own, and blocks take turns: the devices of
a block on a free row are RESET, then SET at the compliance whose mean is the conductance of their partners in the
current row. If the proposal is accepted, the free row becomes current. A model is what the current rows of all blocks
hold together; it is kept now and then, and the rows that it stands on are then not programmed again until it is the
oldest one and given up, which also forgets where the chain began.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spicekit.network.mcmc.devices import Devices, Stream
from spicekit.network.mcmc.evidence import Evidence
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.rows import Rows
from spicekit.network.mcmc.target import Coding

Ratio = Literal["exact", "shortcut"]
"""Acceptance with the Hastings ratio of the proposals, or without it, as if they were symmetric."""
Retry = Literal["rotate", "next", "same"]
"""After a rejection: the same row again, whose deviations are nearly the same; the next free row; or the next free row,
each time with its places moved round by a random number of devices."""


@dataclass(frozen=True)
class Rule:
    """How the array learns."""

    steps: int  # sweeps: in each, every block is proposed once
    rows: int  # of each block
    blocks: int = 1
    every: int = 1  # sweeps from a model that is kept to the next
    ratio: Ratio = "exact"
    retry: Retry = "rotate"
    spare: int = 16  # rows that no kept model uses: at least 2

    @property
    def held(self) -> int:
        """How many models the array holds at most."""
        return self.rows - self.spare


@dataclass(frozen=True)
class Learned:
    """What the arrays hold in the end, and what it took."""

    conductances: np.ndarray  # (chains, models, 2 n), S, oldest first
    accepted: np.ndarray  # (chains,), proposals accepted
    trace: np.ndarray  # (chains, steps): ln posterior of the current model after each sweep
    set_current: np.ndarray  # (chains,): mean compliance [A] of all cycles
    proposals: int  # of each chain

    @property
    def acceptance(self) -> float:
        """Share of the proposals that were accepted, all chains together."""
        return float(self.accepted.mean() / self.proposals)


def learn(
    law: Law,
    code: Coding,
    evidence: Evidence,
    parameters: int,
    rule: Rule,
    chains: tuple[int, ...],
    seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Learned:
    """Run one chain per array, all side by side; the first model is programmed towards the centre of the prior.

    Args:
        evidence: for all chains at once.
        chains: their numbers; chain i is a function of (seed, i) and the rest.
        progress: is told how many sweeps are done.
    """
    count, blocks = len(chains), rule.blocks
    size = -(-parameters // blocks)  # parameters of a block; places of the last one may stay empty
    devices = Devices(law, chains, rule.rows, 2 * size, seed, blocks)
    uniform = Stream(seed, chains, "acceptance", (blocks,), "uniform")
    turns = Stream(seed, chains, "rotation", (blocks,), "uniform")
    shift = np.zeros((count, blocks), dtype=np.int64)
    rows = Rows(count, blocks, rule.rows, rule.held)
    empty = np.tile(np.arange(blocks * size).reshape(blocks, size) >= parameters, 2)  # (blocks, 2 size)
    kept = np.zeros((rule.held, count, blocks, 2 * size))
    trace = np.empty((count, rule.steps))
    accepted, amperes = np.zeros(count, dtype=np.int64), np.zeros(count)

    def programmed(row: np.ndarray, moments: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        return np.where(empty, code.centre, devices.cycle(row, moments, shift))

    # arrays of conductances are (chains, blocks, 2 size); a few sigma from the centre at most
    now = programmed(rows.current, law.moments(np.full((count, blocks, 2 * size), code.centre)))
    now = np.clip(now, code.low, code.high)
    spread = law.moments(now)  # what a cycle towards the current rows gives
    prior = code.log_prior(now)  # (chains, blocks)
    held = code.parameters(now)  # (chains, blocks, size)
    level = evidence.start(held.reshape(count, -1)[:, :parameters])
    yes = np.empty((blocks, count), dtype=bool)
    for step in range(rule.steps):
        amperes += law.compliance_of(now)[:, ~empty].mean(axis=-1)
        if rule.retry == "rotate":
            shift = (turns.next() * 2 * size).astype(np.int64)
        # what is proposed to a block hangs on that block alone, so that all are programmed before the first is tried
        proposed = programmed(rows.next, spread)
        chance = code.log_prior(proposed)
        outside = np.isinf(chance)[..., None]  # nothing can be programmed back
        proposed = np.where(outside, now, proposed)
        back, others = law.moments(proposed), code.parameters(proposed)
        gain = chance - prior
        if rule.ratio == "exact":
            gain += (law.log_density(now, back) - law.log_density(proposed, spread)).sum(axis=-1)
        least = np.ascontiguousarray((np.log(uniform.next()) - gain).T)  # that the evidence has to gain
        for block in range(blocks):
            likely = evidence.tried(held[:, block], others[:, block], block * size)
            np.greater(likely - level, least[block], out=yes[block])
            evidence.settle(yes[block])
            level = np.where(yes[block], likely, level)
        taken = yes.T
        accepted += taken.sum(axis=-1)
        rows.settle(taken, rest=rule.retry != "same")
        prior = np.where(taken, chance, prior)
        chosen = taken[..., None]
        now, held = np.where(chosen, proposed, now), np.where(chosen, others, held)
        spread = np.where(chosen, back[0], spread[0]), np.where(chosen, back[1], spread[1])
        if (step + 1) % rule.every == 0:
            kept[rows.keep()] = now
        trace[:, step] = prior.sum(axis=1) + level
        progress(step + 1)
    models = kept[rows.in_order()].swapaxes(0, 1)  # (chains, models, blocks, 2 size)
    halves = models.reshape(*models.shape[:3], 2, size).swapaxes(2, 3).reshape(*models.shape[:2], 2, -1)
    return Learned(
        halves[..., :parameters].reshape(*models.shape[:2], -1), accepted, trace, amperes / rule.steps,
        rule.steps * blocks,
    )  # fmt: skip
