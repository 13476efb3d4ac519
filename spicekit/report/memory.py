"""The sections of the report on programming conditions, from key numbers to what became of every sample."""

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from spicekit.experiment.conditions import Published
from spicekit.page import numbers
from spicekit.page.drawing import colour
from spicekit.page.section import Fold, Grid, Section
from spicekit.report.asked import Asked
from spicekit.report.counts import Outcomes, against_curve, count
from spicekit.report.key_table import key_table
from spicekit.report.plots_ber import ber_plot
from spicekit.report.plots_endurance import endurance_plot
from spicekit.report.plots_energy import energy_plot
from spicekit.report.plots_resistance import resistance_plot
from spicekit.report.plots_waveforms import programming_waveforms, read_waveforms
from spicekit.report.published import compare
from spicekit.report.summary import rate_points
from spicekit.run_folder import RARE
from spicekit.statistics import Statistics


@dataclass(frozen=True)
class Memory:
    """What a run holds of its programming conditions."""

    statistics: Statistics
    samples: pd.DataFrame | None
    waveforms: pd.DataFrame | None
    asked: Asked

    @property
    def published(self) -> dict[str, Published]:
        """Published numbers by condition."""
        asked = self.asked.spec.conditions if self.asked.spec else ()
        return {one.name: one.published for one in asked if one.published}

    @property
    def estimated(self) -> bool:
        """Whether rare-event estimates were made or tried."""
        made = self.asked.manifest.get("studies", {}).get(RARE)
        return bool(made) or any(c.estimates for c in self.statistics.conditions)

    @property
    def confidence(self) -> float:
        """Of the counted intervals."""
        return next((c.ber_2t2r.confidence for c in self.statistics.conditions if c.ber_2t2r), 0.95)


def swatched(index: int, name: str) -> Markup:
    """Return a condition's name behind its colour."""
    return Markup('<span class="swatch" style="background:{}"></span>{}').format(colour(index), name)


def heads(statistics: Statistics) -> tuple[Markup, ...]:
    """Return the names of all conditions, as heads of columns."""
    return tuple(swatched(index, c.name) for index, c in enumerate(statistics.conditions))


def key_section(found: Memory) -> Section:
    """Return the table of all numbers."""
    rows, lines, group = key_table(found.statistics), [], ""
    for row in rows:
        if row.group != group:
            lines.append((row.group,))
        group = row.group
        lines.append((row.label, *row.cells))
    notes = [
        "“<” is an upper bound: no error was seen, which is not a rate of zero. Energies, currents and delays are mean "
        "± standard deviation over samples. “~” marks a rate extrapolated from log-normal laws fitted to LRS "
        "and HRS, with the amplifier’s measured offset: it reaches below what was counted on the word of those laws, "
        "can be off by many decades, and is no result. One that a count or an estimate excludes says so. 1T1R beside "
        "2T2R is read by the same amplifier against a reference; with an ideal comparator, which no amplifier is as "
        "good as, it stands apart."
    ]
    if found.estimated:
        notes.append(
            "Rates by rare-event sampling are simulated, with every transistor of the amplifier in 1T1R too; one in "
            "brackets behind a word is no result."
        )
    return Section(
        "Key numbers",
        (),
        "" if rows else "Left out: nothing was measured.",
        Grid(("", *heads(found.statistics)), tuple(lines)) if rows else None,
        tuple(notes) if rows else (),
    )


def rate_section(found: Memory) -> Section:
    """Return the bit error rates of all conditions."""
    title, missing = "Bit error rate", () if found.estimated else (found.asked.no_estimates(),)
    points = tuple(
        Markup("{}: {}").format(swatched(index, name), text)
        for index, (name, text) in enumerate(rate_points(found.statistics))
    )
    plot = ber_plot(found.statistics, found.published)
    if plot is None:
        return Section(title, (), "Left out: no bit error rate is known.", notes=missing, points=points)
    caption = (
        f"Filled: counted in simulated reads, with the {100 * found.confidence:.0f} % interval. A bar with an arrow is "
        "a bound: the rate lies to its left. "
    )
    if found.estimated:
        caption += (
            "Stars: estimated by rare-event sampling; a hollow one is no result, and the words say why. "
        )
    caption += (
        "Hollow, dotted: extrapolated from log-normal laws, no result; words beside it say what excludes it. "
        "1T1R is read by the same amplifier against a reference."
    )
    if any(known.ber_2t2r_below for known in found.published.values()):
        caption += " Grey: published, one-sided."
    methods = sorted(
        {
            (key, block.method)
            for c in found.statistics.conditions
            for key, block in c
            if key.startswith("ber_") and block
        }
    )
    listed = tuple(f"{_method_of(key)}: {method.removeprefix('extrapolated: ')}" for key, method in methods)
    return Section(title, ((plot, caption),), points=points, notes=(*listed, *missing))


def _method_of(key: str) -> str:
    """Return what a rate of the statistics is, in words."""
    cell, *kind = key.removeprefix("ber_").split("_")
    kinds = {
        "": "counted",
        "plus": "storing +1, counted",
        "minus": "storing −1, counted",
        "lognormal": "extrapolated",
    }
    word = kind[0] if kind else ""
    return f"{cell.upper()}, {kinds.get(word, word)}"


def device_sections(found: Memory) -> list[Section]:
    """Return resistances, energies, waveforms, endurance."""
    return [_resistances(found), _energy(found), _waveforms(found), _endurance(found)]


def _resistances(found: Memory) -> Section:
    title, samples = "Resistance distributions", found.samples
    plot = None if samples is None else resistance_plot(found.statistics, samples)
    if plot is None:
        return Section(title, (), "Left out: no samples with resistances are in this run folder.")
    caption = (
        "Fresh devices, discards left out. On this axis a log-normal law is a straight line; where the points leave "
        "the line, an extrapolation along it is not to be trusted."
    )
    return Section(title, ((plot, caption),))


def _energy(found: Memory) -> Section:
    plot = energy_plot(found.statistics, found.published)
    if plot is None:
        return Section("Programming energy", (), "Left out: no energy was measured.")
    caption = (
        "The pale bar is the energy that the lines deliver over the whole path, access transistor included; the dark "
        "bar in it is what the cell absorbs."
    )
    if any(known.programming_energy for known in found.published.values()):
        caption += " The published number is drawn at the SET pulse, with which it is compared."
    return Section("Programming energy", ((plot, caption),))


def _waveforms(found: Memory) -> Section:
    table = found.waveforms
    if table is None:
        return Section("Waveforms", (), "Left out: this run folder holds no waveforms.")
    traced = set(table["condition"])
    folds = []
    for condition in found.statistics.conditions:
        if condition.name not in traced:
            continue
        programming = (
            programming_waveforms(table, condition.name),
            f"Condition {condition.name}: SET and RESET of a nominal cell. The top electrode is at the bit line; the "
            "current is positive from top to bottom electrode.",
        )
        reading = (
            read_waveforms(table, condition.name),
            f"Condition {condition.name}: reads of both logic values: pre-charge, then sense enable; the bit line with "
            "the lower resistance falls first.",
        )
        pictures = tuple((plot, words) for plot, words in (programming, reading) if plot)
        if pictures:
            folds.append(Fold(f"Condition {condition.name}", pictures))
    if not folds:
        return Section("Waveforms", (), "Left out: no known signal was recorded.")
    return Section("Waveforms", folds[0].pictures, folds=tuple(folds[1:]))


def _endurance(found: Memory) -> Section:
    plot = endurance_plot(found.statistics, found.published, found.samples)
    if plot is None:
        return Section("Endurance", (), found.asked.no_endurance())
    caption = (
        "2T2R bit error rate of aged devices. Hollow marks on lines: rare-event estimates, from which the cycles are "
        "read, with their intervals. Filled marks: errors counted in the aged chains; counts without an error are not "
        "drawn."
    )
    if any(known.cyclability_above for known in found.published.values()):
        caption += " On the line of the criterion, with an arrow: published cyclability, a lower bound."
    texts: dict[str, list[str]] = {}
    for c in found.statistics.conditions:
        if c.endurance:
            method = f"; {c.endurance.method}" if c.endurance.method else ""
            text = f"criterion {numbers.scientific(c.endurance.criterion)}{method}"
            texts.setdefault(text, []).append(c.name)
    notes = [f"{', '.join(names)}: {text}." for text, names in texts.items()]
    notes += [
        f"{c.name}: its cycles to the criterion are in doubt, as {c.endurance.doubt}: raise `endurance.max_runs`. "
        "The ends of their interval are ages whose estimates are results."
        for c in found.statistics.conditions
        if c.endurance and c.endurance.doubt
    ]
    notes += [
        f"{c.name}: the counts exclude the curve: {'; '.join(apart)}. Its cycles to the criterion are in doubt."
        for c in found.statistics.conditions
        if (apart := against_curve(c.endurance, found.confidence))
    ]
    return Section("Endurance", ((plot, caption),), notes=tuple(notes), warning=_ageing(found.statistics))


def _ageing(statistics: Statistics) -> str:
    """Return how sure the ageing law is."""
    status = sorted({c.endurance.status for c in statistics.conditions if c.endurance})
    if status == ["measured"]:
        return ""
    form = "form is assumed, its lifetime " + " or ".join(status)
    if status == ["assumed"]:
        form = "form and lifetime are assumed"
    return (
        f"The ageing law behind this plot is not measured (its {form}): the plot says what the circuit makes of such "
        "ageing, and does not predict a lifetime."
    )


def published_section(found: Memory) -> Section:
    """Return the comparison with published numbers: a column for each condition that has some."""
    title, rows = "Beside published numbers", compare(found.statistics, found.published)
    if not rows:
        return Section(title, (), found.asked.no_published())
    names = [
        (index, c.name)
        for index, c in enumerate(found.statistics.conditions)
        if any(row.condition == c.name for row in rows)
    ]
    known = {(row.condition, row.quantity): row for row in rows}
    lines = []
    for quantity in dict.fromkeys(row.quantity for row in rows):
        cells = []
        for _, name in names:
            row = known.get((name, quantity))
            cells.append(
                "–"
                if row is None
                else Markup('{}<br><small>published {}</small><br><span class="verdict">{}</span>').format(
                    row.simulated, row.published, row.verdict
                )
            )
        lines.append((quantity, *cells))
    sources = sorted({one.source for one in found.published.values() if one.source})
    notes = [
        "Each cell: simulated, published, and whether they agree. Energy agrees within ±30 % of the published number. "
        "A bound is respected (“yes”) or broken (“no”) only if the whole interval lies on one side of it. Device "
        "parameters with status “fitted” may have been chosen to meet these same numbers: then agreement checks the "
        "fit, and is no independent test."
    ]
    if sources:
        notes.append(f"Published in: {'; '.join(sources)}.")
    return Section(
        title,
        (),
        grid=Grid(("", *(swatched(*name) for name in names)), tuple(lines)),
        notes=tuple(notes),
    )


def samples_section(found: Memory) -> Section:
    """Return the counts: no sample is dropped without a number."""
    title = "What became of every sample"
    if found.samples is None:
        return Section(title, (), "Left out: no samples are in this run folder.")
    counts = [count(found.samples, c.name, found.confidence) for c in found.statistics.conditions]
    head = ("condition", "samples", "ok", "errors", "at +1", "at −1", "undecided", "discarded", "worst case")
    rows = tuple(
        (
            swatched(index, row.condition),
            *(str(n) for n in (row.samples, row.ok, row.errors, row.errors_plus, row.errors_minus, row.undecided,
                               row.discards)),
            numbers.interval(row.worst) if row.worst else "–",
        )
        for index, row in enumerate(counts)
    )  # fmt: skip
    lost = [_reasons(row) for row in counts if row.reasons] or ["No sample was discarded."]
    return Section(
        title,
        (),
        grid=Grid(head, rows),
        notes=(
            *lost,
            "Fresh devices. Undecided reads did not resolve in time; discarded ones are chains whose simulation or "
            "measurement failed. The worst case is the 2T2R error rate if every discard were an error.",
        ),
    )


def _reasons(row: Outcomes) -> str:
    return f"{row.condition}, discarded: " + "; ".join(f"{n} × {reason}" for reason, n in row.reasons)
