"""From counted rises and falls to rates, to the law of each p-bit, and to its spread.

The output is a two-state process whose changes are all seen, so that n changes out of a state in the time T that it was
there have the likelihood r^n exp(-r T) at the rate r: a Poisson regression. Rates are taken as log-linear in the input
voltage, as Neel-Brown rates are while the current is proportional to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block, Moments
from spicekit.sampling.distribution import geometric_mean_of, mean_of, std_of
from spicekit.studies.pbit.result import Pbit, PbitLaw, PbitPoint
from spicekit.studies.pbit.table import PbitTable

_METHOD = (
    "junction, transistor and inverter in one ngspice circuit, candidate events of the junction drawn outside and "
    "thinned "
    "by its rate at the voltage of the moment; rises and falls of the output through half the supply counted, and the "
    "times in both states; rates log-linear in the input voltage fitted to each p-bit by maximum likelihood (Poisson "
    "regression), at the voltages where the output lies on opposite sides in the two states of the junction"
)
_LEAST_VOLTAGES = 2
_STEPS = 50  # of the fit, which takes five to ten


@dataclass(frozen=True)
class _Fit:
    """The law of one p-bit; covariances are those of the two regressions, carried on."""

    centre: float
    width: float
    time: float
    skew: float
    errors: np.ndarray  # (3,), of centre, width, ln(time)
    deviance: float
    freedom: int


def analyze(table: PbitTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return the block `pbit`, or nothing where no p-bit has a record."""
    good = rows[rows["outcome"] == "ok"]
    if good.empty:
        return {}
    supply = float(rows["supply"].iloc[0])
    points = [
        _point(float(voltage), rows[rows["voltage"] == voltage], mine, supply)  # type: ignore[arg-type]
        for voltage, mine in good.groupby("voltage")
    ]
    block = Pbit(
        points=tuple(points),
        law=_law(good, supply),
        supply=supply,
        temperature=float(rows["temperature"].iloc[0]),
        status="simulated",
        method=_METHOD,
    )
    return {"pbit": block}


def _follows(rows: pd.DataFrame, supply: float) -> pd.Series:
    """Return whether the output is low while the junction is parallel, and high while it is antiparallel."""
    return (rows["parallel_output"] < supply / 2) & (rows["antiparallel_output"] > supply / 2)


def _point(voltage: float, rows: pd.DataFrame, good: pd.DataFrame, supply: float) -> PbitPoint:
    mean = ((good["high"] - good["low"]) / (good["high"] + good["low"])).to_numpy()
    moving = good[(good["rises"] > 0) & (good["falls"] > 0)]
    inverse = (moving["rises"] / moving["low"] + moving["falls"] / moving["high"]).to_numpy()
    following = good[_follows(good, supply)]
    expected = float(
        (following["low"] * following["rise_rate"] + following["high"] * following["fall_rate"]).sum()
    )
    counted = float((following["rises"] + following["falls"]).sum())
    return PbitPoint(
        voltage=voltage,
        mean=mean_of(mean),
        mean_spread=std_of(mean),
        correlation_time=geometric_mean_of(-np.log(inverse)) if len(inverse) else None,
        parallel_output=float(good["parallel_output"].mean()),
        antiparallel_output=float(good["antiparallel_output"].mean()),
        rises=int(good["rises"].sum()),
        falls=int(good["falls"].sum()),
        flips=int(good["flips"].sum()),
        delayed=int(good["delayed"].sum()),
        rate_ratio=counted / expected if expected else None,
        power=_moments(good["power"].to_numpy()),
        samples=len(good),
        still=int(((good["rises"] == 0) & (good["falls"] == 0)).sum()),
        discards=int((rows["outcome"] == "discard").sum()),
    )


def _law(good: pd.DataFrame, supply: float) -> PbitLaw | None:
    fits, lowest, highest = [], [], []
    for _, mine in good.groupby("sample"):
        fit = fit_law(mine[_follows(mine, supply)])
        if fit is None:
            continue
        fits.append(fit)
        for edges, column in ((lowest, "antiparallel_output"), (highest, "parallel_output")):
            at = _crossing(mine["voltage"].to_numpy(), mine[column].to_numpy(), supply / 2)
            edges += [] if at is None else [(at - fit.centre) / fit.width]
    if not fits:
        return None
    errors = np.array([fit.errors for fit in fits])
    centres = np.array([fit.centre for fit in fits])
    widths = np.array([fit.width for fit in fits])
    times = np.log([fit.time for fit in fits])
    near = good.iloc[(good["voltage"] - centres.mean()).abs().argsort()]["voltage"].iloc[0]
    freedom = sum(fit.freedom for fit in fits)
    return PbitLaw(
        centre=mean_of(centres),
        centre_spread=_spread(centres, errors[:, 0]),
        width=mean_of(widths),
        width_spread=_spread(widths, errors[:, 1]),
        time=geometric_mean_of(times),
        time_spread=_spread(times, errors[:, 2]),
        skew=mean_of(np.array([fit.skew for fit in fits])),
        lowest_input=mean_of(np.array(lowest)) if lowest else None,
        highest_input=mean_of(np.array(highest)) if highest else None,
        power=_moments(good[good["voltage"] == near]["power"].to_numpy()),
        chi_squared=sum(fit.deviance for fit in fits) / freedom if freedom else 1.0,
        devices=len(fits),
    )


def fit_law(rows: pd.DataFrame) -> _Fit | None:
    """Return the law of one p-bit from its rows, or None if its output did not rise and fall at two voltages."""
    if rows["voltage"].nunique() < _LEAST_VOLTAGES or not (rows["rises"].sum() and rows["falls"].sum()):
        return None
    voltage = rows["voltage"].to_numpy()
    rises = _regress(voltage, rows["rises"].to_numpy(), rows["low"].to_numpy())
    falls = _regress(voltage, rows["falls"].to_numpy(), rows["high"].to_numpy())
    if rises is None or falls is None:
        return None
    (up, up_slope), (down, down_slope) = rises[0], falls[0]
    both = up_slope - down_slope  # the falls become rarer
    if not both > 0:
        return None
    centre, width = (down - up) / both, 2 / both
    log_time = -(up + down + (up_slope + down_slope) * centre) / 2 - np.log(2)
    # first order: derivatives of (centre, width, ln time) by (up, its slope, down, its slope)
    by_centre = np.array([-1, -centre, 1, centre]) / both
    by_width = np.array([0, -1, 0, 1]) * 2 / both**2
    by_time = -np.array([1, centre, 1, centre]) / 2 - (up_slope + down_slope) / 2 * by_centre
    covariance = np.zeros((4, 4))
    covariance[:2, :2], covariance[2:, 2:] = rises[1], falls[1]
    errors = np.sqrt([d @ covariance @ d for d in (by_centre, by_width, by_time)])
    return _Fit(
        centre, width, float(np.exp(log_time)), (up_slope + down_slope) / both, errors, rises[2] + falls[2],
        2 * len(voltage) - 4,
    )  # fmt: skip


def _regress(
    voltage: np.ndarray, counts: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Return (offset at 0 V, slope) of ln(rate), their covariance (2, 2), and the deviance; by Newton's method."""
    seen = times > 0
    voltage, counts, times = voltage[seen], counts[seen], times[seen]
    if len(voltage) < _LEAST_VOLTAGES or (counts > 0).sum() < 1:
        return None
    middle = float(np.average(voltage, weights=counts))  # where offset and slope are nearly independent
    matrix = np.column_stack([np.ones(len(voltage)), voltage - middle])
    found = np.array([np.log(counts.sum() / times.sum()), 0.0])
    for _ in range(_STEPS):
        expected = times * np.exp(np.clip(matrix @ found, -700, 700))
        information = (matrix * expected[:, None]).T @ matrix
        try:
            step = np.linalg.solve(information, matrix.T @ (counts - expected))
        except np.linalg.LinAlgError:
            return None
        # far from the maximum a whole step overshoots
        found = found + step * min(1.0, 1 / max(np.abs(matrix @ step).max(), 1e-300))
        if np.abs(matrix @ step).max() < 1e-9:
            break
    else:
        return None
    expected = times * np.exp(matrix @ found)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(counts > 0, counts * np.log(counts / expected), 0.0)
    shift = np.array([[1.0, -middle], [0.0, 1.0]])
    covariance = shift @ np.linalg.inv(information) @ shift.T
    return shift @ found, covariance, float(2 * (terms - counts + expected).sum())


def _crossing(voltages: np.ndarray, outputs: np.ndarray, half: float) -> float | None:
    """Return the voltage at which the output at rest rises through `half`, or None if it does not here."""
    order = np.argsort(voltages)
    voltages, outputs = voltages[order], outputs[order]
    at = np.flatnonzero((outputs[:-1] < half) & (outputs[1:] >= half))
    if not len(at):
        return None
    k = at[0]
    share = (half - outputs[k]) / (outputs[k + 1] - outputs[k])
    return float(voltages[k] + share * (voltages[k + 1] - voltages[k]))


def _spread(values: np.ndarray, errors: np.ndarray) -> float | None:
    """Return the standard deviation without what the errors of the fits add, 0 where they explain all of it."""
    if len(values) < 2:
        return None
    return float(np.sqrt(max(values.var(ddof=1) - np.mean(errors**2), 0.0)))


def _moments(values: np.ndarray) -> Moments:
    return Moments(mean=float(values.mean()), std=float(values.std(ddof=1)) if len(values) > 1 else 0.0)
