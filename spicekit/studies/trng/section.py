"""A junction that gives random bits: which cells tell its states apart, and what a read does to it."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page import numbers
from spicekit.page.drawing import COLOURS, GREY, Plot, legend_below, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.trng.result import Trng
from spicekit.units import engineering


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no such cell was simulated."""
    found = statistics.of(Trng)
    if found is None:
        return None
    shown = rows is not None and len(rows)
    caption = (
        "Each cell: between which resistors it tells both states apart. Dashed: the resistor of the nominal cell; a "
        "cell "
        "whose bar misses it gives the same bit always."
    )
    return Section(
        title="Random bits of a superparamagnetic junction",
        pictures=((_plot(found, rows), caption),) if shown and rows is not None else (),
        sentences=_finding(found),
        summary=_finding(found)[0].lower() + _finding(found)[1:],
        grid=_grid(found),
        notes=(
            f"{found.method}. Pre-charge of {engineering(found.precharge_time, 's')}, then "
            f"{engineering(found.read_time, 's')} of read, at {found.supply:g} V.",
            f"Live reads: {found.live_flips} of {found.live_reads} ended in the other state, "
            f"{found.live_flips_expected:.1f} expected; the bit was not the state at sense-enable in "
            f"{found.live_wrong}, "
            f"{found.live_wrong_expected:.1f} expected.",
            "`spicekit entropy trng` makes bits of it, whitens and tests them.",
        ),
    )


def _finding(found: Trng) -> str:
    return (
        f"A read of the junction takes {engineering(found.energy.mean, 'J')}; the share of cells that do not tell both "
        f"states apart is {numbers.interval(found.unusable)}, trimmed {numbers.interval(found.unusable_trimmed)}."
    )


def _grid(found: Trng) -> Grid:
    rows = [
        ("energy of a read", numbers.plus_minus(found.energy, "J")),
        ("delay of the slower decision", numbers.plus_minus(found.delay, "s")),
        ("until a flip changes the decision", numbers.plus_minus(found.decisive_time, "s")),
        ("resistor of the nominal cell", engineering(found.reference, "Ohm")),
        ("window of the resistor, in ln R", f"{found.window.mean:.3f} ± {found.window.std:.3f}"),
        ("offset of the amplifier, in ln R", f"{found.offset.mean:.3f} ± {found.offset.std:.3f}"),
        ("mean dwell time at rest", engineering(float(np.exp(-found.rest_rate.mean)), "s")),
    ]
    for name, flips in (("parallel", found.flips_parallel), ("antiparallel", found.flips_antiparallel)):
        rows.append(
            (f"flips out of {name} while deciding", f"{flips.deciding.mean:.3g} ± {flips.deciding.std:.1g}")
        )
        rows.append(
            (
                f"flips out of {name} in the rest of the read",
                f"{flips.after.mean:.3g} ± {flips.after.std:.1g}",
            )
        )
    return Grid(("", "mean ± standard deviation over cells; flips: integrated rate"), tuple(rows))


def _plot(found: Trng, rows: pd.DataFrame) -> Plot:
    good = rows[np.isfinite(rows["low"]) & np.isfinite(rows["high"])].sort_values("low")
    low, high = np.exp(good["low"]) / 1e3, np.exp(good["high"]) / 1e3
    usable = (good["outcome"] == "ok").to_numpy()

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for place, (a, b, ok) in enumerate(zip(low, high, usable, strict=True)):
            axes.plot(
                [a, b], [place, place], color=COLOURS[0] if ok else COLOURS[1], linewidth=3 if ok else 1.5
            )
        axes.axvline(found.reference / 1e3, color=GREY, linestyle=(0, (4, 2)))
        axes.set_xlabel("resistor [kΩ]")
        axes.set_ylabel("cells, sorted")
        axes.set_yticks([])
        legend_below(
            figure,
            [
                Line2D([], [], color=COLOURS[0], linewidth=3, label="tells the states apart"),
                Line2D([], [], color=COLOURS[1], label="needs another resistor"),
            ],
        )

    return picture(draw, 3.2, "Window of the resistor for each cell. " + _finding(found))
