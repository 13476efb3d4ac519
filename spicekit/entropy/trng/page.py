"""The page of a source of random bits, section by section."""

import json
from pathlib import Path

import numpy as np

from spicekit.entropy.sp800_22 import LEVEL
from spicekit.entropy.trng.junction import LITTLE
from spicekit.entropy.trng.plots import cells_plot, entropy_plot, interval_plot, maps_plot
from spicekit.entropy.trng.result import PUBLISHED_ENERGY, AtSetting, Found, Judged, summary_of
from spicekit.page.numbers import interval
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, carried, write_page
from spicekit.run_folder import write_text
from spicekit.units import engineering

_ROOM = 273.15


def write_trng(found: Found, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    write_text(folder / "table.csv", found.table.to_csv(index=False, lineterminator="\n"))
    write_text(folder / "summary.json", json.dumps(summary_of(found, provenance), indent=2) + "\n")
    page = Page(
        "True random bits from a superparamagnetic junction",
        f"{found.asked.bits:,} bits of each stream · a read every {engineering(found.interval, 's')}",
        (_short(found), _cells(found), _intervals(found), _streams(found), _tests(found), _cost(found)),
        tuple(provenance.items()),
        command,
        files=carried(folder, "table.csv", "summary.json"),
    )
    write_page(page, folder / "report.html")
    return folder / "report.html"


def in_words(one: Judged) -> str:
    """Return what a stream is worth, in one line."""
    cost = "" if one.energy is None or one.stream.rate is None else (
        f"{engineering(one.energy, 'J')} a bit, {engineering(one.stream.rate, 'bit/s')}, "
    )  # fmt: skip
    return f"{cost}{100 * one.ones.best:.2f} % ones, min-entropy {one.least[1]:.3f}, {verdict_of(one)}"


def verdict_of(one: Judged) -> str:
    """Return whether a stream passes SP 800-22."""
    if one.verdict.passed:
        return "passes SP 800-22"
    return f"fails {len(one.verdict.failed)} of {len(one.verdict.tests)} tests of SP 800-22"


def _short(found: Found) -> Section:
    read = found.settings[0].setting.found.energy
    good = [one for one in found.streams if not one.stream.made_up and one.verdict.passed]
    cheapest = min(good, key=lambda one: one.energy or 0, default=None)
    raw = found.streams[1]
    points = [
        f"A read of the junction takes {engineering(read.mean, 'J')}; published are "
        f"{engineering(PUBLISHED_ENERGY, 'J')} "
        "per bit, for another transistor process, and by an accounting that the text at hand does not give.",
        f"As it is, read every {engineering(found.interval, 's')}, a cell gives {in_words(raw)}.",
        "No stream of the junction passes."
        if cheapest is None
        else f"The cheapest stream that passes is “{cheapest.stream.name}”: {in_words(cheapest)}.",
    ]
    made = [one for one in found.streams if one.stream.made_up]
    points.append(
        "Made-up sources as a check: "
        + "; ".join(f"{o.stream.name.removeprefix('made up: ')} {verdict_of(o)}" for o in made)
        + "."
    )
    return Section(
        "Summary",
        ((maps_plot(found), "First bits of four streams, row after row: white 0, black 1."),),
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
        "Cells over supply and temperature",
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


def _streams(found: Found) -> Section:
    rows = []
    for one in found.streams:
        low, best, high = (100 * value for value in one.ones)
        rows.append(
            (
                one.stream.name,
                "–" if one.energy is None else engineering(one.energy, "J"),
                "–" if one.stream.rate is None else engineering(one.stream.rate, "bit/s"),
                f"{best:.2f} ({low:.2f} … {high:.2f})",
                f"{one.correlations[0].best:.1g}",
                f"{one.least[1]:.3f} ({one.least[0]})",
                verdict_of(one),
            )
        )
    return Section(
        "Bits before and after whitening",
        ((entropy_plot(found), "Min-entropy per bit, by the ten estimators of SP 800-90B; the least one counts."),),
        "",
        grid=Grid(
            ("stream", "energy of a bit", "bit rate", "ones [%], 95 %", "correlation", "least min-entropy", "verdict"),
            tuple(rows),
        ),
        notes=(
            "Hasty: read without any rest. Von Neumann: of each pair of unequal bits the first. XOR: cells side by "
            "side, "
            "their bits joined; bit rate is that of all of them, energy that of all their reads. The gates of the "
            "whitening are not counted.",
            "An estimator gives the lower end of an interval of 99 %: even ideal bits get less than 1, most of all "
            "by the "
            "compression estimate. Compare with the made-up ideal source.",
            "Correlated bits are worth fewer independent ones: the interval of their ones is wider by that.",
        ),
    )  # fmt: skip


def _tests(found: Found) -> Section:
    names = [test.name for test in found.streams[0].verdict.tests]
    rows = []
    for k, name in enumerate(names):
        cells = []
        for one in found.streams:
            smallest = one.verdict.tests[k].smallest
            text = "–" if smallest is None else f"{smallest:.2g}"
            cells.append(text + (" ✗" if name in one.verdict.failed else ""))
        rows.append((name, *cells))
    below = tuple("{} of {}".format(*one.verdict.below) for one in found.streams)
    rows.append(("p-values below 0.01", *below))
    return Section(
        "SP 800-22",
        (),
        "Smallest p-value of each test, times how many it has; ✗: fails.",
        grid=Grid(("test", *(one.stream.name for one in found.streams)), tuple(rows), folded=True),
        notes=(
            f"A stream fails where Holm's rule over all tests rejects it, with {100 * LEVEL:g} % false alarms for "
            f"all of "
            f"them "
            "together. The standard's own count, p-values below 0.01, is in the last row: one in a hundred of a good "
            "source is there. A dash: too few bits, or too few returns to zero.",
        ),
    )


def _cost(found: Found) -> Section:
    slowest = min(found.streams, key=lambda one: one.bits_per_second)
    raw = found.streams[1]
    return Section(
        "Cost and published figures",
        (),
        f"Published: {engineering(PUBLISHED_ENERGY, 'J')} per bit. Found: {engineering(raw.energy or 0, 'J')} for a "
        f"raw bit "
        "in a 130 nm process, and more for each whitened one (above).",
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
