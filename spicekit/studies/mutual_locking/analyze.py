"""What sets of oscillators say: how many lock, and how their line narrows and grows with their number."""

import numpy as np
import pandas as pd

from spicekit.block import Estimate
from spicekit.sampling.counts import event_share
from spicekit.studies.mutual_locking.result import Mutual, MutualPoint
from spicekit.studies.oscillators.result import Oscillator

_METHOD = (
    "junctions with thermal noise on one load in SPICE; locked: no phase slip of any against the first within the "
    "record; line by a Lorentzian fitted to the Welch spectrum of the voltage on the load, common linewidth from the "
    "phase of the summed amplitudes; means over locked sets, with the standard error over sets"
)


def analyze_mutual(
    rows: pd.DataFrame, record: float, resolution: float, confidence: float
) -> Oscillator | None:
    """Return the block with the mutual part alone; None if no set was left."""
    kept = rows[rows["kind"].fillna("set") == "set"]  # a lost process left no kind
    if "locked" not in kept:
        return None
    found = tuple(_point(mine, confidence) for _, mine in kept.groupby(["wiring", "number"], sort=True))
    return Oscillator(
        mutual=Mutual(points=found, record=record, resolution=resolution, status="simulated", method=_METHOD)
    )


def _point(mine: pd.DataFrame, confidence: float) -> MutualPoint:
    first = mine.iloc[0]
    good = mine[mine["outcome"] != "discard"]
    locked = good[good["locked"].astype(bool)]
    lost = len(mine) - len(good)
    unresolved = int((~locked["resolved"].astype(bool)).sum())
    return MutualPoint(
        wiring=str(first["wiring"]),
        number=int(first["number"]),
        current=float(first["current"]),
        load=float(first["load"]),
        frequency_spread=float(good["frequency_spread"].mean()),
        locked=event_share(len(mine), len(locked), lost, "sets without a slip, Clopper-Pearson", confidence),
        coherence=float(good["coherence"].mean()),
        # a mean without the narrowest lines would be too wide: none is said then
        linewidth=None if unresolved else _mean(locked["line_width"], locked["line_width_error"]),
        linewidth_phase=_mean(locked["common_linewidth"], locked["common_linewidth_error"]),
        power=_mean(locked["power"]),
        sum_power=_mean(locked["sum_power"]),
        sets=len(good),
        unresolved=unresolved,
        discards=lost,
    )


def _mean(values: pd.Series, errors: pd.Series | None = None) -> Estimate | None:
    """Return the mean over sets; a single one has the error of its own record."""
    known = values.dropna().to_numpy(float)
    if not len(known):
        return None
    if len(known) > 1:
        error = float(known.std(ddof=1) / len(known) ** 0.5)
    else:
        error = None if errors is None else float(errors[values.notna()].iloc[0])
    return Estimate(value=float(known.mean()), error=error if error is None or np.isfinite(error) else None)
