"""From the runs of many devices to rates against bias, their law, and whether dwells are memoryless."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Estimate
from spicekit.sampling.distribution import geometric_mean_of, mean_of, std_of
from spicekit.studies.superparamagnetic.result import Superparamagnetic, TelegraphLaw, TelegraphPoint
from spicekit.studies.superparamagnetic.telegraph import DwellTest, Rates, Runs, dwell_test, rates

_METHOD = (
    "junction in ngspice, candidate events drawn outside and thinned by the rate at the bias of the moment; the "
    "voltage on it is looked at in even intervals and compared with the geometric mean of both levels; rates by "
    "maximum likelihood of the two-state Markov chain, in which unseen flips are accounted for"
)
_LEAST_VOLTAGES = 2  # for a law: both states at two voltages make four rates for three numbers
_NUMBERS = 3  # of a law


@dataclass(frozen=True)
class _Device:
    """One device at one voltage."""

    number: int
    found: Runs
    levels: np.ndarray  # (2,), V, mean while in either state
    rates: Rates | None


def analyze_telegraph(
    rows: pd.DataFrame, interval: float, duration: float, series: float
) -> Superparamagnetic | None:
    """Return the block of rows as the study stores them, or None where no device has told rates."""
    points, devices = [], []
    for voltage, mine in rows.groupby("voltage"):
        good = mine[mine["outcome"] == "ok"]
        measured = [_measured(int(number), part, interval) for number, part in good.groupby("sample")]  # type: ignore[arg-type]
        told = [d for d in measured if d.rates is not None]
        if told:
            points.append(_point(float(voltage), mine, good, measured, told, interval))  # type: ignore[arg-type]
            devices += told
    if not points:
        return None
    return Superparamagnetic(
        points=tuple(points),
        law=_law(devices, len(points)),
        interval=interval,
        duration=duration,
        series=series,
        temperature=float(rows["temperature"].iloc[0]),
        status="simulated",
        method=_METHOD,
    )


def _measured(number: int, rows: pd.DataFrame, interval: float) -> _Device:
    found = Runs(rows["state"].to_numpy(), rows["looks"].to_numpy())
    # a look in the middle of a flip moves a mean level; the median of runs forgets it
    levels = [rows.loc[rows["state"] == s, "level"].median() for s in (0, 1)]
    return _Device(number, found, np.array(levels), rates([found], interval))


def _point(
    voltage: float,
    rows: pd.DataFrame,
    good: pd.DataFrame,
    measured: list[_Device],
    told: list[_Device],
    interval: float,
) -> TelegraphPoint:
    found = [d.rates for d in told if d.rates]
    logs = np.log([one.values for one in found])
    share = np.array([one.values[0] / one.values.sum() for one in found])
    alone = found[0].errors / found[0].values  # of a single device: its own counting error
    test = _memoryless(told, interval)
    first = good.drop_duplicates("sample")
    return TelegraphPoint(
        voltage=voltage,
        parallel_voltage=float(np.mean([d.levels[0] for d in told])),
        antiparallel_voltage=float(np.mean([d.levels[1] for d in told])),
        rate_p_to_ap=geometric_mean_of(logs[:, 0], alone[0]),
        rate_ap_to_p=geometric_mean_of(logs[:, 1], alone[1]),
        rate_p_to_ap_spread=std_of(logs[:, 0]),
        rate_ap_to_p_spread=std_of(logs[:, 1]),
        antiparallel=mean_of(share),
        dwell_p_value=test.p_value if test else None,
        dwells=sum(int(d.found.complete.sum()) for d in told),
        flips=int(first["flips"].sum()),
        flips_resolved=sum(len(d.found.states) - 1 for d in measured),
        delayed=int(first["put_off"].sum()),
        samples=len(told),
        stuck=len(measured) - len(told),
        discards=int((rows["outcome"] == "discard").sum()),
    )


def _memoryless(told: list[_Device], interval: float) -> DwellTest | None:
    """Test complete dwells, with the probability of leaving that the rates amount to."""
    groups = []
    for device in told:
        assert device.rates is not None
        total = device.rates.values.sum()
        leave = device.rates.values / total * -np.expm1(-total * interval)
        for state in (0, 1):
            complete = device.found.complete & (device.found.states == state)
            groups.append((device.found.lengths[complete], float(leave[state])))
    return dwell_test(groups)


def _law(devices: list[_Device], voltages: int) -> TelegraphLaw | None:
    """Fit ln of the rates, a - b V + c for P to AP and a + b V - c for AP to P, to each device, with weights."""
    if voltages < _LEAST_VOLTAGES:
        return None
    fits, chi_squared, freedom = [], 0.0, 0
    for number in sorted({d.number for d in devices}):
        mine = [d for d in devices if d.number == number and d.rates]
        sign = np.tile([-1.0, 1.0], len(mine))
        voltage = np.concatenate([d.levels for d in mine])
        logs = np.concatenate([np.log(d.rates.values) for d in mine if d.rates])
        weight = np.concatenate([d.rates.values / d.rates.errors for d in mine if d.rates])
        matrix = np.column_stack([np.ones(len(logs)), sign * voltage, -sign])
        if len(mine) < _LEAST_VOLTAGES:
            continue
        solved, *_ = np.linalg.lstsq(matrix * weight[:, None], logs * weight)
        fits.append(solved)
        chi_squared += float((((logs - matrix @ solved) * weight) ** 2).sum())
        freedom += len(logs) - _NUMBERS
    if not fits:
        return None
    level, slope, shift = np.array(fits).T
    mean_slope = float(slope.mean())
    inverse = mean_of(slope)
    return TelegraphLaw(
        dwell_time=geometric_mean_of(-level),
        dwell_time_spread=std_of(level),
        voltage_scale=Estimate(
            value=1 / mean_slope, error=None if inverse.error is None else inverse.error / mean_slope**2
        ),
        balance=mean_of(shift / mean_slope),
        balance_spread=std_of(shift / mean_slope),
        chi_squared=chi_squared / freedom,
        devices=len(fits),
    )
