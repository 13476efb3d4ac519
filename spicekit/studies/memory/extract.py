"""From samples to statistics: every number with its spread, every probability with its interval."""

import numpy as np
import pandas as pd

from spicekit.sampling import lognormal
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.distribution import distribution, moments_if_any
from spicekit.statistics import (
    Condition,
    Endurance,
    Probability,
    SenseOffset,
)
from spicekit.studies.memory.condition import Condition as Asked
from spicekit.studies.memory.offset import sense_offset

_LOGNORMAL = "extrapolated: log-normal fit of LRS and HRS, "
_IDEAL = _LOGNORMAL + "ideal comparator"
_LEAST_FOR_A_FIT = (
    50  # samples: the spread is then known within a tenth, and a rate of 1e-9 within two decades
)
_MOMENTS = (
    "energy_set",
    "energy_reset",
    "energy_set_cell",
    "energy_reset_cell",
    "energy_read",
    "set_current",
)


def extract_condition(
    asked: Asked,
    samples: pd.DataFrame,
    confidence: float,
    criterion: float | None,
    ageing: str = "assumed",
) -> Condition:
    """Return the statistics of one condition.

    Args:
        samples: its rows, fresh and aged; discarded rows give no moments and count in the intervals.
        criterion: bit error rate at which a cell counts as worn out; None leaves endurance out.
        ageing: status of the ageing law's parameters.
    """
    fresh = samples[samples["cycles"] == 0]
    good = fresh[fresh["outcome"] != "discard"]
    resolved = good[np.isfinite(good["read_delay"])]
    found: dict = {name: moments_if_any(good[name]) for name in _MOMENTS}
    found["energy_pair"] = moments_if_any(good["energy_set"] + good["energy_reset"])
    found["read_delay"] = moments_if_any(resolved["read_delay"])
    found["undecided"] = int(len(good) - len(resolved))
    if len(good) > 1:
        found["lrs"], found["hrs"] = distribution(good["lrs"]), distribution(good["hrs"])
    # of an amplifier that never decides no offset is known, whatever the signs of its outputs
    offset = found["sense_offset"] = sense_offset(fresh) if len(resolved) else None
    if len(good) >= _LEAST_FOR_A_FIT:
        ln_lrs, ln_hrs = np.log(good["lrs"].to_numpy()), np.log(good["hrs"].to_numpy())
        if offset:  # without, the law would be of another, ideal amplifier than the counts beside it
            found["ber_2t2r_lognormal"] = lognormal.extrapolated(
                lognormal.ber_2t2r,
                ln_lrs,
                ln_hrs,
                _method(offset) + ", bootstrap interval",
                confidence,
                (offset.sigma_ln, offset.standard_error),
            )
        found["ber_1t1r_lognormal"] = lognormal.extrapolated(
            lognormal.ber_1t1r,
            ln_lrs,
            ln_hrs,
            _IDEAL + ", equal-error threshold, bootstrap interval",
            confidence,
        )
    if len(fresh):
        found["ber_2t2r"] = error_probability(
            counts(fresh), "Monte Carlo, full chains, Clopper-Pearson", confidence
        )
        found["ber_1t1r"] = single_ended(fresh, confidence)
    for name, stored in (("plus", 1), ("minus", -1)):
        own = fresh[fresh["weight"] == stored]
        if len(own):
            found[f"ber_2t2r_{name}"] = error_probability(
                counts(own), f"Monte Carlo, full chains that store {stored:+d}, Clopper-Pearson", confidence
            )
    if criterion is not None and (samples["cycles"] > 0).any():
        found["endurance"] = endurance(samples, criterion, confidence, ageing)
    return Condition(
        name=asked.name,
        set_compliance=asked.set_compliance,
        reset_voltage=asked.reset_voltage,
        pulse_width=asked.pulse_width,
        **found,
    )


def counts(samples: pd.DataFrame) -> Counts:
    """Count the outcomes of chains."""
    outcome = samples["outcome"]
    return Counts(len(samples), int((outcome == "error").sum()), int((outcome == "discard").sum()))


def single_ended(samples: pd.DataFrame, confidence: float) -> Probability | None:
    """Return the error rate of 1T1R: every device alone against the best threshold, ideal comparator.

    The threshold for one half of the chains is found on the other half, so that no device is judged by a
    threshold it helped to place. Each chain gives two devices.
    """
    good = samples[samples["outcome"] != "discard"]
    errors, halves = 0, (good[good["sample"] % 4 < 2], good[good["sample"] % 4 >= 2])
    if min(len(half) for half in halves) < 2:
        return None  # no threshold from one device
    for judged, other in (halves, halves[::-1]):
        threshold = lognormal.equal_error_threshold(
            np.log(other["lrs"].to_numpy()), np.log(other["hrs"].to_numpy())
        )
        errors += int((np.log(judged["lrs"]) > threshold).sum() + (np.log(judged["hrs"]) < threshold).sum())
    return error_probability(
        Counts(2 * len(samples), errors, 2 * (len(samples) - len(good))),
        "Monte Carlo, both devices of each chain, threshold from the other half, ideal comparator, Clopper-Pearson",
        confidence,
    )


def endurance(samples: pd.DataFrame, criterion: float, confidence: float, status: str) -> Endurance:
    """Return what was counted at each age, and between which of them the error rate crosses `criterion`.

    No law is fitted to few aged samples: errors are of rare devices that a spread of the many does not tell of.
    """
    counted, low, high = [], None, None
    for cycles, aged in ((float(n), rows) for n, rows in samples.groupby("cycles")):  # type: ignore[arg-type]
        seen = counts(aged)
        counted.append((cycles, seen.samples, seen.errors, seen.discards))
        if not cycles or high is not None:
            continue
        rate = error_probability(seen, "", confidence)
        if rate.low > criterion:
            high = cycles
        elif rate.high < criterion:
            low = cycles
    return Endurance(
        cycles_low=low,
        cycles_high=high,
        criterion=criterion,
        curve=[],
        counted=counted,
        status=status,
        method=f"errors of aged pairs counted; form of the ageing law assumed, its lifetime {status}; ages beyond its "
        f"limit are left out; Clopper-Pearson at {confidence:.0%}",
    )


def _method(offset: SenseOffset) -> str:
    return _LOGNORMAL + f"amplifier offset from {offset.samples} reads of nearly equal resistances"
