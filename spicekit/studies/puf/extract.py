"""From reads of pairs to shares of ones, flips, and the correlations of what the amplifier sees."""

import numpy as np
import pandas as pd

from spicekit.block import Estimate
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.sampling.counts import Counts, error_probability, event_share
from spicekit.sampling.distribution import moments
from spicekit.studies.puf.result import Puf, PufRead, PufState
from spicekit.studies.puf.table import PufTable

_LEAST = 8  # pairs; with fewer a correlation says nothing
_RESAMPLES, _SEED = 200, 1  # of the bootstrap
_COUNTED = "counted, Clopper-Pearson"
_METHOD = (
    "pairs written and read in ngspice, with drawn devices, cycles, traps and transistors; correlations of margins "
    "from "
    "Kendall's rank correlation tau as sin(pi tau/2), errors by bootstrap over pairs"
)


def block_of(table: PufTable, rows: pd.DataFrame, confidence: float) -> Puf | None:
    """Return what was found, states with too few pairs left out; None if no state is left."""
    found = []
    for state in table.states:
        mine = rows[rows.get("state", pd.Series(dtype=str)) == state]
        lost = int((rows.groupby("sample")["outcome"].first() == "discard").sum())
        good = mine[mine["outcome"] != "discard"]
        if good["sample"].nunique() >= _LEAST:
            found.append(_state(state, good, lost, confidence))
    if not found:
        return None
    return Puf(
        states=tuple(found),
        set_compliance=table.set_compliance,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        bake_time=table.bake_time,
        bake_temperature=table.bake_temperature + ZERO_CELSIUS,
        telegraph_noise=bool(rows["telegraph_noise"].iloc[0]),
        status="simulated with the spread and noise of the card",
        method=_METHOD,
    )


def _state(state: str, good: pd.DataFrame, lost: int, confidence: float) -> PufState:
    names = list(dict.fromkeys(good["read"]))
    tables = {name: mine.set_index("sample") for name, mine in good.groupby("read")}
    first = tables[names[0]]
    pairs = len(first) + lost
    margins = np.column_stack([tables[name]["margin"].to_numpy() for name in names])
    draws = _draws(len(first))
    reads = []
    for column, name in enumerate(names[1:], 1):
        mine = tables[name]
        flips = int((mine["bit"] != first["bit"]).sum())
        reads.append(
            PufRead(
                name=name,
                temperature=float(mine["temperature"].iloc[0]),
                supply=float(mine["supply"].iloc[0]),
                ones=event_share(pairs, int(mine["bit"].sum()), lost, _COUNTED, confidence),
                flips=error_probability(Counts(pairs, flips, lost), _COUNTED, confidence),
                correlation=_correlation(margins[:, 0], margins[:, column], draws),
                undecided=int((mine["decided"] == 0).sum()),
                energy=moments(mine["energy"]),
            )
        )
    taus = [[_normal(_tau(a, b)) for b in margins.T] for a in margins.T]
    return PufState(
        state=state,
        pairs=pairs,
        discards=lost,
        ones=event_share(pairs, int(first["bit"].sum()), lost, _COUNTED, confidence),
        ratio=moments(first["ratio"]),
        devices=_correlation(first["ratio"].to_numpy(), margins[:, 0], draws),
        energy=moments(first["energy"]),
        energy_write=None if first["energy_write"].isna().any() else moments(first["energy_write"]),
        undecided=int((first["decided"] == 0).sum()),
        reads=tuple(reads),
        correlations=tuple(tuple(row) for row in taus),
    )


def _normal(tau: float) -> float:
    """Return the correlation of the normal law with this Kendall tau."""
    return float(np.sin(np.pi * tau / 2))


def _tau(a: np.ndarray, b: np.ndarray) -> float:
    from scipy.stats import kendalltau

    found = float(kendalltau(a, b).statistic)
    return found if np.isfinite(found) else 0.0


def _draws(pairs: int) -> np.ndarray:
    return np.random.default_rng(_SEED).integers(0, pairs, (_RESAMPLES, pairs))


def _correlation(a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> Estimate:
    again = [_normal(_tau(a[rows], b[rows])) for rows in draws]
    return Estimate(value=_normal(_tau(a, b)), error=float(np.std(again, ddof=1)))
