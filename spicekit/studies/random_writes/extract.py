"""From bits of pairs to turns, the law of long sequences, and what traps change."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.special import ndtri

from spicekit.block import Estimate, Share
from spicekit.sampling.counts import event_share
from spicekit.sampling.distribution import moments
from spicekit.sampling.rank_correlation import rank_correlations
from spicekit.studies.random_writes.law import Law, shares
from spicekit.studies.random_writes.result import Pattern, RandomState, RandomWrites, ReadNoise, Turns
from spicekit.studies.random_writes.table import RandomWritesTable

DRAWN = "drawn"
TRAPS = {"none": (), "left": ("left",), "right": ("right",), "both": ("left", "right")}
"""States of both traps: which devices' are occupied."""
_LEAST = 8  # pairs; with fewer a correlation says nothing
_RESAMPLES, _FEWER, _SEED = 400, 60, 1  # of the bootstrap: intervals, standard errors
_DRAWN_PAIRS, _REPLICAS = 40_000, 4000  # of the law
_BOOTSTRAP = "bootstrap over pairs"
_BOUND = "none was seen: the bound of as many independent pairs"
_METHOD = (
    "pairs written and read in ngspice, with drawn devices, cycles, traps and transistors; the law from Kendall's rank "
    "correlation tau of margins, as sin(pi tau/2), of all twos of writes"
)


def block_of(table: RandomWritesTable, rows: pd.DataFrame, confidence: float) -> RandomWrites | None:
    """Return what was found, states with too few pairs left out; None if no state is left."""
    if "state" not in rows:
        return None
    whole = rows.groupby("sample")["outcome"].first()
    lost, good = int((whole == "discard").sum()), rows[rows["outcome"] != "discard"]
    if good["sample"].nunique() < _LEAST:
        return None
    first = good.iloc[0]
    found = [_state(state, good[good["state"] == state], lost, first, confidence) for state in table.states]
    return RandomWrites(
        supply=float(first["supply"]),
        temperature=float(first["temperature"]),
        set_compliance=table.set_compliance,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        write_time=float(first["write_time"]),
        read_time=float(first["read_time"]),
        slow_cycles=float(first["slow_cycles"]),
        writes=tuple(int(n) for n in sorted(good["write"].unique())),
        telegraph_noise=bool(first["occupancy"] > 0),
        states=tuple(found),
        status="simulated with the spread and noise of the card",
        method=_METHOD,
    )


def _state(state: str, good: pd.DataFrame, lost: int, point: pd.Series, confidence: float) -> RandomState:
    drawn = good[good["traps"] == DRAWN]
    bits, margins, ratios = (
        drawn.pivot(index="sample", columns="write", values=name).to_numpy(float)
        for name in ("bit", "margin", "ratio")
    )
    numbers = np.array(sorted(drawn["write"].unique()))
    cycles = float(point["slow_cycles"])
    draws = np.random.default_rng(_SEED).integers(0, len(bits), (_RESAMPLES, len(bits)))

    ones = _share(lambda rows: float(bits[rows].mean()), draws, confidence)
    # the circuit is alike on both sides: another share than one half is believed where its interval says so
    mean = 0.0 if ones.low <= 0.5 <= ones.high else float(ndtri(np.clip(bits.mean(), 1e-3, 1 - 1e-3)))
    law = Law(mean, *shares(rank_correlations(margins), numbers, cycles), cycles)
    often = np.array([np.bincount(rows, minlength=len(bits)) for rows in draws])
    each = np.array([shares(one, numbers, cycles) for one in rank_correlations(margins, often)])
    counted = np.bincount(bits.sum(axis=1).astype(int), minlength=len(numbers) + 1)
    expected = _ones_law(law, numbers)
    return RandomState(
        state=state,
        pairs=len(bits) + lost,
        discards=lost,
        undecided=int((drawn["decided"] == 0).sum()),
        ones=ones,
        mean=mean,
        constant=_of_draws(law.constant, each[:, 0], confidence),
        slow=_of_draws(law.slow, each[:, 1], confidence),
        devices=_devices(ratios, margins, often[:_FEWER]),
        turns=tuple(_turns(bits, numbers, law, draws, confidence)),
        ones_counted=tuple(int(n) for n in counted),
        ones_law=tuple(expected.tolist()),
        agreement=_agreement(counted, expected),
        energy_read=moments(drawn["energy"]),
        energy_write=moments(drawn["energy_write"]),
        read_noise=_read_noise(good[good["traps"] != DRAWN], lost, point, draws, confidence),
    )


def _of_draws(best: float, draws: np.ndarray, confidence: float) -> Share:
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Share(
        low=float(max(min(low, best), 0.0)), best=best, high=float(min(max(high, best), 1.0)), confidence=confidence,
        method=_BOOTSTRAP,
    )  # fmt: skip


def _share(of: Callable[[np.ndarray], float], draws: np.ndarray, confidence: float) -> Share:
    everyone = np.arange(draws.shape[1])
    return _of_draws(of(everyone), np.array([of(rows) for rows in draws]), confidence)


def _devices(ratios: np.ndarray, margins: np.ndarray, often: np.ndarray) -> Estimate:
    """Return the correlation of ratio and margin, mean over writes."""
    writes = margins.shape[1]
    both = np.column_stack([ratios, margins])

    def mean(correlations: np.ndarray) -> np.ndarray:
        return np.diagonal(correlations[..., :writes, writes:], axis1=-2, axis2=-1).mean(axis=-1)

    again = mean(rank_correlations(both, often))
    return Estimate(value=float(mean(rank_correlations(both))), error=float(np.std(again, ddof=1)))


def _turns(
    bits: np.ndarray, numbers: np.ndarray, law: Law, draws: np.ndarray, confidence: float
) -> Iterator[Turns]:
    """Yield how often bits differ, by octaves of the writes between them."""
    first, second = np.triu_indices(len(numbers), 1)
    lags, turned = numbers[second] - numbers[first], bits[:, second] != bits[:, first]
    octaves = np.floor(np.log2(lags)).astype(int)
    for octave in np.unique(octaves):
        mine = octaves == octave
        of_pair = turned[:, mine].mean(axis=1)
        events = int(turned[:, mine].sum())
        yield Turns(
            least_lag=int(lags[mine].min()),
            most_lag=int(lags[mine].max()),
            compared=int(turned[:, mine].size),
            turned=events,
            share=_share(lambda rows, of_pair=of_pair: float(of_pair[rows].mean()), draws, confidence)
            if events
            else event_share(len(bits), 0, 0, _BOUND, confidence),
            law=float(np.mean(law.turns(lags[mine]))),
        )


def _ones_law(law: Law, numbers: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(_SEED)
    bits = law.bits(random.standard_normal(_DRAWN_PAIRS), numbers, random)
    return np.bincount(bits.sum(axis=1), minlength=len(numbers) + 1) / _DRAWN_PAIRS


def _agreement(counted: np.ndarray, expected: np.ndarray) -> float:
    """Return how many of as large samples of the law are as far from it, of very many."""
    # half a drawn pair is added to each place, so that none is impossible
    chances = (expected * _DRAWN_PAIRS + 0.5) / (_DRAWN_PAIRS + 0.5 * len(expected))
    pairs = counted.sum()
    replicas = np.random.default_rng(_SEED).multinomial(pairs, chances, _REPLICAS)
    off = [((n - pairs * chances) ** 2 / (pairs * chances)).sum(axis=-1) for n in (replicas, counted)]
    return float((1 + (off[0] >= off[1] - 1e-9).sum()) / (1 + _REPLICAS))


def _read_noise(
    reads: pd.DataFrame, lost: int, point: pd.Series, draws: np.ndarray, confidence: float
) -> ReadNoise | None:
    if not len(reads):
        return None
    table = reads.pivot(index="sample", columns="traps", values="bit")[list(TRAPS)].to_numpy(int)
    occupancy = float(point["occupancy"])
    chance = {side: np.array([occupancy if side in occupied else 1 - occupancy for occupied in TRAPS.values()])
              for side in ("left", "right")}  # fmt: skip
    ones = table @ (chance["left"] * chance["right"])
    differing = 2 * ones * (1 - ones)
    patterns, pairs = np.unique(["".join(map(str, row)) for row in table], return_counts=True)
    order = np.argsort(-pairs, kind="stable")
    changing = int((table.min(axis=1) != table.max(axis=1)).sum())
    share = event_share(len(table) + lost, changing, lost, "counted, Clopper-Pearson", confidence)
    timed = point["relaxation_time"] > 0
    return ReadNoise(
        pairs=len(table),
        patterns=tuple(Pattern(bits=str(patterns[k]), pairs=int(pairs[k])) for k in order),
        changing=share,
        differing=_share(lambda rows: float(differing[rows].mean()), draws, confidence)
        if changing
        else Share(low=0.0, high=share.high / 2, confidence=confidence, method=_BOUND),
        occupancy=occupancy,
        relaxation_time=float(point["relaxation_time"]) if timed else None,
        relaxation_spread=float(point["relaxation_spread"]) if timed else 0.0,
    )
