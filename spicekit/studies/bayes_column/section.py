"""What a likelihood of the Bayesian machine costs at the gates."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.bayes_column.result import BayesColumn
from spicekit.units import engineering

_PARTS = (
    ("read of the word, once per decision", "read"),
    ("comparison with a random number, per cycle", "compare"),
    ("AND gate, per cycle", "and"),
    ("amplifiers that hold the word, per cycle", "hold"),
    ("one flip-flop of register or counter, per cycle", "flip_flop"),
)


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no likelihood was simulated."""
    found = statistics.of(BayesColumn)
    if found is None:
        return None
    shown = rows is not None and len(rows)
    caption = "Energies per cycle against the word that was read."
    return Section(
        title="A likelihood of the Bayesian machine",
        pictures=((_plot(found, rows), caption),) if shown and rows is not None else (),
        sentences=_finding(found),
        summary=_finding(found)[0].lower() + _finding(found)[1:],
        grid=_grid(found),
        notes=(
            f"{found.method}. Words of {found.bits} bits, {found.cycles} cycles of {engineering(found.period, 's')} "
            f"after each read, supply {engineering(found.supply, 'V')}.",
            "Of the comparator all is counted, the inverters included that drive a random number and its complement "
            "into it. Wires between gates are not drawn.",
        ),
    )


def _finding(found: BayesColumn) -> str:
    per_read = found.energy_read.mean / found.energy_cycle
    return (
        f"A read of a word of {found.bits} bits takes {engineering(found.energy_read.mean, 'J')}, each cycle of its "
        f"gates {engineering(found.energy_cycle, 'J')}: after {per_read:.0f} cycles the gates have taken more than the "
        "memory."
    )


def _grid(found: BayesColumn) -> Grid:
    rows = [(said, numbers.plus_minus(getattr(found, f"energy_{part}"), "J")) for said, part in _PARTS]
    rows += [
        ("bits that were read wrong", numbers.interval(found.wrong_bits)),
        ("cycles whose bit was not that of the word read", numbers.interval(found.wrong_outputs)),
    ]
    return Grid(("part", "mean ± standard deviation over words; rates with their interval"), tuple(rows))


def _plot(found: BayesColumn, rows: pd.DataFrame) -> Plot:
    good = rows[rows["outcome"] != "discard"]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        labels = []
        for k, (said, part) in enumerate(
            (("comparator", "compare"), ("AND gate", "and"), ("flip-flop", "flip_flop"))
        ):
            axes.plot(
                good["read"], 1e15 * good[f"energy_{part}"], linestyle="", marker=marker(k), color=colour(k)
            )
            labels.append(Line2D([], [], linestyle="", marker=marker(k), color=colour(k), label=said))
        axes.set_xlabel("word that was read")
        axes.set_ylabel("energy per cycle [fJ]")
        axes.set_ylim(bottom=0)
        legend_below(figure, labels)

    return picture(draw, 3.4, "Energy per cycle against the word. " + _finding(found))
