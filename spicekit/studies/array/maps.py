"""Pictures of arrays: the margins of a die, and what grows with the number of rows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.studies.array.result import ArrayPoint

_MOST_MAPS = 3


def die_maps(points: Sequence[ArrayPoint], rows: pd.DataFrame) -> tuple[Plot, int] | None:
    """Return the margins over the first whole die of each point, and how many bits were wrong; None without any."""
    shown = [(point, die) for point in points if (die := _first_die(point, rows)) is not None][:_MOST_MAPS]
    if not shown:
        return None
    wrong = sum(int((die["outcome"] == "error").sum()) for _, die in shown)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(shown), squeeze=False)[0]
        largest = max(float(die["margin"].abs().max()) for _, die in shown) * 1e3
        image = None
        for axes, (point, die) in zip(panels, shown, strict=True):
            margins = np.full((point.rows, point.columns), np.nan)
            margins[die["word"], die["column"]] = 1e3 * die["margin"]
            image = axes.imshow(
                margins, cmap="RdBu", vmin=-largest, vmax=largest, interpolation="nearest", aspect="auto"
            )
            bad = die[die["outcome"] == "error"]
            axes.plot(bad["column"], bad["word"], "kx", markersize=5)
            axes.set_title(f"{point.condition}, {point.rows} × {point.columns}", fontsize=9.5)
            axes.set_xlabel("column")
            axes.grid(visible=False)
        panels[0].set_ylabel("row")
        assert image is not None
        figure.colorbar(image, ax=list(panels), label="margin toward what is stored [mV]")

    return picture(draw, 3.4, f"Margins over a die, {wrong} wrong bits marked."), wrong


def _first_die(point: ArrayPoint, rows: pd.DataFrame) -> pd.DataFrame | None:
    mine = rows[
        (rows["condition"] == point.condition)
        & (rows["rows"] == point.rows)
        & (rows["columns"] == point.columns)
        & (rows["outcome"] != "discard")
    ]
    if mine.empty:
        return None
    first = mine[mine["sample"] == mine["sample"].min()].astype({"word": int, "column": int})
    return first if len(first) > point.rows * point.columns / 2 else None


def growth(points: Sequence[ArrayPoint]) -> Plot | None:
    """Return delay, energy and error rate against the number of rows; None with less than three sizes."""
    conditions = list(dict.fromkeys(point.condition for point in points))
    by_condition = {name: sorted(_of(points, name), key=lambda one: one.rows) for name in conditions}
    if max(len(found) for found in by_condition.values()) < 3:
        return None

    def draw(figure: Figure) -> None:
        delay, energy, error = figure.subplots(1, 3)
        for index, found in enumerate(by_condition.values()):
            look = {"color": colour(index), "marker": marker(index), "markersize": 4}
            sizes = [one.rows for one in found]
            delay.plot(sizes, [1e12 * one.delay.mean if one.delay else np.nan for one in found], **look)
            energy.plot(sizes, [1e12 * one.energy.read if one.energy else np.nan for one in found], **look)
            best = [one.failed.best if one.failed.best else one.failed.high for one in found]
            error.plot(sizes, best, **look)
            for one, value in zip(found, best, strict=True):
                error.plot(
                    [one.rows] * 2, [max(one.failed.low, 1e-5), one.failed.high], color=colour(index), lw=0.8
                )
                if not one.failed.best:
                    error.plot(one.rows, value, marker="v", color=GREY, markersize=7, fillstyle="none")
        for axes, title in zip(
            (delay, energy, error),
            ("delay of a read [ps]", "energy per bit read [pJ]", "bit error rate"),
            strict=True,
        ):
            axes.set_xscale("log", base=2)
            axes.set_xlabel("rows and columns")
            axes.set_title(title, fontsize=9.5)
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        energy.set_yscale("log")
        error.set_yscale("log")
        legend_below(
            figure,
            [
                Line2D([], [], color=colour(k), marker=marker(k), label=name)
                for k, name in enumerate(by_condition)
            ],
        )

    first, last = by_condition[conditions[0]][0], by_condition[conditions[0]][-1]
    return picture(draw, 3.0, f"Delay, energy and errors from {first.rows} to {last.rows} rows.")


def _of(points: Sequence[ArrayPoint], condition: str) -> list[ArrayPoint]:
    return [point for point in points if point.condition == condition]
