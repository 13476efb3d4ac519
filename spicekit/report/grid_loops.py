"""I-V loops at each point of a grid, beside each other."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page.drawing import GREY, Plot, colour, legend_below, picture
from spicekit.page.numbers import plus_minus
from spicekit.page.section import Grid, Section
from spicekit.run_folder import GRID, RunFolder
from spicekit.statistics import Statistics
from spicekit.studies.iv_loops.result import IvLoops
from spicekit.studies.iv_loops.section import draw_loops, label_current
from spicekit.units import engineering

STUDY = "iv_loops"
_MOST = 6  # panels
_COLUMNS = 3
_HEAD = ("point", "SET voltage", "RESET voltage", "RESET current")


def loops_section(statistics: Statistics, run: RunFolder) -> Section | None:
    """Return the section of the loops at each point of a grid; None if it has none."""
    found = {
        point.name: IvLoops.model_validate(block)
        for point in statistics.grid
        if (block := point.studies.get(STUDY))
    }
    rows = run.study(STUDY) if found else None
    if rows is None or GRID not in rows:
        return None
    shown = list(found)[:_MOST]
    last = [loops.points[-1] for loops in found.values()]
    table = [
        (
            name,
            plus_minus(p.set_voltage, "V"),
            plus_minus(p.reset_voltage, "V"),
            plus_minus(p.reset_current, "A"),
        )
        for name, p in zip(found, last, strict=True)
    ]
    caption = (
        "Magnitude of the current against the voltage over cell and access transistor; bold is the nominal cell, faint "
        "are cells with drawn spread."
    )
    more = f" The first {_MOST} of {len(found)} points." if len(found) > _MOST else ""
    said = "; ".join(f"{name}: SET at {rise}, RESET at {fall}" for name, rise, fall, _ in table)
    return Section(
        title="I–V loops at each point of the grid",
        pictures=((_plot(shown, rows, found[shown[0]], said), caption + more),),
        grid=Grid(_HEAD, tuple(table), folded=len(table) > 12),
        notes=(
            f"Voltages under a compliance of {engineering(last[0].compliance, 'A')}, mean ± standard deviation; "
            f"{found[shown[0]].method}. Where the current rises all the way, its largest is at the peak of the ramp.",
        ),
    )


def _plot(names: list[str], rows: pd.DataFrame, loops: IvLoops, said: str) -> Plot:
    good = rows[(rows["outcome"] != "discard") & ~rows["point"].str.endswith("forming")]
    lines = -(-len(names) // _COLUMNS)

    def draw(figure: Figure) -> None:
        axes = figure.subplots(lines, min(_COLUMNS, len(names)), sharex=True, sharey=True, squeeze=False)
        for place in axes.flat[len(names) :]:
            place.set_axis_off()
        for place, name in zip(axes.flat, names, strict=False):
            mine = good[good[GRID] == (name if (good[GRID] == name).any() else "")]
            for index, point in enumerate(loops.points):
                draw_loops(place, mine[mine["compliance"] == point.compliance], colour(index), True)
            place.set_yscale("log")
            place.set_title(name, fontsize=10)
            place.axvline(0, color=GREY, linewidth=0.6)
            label_current(place.yaxis)
        for place in axes[:, 0]:
            place.set_ylabel("magnitude of the current")
        for place in axes.flat[max(0, len(names) - axes.shape[1]) : len(names)]:  # nothing stands below
            place.set_xlabel("voltage [V]")
            place.tick_params(labelbottom=True)
        legend_below(
            figure,
            [
                Line2D([], [], color=colour(k), label=f"compliance {engineering(p.compliance, 'A')}")
                for k, p in enumerate(loops.points)
            ],
        )

    return picture(draw, 1.2 + 2.4 * lines, f"Current-voltage loops at each point. {said}.")
