"""`spicekit fit`: measured resistances in, a card of the RRAM model that gives them out."""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from spicekit.characterize.fit.agreement import FORM, Agreement, agreements
from spicekit.characterize.fit.card import check_output, write_card
from spicekit.characterize.fit.estimate import Estimate
from spicekit.characterize.fit.fit import Fit, fit_devices
from spicekit.characterize.fit.measured import CONDITIONS, Measured, describe, read_measured
from spicekit.characterize.spec import load_spec
from spicekit.circuits.cell import Technology
from spicekit.circuits.drawing import ZERO_CELSIUS
from spicekit.errors import InputError
from spicekit.models.cmos import sky130
from spicekit.models.design import Design, load_design
from spicekit.models.rram import load_rram
from spicekit.report.plots_fit import Compared, check_picture, plot_fit
from spicekit.units import engineering, quantity

EXAMPLE = (
    "Example: spicekit fit measured.csv -o card.toml --set-compliance 200u --reset-voltage 2V --plot fit.png"
)
_DEFAULTS = "programming_conditions"  # the bundled experiment whose first condition is taken
_LEAST_SAMPLES = 32


def main(
    measured: Annotated[
        Path, typer.Argument(help="CSV file; columns `state` (lrs, hrs) and `resistance` (Ohm), and more.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="The card to write (TOML).")],
    base: Annotated[
        str, typer.Option(help="Card to start from: a bundled name or a TOML file.")
    ] = "hfo2_130nm",
    design: Annotated[str, typer.Option(help="Cell design: a bundled name or a TOML file.")] = "2t2r_130nm",
    temperature: Annotated[str, typer.Option(help="Of the surroundings when measured.")] = "27 C",
    set_compliance: Annotated[
        str | None, typer.Option(help="Of rows that do not say it: 200u, 200uA.")
    ] = None,
    reset_voltage: Annotated[str | None, typer.Option(help="Of rows that do not say it: 2V.")] = None,
    pulse_width: Annotated[str | None, typer.Option(help="Of rows that do not say it: 1us.")] = None,
    read_voltage: Annotated[str | None, typer.Option(help="Of rows that do not say it: 0.2V.")] = None,
    samples: Annotated[
        int, typer.Option(min=_LEAST_SAMPLES, help="Devices simulated per condition and round.")
    ] = 128,
    seed: Annotated[int, typer.Option(min=0, help="Of the simulated devices.")] = 0,
    plot: Annotated[
        Path | None, typer.Option(help="Draw measured against simulated into this PNG, SVG or PDF file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Fit the RRAM model to measured resistances; the card works in any experiment (`rram = "card.toml"`).

    Fits the barriers to the resistances and their spreads between devices and between cycles, each with its 95 %
    interval, and says how well the card agrees and what the data cannot tell.
    """
    check_output(output, force)
    if plot is not None:
        check_picture(plot)
        if plot.exists() and not force:
            raise InputError(f"{plot}: exists already; give another name, or `--force` to replace it")
    texts = (set_compliance, reset_voltage, pulse_width, read_voltage)
    given = {
        name: _parsed(name, text, unit)
        for (name, unit), text in zip(CONDITIONS.items(), texts, strict=True)
        if text is not None
    }
    drawn = load_design(design)
    data = read_measured(measured, given, _otherwise(drawn))
    kelvin = round(_parsed("temperature", temperature, "C") + ZERO_CELSIUS, 9)
    technology = Technology(sky130("tt"), load_rram(base), drawn, kelvin)
    tell = (lambda _: None) if quiet else (lambda line: print(f"fit: {line}", file=sys.stderr))
    fit = fit_devices(data, technology, samples, seed=seed, tell=tell)
    compared = agreements(fit)
    _print(fit, data, compared)
    print(f"card: {write_card(fit, base, data.name, output)}")
    if plot is not None:
        print(f"plot: {plot_fit(_curves(fit, data), f'{data.name} and the card fitted to it', plot)}")


def _parsed(name: str, text: str, unit: str) -> float:
    try:
        return quantity(text, unit)
    except ValueError as error:
        raise InputError(f"`--{name.replace('_', '-')}`: {error}") from None


def _otherwise(design: Design) -> dict[str, tuple[float, str]]:
    """Return what is taken for conditions that nobody stated, and where it is from."""
    first = load_spec(_DEFAULTS).conditions[0]
    origin = f"as in condition `{first.name}` of the bundled experiment"
    found = {name: (getattr(first, name), origin) for name in CONDITIONS if name != "read_voltage"}
    return found | {"read_voltage": (design.verify_voltage, "the design's `verify_voltage`")}


def _print(fit: Fit, data: Measured, compared: tuple[Agreement, ...]) -> None:
    counted = ", ".join(f"{len(rows.table)} of {state.upper()}" for state, rows in fit.rows.items())
    devices = f", {data.table['device'].nunique()} devices" if data.has_device else ""
    print(f"{data.name}: {len(data.table)} resistances ({counted} used){devices}")
    print(f"\n{'fitted':28} {'base':>10} {'card':>10}   95 % interval")
    for estimate in fit.estimates:
        print(_line(estimate))
    print("\nmeasured : simulated   (p form: normal law of LRS conductance, of HRS ln R; p same: both alike)")
    print(
        f"{'':6}{'median':>21}{'misfit':>9}{'of mean ln R':>14}{'sigma of ln R':>17}{'p form':>8}{'p same':>8}"
    )
    place = -1
    for row in sorted(compared, key=lambda row: (row.setting, row.state != "lrs")):
        if row.setting != place:
            place = row.setting
            print(describe(data.settings[place], data.settings))
        print(_row(row, fit.laws.residuals[row.state, row.setting]))
    lost = sum(row.lost for row in compared)
    print(
        f"{lost} of {sum(row.simulated for row in compared)} simulated resistances are of lost or failed pulses"
    )
    for row in compared:
        if row.form_p is not None and row.form_p < 0.01:
            print(f"note: {row.state.upper()}: {FORM[row.state]} is refused (p = {row.form_p:.2g})")
    for note in fit.notes:
        print(f"note: {note}")


def _line(estimate: Estimate) -> str:
    name, found = ".".join(estimate.key), estimate.interval
    unit = "" if estimate.unit == "1" else f" {estimate.unit}"
    return (
        f"{name:28} {estimate.before:10.4g} {found.value:10.4g}   {found.low:.4g} ... {found.high:.4g}{unit}"
    )


def _row(row: Agreement, left: float) -> str:
    median = f"{engineering(row.median, 'Ω')} : {engineering(row.median_simulated, 'Ω')}"
    sigma = f"{row.sigma:.3f} : {row.sigma_simulated:.3f}"
    misfit = f"{row.median / row.median_simulated - 1:+.1%}"
    chances = f"{_p(row.form_p):>8}{_p(row.same_p):>8}"
    return f"  {row.state.upper():4}{median:>21}{misfit:>9}{left:>+14.4f}{sigma:>17}{chances}"


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}"


def _curves(fit: Fit, data: Measured) -> list[Compared]:
    found = []
    for (state, k), simulated in fit.simulated.items():
        table = fit.rows[state].table
        values = table.loc[table["setting"] == k, "resistance"].to_numpy()
        ln = simulated.ln[np.isfinite(simulated.ln)]
        found.append(Compared(state, describe(data.settings[k], data.settings), values, np.exp(ln)))
    return found
