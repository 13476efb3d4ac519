"""Streams of bits of written pairs: raw, of chosen pairs, whitened; of reads of one write; made-up ones."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spicekit.entropy.bits.stream import MADE_UP, Stream, made_up
from spicekit.entropy.bits.whiten import von_neumann, xor
from spicekit.entropy.writes.asked import Asked, Setting
from spicekit.entropy.writes.bits import Reads, constants, of_pair, written
from spicekit.studies.random_writes.law import Law

CHOSEN_XOR, XOR = (2, 4, 8), (8, 32, 64)
"""Pairs whose bits are joined: chosen ones, and any."""
MEDIAN = 0.6744897501960817
"""Of the size of a standard normal number: half of the pairs are more biased."""
MOST_WRITES = 60_000_000
"""Of one stream; a pair whose bits hardly turn would take too many for von Neumann's whitening."""
SEARCHED = 4000  # pairs among which some are chosen


@dataclass(frozen=True)
class Choice:
    """Pairs that are chosen by some test writes: those whose share of ones is within the bound."""

    tests: int
    kept: float  # share of pairs
    within: float  # share of the chosen ones whose share of ones over many writes is within the bound
    bias: float  # root mean square of the chosen ones' bias
    chosen: np.ndarray  # c of the chosen ones


def choose(law: Law, tests: int, bound: float, seed: int) -> Choice:
    """Return what test writes find, by the law: of pairs number 0, 1 …."""
    from spicekit.sampling.normals import generator

    c = constants(SEARCHED, seed)
    seen = law.bits(c, np.arange(tests), generator(seed, "test writes", tests)).mean(axis=1)
    kept = np.abs(seen - 0.5) <= bound + 1e-12
    bias = law.ones(c[kept]) - 0.5
    return Choice(
        tests=tests,
        kept=float(kept.mean()),
        within=float((np.abs(bias) <= bound).mean()) if kept.any() else 0.0,
        bias=float(np.sqrt((bias**2).mean())) if kept.any() else 0.0,
        chosen=c[kept],
    )


def number_of_streams(setting: Setting, choice: Choice, reads: Reads | None) -> int:
    """Return how many streams there are."""
    law = setting.law
    chosen = len(choice.chosen)
    alone = 1 + _feasible(law, MEDIAN, 1)
    picked = (1 + _feasible(law, choice.chosen[0], 1) if chosen else 0) + sum(n <= chosen for n in CHOSEN_XOR)
    return alone + picked + len(XOR) + 2 * (reads is not None) + MADE_UP


def _feasible(law: Law, c: float, bits: int) -> bool:
    return bits * writes_per_bit(law, c) <= MOST_WRITES / 1e6


def writes_per_bit(law: Law, c: float) -> float:
    """Return how many writes a bit takes by von Neumann's whitening of a pair's bits: two over the chance to differ."""
    return 2 / max(float(of_pair(law, c).turns(1)), 1e-300)


def streams(
    asked: Asked, setting: Setting, choice: Choice, reads: Reads | None, interval: float
) -> Iterator[Stream]:
    """Yield the streams; `interval` between reads of one write in relaxation times."""
    law, count, seed = setting.law, asked.bits, asked.seed
    energy, rate = setting.energy, 1 / setting.time

    def raw(c: float, name: str) -> Stream:
        return Stream(name, lambda: written(law, c, count, seed, name), energy, rate)

    def halved(c: float, name: str) -> Stream:
        each = writes_per_bit(law, c)
        needed = int(count * each * 1.02) + 10_000
        return Stream(
            name, lambda: von_neumann(written(law, c, needed, seed, name))[:count], energy * each, rate / each
        )

    def joined(c: np.ndarray, name: str) -> Stream:
        def make() -> np.ndarray:
            found = np.zeros(count, np.uint8)
            for number, one in enumerate(c):
                found = xor(np.stack([found, written(law, float(one), count, seed, name, number)]))
            return found

        return Stream(name, make, len(c) * energy, rate, len(c))

    yield raw(MEDIAN, "a pair")
    if _feasible(law, MEDIAN, 1):
        yield halved(MEDIAN, "a pair, von Neumann")
    chosen = choice.chosen
    if len(chosen):
        yield raw(float(chosen[0]), "a chosen pair")
        if _feasible(law, float(chosen[0]), 1):
            yield halved(float(chosen[0]), "a chosen pair, von Neumann")
        for pairs in CHOSEN_XOR:
            if pairs <= len(chosen):
                yield joined(chosen[:pairs], f"{pairs} chosen pairs, XOR")
    for pairs in XOR:
        yield joined(constants(pairs, seed), f"{pairs} pairs, XOR")
    if reads is not None:
        yield from _of_reads(asked, setting, reads, interval)
    yield from made_up(count, seed)


def _of_reads(asked: Asked, setting: Setting, reads: Reads, interval: float) -> Iterator[Stream]:
    noise, count, seed = setting.state.read_noise, asked.bits, asked.seed
    energy, decay = setting.state.energy_read.mean, float(np.exp(-interval))
    time = noise.relaxation_time if noise else None
    rate = None if time is None else 1 / (interval * time)
    yield Stream("reads of one write", lambda: reads.bits(decay, count, seed, "reads"), energy, rate)
    each = 1 / (reads.ones * (1 - reads.ones) * (1 - float(reads.correlation(np.array(decay)))))
    needed = int(count * each * 1.02) + 10_000
    yield Stream(
        "reads of one write, von Neumann",
        lambda: von_neumann(reads.bits(decay, needed, seed, "paired reads"))[:count],
        energy * each,
        None if rate is None else rate / each,
    )
