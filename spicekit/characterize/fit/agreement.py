"""The fitted card beside the data: medians, spreads, and whether the distributions have the form expected."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.characterize.fit.fit import Fit
from spicekit.characterize.fit.goodness import normal_p_value, same_law_p_value
from spicekit.characterize.fit.rows import StateRows

FORM = {"lrs": "conductance normal", "hrs": "ln R normal"}
"""What is usually found, and what is tested."""


@dataclass(frozen=True)
class Agreement:
    """One state at one setting; p values are None where too few values are independent."""

    state: str
    setting: int  # index
    resistances: int
    median: float  # Ohm
    median_simulated: float
    sigma: float  # of ln R, devices and cycles together
    sigma_simulated: float
    form_p: float | None  # Anderson-Darling, the measured values against `FORM`
    same_p: float | None  # Kolmogorov-Smirnov, measured against simulated
    simulated: int  # resistances
    lost: int  # of the simulated ones: discards, and pulses that did not switch


def agreements(fit: Fit) -> tuple[Agreement, ...]:
    """Return one row per state and setting.

    Tests use one resistance per device, the first of each, as cycles of one device are not independent.
    """
    found = []
    for (state, k), simulated in fit.simulated.items():
        rows = fit.rows[state]
        table = rows.table[rows.table["setting"] == k]
        alone = _independent(rows, table)
        ln = simulated.ln[np.isfinite(simulated.ln)]
        other = simulated.ln[:, 0]
        found.append(
            Agreement(
                state,
                k,
                len(table),
                float(table["resistance"].median()),
                float(np.exp(np.median(ln))),
                float(table["ln"].std()),
                float(ln.std(ddof=1)),
                normal_p_value(np.exp(-alone) if state == "lrs" else alone),
                same_law_p_value(alone, other[np.isfinite(other)]),
                simulated.ln.size,
                simulated.lost,
            )
        )
    return tuple(found)


def _independent(rows: StateRows, table: pd.DataFrame) -> np.ndarray:
    if rows.apart == "total":
        return table["ln"].to_numpy()
    if rows.apart == "cycle":
        return np.array([])  # one device
    return table.groupby("device")["ln"].first().to_numpy()
