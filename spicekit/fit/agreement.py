"""The fitted card beside the data: medians, spreads, and whether the distributions have the form expected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.fit.fit import Fit
from spicekit.fit.goodness import normal_p_value, same_law_p_value
from spicekit.fit.rows import StateRows

_MEDIAN, _SPREAD = math.log(1.05), math.log(1.15)  # no card is called poor for less
_LOST = 0.02  # of the simulated resistances
_TOLD = 3  # flaws
_DRAWS = 200  # of the bootstrap
_FEWEST = 5  # devices; fewer have no error that could be told

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
    median_error: float = 0.0  # standard error of ln(simulated/measured), of whole devices of either
    sigma_error: float = 0.0  # the same of the spreads


def agreements(fit: Fit) -> tuple[Agreement, ...]:
    """Return one row per state and setting; where rows only bound a resistance, median and spread of a normal law.

    Tests use one resistance per device, the first of each, as cycles of one device are not independent.
    """
    found = []
    for (state, k), simulated in fit.simulated.items():
        rows = fit.rows[state]
        table = rows.table[rows.table["setting"] == k]
        bounded = rows.bounded.get(k)
        alone = np.array([]) if bounded else _independent(rows, table)
        ln = simulated.ln[np.isfinite(simulated.ln)]
        other = simulated.ln[:, 0]
        errors = [_errors(simulated.ln)]
        if rows.devices and not bounded:
            errors.append(_errors(_by_device(table)))
        found.append(
            Agreement(
                state,
                k,
                len(table),
                math.exp(bounded.mean) if bounded else float(table["resistance"].median()),
                float(np.exp(np.median(ln))),
                bounded.sigma if bounded else float(table["ln"].std()),
                float(ln.std(ddof=1)),
                normal_p_value(np.exp(-alone) if state == "lrs" else alone),
                same_law_p_value(alone, other[np.isfinite(other)]),
                simulated.ln.size,
                simulated.lost,
                *(math.hypot(*ends) for ends in zip(*errors, strict=True)),
            )
        )
    return tuple(found)


def verdict(compared: Sequence[Agreement]) -> str:
    """Return in one line whether the card is as measured, and if it is not, where it is farthest off.

    A median or spread is off beyond two standard errors, and never within 5 and 15 %.
    """
    flaws: list[tuple[float, str]] = []
    for row in compared:
        name = row.state.upper()
        median = math.log(row.median_simulated / row.median)
        spread = math.log(row.sigma_simulated / row.sigma)
        allowed = max(_MEDIAN, 2 * 1.25 * row.sigma / math.sqrt(row.resistances), 2 * row.median_error)
        if abs(median) > allowed:
            flaws.append((abs(median) / allowed, f"the median of {name} is {math.expm1(median):+.0%} off"))
        allowed = max(_SPREAD, 2 / math.sqrt(2 * (row.resistances - 1)), 2 * row.sigma_error)
        if abs(spread) > allowed:
            flaws.append((abs(spread) / allowed, f"the spread of {name} is {math.expm1(spread):+.0%} off"))
        if row.lost > _LOST * row.simulated:
            share = row.lost / row.simulated
            flaws.append((share / _LOST, f"{share:.0%} of the simulated {name} are lost or failed pulses"))
    if not flaws:
        return "good, because medians and spreads of the card are those measured within their errors"
    return "poor, because " + "; ".join(text for _, text in sorted(flaws, reverse=True)[:_TOLD])


def _independent(rows: StateRows, table: pd.DataFrame) -> np.ndarray:
    if rows.apart == "total":
        return table["ln"].to_numpy()
    if rows.apart == "cycle":
        return np.array([])  # one device
    return table.groupby("device")["ln"].first().to_numpy()


def _by_device(table: pd.DataFrame) -> np.ndarray:
    """Return ln R, (devices, most rows of one); NaN where a device has fewer."""
    number = table.groupby("device").cumcount()
    return table.assign(number=number).pivot(index="device", columns="number", values="ln").to_numpy()


def _errors(ln: np.ndarray) -> tuple[float, float]:
    """Return standard errors of the median and of ln(standard deviation) of ln R (devices, cycles): bootstrap."""
    if len(ln) < _FEWEST:
        return 0.0, 0.0
    there = np.isfinite(ln)
    order = np.argsort(ln[there])
    values, of = ln[there][order], np.nonzero(there)[0][order]
    rng, found = np.random.default_rng(0), []
    for _ in range(_DRAWS):
        weights = rng.multinomial(len(ln), np.full(len(ln), 1 / len(ln)))[of]
        below = np.cumsum(weights)
        mean = np.average(values, weights=weights)
        variance = np.average((values - mean) ** 2, weights=weights)
        found.append((values[np.searchsorted(below, below[-1] / 2)], np.log(variance) / 2))
    median, sigma = np.std(found, axis=0)
    return float(median), float(sigma)
