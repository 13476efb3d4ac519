"""The page of a source of random bits, section by section."""

from pathlib import Path

import numpy as np

from spicekit.entropy.bits.plots import maps_plot
from spicekit.entropy.bits.sections import (
    cheapest,
    in_words,
    made_up_in_words,
    streams_section,
    tests_section,
)
from spicekit.entropy.bits.shown import PUBLISHED_ENERGY
from spicekit.entropy.trng.junction import LITTLE
from spicekit.entropy.trng.plots import cells_plot, interval_plot
from spicekit.entropy.trng.result import AtSetting, Found, summary_of
from spicekit.page.numbers import interval
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering

_ROOM = 273.15
_NOTES = (
    "Hasty: read without any rest. Von Neumann: of each pair of unequal bits the first. XOR: cells side by "
    "side, "
    "their bits joined; bit rate is that of all of them, energy that of all their reads. The gates of the "
    "whitening are not counted.",
)


def write_trng(found: Found, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    page = Page(
        "True random bits from a superparamagnetic junction",
        f"{found.asked.bits:,} bits of each stream · a read every {engineering(found.interval, 's')}",
        (
            _short(found),
            _cells(found),
            _intervals(found),
            streams_section(found.streams, _NOTES),
            tests_section(found.streams),
            _cost(found),
        ),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def _short(found: Found) -> Section:
    read = found.settings[0].setting.found.energy
    best = cheapest(found.streams)
    raw = found.streams[1]
    points = [
        f"A read of the junction takes {engineering(read.mean, 'J')}; published are "
        f"{engineering(PUBLISHED_ENERGY, 'J')} "
        "per bit, for another transistor process, and by an accounting that the text at hand does not give.",
        f"As it is, read every {engineering(found.interval, 's')}, a cell gives {in_words(raw)}.",
        "No stream of the junction passes."
        if best is None
        else f"The cheapest stream that passes is “{best.stream.name}”: {in_words(best)}.",
    ]
    points.append(made_up_in_words(found.streams))
    ideal = next(one for one in found.streams if one.stream.made_up)
    own = [one for one in found.streams if not one.stream.made_up]
    return Section(
        "Summary",
        (
            (
                maps_plot((own[0], own[1], own[-1], ideal)),
                "First bits of four streams, row after row: white 0, black 1.",
            ),
        ),
        "A superparamagnetic junction flips by itself, by heat alone. A pre-charge sense amplifier that compares it "
        "with "
        "a resistor looks which state it is in: each read is a random bit.",
        points=tuple(points),
    )


def _spread(values: np.ndarray, scale: float, form: str) -> str:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95]) * scale
    return f"{middle:{form}} ({low:{form}} … {high:{form}})"


def _row(one: AtSetting) -> tuple[str, ...]:
    block = one.setting.found
    return (
        one.setting.name,
        f"{block.supply:g} V, {block.temperature - _ROOM:.0f} °C",
        engineering(block.energy.mean, "J"),
        interval(block.unusable),
        interval(block.unusable_trimmed),
        _spread(one.cells.ones, 100, ".1f"),
        _spread(one.cells.correlation, 1, ".2g"),
        _spread(one.cells.min_entropy, 1, ".2f"),
        engineering(one.quiet, "s"),
    )


def _cells(found: Found) -> Section:
    first = found.settings[0].setting.found
    return Section(
        "Cells over supply, temperature and corner",
        ((cells_plot(found), f"Share of ones over {found.asked.cells:,} cells that are drawn from what was "
                             f"simulated."),),
        "The read itself flips the junction: its current favours the parallel state until the decision, so that ones "
        "are "
        "too many. Bit 1 is the parallel state.",
        grid=Grid(
            ("setting", "supply, temperature", "energy of a read", "cells that do not tell the states apart",
             "the same, trimmed", "ones [%]", "correlation", "min-entropy", "interval for little correlation"),
            tuple(_row(one) for one in found.settings),
        ),
        notes=(
            f"Simulated in ngspice: {first.unusable.samples} cells at each setting, with mismatch of all transistors. "
            f"{first.method[:1].upper()}{first.method[1:]}.",
            f"Live reads at the first setting: {first.live_flips} of {first.live_reads} ended in the other state, "
            f"{first.live_flips_expected:.1f} were expected; in {first.live_wrong} the bit was not the state at "
            f"sense-enable, {first.live_wrong_expected:.1f} expected. Cells and events are the same at all settings.",
            f"Ones, correlation and min-entropy: medians over cells, and where nine of ten lie, read every "
            f"{engineering(found.interval, 's')}; in closed form, of cells drawn from means and standard deviations. "
            f"Cells "
            "that do not tell the states apart are left out: they give no random bits. Trimmed: a resistor for each "
            "cell, "
            "as all numbers to the right of it assume.",
            f"Interval for little correlation: neighbouring bits of the median cell are correlated by {LITTLE:g}.",
        ),
    )  # fmt: skip


def _intervals(found: Found) -> Section:
    first = found.sweep[0]
    return Section(
        "How often to read",
        ((interval_plot(found), "The median cell at the first setting. Left: correlation of neighbouring bits; right: "
          "share of ones."),),
        f"Read as often as pre-charge and read allow, every {engineering(found.fast, 's')}, neighbouring bits are "
        f"correlated by {first.correlation:.2g}; the correlation falls exponentially with the interval. The bias "
        f"does not: "
        "it comes from the beginning of each read, however long the junction has rested.",
        notes=("Bits of one cell are a two-state Markov chain: its correlation and bias have a closed form, beside "
               "which "
               "simulated bits stand.",),
    )  # fmt: skip


def _cost(found: Found) -> Section:
    slowest = min(found.streams, key=lambda one: one.bits_per_second)
    raw = found.streams[1]
    return Section(
        "Cost and published figures",
        (),
        f"Published: {engineering(PUBLISHED_ENERGY, 'J')} per bit. Found: {engineering(raw.stream.energy or 0, 'J')} "
        "for a raw bit in a 130 nm process, and more for each whitened one (above).",
        notes=(
            "The published figure could be read in a secondary text alone: process, supply, and whether whitening is "
            "part "
            "of it, are not known here. Smaller transistors at a lower supply take less.",
            f"This processor makes {raw.bits_per_second:,.0f} raw bits per second of CPU time "
            f"(“{slowest.stream.name}”: {slowest.bits_per_second:,.0f}), and tests "
            f"{raw.length / max(raw.seconds, 1e-9):,.0f} bits per second with all estimators and tests.",
            "Not counted: drivers of sense-enable, the flip-flop that keeps a bit, control, whitening.",
        ),
    )
