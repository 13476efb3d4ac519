"""`spicekit fit`: measured resistances in, a card of the RRAM model that gives them out."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.options import Quiet
from spicekit.errors import InputError

EXAMPLE = """
Examples:\n
spicekit fit measured.csv -o card.toml --set-compliance 200u --reset-voltage 2V --plot fit.png\n
spicekit fit measured.csv --describe --plot measured.png
"""
_LEAST_SAMPLES = 32


def main(
    measured: Annotated[
        Path,
        typer.Argument(
            help="CSV file (.csv, .csv.gz); columns `state` (lrs, hrs) and `resistance` (Ohm), and more."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The card to write (TOML); not with `--describe`.")
    ] = None,
    describe: Annotated[
        bool, typer.Option("--describe", help="Only say what the measured values are by themselves; no fit.")
    ] = False,
    base: Annotated[
        str, typer.Option(help="Card to start from: a bundled name or a TOML file.")
    ] = "hfo2_130nm",
    design: Annotated[str, typer.Option(help="Cell design: a bundled name or a TOML file.")] = "2t2r_130nm",
    temperature: Annotated[str, typer.Option(help="Of the surroundings when measured.")] = "27 C",
    set_compliance: Annotated[
        str | None, typer.Option(help="Of rows that do not say it: 200u, 200uA.")
    ] = None,
    reset_voltage: Annotated[str | None, typer.Option(help="Of rows that do not say it: 2V, or 2.")] = None,
    pulse_width: Annotated[str | None, typer.Option(help="Of rows that do not say it: 1us.")] = None,
    read_voltage: Annotated[
        str | None, typer.Option(help="Of rows that do not say it: 0.2V, or 0.2.")
    ] = None,
    set_voltage: Annotated[
        str | None, typer.Option(help="Bit line in SET; without it as the design has it.")
    ] = None,
    set_word_line: Annotated[
        str | None, typer.Option(help="Word line in SET, in place of the compliance that it makes: 3V, or 3.")
    ] = None,
    set_word_line_loss: Annotated[
        str | None,
        typer.Option(
            help="What gates lack of it in the pulse, as by slow edges: 1.2V. Not in RESET and reads."
        ),
    ] = None,
    reset_word_line: Annotated[
        str | None, typer.Option(help="Word line in RESET; without it as the design has it.")
    ] = None,
    read_word_line: Annotated[
        str | None, typer.Option(help="Word line in reads; without it as the design has it.")
    ] = None,
    line_resistance: Annotated[
        str | None,
        typer.Option(help="Of the source line and what drives it, in pulses and reads: 3k. Without it none."),
    ] = None,
    with_access_transistor: Annotated[
        bool,
        typer.Option(
            "--with-access-transistor",
            help="Resistances hold the access transistor (and line): simulated along.",
        ),
    ] = False,
    alternating: Annotated[
        str | None,
        typer.Option(
            help="For a file without header and with a row per cell: its label, then these states in turn: hrs,lrs."
        ),
    ] = None,
    cycles: Annotated[
        str | None,
        typer.Option(help="First and last cycle to fit, both included: 51:300; the first ones are break-in."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Values of a condition to take: set_word_line=2.25:2.6, =2:3:0.1 by steps, or =2.2,2.4."
        ),
    ] = None,
    ended_sweeps: Annotated[
        bool,
        typer.Option(
            "--ended-sweeps", help="Sweeps that end early had left their window: that bounds the rest."
        ),
    ] = False,
    hold_out: Annotated[
        float | None,
        typer.Option(help="Share of the devices to leave out of the fit, and to set beside its card: 0.5."),
    ] = None,
    samples: Annotated[
        int, typer.Option(min=_LEAST_SAMPLES, help="Devices simulated per condition and round.")
    ] = 128,
    seed: Annotated[int, typer.Option(min=0, help="Of the simulated devices.")] = 0,
    plot: Annotated[
        Path | None, typer.Option(help="Draw measured against simulated into this PNG, SVG or PDF file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    quiet: Quiet = False,
) -> None:
    """Fit the RRAM model to measured resistances; the card works in any experiment (`rram = "card.toml"`).

    Fits the barriers to the resistances and their spreads between devices and between cycles, each with its 95 %
    interval, and says how well the card agrees and what the data cannot tell.
    """
    if describe and (output or hold_out is not None):
        raise InputError("`--describe` fits nothing: leave out `-o` and `--hold-out`, or `--describe`")
    if not describe and not output:
        raise InputError(
            "`-o` is missing, expected the card to write such as `-o card.toml`, or `--describe`"
        )

    from spicekit.circuits.cell import Technology
    from spicekit.circuits.circuit_builder import ZERO_CELSIUS
    from spicekit.cli import fit_described, fit_text
    from spicekit.cli.fit_options import (
        alternating_of,
        conditions_given,
        cycles_of,
        only_of,
        temperature_given,
    )
    from spicekit.fit.agreement import agreements, verdict
    from spicekit.fit.card import check_output, write_card
    from spicekit.fit.fit import fit_devices
    from spicekit.fit.hold_out import compare, split
    from spicekit.fit.measured import MOST_DESCRIBED, read_measured
    from spicekit.models.cmos import sky130
    from spicekit.models.design import load_design
    from spicekit.models.rram import load_rram
    from spicekit.report.plots_fit import check_picture, plot_fit

    if output:
        check_output(output, force)
    if plot is not None:
        check_picture(plot)
        if plot.exists() and not force:
            raise InputError(f"{plot}: exists already; give another name, or `--force` to replace it")
    given, plain = conditions_given(
        {
            "set_compliance": set_compliance,
            "reset_voltage": reset_voltage,
            "pulse_width": pulse_width,
            "read_voltage": read_voltage,
            "set_voltage": set_voltage,
            "set_word_line": set_word_line,
            "set_word_line_loss": set_word_line_loss,
            "reset_word_line": reset_word_line,
            "read_word_line": read_word_line,
            "line_resistance": line_resistance,
        }
    )
    read = partial(
        read_measured,
        measured,
        given,
        cycles=cycles_of(cycles),
        alternating=alternating_of(alternating),
        with_access=with_access_transistor,
        only=only_of(only or ()),
        ended_sweeps=ended_sweeps,
    )
    if output is None:
        data = read(otherwise={}, most_settings=MOST_DESCRIBED)
        fit_described.show(replace(data, notes=(*plain, *data.notes)))
        if plot is not None:
            print(f"plot: {plot_fit(fit_described.curves(data), data.name, plot)}")
        return
    ambient, plain_temperature = temperature_given(temperature)
    drawn = load_design(design)
    data = read(otherwise=fit_text.otherwise(drawn))
    data = replace(data, notes=(*plain, *plain_temperature, *data.notes))
    held = None
    if hold_out is not None:
        if not 0 < hold_out < 1:
            raise InputError(f"`--hold-out` is {hold_out:g}, expected a share between 0 and 1 such as 0.5")
        data, held = split(measured, data, hold_out, seed)
    technology = Technology(
        sky130("tt"), load_rram(base), drawn, temperature=round(ambient + ZERO_CELSIUS, 9)
    )
    tell = (lambda _: None) if quiet else (lambda line: print(f"fit: {line}", file=sys.stderr))
    fit = fit_devices(data, technology, samples, seed=seed, tell=tell)
    compared = agreements(fit)
    card = write_card(fit, base, data.name, output)  # before a word, whose reader may go away
    fit_text.show(fit, data, compared)
    if held is not None:
        fit_text.show_held(held, compare(fit, held, technology, samples, seed, tell))
    print(f"card: {card}")
    if plot is not None:
        print(f"plot: {plot_fit(fit_text.curves(fit, data), f'{data.name} and the card fitted to it', plot)}")
    print(f"agreement: {verdict(compared)}")
