"""Error probability against the ratio: law, counts and estimates; and the offsets beside a normal law."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from scipy.special import ndtr, ndtri

from spicekit.page import numbers
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.studies.read_path.result import ReadEstimate, ReadPoint

_LEAST = 1e-7  # error probability, below which nothing is drawn
_TICKS = (1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000)
CAPTION = (
    "Left: error probability of a read against the ratio of both resistances. Lines: normal law of the offsets; filled "
    "signs: counted, with their interval, an arrow where no error was seen; hollow signs: rare-event estimates of one "
    "stored value and input. Right: offsets of single amplifiers against the quantiles of a normal law, which would be "
    "a straight line."
)


def share(kind: str) -> float:
    """Return which part of ln of the ratio the amplifier sees: a reference in the middle leaves half."""
    return 0.5 if kind == "reference" else 1.0


def by_law(point: ReadPoint, ratio: np.ndarray) -> np.ndarray | None:
    """Return the error probability at ratios by the law of the offsets, the mean of both outputs."""
    u, rates = share(point.kind) * np.log(ratio), []
    for offset in point.offsets:
        if offset.mean is None or offset.sigma is None:
            return None
        high = ndtr((offset.mean.value - u) / offset.sigma.value)
        low = ndtr((-offset.mean.value - u) / offset.sigma.value)
        rates.append((high + low) / 2)
    return np.mean(rates, axis=0) if rates else None


def plot(
    points: Sequence[ReadPoint],
    names: Sequence[str],
    estimates: Sequence[ReadEstimate],
    rows: pd.DataFrame | None,
) -> Plot:
    """Return both panels; `points` are of one technology, `rows` those of its samples."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1.5, 1)})
        for index, point in enumerate(points):
            _errors(left, point, index)
            own = [e for e in estimates if (e.kind, e.resistance) == (point.kind, point.resistance)]
            _estimates(left, own, index)
            if rows is not None and "offset" in rows:
                _quantiles(right, rows, point, index)
        left.set_xscale("log")
        left.set_yscale("log")
        left.set_ylim(_LEAST, 1)
        left.xaxis.set_major_locator(FixedLocator(_TICKS))
        left.xaxis.set_minor_locator(NullLocator())
        left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        left.set_xlabel("high over low resistance")
        left.set_ylabel("error probability of a read")
        right.set_xlabel("quantile of a normal law [σ]")
        right.set_ylabel("offset in ln R")
        signs = [
            Line2D([], [], color=colour(k), marker=marker(k), label=name) for k, name in enumerate(names)
        ]
        legend_below(figure, signs)

    said = [
        f"{name}: {'; '.join(f'ratio {e.ratio:g} {numbers.interval(e.failed)}' for e in point.errors)}"
        for name, point in zip(names, points, strict=True)
    ]
    return picture(draw, 3.9, f"Error probability against the ratio. {'. '.join(said)}.")


def _errors(axes: Axes, point: ReadPoint, index: int) -> None:
    paint, sign = colour(index), marker(index)
    widest = max((e.ratio for e in point.errors), default=2.0)
    ratios = np.exp(np.linspace(math.log(1.02), math.log(widest), 200))
    rates = by_law(point, ratios)
    if rates is not None:
        axes.plot(ratios, np.where(rates >= _LEAST, rates, np.nan), color=paint)
    for one in point.errors:
        rate, at = one.failed, one.ratio * (1 + 0.01 * index)  # beside each other
        if rate.best:
            ends = [[rate.best - rate.low], [rate.high - rate.best]]
            axes.errorbar([at], [rate.best], yerr=ends, color=paint, marker=sign, markersize=5, capsize=3)
        else:
            axes.plot([at], [rate.high], color=paint, marker=r"$\downarrow$", markersize=9, linestyle="")


def _estimates(axes: Axes, estimates: Sequence[ReadEstimate], index: int) -> None:
    for place, one in enumerate(estimates):
        rate = one.rate
        if rate.best and one.outcome == "agreed":
            at = one.ratio * (1 + 0.01 * (index + place))
            ends = [[rate.best - rate.low], [rate.high - rate.best]]
            axes.errorbar(
                [at], [rate.best], yerr=ends, color=colour(index), marker=marker(index), markersize=9,
                fillstyle="none", capsize=3,
            )  # fmt: skip


def _quantiles(axes: Axes, rows: pd.DataFrame, point: ReadPoint, index: int) -> None:
    mine = rows[
        (rows["kind"] == point.kind) & (rows["resistance"] == point.resistance) & (rows["sample"] > 0)
    ]
    mine = mine.drop_duplicates(["sample", "neuron_input"])
    for _, own in mine.groupby("neuron_input"):
        values = np.sort(own["offset"].to_numpy(float))
        values = values[~np.isnan(values)]
        n = len(values)
        places = ndtri((np.arange(n) + 0.5) / n) if n else values
        axes.plot(
            places, np.where(np.isfinite(values), values, np.nan), linestyle="", marker=marker(index), markersize=3,
            color=colour(index),
        )  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=0.6)
