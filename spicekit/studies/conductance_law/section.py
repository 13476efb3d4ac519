"""The conductance law: mean and spread of the conductance against SET compliance, and what of it is whose."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from spicekit.block import Estimate
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.conductance_law.result import ComplianceLaw, ConductanceLaw
from spicekit.units import engineering

_PARTS = (("std", "in all"), ("std_device", "device to device"), ("std_cycle", "cycle to cycle"))


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of the conductance law, or None if there is none."""
    law = statistics.of(ConductanceLaw)
    if law is None:
        return None
    caption = (
        "Left: points and band are mean and one standard deviation over devices and cycles; the line is the power law "
        "fitted to the means. Right: standard deviation over mean against the resistance 1/mean, with one standard "
        "error; marks are moved apart a little; the line is the power law fitted to the whole spread."
    )
    lost, pulses = sum(p.discards for p in law.points), sum(p.samples for p in law.points)
    resistance = statistics.of(ComplianceLaw)
    text = _finding(law)
    if resistance and resistance.slope:
        text += f" The median low resistance has a log-log slope of {_plain(resistance.slope)} over the same range."
    return Section(
        title="Conductance against SET compliance",
        pictures=((_plot(law), caption),),
        sentences=text,
        summary=_summary(law),
        grid=_grid(law),
        notes=(
            f"{law.method}. RESET {engineering(law.reset_voltage, 'V')}, pulses of "
            f"{engineering(law.pulse_width, 's')}, one cycle of {law.cycle_step} simulated; slow parts of the "
            f"deviations of two such cycles correlated by {law.correlation:.3g} as drawn.{_slow(law)}",
            f"{lost} of {pulses} SET pulses were discarded; a device with a lost cycle is left out as a whole. "
            "Incomplete SET pulses ended below half the mean; they count in mean, spread and skewness. The "
            "correlation is that of neighbouring simulated cycles of one device, found from the conductances.",
        ),
    )


def _slow(law: ConductanceLaw) -> str:
    shares = [
        (p.std_slow.value / p.std_cycle.value) ** 2 for p in law.points if p.std_slow and p.std_cycle.value
    ]
    if not shares:
        return ""
    mean = float(np.mean(shares))
    return f" Of the variance from cycle to cycle {mean:.0%} is slow, the rest fresh (mean over compliances)."


def _finding(law: ConductanceLaw) -> str:
    low, high = law.points[0], law.points[-1]
    text = (
        f"From {engineering(low.compliance, 'A')} to {engineering(high.compliance, 'A')} the mean conductance goes "
        f"from {engineering(low.mean.value, 'S')} to {engineering(high.mean.value, 'S')}, its relative spread from "
        f"{low.std.value / low.mean.value:.1%} to {high.std.value / high.mean.value:.1%}."
    )
    if law.mean and law.relative_std:
        mean, spread = (float(np.expm1(max(map(abs, fit.residuals)))) for fit in (law.mean, law.relative_std))
        text += (
            f" A power law of the mean has the exponent {_plain(law.mean.exponent)} and meets all points within "
            f"{mean:.1%}; one of the relative spread has {_plain(law.relative_std.exponent)}, within {spread:.0%}."
        )
    return text


def _summary(law: ConductanceLaw) -> str:
    low, high = law.points[0], law.points[-1]
    spread = [f"{p.std.value / p.mean.value:.0%}" for p in (low, high)]
    return (
        f"the compliance sets the mean, {engineering(low.mean.value, 'S')} at {engineering(low.compliance, 'A')} to "
        f"{engineering(high.mean.value, 'S')} at {engineering(high.compliance, 'A')}; the spread goes from {spread[0]} "
        f"to {spread[1]}."
    )


def _plain(estimate: Estimate) -> str:
    if estimate.error is None:
        return f"{estimate.value:.3g}"
    return f"{estimate.value:.3f} ± {estimate.error:.3f}"


def _grid(law: ConductanceLaw) -> Grid:
    def percent(part: Estimate, whole: Estimate) -> str:
        return f"{100 * part.value / whole.value:.1f} ± {100 * (part.error or 0) / whole.value:.1f}"

    head = ("compliance", "reached", "mean", *(f"{label} [%]" for label in ("spread", "device", "cycle")), "skewness",
            "correlation", "incomplete")  # fmt: skip
    rows = tuple(
        (
            engineering(p.compliance, "A"),
            engineering(p.current, "A"),
            engineering(p.mean.value, "S"),
            *(percent(getattr(p, key), p.mean) for key, _ in _PARTS),
            f"{round(p.skewness.value, 1) + 0:.1f} ± {p.skewness.error or 0:.1f}",
            f"{p.autocorrelation.value:.2f} ± {p.autocorrelation.error or 0:.2f}"
            if p.autocorrelation
            else "–",
            str(p.incomplete),
        )
        for p in law.points
    )
    return Grid(head, rows)


def _plot(law: ConductanceLaw) -> Plot:
    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        _means(left, law)
        _spreads(right, law)
        signs = [
            Line2D([], [], color=colour(0), marker=marker(0), linestyle="", label="mean"),
            Patch(color=colour(0), alpha=0.2, label="one standard deviation"),
            *(
                Line2D(
                    [], [], color=colour(k + 1), marker=marker(k + 1), linestyle="", label=f"spread {label}"
                )
                for k, (_, label) in enumerate(_PARTS)
            ),
            Line2D([], [], color="black", linewidth=0.9, label="power law"),
        ]
        legend_below(figure, signs)

    return picture(draw, 4.2, "Mean conductance and relative spread against SET compliance. " + _finding(law))


def _means(axes: Axes, law: ConductanceLaw) -> None:
    x = np.array([p.compliance for p in law.points])
    mean, std = (np.array([getattr(p, key).value for p in law.points]) for key in ("mean", "std"))
    axes.fill_between(x, mean - std, mean + std, color=colour(0), alpha=0.2, linewidth=0)
    axes.plot(x, mean, linestyle="", marker=marker(0), markersize=5, color=colour(0))
    if law.mean:
        line = np.geomspace(x[0], x[-1], 50)
        axes.plot(line, [law.mean(c) for c in line], color="black", linewidth=0.9)
        text = rf"$G \propto I^{{{law.mean.exponent.value:.3f} \pm {law.mean.exponent.error or 0:.3f}}}$"
        axes.annotate(text, (0.05, 0.92), xycoords="axes fraction", fontsize=10)
    _log(axes, "A", "S")
    axes.set_xlabel("SET compliance")
    axes.set_ylabel("low-field conductance")
    axes.set_title("Conductance", fontsize=10)


def _spreads(axes: Axes, law: ConductanceLaw) -> None:
    resistance = 1 / np.array([p.mean.value for p in law.points])
    for k, (key, _) in enumerate(_PARTS):
        shares = [(getattr(p, key).value / p.mean.value, (getattr(p, key).error or 0) / p.mean.value)
                  for p in law.points]  # fmt: skip
        y, error = np.array(shares).T
        shift = 1.03 ** (k - 1)  # so that marks do not hide each other
        axes.errorbar(resistance * shift, 100 * y, 100 * error, linestyle="", marker=marker(k + 1), markersize=4,
                      color=colour(k + 1), linewidth=1)  # fmt: skip
    if law.relative_std and law.mean:
        line = np.geomspace(law.points[0].compliance, law.points[-1].compliance, 50)
        spread = [100 * law.relative_std(c) for c in line]
        axes.plot([1 / law.mean(c) for c in line], spread, color="black", linewidth=0.9)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=30))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "Ω")))
    axes.tick_params(axis="x", labelsize=8.5)
    axes.set_xlabel("resistance, 1/mean")
    axes.set_ylabel("standard deviation / mean [%]")
    axes.set_title("Relative spread", fontsize=10)
    if len(law.points) == 1:
        axes.axhline(0, color=GREY, linewidth=0.5)


def _log(axes: Axes, x_unit: str, y_unit: str) -> None:
    for axis, unit in ((axes.xaxis, x_unit), (axes.yaxis, y_unit)):
        (axes.set_xscale if axis is axes.xaxis else axes.set_yscale)("log")
        axis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=30))
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(FuncFormatter(lambda value, _, unit=unit: engineering(value, unit)))
    axes.tick_params(labelsize=8.5)
