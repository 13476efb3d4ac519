"""What became of every sample: nothing is dropped without a number."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.page.numbers import scientific
from spicekit.sampling.counts import Counts, error_probability
from spicekit.statistics import Endurance, Probability


@dataclass(frozen=True)
class Outcomes:
    """Fresh chains of one condition."""

    condition: str
    samples: int
    ok: int
    errors: int
    errors_plus: int  # while +1 was stored
    errors_minus: int  # while -1 was stored
    undecided: int  # reads that did not resolve in time; counted among the errors
    discards: int
    reasons: tuple[tuple[str, int], ...]
    worst: Probability | None  # of an error, if every discard were one; None without samples


def column(table: pd.DataFrame, name: str, kind: type = object) -> np.ndarray:
    """Return a column as an array of `kind`."""
    return np.asarray(table[name], dtype=kind)


def rows_where(table: pd.DataFrame, mask: np.ndarray) -> pd.DataFrame:
    """Return the rows where `mask` holds, renumbered."""
    return pd.DataFrame(table.loc[mask].reset_index(drop=True))


def fresh(samples: pd.DataFrame, condition: str) -> pd.DataFrame:
    """Return the chains of `condition` on devices that were not aged."""
    return rows_where(
        samples, (column(samples, "condition") == condition) & (column(samples, "cycles", float) == 0)
    )


def kept(samples: pd.DataFrame) -> pd.DataFrame:
    """Return the chains that were not discarded."""
    return rows_where(samples, column(samples, "outcome") != "discard")


def count(samples: pd.DataFrame, condition: str, confidence: float) -> Outcomes:
    """Count the fresh chains of `condition` by outcome."""
    table = fresh(samples, condition)
    outcome, weight = column(table, "outcome"), column(table, "weight", float)
    wrong, dropped = outcome == "error", outcome == "discard"
    reasons = Counter(str(reason or "no reason given") for reason in column(table, "reason")[dropped])
    bad = int(wrong.sum() + dropped.sum())
    worst = (
        error_probability(Counts(len(table), bad), "discards as errors", confidence) if len(table) else None
    )
    return Outcomes(
        condition=condition,
        samples=len(table),
        ok=int((outcome == "ok").sum()),
        errors=int(wrong.sum()),
        errors_plus=int((wrong & (weight > 0)).sum()),
        errors_minus=int((wrong & (weight < 0)).sum()),
        undecided=int((np.isinf(column(table, "read_delay", float)) & ~dropped).sum()),
        discards=int(dropped.sum()),
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        worst=worst,
    )


def count_aged(samples: pd.DataFrame, condition: str, confidence: float) -> list[tuple[float, Probability]]:
    """Return (cycles, counted bit error rate) of the chains of `condition` at each age above zero."""
    cycles, outcome = column(samples, "cycles", float), column(samples, "outcome")
    own = column(samples, "condition") == condition
    rows = []
    for age in np.unique(cycles[own & (cycles > 0)]):
        group = outcome[own & (cycles == age)]
        seen = Counts(len(group), int((group == "error").sum()), int((group == "discard").sum()))
        rows.append((float(age), error_probability(seen, "counted", confidence)))
    return rows


def against_curve(endurance: Endurance | None, confidence: float) -> list[str]:
    """Return in words at which ages the count excludes the curve that the cycles to the criterion are read from."""
    if endurance is None:
        return []
    curve, found = {cycles: (low, high) for cycles, low, high in endurance.interval}, []
    for cycles, samples, errors, discards in endurance.counted:
        if cycles not in curve or samples == 0:
            continue
        seen, (low, high) = (
            error_probability(Counts(samples, errors, discards), "", confidence),
            curve[cycles],
        )
        if seen.low > high or seen.high < low:
            age = f"{scientific(cycles)} cycles" if cycles else "fresh"
            found.append(f"{errors} of {samples - discards} wrong ({age}), where the curve says {scientific(low)} … "
                         f"{scientific(high)}")  # fmt: skip
    return found
