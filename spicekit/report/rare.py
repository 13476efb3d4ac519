"""Rare-event estimates one by one: what was found, what it cost, and what there is to doubt it by."""

import math
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from spicekit.page import numbers
from spicekit.page.section import Grid, Section
from spicekit.report.estimated import AGREED, CELLS, word
from spicekit.run_folder import RARE, RunFolder, of_grid
from spicekit.statistics import Condition, RareEstimate, Ratio, SecondRate, Statistics, ratio

_NAMES = dict(CELLS)
_COSTS = (
    "estimate of",
    "bit error rate (interval)",
    "standard error",
    "runs",
    "brute force / runs",
    "wall time",
    "outcome",
)
_USUAL_RUNS = 2000  # the default of `max_runs`
_ASKING_FOR_RUNS = ("not converged", "bound only", "disagreed")
_DOUBTS = (
    "estimate of",
    "second estimate",
    "effective failures",
    "largest weight",
    "Pareto shape",
    "detection",
    "discarded runs",
    "outcome",
)


def rare_section(statistics: Statistics, run: RunFolder) -> Section | None:
    """Return the rates and what they cost, or None if no estimates were asked for."""
    found, made = every(statistics), _manifest(run)
    if not found and not made:
        return None
    rows = [
        (
            condition,
            name_of(one),
            _rate(one),
            _percent(one.relative_error),
            f"{one.runs}",
            _gain(one),
            _seconds(made.get(f"{condition.name}_{one.cell}_{one.stored:+d}", {}).get("wall_time")),
            word(one.outcome),
        )
        for condition, one in found
    ]
    reasons: dict[str, list[str]] = {}
    for condition, one in found:
        if one.outcome != AGREED:
            said = f"{one.outcome}: {one.reason}{advice(one)}"
            reasons.setdefault(said, []).append(f"{condition.name}, {name_of(one)}")
    doubted = tuple(f"{'; '.join(names)}, {reason}." for reason, names in reasons.items())
    return Section(
        title="Bit error rates by rare-event sampling",
        pictures=(),
        sentences=_finding(statistics),
        summary=_summary(found),
        grid=Grid(_COSTS, grouped(rows)) if rows else None,
        notes=(
            *doubted,
            *(
                f"{name}: not estimated ({entry['stopped']})."
                for name, entry in made.items()
                if "stopped" in entry
            ),
            *_alone(found),
            "+1 and −1 are what is stored: errors while +1 is stored read it as −1. A 1T1R cell stores +1 as LRS.",
            "Only what is “agreed” is a result: two independent estimates agree, and the standard error asked for is "
            "reached. A rate in brackets is none.",
            "A run is one full chain, programming included (of 1T1R with its one device); the search is counted. Brute "
            "force needs 1/(p·ε²) runs for the relative standard error ε.",
        ),
    )


def _alone(found: list[tuple[Condition, RareEstimate]]) -> tuple[str, ...]:
    """Say so where one stored value of 2T2R stands for both."""
    pairs = Counter(c.name for c, one in found if one.cell == "2t2r" and c.ber_2t2r_estimated)
    names = [name for name, stored in pairs.items() if stored == 1]
    if not names:
        return ()
    return (
        f"{', '.join(names)}: one stored value of 2T2R was estimated, and stands for both. The cell and its amplifier "
        "are their own mirror image, so that +1 and −1 fail alike.",
    )


def advice(one: RareEstimate) -> str:
    """Return what to ask for instead, after an estimate that is no result for want of runs; empty for others."""
    if one.outcome not in _ASKING_FOR_RUNS:
        return ""
    more = max(_USUAL_RUNS, 1000 * math.ceil(2 * one.runs / 1000))
    few = "more runs may settle it" if one.outcome == "disagreed" else f"{one.runs} runs were too few"
    return f"; {few}, ask for `max_runs` = {more} (with --quick: `quick_max_runs`)"


def trust_section(statistics: Statistics, run: RunFolder) -> Section | None:  # noqa: ARG001
    """Return what the estimates say about themselves, or None if there are none."""
    found = every(statistics)
    if not found:
        return None
    rows = [
        (
            condition,
            name_of(one),
            _second(one.second),
            "–" if one.effective_samples is None else f"{one.effective_samples:.0f}",
            _percent(one.largest_weight),
            "–" if one.pareto_shape is None else numbers.minus(f"{one.pareto_shape:.2f}"),
            _percent(one.detection),
            f"{one.discards}",
            word(one.outcome),
        )
        for condition, one in found
    ]
    return Section(
        title="Can these estimates be trusted?",
        pictures=(),
        grid=Grid(_DOUBTS, grouped(rows)),
        notes=(
            "Second estimate: from other samples and another proposal; only there to contradict the first. More than 3 "
            "joint standard errors between them is “disagreed”.",
            "Effective failures: as many equally weighted ones would say as much. Largest weight: share of one sample "
            "in the rate. Pareto shape: tail of the weights; above 0.7 the standard error itself is not to be trusted.",
            "Detection: chance that the last audit had seen a further failure region (a half-space) with a tenth of "
            "the rate. What no sample showed, no estimate knows.",
        ),
    )


def every(statistics: Statistics) -> list[tuple[Condition, RareEstimate]]:
    """Return all estimates with their conditions: by condition, then 2T2R before 1T1R, +1 before −1."""
    return [
        (c, one)
        for c in statistics.conditions
        for one in sorted(c.estimates, key=lambda e: (e.cell != "2t2r", -e.stored))
    ]


def grouped(rows: Iterable[tuple]) -> tuple[tuple[str, ...], ...]:
    """Return rows without their first cell, the condition, which heads each group of rows instead."""
    groups = groupby(rows, key=lambda row: row[0].name)
    return tuple(line for name, group in groups for line in ((name,), *(row[1:] for row in group)))


def name_of(one: RareEstimate) -> str:
    """Return the name of an estimate, such as ``2T2R storing +1``."""
    return f"{_NAMES[one.cell]} storing {'+1' if one.stored > 0 else '−1'}"


def _manifest(run: RunFolder) -> dict[str, dict[str, Any]]:
    """Return for each estimate that was asked for why there is none, or how long it took."""
    made = run.manifest().get("studies", {}).get(RARE, {}) if run.manifest_file.exists() else {}
    rows = run.study(RARE) if made else None
    times = {} if rows is None else dict(zip(rows["point"], rows["wall_time"], strict=True))
    return {
        name: {"wall_time": times[name]} if name in times else {"stopped": entry["stopped"]}
        for name, entry in made.items()
        if not of_grid(name)
    }


def _summary(found: list[tuple[Condition, RareEstimate]]) -> str:
    agreed = [one for _, one in found if one.outcome == AGREED]
    if not agreed:
        return ""
    runs = sum(one.runs for one in agreed) / len(agreed)
    cells = f"{float(f'{runs:.1g}'):.0f}"
    text = f"{len(agreed)} of {len(found)} estimates are agreed on, by some {cells} simulated cells each"
    told = {
        c.name: numbers.ratio_interval(apart)
        for c, _ in found
        if c.ber_2t2r and c.ber_2t2r_estimated and (apart := ratio(c.ber_2t2r_estimated, c.ber_2t2r))
    }
    if not told:
        return f"{text}."
    return f"{text}; over the counted rates they are " + ", ".join(f"{k}: {v}" for k, v in told.items()) + "."


def _finding(statistics: Statistics) -> str:
    found = every(statistics)
    if not found:
        return "None of the estimates that were asked for was made."
    agreed, runs = sum(one.outcome == AGREED for _, one in found), sum(one.runs for _, one in found)
    parts = [f"{agreed} of {len(found)} estimates are agreed on, with {runs} SPICE runs in all."]
    uneven = [
        f"{c.name} {name} {numbers.ratio_interval(apart)}"
        for c in statistics.conditions
        for cell, name in reversed(CELLS)
        if (apart := _asymmetry(c, cell)) and not apart.agrees
    ]
    if uneven:
        parts.append(f"Both stored values do not fail alike, rates of +1 over −1: {', '.join(uneven)}.")
    elif any(_asymmetry(c, cell) for c in statistics.conditions for cell, _ in CELLS):
        parts.append("The rates of +1 and −1 are equal within their joint intervals.")
    return " ".join(parts)


def _asymmetry(c: Condition, cell: str) -> Ratio | None:
    rates = {e.stored: e.rate for e in c.estimates if e.cell == cell and e.outcome == AGREED}
    return ratio(rates[1], rates[-1]) if len(rates) == 2 else None


def _rate(one: RareEstimate) -> str:
    if one.outcome == AGREED:
        return numbers.interval(one.rate)
    return f"({numbers.probability(one.rate)})" if one.rate.samples else "–"


def _gain(one: RareEstimate) -> str:
    """Runs that brute force needs for the same standard error, over those that were made."""
    if not one.rate.best or not one.relative_error or one.outcome != AGREED:
        return "–"
    gain = 1 / (one.rate.best * one.relative_error**2) / one.runs
    return numbers.scientific(gain) if gain >= 1e4 else f"{float(f'{gain:.2g}'):g}"


def _second(second: SecondRate | None) -> str:
    if second is None:
        return "–"
    if second.relative_error is None:
        return f"no failure in {second.samples}"
    return f"{numbers.scientific(second.probability)} ± {_percent(second.relative_error)}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2g} %" if value < 0.995 else f"{100 * value:.0f} %"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} s"
