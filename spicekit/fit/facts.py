"""What resistances of devices over cycles say by themselves: arrays in, numbers with intervals out.

An array holds ln R, (devices, cycles): NaN where there is none, infinite where a simulated resistance is lost, at the
end that makes it an error (see `with_lost`). Measured and simulated arrays go through the same functions. Intervals are
from a bootstrap of whole devices, as cycles of one device are not independent.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from spicekit.fit.estimate import CONFIDENCE, Interval

QUANTILES = {"0.1 %": 0.001, "1 %": 0.01, "median": 0.5, "99 %": 0.99, "99.9 %": 0.999}
SIGMA, SIGMA_G, WITHIN, BETWEEN = "sigma of ln R", "sigma of 1/R", "within devices", "between devices"
WITHIN_SCORES, BETWEEN_SCORES = "within, scores", "between, scores"
LAG, LAG_SCORES = "lag-1", "lag-1, scores"
ERRORS, PAIRS, WORST, NONE = "error rate", "of a pair", "in worst 5 %", "pairs without"

_LEAST = 10  # values; fewer have no tails. And cycles: the mean of fewer is too much of each
_FEWEST = 5  # devices; with fewer there is no interval
_DRAWS = 400  # of the bootstrap: 10 beyond either end of an interval of 95 %
_WORST = 0.05  # of the pairs
_MOST_PAIRED = 256  # devices that are set against each other, every one against every other

Facts = dict[str, Interval | None]
"""By name; None where there are too few values to tell. Ends of intervals are NaN for fewer than five devices."""


def with_lost(ln: np.ndarray, state: str) -> np.ndarray:
    """Return simulated ln R with lost ones (NaN) where they are errors: LRS too high, HRS too low."""
    return np.where(np.isnan(ln), np.inf if state == "lrs" else -np.inf, ln)


def of_state(ln: np.ndarray, block: int | None = None, in_order: bool = True) -> Facts:
    """Return quantiles [Ohm], the spread of 1/R [S], and spreads and memory of ln R and of its normal scores.

    Args:
        ln: (devices, cycles).
        block: cycles at a time from which spreads within and between devices and the memory are told: what is slow
            against them counts as between devices. Arrays of several lengths are compared at one `block`.
        in_order: columns are cycles in a row; without it there is no memory.
    """
    found = _quantiles(ln)
    ln = np.where(np.isfinite(ln), ln, np.nan)
    for names, values in (
        ((WITHIN, BETWEEN, LAG), ln),
        ((WITHIN_SCORES, BETWEEN_SCORES, LAG_SCORES), normal_scores(ln)),
    ):
        blocks = _blocks(values, block)
        found |= dict(zip(names[:2], _within_between(blocks), strict=True))
        if in_order:
            found[names[2]] = _lag_one(blocks)
    return found


def of_measured(ln: np.ndarray, block: int | None = None, in_order: bool = True) -> Facts:
    """Return the same of measured values, of which infinite ones are bounds: they count in quantiles alone."""
    found = of_state(ln, block, in_order)
    if np.isinf(ln).any():
        return {what: interval if what in QUANTILES else None for what, interval in found.items()}
    return found


def of_errors(lrs: np.ndarray, hrs: np.ndarray) -> Facts:
    """Return the error rate of one device at the threshold that is best for all, and of a pair read against each other.

    A pair is LRS of one device and HRS of another, in any cycles. Lost resistances count as errors.
    """
    ln, device, high = [], [], []
    for values, is_high in ((lrs, False), (hrs, True)):
        there = ~np.isnan(values)
        ln.append(values[there])
        device.append(np.nonzero(there)[0])
        high.append(np.full(there.sum(), is_high))
    is_high, of = np.concatenate(high), np.concatenate(device)
    order = np.lexsort((is_high, np.concatenate(ln)))  # LRS first where both are the same: no error of a pair
    is_high, of = is_high[order], of[order]
    devices = len(lrs)
    counts = [np.bincount(of[~is_high], minlength=devices), np.bincount(of[is_high], minlength=devices)]
    by = np.argsort(of, kind="stable")
    below = np.cumsum(is_high[by]) - (np.cumsum(counts[1]) - counts[1])[of[by]]  # HRS of the same device
    own = np.bincount(of[by], below * ~is_high[by], devices)  # pairs of a device with itself that fail

    def seen(weights: np.ndarray) -> np.ndarray:
        here = weights[of]
        lows, highs = np.cumsum(here * ~is_high), np.cumsum(here * is_high)
        if not lows[-1] * highs[-1]:
            return np.full(2, np.nan)
        over = np.append(lows[-1], lows[-1] - lows)  # LRS above a threshold behind each value
        under = np.append(0.0, highs)
        alone = (over / lows[-1] + under / highs[-1]).min() / 2
        pairs = lows[-1] * highs[-1] - weights**2 @ (counts[0] * counts[1])
        return np.array(
            [alone, (highs @ (here * ~is_high) - weights**2 @ own) / pairs if pairs > 0 else np.nan]
        )

    alone, pair = _bootstrap(seen, devices)
    return {
        ERRORS: alone if alone.value else _none_of(devices),
        PAIRS: None if np.isnan(pair.value) else pair if pair.value else _none_of(devices // 2),
    }


def of_pairs(lrs: np.ndarray, hrs: np.ndarray, block: int | None = None) -> Facts:
    """Return the share of errors that the worst 5 % of pairs have, and the share of pairs without errors.

    A pair is any two devices, one always in LRS and the other in HRS, read in each cycle; `block` cycles at a time, as
    of two arrays the longer one would have fewer pairs without errors. Of many devices 256 are taken.
    """
    chosen = np.linspace(0, len(lrs) - 1, min(len(lrs), _MOST_PAIRED)).astype(int)
    low, high = _blocks(lrs[chosen], block), _blocks(hrs[chosen], block)
    first, second = np.nonzero(~np.eye(len(low), dtype=bool))
    errors = np.array([(one > high).sum(axis=2) for one in low])[first, second]  # (pairs, blocks)
    if not errors.sum():
        return {WORST: None, NONE: None}
    order = np.argsort(-errors, axis=0, kind="stable")
    sorted_errors = np.take_along_axis(errors, order, 0)

    def seen(weights: np.ndarray) -> np.ndarray:
        here = (weights[first] * weights[second])[order]
        below = np.cumsum(here, axis=0)
        if not (total := (here * sorted_errors).sum()):
            return np.full(2, np.nan)
        in_worst = np.clip(
            _WORST * below[-1] - (below - here), 0, here
        )  # the last pair may belong to it in part
        return np.array(
            [(in_worst * sorted_errors).sum() / total, here[sorted_errors == 0].sum() / here.sum()]
        )

    return dict(zip((WORST, NONE), _bootstrap(seen, len(low)), strict=True))


def normal_scores(ln: np.ndarray) -> np.ndarray:
    """Return the values as standard normals of the same rank, over all devices and cycles; NaN stays."""
    there = np.isfinite(ln)
    scores = np.full(ln.shape, np.nan)
    scores[there] = ndtri((rankdata(ln[there]) - 0.5) / there.sum())
    return scores


def _quantiles(ln: np.ndarray) -> Facts:
    there = ~np.isnan(ln)
    order = np.argsort(ln[there])
    values, of = ln[there][order], np.nonzero(there)[0][order]
    good = np.isfinite(values)

    def seen(weights: np.ndarray) -> np.ndarray:
        own = weights[of]
        below = np.cumsum(own)
        if not own[good].any():
            return np.full(len(names), np.nan)
        places = np.searchsorted(below, np.array(list(QUANTILES.values())) * below[-1])
        told = ohm[np.minimum(places, len(values) - 1)]
        return np.array([*told, *(_sigma(x[good], own[good]) for x in (values, siemens))])

    names = [*QUANTILES, SIGMA, SIGMA_G]
    with np.errstate(over="ignore"):
        ohm, siemens = np.exp(values), np.exp(-values)
    if good.sum() < _LEAST:
        return dict.fromkeys(names)
    told = [min(q, 1 - q) * len(values) >= 1 for q in QUANTILES.values()]
    intervals = _bootstrap(seen, len(ln))
    return {
        name: interval if tells and 0 < interval.value < np.inf else None
        for name, interval, tells in zip(names, intervals, [*told, True, True], strict=True)
    }


def _sigma(values: np.ndarray, weights: np.ndarray) -> float:
    mean = np.average(values, weights=weights)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))


def _within_between(blocks: np.ndarray) -> tuple[Interval | None, Interval | None]:
    """Return the standard deviation of cycles about their device, and that of devices: analysis of variance."""
    count, mean, squares = _sums(blocks)
    if (count > 1).sum() == 0:
        return None, None
    freedom = np.maximum(count - 1, 0)

    def seen(weights: np.ndarray) -> np.ndarray:
        within = (weights @ squares).sum() / max((weights @ freedom).sum(), 1)
        own = weights[:, None] * (count > 0)
        devices = np.maximum(own.sum(axis=0), 2)
        about = mean - (own * mean).sum(axis=0) / devices
        spread = (own * about**2).sum(axis=0) / (devices - 1)
        chance = within * (own / np.maximum(count, 1)).sum(axis=0) / devices
        return np.sqrt([within, max(float((spread - chance).mean()), 0.0)])

    within, between = _bootstrap(seen, len(blocks))
    return within, between if len(blocks) > 1 else None


def _lag_one(blocks: np.ndarray) -> Interval | None:
    """Return the correlation of a cycle with the one before, both about the mean of their device (and block)."""
    count, mean, squares = _sums(blocks)
    about = blocks - mean[:, :, None]
    product = about[:, :, 1:] * about[:, :, :-1]
    pairs, sums = np.isfinite(product).sum(axis=(1, 2)), np.nansum(product, axis=(1, 2))
    if blocks.shape[2] < _LEAST or pairs.sum() < _LEAST:
        return None
    squares, count = squares.sum(axis=1), count.sum(axis=1)

    def seen(weights: np.ndarray) -> np.ndarray:
        variance = weights @ squares / (weights @ count)
        return np.array(
            [weights @ sums / (weights @ pairs) / variance if weights @ pairs and variance else np.nan]
        )

    return _bootstrap(seen, len(blocks))[0]


def _sums(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return count, mean (0 without values) and squares about it, (devices, blocks)."""
    there = np.isfinite(blocks)
    count = there.sum(axis=2)
    mean = np.where(there, blocks, 0).sum(axis=2) / np.maximum(count, 1)
    return count, mean, (np.where(there, blocks - mean[:, :, None], 0) ** 2).sum(axis=2)


def _blocks(ln: np.ndarray, block: int | None) -> np.ndarray:
    """Return (devices, blocks, cycles); cycles that fill no block are left out."""
    length = min(block or ln.shape[1], ln.shape[1])
    many = ln.shape[1] // length
    return ln[:, : many * length].reshape(len(ln), many, length)


def _none_of(trials: int) -> Interval:
    """Return the bound without an error (Clopper and Pearson); cycles of one device are taken for one trial."""
    return Interval(0.0, 0.0, 1 - ((1 - CONFIDENCE) / 2) ** (1 / trials))


def _bootstrap(seen: Callable[[np.ndarray], np.ndarray], devices: int) -> list[Interval]:
    """Return each number that `seen` gives with its interval, from draws of whole devices with replacement."""
    rng = np.random.default_rng(0)
    values = seen(np.ones(devices))
    ends = np.full((2, len(values)), np.nan)
    if devices >= _FEWEST:
        draws = np.array(
            [
                seen(rng.multinomial(devices, np.full(devices, 1 / devices)).astype(float))
                for _ in range(_DRAWS)
            ]
        )
        told = np.isfinite(draws).any(axis=0)
        ends[:, told] = np.nanquantile(
            draws[:, told], [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0, method="nearest"
        )
    return [Interval(float(v), float(a), float(b)) for v, a, b in zip(values, *ends, strict=True)]
