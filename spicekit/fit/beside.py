"""Resistances of measured devices beside those of simulated ones: spreads, tails, errors, each with its interval."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from spicekit.fit.estimate import CONFIDENCE, Interval
from spicekit.fit.measured import LEAST, STATES

QUANTILES = {"0.1 %": 0.001, "1 %": 0.01, "median": 0.5, "99 %": 0.99, "99.9 %": 0.999}
SIGMA, ERRORS, PAIRS = "sigma of ln R", "error rate", "of a pair"
_DRAWS = 400  # of the bootstrap: 10 beyond either end of an interval of 95 %


@dataclass(frozen=True)
class Seen:
    """What is said of one state, or of its errors, at one setting; None where there are too few values for it."""

    setting: int  # index
    state: str  # "" for error rates
    what: str  # "0.1 %" and so on: resistance in Ohm; `SIGMA`; `ERRORS`; `PAIRS`
    measured: Interval | None
    simulated: Interval | None

    @property
    def apart(self) -> bool:
        """Return whether the two intervals have nothing in common."""
        one, other = self.measured, self.simulated
        return bool(one and other and (one.high < other.low or other.high < one.low))


@dataclass(frozen=True)
class Values:
    """ln R of some devices: which device each value is of; lost ones of the simulation are counted alone."""

    ln: np.ndarray  # in rising order
    device: np.ndarray  # index, of each value
    lost: np.ndarray  # by device


def side_by_side(setting: int, measured: Mapping[str, Values], simulated: Mapping[str, Values]) -> list[Seen]:
    """Return what is said of one setting: of each state that was measured, and of errors if both were."""
    found = []
    for state, values in measured.items():
        both = [_of_state(values), _of_state(simulated[state])]
        found += [Seen(setting, state, what, both[0][what], both[1][what]) for what in both[0]]
    if len(measured) == len(STATES):
        rates = [_of_errors(measured), _of_errors(simulated)]
        found += [Seen(setting, "", what, rates[0][what], rates[1][what]) for what in rates[0]]
    return found


def _of_state(values: Values) -> dict[str, Interval | None]:
    """Return quantiles [Ohm] and the standard deviation of ln R, with intervals."""

    def seen(weights: np.ndarray) -> np.ndarray:
        own = weights[values.device]
        below = np.cumsum(own)
        if not below[-1]:
            return np.full(len(QUANTILES) + 1, np.nan)
        places = np.searchsorted(below, np.array(list(QUANTILES.values())) * below[-1])
        mean = np.average(values.ln, weights=own)
        sigma = np.sqrt(np.average((values.ln - mean) ** 2, weights=own))
        return np.append(np.exp(values.ln[np.minimum(places, len(values.ln) - 1)]), sigma)

    if len(values.ln) < LEAST:
        return dict.fromkeys([*QUANTILES, SIGMA])
    intervals = _bootstrap(seen, len(values.lost))
    told = [min(q, 1 - q) * len(values.ln) >= 1 for q in QUANTILES.values()]
    names = [*QUANTILES, SIGMA]
    return {
        name: interval if tells else None
        for name, interval, tells in zip(names, intervals, [*told, True], strict=True)
    }


def _of_errors(values: Mapping[str, Values]) -> dict[str, Interval]:
    """Return the error rate of one device at the threshold that is best for it, and of a pair read against each other.

    A pair is LRS of one device and HRS of another, in any cycles. Lost resistances count as errors.
    """
    low, high = (_with_lost(values[s], worst) for s, worst in (("lrs", np.inf), ("hrs", -np.inf)))
    devices = len(values["lrs"].lost)
    ln = np.concatenate([low.ln, high.ln])
    is_high = np.arange(len(ln)) >= len(low.ln)
    order = np.lexsort((is_high, ln))  # LRS first where both are the same: no error of a pair
    is_high, device = is_high[order], np.concatenate([low.device, high.device])[order]
    counts = [np.bincount(side.device, minlength=devices) for side in (low, high)]
    by = np.argsort(device, kind="stable")
    below = np.cumsum(is_high[by]) - (np.cumsum(counts[1]) - counts[1])[device[by]]  # HRS of the same device
    own = np.bincount(device[by], below * ~is_high[by], devices)  # pairs of a device with itself that fail

    def seen(weights: np.ndarray) -> np.ndarray:
        here = weights[device]
        lows, highs = np.cumsum(here * ~is_high), np.cumsum(here * is_high)
        pairs = lows[-1] * highs[-1] - weights**2 @ (counts[0] * counts[1])
        if pairs <= 0:
            return np.full(2, np.nan)
        over = np.append(lows[-1], lows[-1] - lows)  # LRS above a threshold behind each value
        under = np.append(0.0, highs)
        alone = (over / lows[-1] + under / highs[-1]).min() / 2
        return np.array([alone, (highs @ (here * ~is_high) - weights**2 @ own) / pairs])

    rates = zip((ERRORS, PAIRS), _bootstrap(seen, devices), (devices, devices // 2), strict=True)
    return {what: rate if rate.value else _none_of(trials) for what, rate, trials in rates}


def _with_lost(values: Values, worst: float) -> Values:
    lost = np.repeat(np.arange(len(values.lost)), values.lost)
    return replace(
        values, ln=np.append(values.ln, np.full(len(lost), worst)), device=np.append(values.device, lost)
    )


def _none_of(trials: int) -> Interval:
    """Return the bound without an error (Clopper and Pearson); cycles of one device are taken for one trial."""
    return Interval(0.0, 0.0, 1 - ((1 - CONFIDENCE) / 2) ** (1 / trials))


def _bootstrap(seen: Callable[[np.ndarray], np.ndarray], devices: int) -> list[Interval]:
    """Return each number that `seen` gives with its interval, from draws of whole devices with replacement."""
    rng = np.random.default_rng(0)
    values = seen(np.ones(devices))
    draws = [
        seen(rng.multinomial(devices, np.full(devices, 1 / devices)).astype(float)) for _ in range(_DRAWS)
    ]
    ends = np.nanquantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return [Interval(float(v), float(a), float(b)) for v, a, b in zip(values, *ends, strict=True)]
