"""Write and verify: how many devices still are above the target after each pulse."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, PercentFormatter

from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.write_verify.result import WriteVerify, WriteVerifyPoint
from spicekit.units import engineering


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of write and verify, or None if there is none."""
    found = statistics.of(WriteVerify)
    if found is None:
        return None
    discards = sum(p.failed.discards for p in found.points)
    devices = sum(p.failed.samples for p in found.points)
    return Section(
        title="Write and verify",
        pictures=((_plot(found), "Share of devices that still read above the target after each SET pulse."),),
        sentences=_finding(found),
        summary=f"written and verified, {_one(found.points[0])}.",
        grid=_grid(found),
        notes=(
            f"{found.method}; SET at {engineering(found.set_compliance, 'A')} for {engineering(found.set_width, 's')}, "
            f"at most {found.most_pulses} times, after a RESET at {engineering(found.reset_voltage, 'V')} for "
            f"{engineering(found.reset_width, 's')}.",
            f"{discards} of {devices} devices were discarded; the upper end of “failed” counts each as failed.",
        ),
    )


def _one(point: WriteVerifyPoint) -> str:
    first = f"{1 - point.above[0]:.0%} of devices are below {engineering(point.target, 'Ω')} after one pulse"
    last = len(point.above)
    return first if last == 1 else f"{first}, and {1 - point.above[-1]:.0%} after {last}"


def _finding(found: WriteVerify) -> str:
    said = "; ".join(_one(point) for point in found.points)
    return said[0].upper() + said[1:] + "."


def _grid(found: WriteVerify) -> Grid:
    head = ("target", "failed (interval)", "pulses", "resistance, median (σ of ln R)", "energy of all pulses")
    rows = []
    for p in found.points:
        law = p.resistance
        resistance = "–" if law is None else f"{engineering(law.median, 'Ω')} ({law.sigma_ln:.2f})"
        pulses = "–" if p.pulses is None else f"{p.pulses.mean:.2f} ± {p.pulses.std:.2g}"
        row = (numbers.interval(p.failed), pulses, resistance, numbers.plus_minus(p.energy, "J"))
        rows.append((f"below {engineering(p.target, 'Ω')}", *row))
    return Grid(head, tuple(rows))


def _plot(found: WriteVerify) -> Plot:
    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for index, point in enumerate(found.points):
            pulses = range(1, len(point.above) + 1)
            axes.plot(pulses, point.above, marker=marker(index), markersize=5, color=colour(index))
        axes.set_xlabel("SET pulses")
        axes.set_ylabel("devices above the target")
        axes.set_ylim(-0.02, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        legend_below(
            figure,
            [
                Line2D([], [], color=colour(k), marker=marker(k), label=f"below {engineering(p.target, 'Ω')}")
                for k, p in enumerate(found.points)
            ],
        )

    return picture(draw, 3.6, "Devices above the target against SET pulses. " + _finding(found))
