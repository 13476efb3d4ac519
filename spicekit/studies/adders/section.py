"""What the logic of a neuron costs at the gates."""

import pandas as pd
from matplotlib.figure import Figure

from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, marker, picture, rows_of_conditions
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.adders.result import Adders, AdderTree
from spicekit.studies.array.result import Array
from spicekit.units import engineering

_KINDS = {
    "count": "count of {} bits from amplifiers with the XNOR",
    "held": "count of {} XNORs with weights that amplifiers hold",
    "sum": "sum of {} words of {} bits that weights invert or not",
}


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no adders were simulated."""
    found = statistics.of(Adders)
    if found is None:
        return None
    shown = rows is not None and len(rows)
    caption = "Energy of each sum that was simulated."
    said = _finding(found) + _xnor_and_count(found, statistics.of(Array))
    return Section(
        title="The logic of a neuron",
        pictures=((_plot(found, rows), caption),) if shown and rows is not None else (),
        sentences=said,
        summary=said[0].lower() + said[1:],
        grid=_grid(found),
        notes=(
            f"{found.method[0].upper()}{found.method[1:]}. Supply {engineering(found.supply, 'V')}, a sum every "
            f"{engineering(found.period, 's')}. {found.status[0].upper()}{found.status[1:]}.",
            "Counted is all that the gates take out of their supply, the inverters behind the amplifiers included. "
            "Registers are not in it. Interval of a mean: two standard errors over the words.",
        ),
    )


def name_of(tree: AdderTree) -> str:
    """Return what a tree does, in words."""
    return _KINDS[tree.kind].format(tree.inputs, tree.width)


def _finding(found: Adders) -> str:
    said = "; ".join(f"a {name_of(t)} {engineering(t.energy_per_bit, 'J')}" for t in found.trees)
    return f"Per bit that goes in, {said}."


def _xnor_and_count(found: Adders, array: Array | None) -> str:
    """Return what a bit takes in an array whose rows the tree counts, in a sentence; empty where there is none."""
    count = found.tree("count")
    if count is None or array is None:
        return ""
    fitting = [point for point in array.points if point.columns == count.inputs and point.energy]
    if not fitting or fitting[0].energy is None:
        return ""
    point, read = fitting[0], fitting[0].energy.read
    return (
        f" An XNOR-and-count of a bit in the array of {point.rows} × {point.columns} takes "
        f"{engineering(read + count.energy_per_bit, 'J')}: {engineering(read, 'J')} for the read with its lines and "
        f"drivers, {engineering(count.energy_per_bit, 'J')} for the count."
    )


def _grid(found: Adders) -> Grid:
    head = ("what is added", "energy", "per bit", "slowest", "transistors", "leakage", "wrong sums")
    rows = []
    for tree in found.trees:
        error = 2 * tree.energy.std / max(tree.wrong.samples - tree.wrong.discards, 1) ** 0.5
        rows.append(
            (
                name_of(tree),
                f"{engineering(tree.energy.mean, 'J')} ± {engineering(error, 'J')}",
                engineering(tree.energy_per_bit, "J"),
                engineering(tree.delay, "s"),
                f"{tree.transistors:,}",
                engineering(tree.leakage, "W"),
                numbers.interval(tree.wrong),
            )
        )
    return Grid(head, tuple(rows))


def _plot(found: Adders, rows: pd.DataFrame) -> Plot:
    good = rows[rows["outcome"] != "discard"]
    names = list(dict.fromkeys(good["tree"]))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for k, name in enumerate(names):
            mine = good[good["tree"] == name]
            axes.plot(1e15 * mine["energy"], [k] * len(mine), linestyle="", marker=marker(k), color=colour(k))
        rows_of_conditions(axes, names)
        axes.set_xlabel("energy of a sum [fJ]")
        axes.set_xlim(left=0)

    return picture(draw, 1.2 + 0.4 * len(names), "Energy of each sum. " + _finding(found))
