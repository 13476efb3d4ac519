"""Programmed again and again: where the errors lie, and how often they repeat, beside the law of one number."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from spicekit.block import ErrorCorrelation
from spicekit.page.drawing import GREY, Plot, colour, legend_below, picture
from spicekit.page.section import Grid, Section
from spicekit.sampling.probit_normal import both, without_error, worst_share
from spicekit.statistics import Condition, Statistics

_WORST = 0.05


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no condition says how errors gather."""
    known = [c for c in statistics.conditions if c.error_correlation_2t2r]
    if not known:
        return None
    counted = rows is not None and len(rows) and (rows["outcome"] == "error").any()
    caption = (
        "Share of all errors that the worst pairs have, as counted, by the law with the correlation found, and if all "
        "pairs were alike."
    )
    return Section(
        title="Programmed again and again",
        pictures=((_plot(known[-1], rows), caption),) if counted and rows is not None else (),
        sentences=" ".join(_finding(c) for c in known),
        summary=f"of the variance of a pair’s margin {_percent(known[-1])} stays with the pair.",
        grid=_grid(known),
        notes=(
            "A pair errs when a latent normal margin falls below zero; the correlation is the share of that margin’s "
            "variance that stays with the pair from one programming to the next. 0: all pairs are alike; 1: a pair "
            "errs always or never. What a device forgets only slowly counts as its own in part.",
            *dict.fromkeys(f"{c.name}: {found.method}." for c in known for found in _of(c).values()),
        ),
    )


def _of(condition: Condition) -> dict[str, ErrorCorrelation]:
    both_cells = {"2T2R": condition.error_correlation_2t2r, "1T1R": condition.error_correlation_1t1r}
    return {name: found for name, found in both_cells.items() if found}


def _percent(condition: Condition) -> str:
    found = condition.error_correlation_2t2r
    assert found is not None
    return f"{found.best:.0%} ({found.low:.0%} … {found.high:.0%})"


def _rate(found: ErrorCorrelation) -> float:
    programmings = found.cells * found.cycles - found.discards
    return found.errors / programmings if programmings else 0.0


def _finding(condition: Condition) -> str:
    found = condition.error_correlation_2t2r
    assert found is not None
    said = f"{condition.name}: of the variance of a pair’s margin {_percent(condition)} stays with the pair"
    if not found.cells:
        return f"{said}; given."
    rate = _rate(found)
    if not found.errors or found.worst_share is None:
        return f"{said}; none of {found.cells * found.cycles:,} programmings erred."
    again = both(rate, found.best) / rate
    return (
        f"{said}. In {found.cycles} programmings of each of {found.cells} pairs there were {found.errors} errors; the "
        f"worst 5 % of the pairs have {found.worst_share:.0%} of them. An error repeats at the next programming in "
        f"{again:.1%} of the cases by that number, and in {rate:.2%} if errors were independent."
    )


def _grid(known: list[Condition]) -> Grid:
    head = ("cell", "correlation (interval)", "cells × cycles", "errors", "discards", "in the worst 5 %: counted",
            "by the law", "if independent", "cells without: counted", "by the law")  # fmt: skip
    rows = []
    for condition in known:
        for cell, found in _of(condition).items():
            interval = f"{found.best:.2f} ({found.low:.2f} … {found.high:.2f})"
            counts = (f"{found.cells} × {found.cycles}", str(found.errors), str(found.discards))
            rows.append((f"{condition.name}, {cell}", interval, *counts, *_beside(found)))
    return Grid(head, tuple(rows))


def _beside(found: ErrorCorrelation) -> tuple[str, ...]:
    rate = _rate(found)
    if not rate or found.worst_share is None or found.without_error is None:
        return ("–",) * 5
    law, alike = (worst_share(rate, rho, _WORST, found.cycles) for rho in (found.best, 0.0))
    clean = without_error(rate, found.best, found.cycles)
    return tuple(f"{share:.0%}" for share in (found.worst_share, law, alike, found.without_error, clean))


def _plot(condition: Condition, rows: pd.DataFrame) -> Plot:
    mine = rows[(rows["condition"] == condition.name) & (rows["outcome"] != "discard")]
    errors = (mine["outcome"] == "error").groupby(mine["sample"]).sum().sort_values(ascending=False)
    found = condition.error_correlation_2t2r
    assert found is not None
    rate, shares = float((mine["outcome"] == "error").mean()), np.geomspace(0.004, 1, 40)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        pairs = np.arange(1, len(errors) + 1) / len(errors)
        axes.plot(pairs, errors.cumsum() / max(errors.sum(), 1), color=colour(0), drawstyle="steps-post")
        for rho, paint, style in ((found.best, colour(1), "-"), (0.0, GREY, "--")):
            axes.plot(
                shares,
                [worst_share(rate, rho, s, found.cycles) for s in shares],
                color=paint,
                linestyle=style,
            )
        axes.set_xscale("log")
        axes.set_xlabel("worst pairs")
        axes.set_ylabel("their share of all errors")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1))
        labels = (
            ("counted", colour(0), "-"),
            (f"correlation {found.best:.2f}", colour(1), "-"),
            ("independent", GREY, "--"),
        )
        legend_below(figure, [Line2D([], [], color=c, linestyle=s, label=text) for text, c, s in labels])

    return picture(draw, 3.6, "Share of all errors in the worst pairs. " + _finding(condition))
