"""From reads to what is said of each kind of read."""

import math

import numpy as np
import pandas as pd

from spicekit.block import Probability
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.distribution import moments_if_any
from spicekit.studies.read_path.law import extrapolated, law_of
from spicekit.studies.read_path.result import (
    AmplifierOffset,
    ErrorAtRatio,
    ReadCombination,
    ReadPath,
    ReadPoint,
)
from spicekit.studies.read_path.table import ReadPathTable

_ENOUGH = 0.99  # share of right reads at the widest ratio with which a read is said to work
_TENTH = math.log(1.1)  # of ln R
_BY_READS = "counted, Clopper-Pearson"
_BY_OFFSETS = "counted by offsets, Clopper-Pearson"
_METHOD = (
    "reads in SPICE by amplifiers with drawn mismatch; offsets: where the decision turns, enclosed by further reads; "
    "first sample nominal and in no count; wrong: every amplifier reads each stored value with each input, and at "
    "ratios that were not read those err whose offset lies beyond; disturb: one read by the nominal amplifier, tight "
    "tolerances"
)


def block_of(table: ReadPathTable, rows: pd.DataFrame, confidence: float) -> ReadPath | None:
    """Return what the rows say; None if no point has an amplifier."""
    ratios = {*table.ratios, *(table.estimate.ratios if table.estimate else [])}
    points = [
        found
        for _, mine in rows.groupby("point", sort=False)
        if "neuron_input" in mine and (found := _point(mine, sorted(ratios), confidence))
    ]
    if not points:
        return None
    return ReadPath(
        points=tuple(points),
        sense_time=float(rows["sense_time"].iloc[0]),
        reference_sigma=table.reference_sigma if "reference" in table.reads else None,
        status="simulated; the spread of a reference is assumed"
        if "reference" in table.reads
        else "simulated",
        method=_METHOD,
    )


def _point(rows: pd.DataFrame, ratios: list[float], confidence: float) -> ReadPoint | None:
    """Return what is said of one point; None without a read."""
    reads = rows[rows["ratio"].notna()]
    nominal, drawn = reads[reads["sample"] == 0], reads[reads["sample"] > 0]
    if reads.empty:
        return None
    lost = rows.loc[(rows["sample"] > 0) & rows["ratio"].isna(), "sample"].nunique()
    widest = reads["ratio"].max()
    wide = drawn[drawn["ratio"] == widest]
    combinations = tuple(
        _combination(mine, nominal[nominal["ratio"] == widest], lost, confidence)
        for _, mine in reads[reads["ratio"] == widest].groupby(["neuron_input", "weight"], sort=False)
    )
    good, delays = wide[wide["outcome"] != "discard"], _decided(wide)
    disturb = [abs(c.disturb) for c in combinations if c.disturb]
    constants = nominal["regeneration"].dropna()
    bad = rows.loc[(rows["sample"] > 0) & (rows["outcome"] == "discard"), "sample"].nunique()
    kind, first = str(rows["kind"].iloc[0]), rows.iloc[0]
    return ReadPoint(
        kind=kind,  # pyrefly: ignore[bad-argument-type]
        resistance=float(first["resistance"]),
        process=str(first["process"]),
        temperature=float(first["temperature"]),
        supply=float(first["supply"]),
        amplifiers=rows.loc[rows["sample"] > 0, "sample"].nunique(),
        discards=bad,
        offsets=tuple(
            _offset(mine, lost) for _, mine in _amplifiers(drawn).groupby("neuron_input", sort=False)
        ),
        errors=tuple(found for ratio in ratios if (found := _errors(drawn, kind, ratio, lost, confidence))),
        combinations=combinations,
        delay=moments_if_any(delays),
        slowest=float(delays.max()) if len(delays) else None,
        energy=moments_if_any(good["energy"]),
        regeneration_time=float(constants.max()) if len(constants) else None,
        reads_to_tenth=_TENTH / max(disturb) if disturb else None,
        works=int(_works(combinations, wide)),
    )


def _works(combinations: tuple[ReadCombination, ...], wide: pd.DataFrame) -> bool:
    good = wide["outcome"] != "discard"
    right = (wide.loc[good, "outcome"] == "ok").mean() if good.any() else 1.0
    return right >= _ENOUGH and all(c.nominal_right != 0 for c in combinations)


def _combination(reads: pd.DataFrame, nominal: pd.DataFrame, lost: int, confidence: float) -> ReadCombination:
    drawn, first = reads[reads["sample"] > 0], reads.iloc[0]
    mine = nominal[
        (nominal["neuron_input"] == first["neuron_input"]) & (nominal["weight"] == first["weight"])
    ]
    told = mine[mine["outcome"] != "discard"]
    disturb = told["disturb"].dropna()
    return ReadCombination(
        neuron_input=int(first["neuron_input"]) or None,
        weight=int(first["weight"]),
        failed=_failed(drawn, lost, confidence),
        delay=moments_if_any(_decided(drawn)),
        energy=moments_if_any(drawn.loc[drawn["outcome"] != "discard", "energy"]),
        nominal_right=int((told["outcome"] == "ok").all()) if len(told) else None,
        disturb=float(disturb.iloc[0]) if len(disturb) else None,
    )


def _amplifiers(reads: pd.DataFrame) -> pd.DataFrame:
    """Return one row per amplifier and input."""
    return reads.drop_duplicates(["sample", "neuron_input"])


def _offset(amplifiers: pd.DataFrame, lost: int) -> AmplifierOffset:
    values = amplifiers["offset"].to_numpy(float)
    known = values[~np.isnan(values)]
    law = law_of(known)
    return AmplifierOffset(
        neuron_input=int(amplifiers["neuron_input"].iloc[0]) or None,
        mean=law.mean if law else None,
        sigma=law.sigma if law else None,
        samples=int(np.isfinite(known).sum()),
        unresolved=int(np.isinf(known).sum()),
        discards=len(values) - len(known) + lost,
    )


def _errors(
    drawn: pd.DataFrame, kind: str, ratio: float, lost: int, confidence: float
) -> ErrorAtRatio | None:
    if drawn.empty:
        return None
    place = math.log(ratio) * (0.5 if kind == "reference" else 1.0)
    offsets = (
        _amplifiers(drawn).pivot(index="sample", columns="neuron_input", values="offset").to_numpy(float)
    )
    law = extrapolated(place, offsets[~np.isnan(offsets).any(axis=1)], confidence)
    mine = drawn[drawn["ratio"] == ratio]
    if mine.empty:
        return ErrorAtRatio(ratio=ratio, failed=_beyond(offsets, place, lost, confidence), law=law)
    return ErrorAtRatio(
        ratio=ratio,
        failed=_failed(mine, lost, confidence),
        undecided=int(((mine["outcome"] != "discard") & (mine["decided"] == 0)).sum()),
        law=law,
    )


def _beyond(offsets: np.ndarray, place: float, lost: int, confidence: float) -> Probability:
    """Return how often reads at u = +place and -place err, by offsets (amplifiers, inputs).

    An amplifier without an offset errs with one output or both: it counts as an error of both.
    """
    known = offsets[~np.isnan(offsets)]
    errors = int((np.abs(known) > place).sum()) + int(np.isinf(known).sum())
    discards = 2 * (offsets.size - known.size + lost * offsets.shape[1])
    counts = Counts(2 * known.size + discards, errors, discards)
    return error_probability(counts, _BY_OFFSETS, confidence)


def _failed(reads: pd.DataFrame, lost: int, confidence: float) -> Probability:
    """Return how often reads fail; amplifiers that were `lost` have lost each kind of them."""
    kinds = len(reads.drop_duplicates(["neuron_input", "weight"])) or 1
    discards = int((reads["outcome"] == "discard").sum()) + kinds * lost
    counts = Counts(len(reads) + kinds * lost, int((reads["outcome"] == "error").sum()), discards)
    if not counts.samples:
        return Probability(low=0, high=1, confidence=confidence, method=_BY_READS)
    return error_probability(counts, _BY_READS, confidence)


def _decided(reads: pd.DataFrame) -> pd.Series:
    return reads.loc[(reads["outcome"] != "discard") & (reads["decided"] == 1), "delay"]
