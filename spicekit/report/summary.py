"""The summary of a run in sentences, made from its numbers alone: the verdict, what the page is of, the findings."""

from collections.abc import Sequence

from markupsafe import Markup

from spicekit.page import numbers
from spicekit.page.drawing import colour
from spicekit.page.section import Grid, Section
from spicekit.report.asked import Asked
from spicekit.report.estimated import estimated
from spicekit.report.schematic import Schematic
from spicekit.report.verdict import verdict
from spicekit.statistics import Condition, Probability, Statistics, best_rate, known_rates, ratio
from spicekit.units import engineering

_SCHEMATIC = (
    "The cell that is simulated, with every transistor, and its sense amplifier. The programming lines, and what "
    "drives them, are not drawn."
)


_SIDE_BY_SIDE = 4  # conditions in columns of the summary; more are rows


def summary_section(statistics: Statistics, what: Asked, sections: Sequence[Section]) -> Section:
    """Return the first section: which condition to take, what this page is of, what else was found."""
    found = [section for section in sections if section.summary]
    extent = _extent(statistics, what)
    technology = what.technology()
    if technology and (statistics.conditions or what.studies):
        places = f"; then at {len(statistics.grid)} points of a grid" if statistics.grid else ""
        extent += f" Simulated with: {technology}{places}."
    sentences = [verdict(statistics), extent]
    if what.studies:  # then the device comes first
        sentences.reverse()
    return Section(
        "Summary",
        (),
        sentences="\n".join(text for text in sentences if text),
        points=tuple(Markup("<b>{}</b>: {}").format(one.title, one.summary) for one in found),
        grid=_grid(statistics) if statistics.conditions else None,
        notes=tuple(what.missing_studies()),
    )


def cell_section() -> Section:
    """Return the schematic of the cell."""
    return Section("The cell", ((Schematic(), _SCHEMATIC),))


def _extent(statistics: Statistics, what: Asked) -> str:
    number, studies = len(statistics.conditions), what.studies
    if not number and not studies:
        return "The run has no conditions and no results of studies: there is nothing to show."
    if not number:
        return f"This page is on {what.subjects}."
    rates = [c.ber_2t2r for c in statistics.conditions if c.ber_2t2r]
    samples, lost = sum(r.samples for r in rates), sum(r.discards for r in rates)
    text = "This page is on " if number == 1 else "This page compares "
    if studies:
        several = "study" if len(studies) == 1 else "studies"
        text = f"This page is on {what.subjects} in {len(studies)} {several}, and on "
    text += "one programming condition" if number == 1 else f"{number} programming conditions"
    text += " of a 2T2R memory cell, simulated from the transistor up"
    if rates:
        text += f": {samples} cells programmed and read, {lost or 'none'} of them discarded"
    return f"{text}."


def _grid(statistics: Statistics) -> Grid:
    """The numbers that one chooses by: a column for each condition."""
    rows = (
        ("SET compliance, RESET voltage, width", _settings),
        ("LRS, HRS in the median", _states),
        ("2T2R bit error rate", _surest),
        ("energy of SET + RESET", lambda c: numbers.mean(c.energy_pair, "J")),
        ("energy and delay of a read", _read),
        ("programming cycles until worn out", _life),
    )
    lines = []
    for label, cell in rows:
        cells = tuple(cell(c) for c in statistics.conditions)
        if any(text != "not measured" for text in cells):
            lines.append((label, *("–" if text == "not measured" else text for text in cells)))
    names = [Markup('<span class="swatch" style="background:{}"></span>{}').format(colour(k), c.name)
             for k, c in enumerate(statistics.conditions)]  # fmt: skip
    if len(names) <= _SIDE_BY_SIDE:
        return Grid(("", *names), tuple(lines))
    head, *columns = zip(*lines, strict=True)
    return Grid(
        ("condition", *head), tuple((name, *cells) for name, cells in zip(names, columns, strict=True))
    )


def _settings(c: Condition) -> str:
    values = ((c.set_compliance, "A"), (c.reset_voltage, "V"), (c.pulse_width, "s"))
    return ", ".join(engineering(value, unit) for value, unit in values)


def _states(c: Condition) -> str:
    if c.lrs is None or c.hrs is None:
        return "not measured"
    return f"{engineering(c.lrs.median, 'Ω')}, {engineering(c.hrs.median, 'Ω')}"


def _surest(c: Condition) -> Markup | str:
    known = best_rate(c, "2t2r")
    if known is None:
        return "not measured"
    how = f"no error in {known.rate.samples} reads" if known.bound and known.how == "counted" else known.how
    doubt = "" if known.result or known.doubt == known.how else f", {known.doubt}"
    return Markup("{}<br><small>{}{}</small>").format(numbers.interval(known.rate), how, doubt)


def _read(c: Condition) -> str:
    if c.energy_read is None or c.read_delay is None:
        return "not measured"
    return f"{numbers.mean(c.energy_read, 'J')}, {numbers.mean(c.read_delay, 's')}"


def _life(c: Condition) -> Markup | str:
    text = numbers.cyclability(c.endurance)
    if c.endurance is None or text == "not measured":
        return "not measured"
    return Markup("{}<br><small>{} ageing</small>").format(text, c.endurance.status)


def rate_points(statistics: Statistics) -> list[tuple[str, str]]:
    """Return (condition, what is known of its 2T2R bit error rate, and whether the ways to know it agree)."""
    return [(c.name, rate_sentence(c)) for c in statistics.conditions]


def rate_sentence(condition: Condition) -> str:
    """Return what is known of the 2T2R bit error rate of a condition: counted, estimated, extrapolated."""
    parts = [_rate(condition.ber_2t2r), *_estimate(condition)]
    law = next((known for known in known_rates(condition, "2t2r") if known.how == "extrapolated"), None)
    if law and law.rate.samples:
        but = "" if law.excluded_by else " (not counted)"
        parts.append(f"the log-normal laws of LRS and HRS extrapolate to {numbers.extrapolated(law)}{but}")
    return "; ".join(parts) + "."


def _rate(block: Probability | None) -> str:
    if block is None:
        return "the 2T2R bit error rate was not measured"
    valid = block.samples - block.discards
    if valid <= 0:
        return (
            f"no 2T2R read was valid ({block.discards} discarded), so nothing is known of its bit error rate"
        )
    sure = f"{100 * block.confidence:.4g} % confidence"
    if block.best is None:
        bound = numbers.at_most(block.high).removeprefix("< ")
        return f"no error was seen in {valid} 2T2R reads, so the bit error rate is below {bound} ({sure})"
    rate = numbers.interval(block)
    return f"{block.errors} of {valid} 2T2R reads were wrong, a bit error rate of {rate} ({sure})"


def _estimate(condition: Condition) -> list[str]:
    """Return what rare-event sampling says, and whether that fits the count."""
    one, counted = estimated(condition, "2t2r"), condition.ber_2t2r
    if one is None:
        return []
    if one.rate is None or not (one.agreed or one.excluded):
        return [f"rare-event sampling gave no result ({one.outcome})"]
    text = f"rare-event sampling gives {numbers.interval(one.rate)}"
    apart = ratio(one.rate, counted) if counted else None
    if apart:
        fits = "agrees with the count" if apart.agrees else "does NOT agree with the count"
        text += f", which {fits} (ratio {numbers.ratio_interval(apart)})"
    elif counted and counted.samples > counted.discards and one.rate.low > counted.high:
        text += ", which does NOT agree with the count: no error was seen"
    return [text]
