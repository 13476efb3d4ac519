"""A p-bit: its sigmoid and correlation time against the input, from the counts and from the law fitted to them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spicekit.block import Estimate
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import celsius, estimate
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.pbit.result import Pbit, PbitLaw
from spicekit.units import engineering

_USUAL = "as asked"


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no p-bit was simulated."""
    found = statistics.of(Pbit)
    if found is None:
        return None
    places = [(_USUAL, found)]
    for point in statistics.grid:
        block = point.studies.get("pbit")
        if block:
            places.append((point.name, Pbit.model_validate(block)))
    caption = (
        "Left: mean of the output, +1 while it is high and -1 while it is low; grey: single p-bits; points: mean over "
        "p-bits with its standard error; line: tanh of the mean law. Right: correlation time, geometric mean over "
        "p-bits "
        "whose output rose and fell, which are few and quick at the ends, and that of the law."
    )
    pictures = [(_plot(found, rows), caption)]
    if len(places) > 1:
        pictures.append((_places_plot(places), "The mean at every point of the grid."))
    still = sum(p.still for p in found.points)
    lost = sum(p.discards for p in found.points)
    return Section(
        title="P-bit",
        pictures=tuple(pictures),
        sentences=_finding(found),
        summary=_finding(found)[0].lower() + _finding(found)[1:],
        grid=_grid(places),
        notes=(
            f"{found.method}.",
            "Simulated in ngspice: all counts, times, outputs and powers. Fitted to them: centre, width, correlation "
            "time "
            "and skew, and from these the lines. Spreads are over p-bits, with the mean squared error of the fits "
            "taken "
            "off; the error behind ± is the standard error of the mean.",
            f"Records in which the output did not change: {still}; discarded: {lost}. Counts over those that the "
            f"card's "
            f"rates give at the simulated voltages: {_ratios(found)}.",
            "Outside of the inputs named in the table the output is high or low in both states of the junction: the "
            "mean is then +1 or -1, and the law does not hold. Deviance: of the fits, over their degrees of freedom, 1 "
            "where the law holds.",
        ),
    )


def _ratios(found: Pbit) -> str:
    told = [(p.voltage, p.rate_ratio) for p in found.points if p.rate_ratio is not None]
    return ", ".join(f"{ratio:.2f} at {engineering(voltage, 'V')}" for voltage, ratio in told) or "none"


def _finding(found: Pbit) -> str:
    law = found.law
    if law is None:
        return "The counts tell no law: the output did not rise and fall at two voltages."
    spread = (
        "" if law.centre_spread is None else f", {law.centre_spread / law.width.value:.2f} widths over p-bits"
    )
    return (
        f"The output is high and low as often at {_volts(law.centre)}{spread}; the mean is tanh of the input in "
        f"widths of {estimate(law.width, 'V')}. At the centre the p-bit forgets within {estimate(law.time, 's')}, for "
        f"{engineering(law.energy, 'J')}."
    )


def _grid(places: list[tuple[str, Pbit]]) -> Grid:
    rows = []
    for name, one in places:
        law = one.law
        if law is None:
            rows.append((_named(name, one), *["–"] * 7))
            continue
        rows.append(
            (
                _named(name, one),
                _volts(law.centre),
                _spread(law.centre_spread, "V"),
                estimate(law.width, "V"),
                estimate(law.time, "s"),
                _limits(law),
                engineering(law.energy, "J"),
                f"{law.chi_squared:.2f}, {law.devices}",
            )
        )
    head = (
        "", "centre", "its spread", "width", "correlation time", "inputs that the output follows",
        "energy of that time", "deviance, p-bits",
    )  # fmt: skip
    return Grid(head, tuple(rows))


def _named(name: str, one: Pbit) -> str:
    setting = f"{engineering(one.supply, 'V')}, {celsius(one.temperature)}"
    return f"{setting} ({name})" if name == _USUAL else setting


def _volts(value: Estimate) -> str:
    """Return a voltage to a tenth of a millivolt: it is compared with itself elsewhere."""
    error = "" if value.error is None else f" ± {1e3 * value.error:.1f}"
    return f"{1e3 * value.value:,.1f}{error} mV"


def _spread(value: float | None, unit: str) -> str:
    return "–" if value is None else engineering(value, unit) if value else "within the errors of the fits"


def _limits(law: PbitLaw) -> str:
    ends = ["?" if one is None else f"{one.value:.2f}" for one in (law.lowest_input, law.highest_input)]
    return " … ".join(ends)


def _plot(found: Pbit, rows: pd.DataFrame | None) -> Plot:
    voltages = np.array([p.voltage for p in found.points])

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        if rows is not None and len(rows):
            good = rows[rows["outcome"] == "ok"]
            for _, mine in good.groupby("sample"):
                ordered = mine.sort_values("voltage")
                mean = (ordered["high"] - ordered["low"]) / (ordered["high"] + ordered["low"])
                left.plot(ordered["voltage"], mean, color="#bbbbbb", linewidth=0.5)
        _points(left, voltages, found, 0)
        timed = [(p.voltage, p.correlation_time) for p in found.points if p.correlation_time]
        right.errorbar(
            [v for v, _ in timed], [t.value for _, t in timed], [t.error or 0 for _, t in timed],
            color=colour(0), marker=marker(0), markersize=5, elinewidth=0.8, linestyle="none",
        )  # fmt: skip
        if found.law is not None:
            fine = np.linspace(voltages.min(), voltages.max(), 200)
            seen = (fine - found.law.centre.value) / found.law.width.value
            left.plot(fine, np.tanh(seen), color=colour(1))
            skew = found.law.skew.value
            right.plot(
                fine,
                2 * found.law.time.value / (np.exp((1 + skew) * seen) + np.exp(-(1 - skew) * seen)),
                color=colour(1),
            )
        left.set_ylabel("mean of the output")
        right.set_ylabel("correlation time")
        right.set_ylim(bottom=0)
        right.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: engineering(value, "s") if value else "0")
        )
        _inputs(left)
        _inputs(right)
        legend_below(
            figure,
            [
                Line2D(
                    [],
                    [],
                    color=colour(0),
                    marker=marker(0),
                    linestyle="none",
                    label="simulated, over p-bits",
                ),
                Line2D([], [], color="#bbbbbb", label="single p-bits"),
                Line2D([], [], color=colour(1), label="law"),
            ],
        )

    return picture(draw, 3.8, "Mean and correlation time of the output against the input. " + _finding(found))


def _points(axes, voltages: np.ndarray, found: Pbit, index: int) -> None:
    axes.errorbar(
        voltages, [p.mean.value for p in found.points], [p.mean.error or 0 for p in found.points],
        color=colour(index), marker=marker(index), markersize=5, elinewidth=0.8, linestyle="none",
    )  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=0.6)


def _inputs(axes) -> None:
    axes.set_xlabel("input, at the gate")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "V")))


def _places_plot(places: list[tuple[str, Pbit]]) -> Plot:
    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for k, (_, one) in enumerate(places):
            voltages = np.array([p.voltage for p in one.points])
            _points(axes, voltages, one, k)
            if one.law is not None:
                fine = np.linspace(voltages.min(), voltages.max(), 200)
                axes.plot(fine, np.tanh((fine - one.law.centre.value) / one.law.width.value), color=colour(k))
        axes.set_ylabel("mean of the output")
        _inputs(axes)
        legend_below(
            figure,
            [
                Line2D([], [], color=colour(k), marker=marker(k), label=_named(*place))
                for k, place in enumerate(places)
            ],
        )

    said = "; ".join(f"{name}: {_finding(one)}" for name, one in places)
    return picture(draw, 3.4, f"Mean of the output at every point of the grid. {said}")
