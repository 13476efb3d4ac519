"""Free oscillators: frequency, power, linewidth and relaxation against current, spectra, and the laws fitted."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from spicekit.models.auto_oscillator import AutoOscillator
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import estimate
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.oscillation.result import OscillationPoint
from spicekit.studies.oscillators.result import Oscillator
from spicekit.studies.oscillators.spread import Spread
from spicekit.units import engineering

_LAWS = {
    "frequency": "Hz", "field_sensitivity": "Hz/T", "frequency_shift": "Hz", "damping": "Hz", "damping_growth": "",
    "spin_torque": "Hz/A", "threshold": "A", "thermal_power": "", "emission": "Ω",
}  # fmt: skip


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of free oscillators, or None if there is none."""
    found = statistics.of(Oscillator)
    if found is None or not found.points:
        return None
    against = (
        "Against the current without field: mean over devices, the bar is their standard deviation; crosses are the "
        "closed form of the nominal card, lines the laws fitted to the nominal device. Linewidths twice: of a "
        "Lorentzian fitted to the spectrum, and of the growth of the phase's variance."
    )
    spectra = (
        "Spectrum of the voltage over the nominal junction at each current, at a resolution of "
        f"{engineering(found.resolution or 0, 'Hz')}. Below threshold the magnetization only trembles."
    )
    pictures = [(_against_current(found), against)]
    if rows is not None and "spectrum_density" in rows and rows["spectrum_density"].notna().any():
        pictures.append((_spectra(rows), spectra))
    below, lost = (sum(getattr(p, key) for p in found.points) for key in ("below_threshold", "discards"))
    unresolved = sum(p.unresolved for p in found.points)
    return Section(
        title="Free oscillation",
        pictures=tuple(pictures),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(
            f"{found.method}.",
            f"Records of {engineering(found.record or 0, 's')}: {below} below threshold, {unresolved} with a line "
            f"below the resolution, discarded: {lost}.",
        ),
    )


def nominal_oscillator(found: Oscillator) -> AutoOscillator | None:
    """Return the closed forms with the laws fitted to the nominal device, None if there are none."""
    if found.laws is None:
        return None
    keys = ("frequency", "frequency_shift", "damping", "damping_growth", "spin_torque", "thermal_power")
    spreads: dict[str, Spread] = {key: getattr(found.laws, key) for key in keys}
    return found.laws.oscillator(**{key: (s.nominal or s.mean).value for key, s in spreads.items()})


def _finding(found: Oscillator) -> str:
    if found.laws is None:
        return "Too few currents above threshold for laws."
    laws, free = found.laws, [p for p in found.points if p.flux_density == 0 and p.frequency and p.power]
    frequencies = [p.frequency.mean.value for p in free if p.frequency]
    tuned = (max(frequencies) - min(frequencies)) / min(frequencies)
    worst = (
        (name.removesuffix("_phase").replace("_", " "), value) for name, value in laws.worst_residual.items()
    )
    residual = ", ".join(f"{name} {100 * value:.2g} %" for name, value in worst)
    return (
        f"Threshold {estimate(laws.threshold.mean, 'A')}; the frequency is tuned by {100 * tuned:.0f} % over the "
        f"currents above it. Means of points against the mean laws, largest difference: {residual}."
    )


def _summary(found: Oscillator) -> str:
    free = [p for p in found.points if p.flux_density == 0]
    lines = [p.frequency.mean.value for p in free if p.frequency]
    if not lines:
        return "no current is above the threshold of oscillation."
    text = f"{engineering(min(lines), 'Hz')} to {engineering(max(lines), 'Hz')} over the currents"
    if found.laws is not None:
        text += f" above the threshold of {engineering(found.laws.threshold.mean.value, 'A')}"
    widths = [p.linewidth_phase.mean.value for p in free if p.linewidth_phase]
    if widths:
        text += f"; linewidth {engineering(min(widths), 'Hz')} to {engineering(max(widths), 'Hz')}"
    return f"{text}."


def _grid(found: Oscillator) -> Grid | None:
    if found.laws is None:
        return None
    rows = []
    for key, unit in _LAWS.items():
        spread: Spread | None = getattr(found.laws, key)
        if spread is not None:
            cells = (spread.mean, spread.std, spread.nominal)
            rows.append((key.replace("_", " "), *("–" if e is None else estimate(e, unit) for e in cells)))
    return Grid(
        ("law of single devices", "mean", "standard deviation between devices", "nominal device"), tuple(rows)
    )


def _against_current(found: Oscillator) -> Plot:
    free = [p for p in found.points if p.flux_density == 0]
    law = nominal_oscillator(found)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(2, 2, sharex=True).ravel()
        _panel(
            panels[0],
            free,
            ("frequency",),
            1e-6,
            "frequency [MHz]",
            law.oscillation_frequency if law else None,
        )
        _panel(panels[1], free, ("power",), 1.0, "power p", law.power if law else None)
        widths = ("linewidth", "linewidth_phase")
        _panel(panels[2], free, widths, 1e-6, "linewidth [MHz]", law.linewidth if law else None)
        panels[2].set_yscale("log")
        plain = FuncFormatter(lambda value, _: f"{value:g}")
        panels[2].yaxis.set_major_formatter(plain)
        panels[2].yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        panels[2].yaxis.set_minor_formatter(plain)
        _panel(
            panels[3],
            free,
            ("relaxation_rate",),
            1e-6,
            "relaxation Γp [10⁶/s]",
            law.relaxation_rate if law else None,
        )
        for axes in panels[2:]:
            axes.set_xlabel("current [mA]")
        handles = [
            Line2D([], [], color=colour(0), marker=marker(0), linestyle="", label="devices"),
            Line2D([], [], color=colour(1), marker=marker(1), linestyle="", label="linewidth from the phase"),
            Line2D([], [], color=GREY, marker="x", linestyle="", label="closed form, card"),
            Line2D([], [], color=GREY, label="laws fitted, nominal device"),
        ]
        legend_below(figure, handles)

    return picture(
        draw, 5.6, "Frequency, power, linewidth and relaxation against current. " + _finding(found)
    )


def _panel(
    axes: Axes, points: list[OscillationPoint], names: tuple[str, ...], scale: float, label: str,
    law: Callable[[float], float] | None,
) -> None:  # fmt: skip
    for k, name in enumerate(names):
        known = [(p.current, spread) for p in points if (spread := getattr(p, name)) is not None]
        if known:
            axes.errorbar(
                [1e3 * current for current, _ in known],
                [scale * spread.mean.value for _, spread in known],
                [scale * (spread.std.value if spread.std else 0.0) for _, spread in known],
                color=colour(k), marker=marker(k), markersize=5, linestyle="", elinewidth=0.9,
            )  # fmt: skip
    forms = [(p.current, getattr(p.closed_form, names[0])) for p in points if p.closed_form]
    axes.plot([1e3 * c for c, _ in forms], [scale * v for _, v in forms], "x", color=GREY, markersize=7)
    oscillating = [p.current for p in points if p.closed_form]
    if law is not None and oscillating:
        currents = np.linspace(min(oscillating), max(oscillating), 100)
        axes.plot(1e3 * currents, [scale * law(float(c)) for c in currents], color=GREY, linewidth=0.9)
    axes.set_ylabel(label)


def _spectra(rows: pd.DataFrame) -> Plot:
    shown = rows[(rows["kind"] == "spectrum") & (rows["flux_density"] == 0)]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        handles = []
        for k, (current, mine) in enumerate(shown.groupby("current")):
            axes.plot(
                mine["spectrum_frequency"] * 1e-6, mine["spectrum_density"], color=colour(k), linewidth=1.0
            )
            text = engineering(float(current), "A")  # type: ignore[arg-type]
            handles.append(Line2D([], [], color=colour(k), label=text))
        axes.set_yscale("log")
        axes.set_xlabel("frequency [MHz]")
        axes.set_ylabel("power spectral density [V²/Hz]")
        legend_below(figure, handles)

    return picture(draw, 3.6, "Spectra of the nominal junction's voltage at each current")
