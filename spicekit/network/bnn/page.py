"""The page of a network on simulated devices, section by section."""

from pathlib import Path

import pandas as pd

from spicekit.network.bnn.conditions import ConditionResult
from spicekit.network.bnn.gathered import NOT_GATHERED, gathered_section, percent
from spicekit.network.bnn.page_accuracy import accuracy_section, layers_section, remedies_section
from spicekit.network.bnn.page_array import array_section
from spicekit.network.bnn.page_codes import codes_section
from spicekit.network.bnn.page_energy import energy_section, memory_section
from spicekit.network.bnn.page_streams import streams_section
from spicekit.network.bnn.page_verify import verified_section
from spicekit.network.bnn.page_widths import widths_section
from spicekit.network.bnn.refresh import refresh_in_words, refresh_note
from spicekit.network.bnn.result import Result, floored
from spicekit.network.bnn.stream_study import rows_of_streams
from spicekit.network.bnn.summary import summary_of
from spicekit.network.bnn.verdict import verdict
from spicekit.network.bnn.words import accuracy_of, rate_interval
from spicekit.network.grids import beside
from spicekit.page.numbers import cyclability, scientific
from spicekit.page.section import Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering


def write_result(result: Result, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    tables = {"table.csv": result.table}
    if result.streams is not None:
        tables["streams.csv"] = pd.DataFrame(rows_of_streams(result.streams))
    network = result.task.network
    page = Page(
        f"Binarized network {network.name} on simulated memory",
        f"{network.weights:,} weights · {result.data} · {result.task.chips} chips, {len(result.task.labels):,} samples",
        tuple(_sections(result)),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, tables, summary_of(result, provenance))


def _sections(result: Result) -> list[Section]:
    sections = [_short(result), _conditions(result), accuracy_section(result)]
    if result.adapted or result.beside:
        sections.append(remedies_section(result))
    if result.by_layer:
        sections.append(layers_section(result))
    if known := [(found.condition.name, found.gathered) for found in result.conditions if found.gathered]:
        sections.append(gathered_section(known))
    if verified := [found.verified for found in result.conditions if found.verified]:
        sections.append(verified_section(verified))
    if any(found.others for found in result.conditions):
        sections.append(codes_section(result))
    if result.widths:
        sections.append(widths_section(result))
    sections.append(energy_section(result))
    if result.in_array:
        sections.append(array_section(result))
    if result.streams is not None:
        sections.append(streams_section(result.streams))
    return [*sections, memory_section(result)]


_CELL = (
    "Each weight, +1 or −1, stands in a 2T2R cell: two memory devices with a transistor each, one in its low and the "
    "other in its high resistance state; a sense amplifier compares them. A read that comes out "
    "wrong is a wrong weight."
)


def _short(result: Result) -> Section:
    network, sweep = result.task.network, result.sweep
    return Section(
        "Summary",
        (),
        f"{verdict(result)}\nThis page is on a binarized network, {network.name}, with its {network.weights:,} "
        f"weights in simulated memory. {_CELL} Without errors {percent(sweep.without_errors)} of "
        f"{len(result.task.labels):,} test samples are right{_inputs(result)}.",
        warning=_WORTHLESS.format(percent(result.majority)) if result.worthless else "",
    )


def _inputs(result: Result) -> str:
    """Return how inputs are cut, where the same network is judged on streams and fixed-point values, too."""
    return (
        ", with inputs cut to one bit; on streams, or with all bits, further down" if result.streams else ""
    )


_WORTHLESS = (
    "This network is no better than always saying the most frequent class ({}): it has not learned these data, or "
    "they are scaled or ordered in another way than in its training."
)


def _conditions(result: Result) -> Section:
    return Section(
        "What each programming condition is worth",
        (),
        grid=beside(tuple(_of_condition(result, found) for found in result.conditions)),
        notes=(
            *(_rate_note(found) for found in result.conditions),
            f"Intervals of accuracy are for {result.sweep.found[0].others} (95 %).",
            _PERMANENT.format(result.task.transient),
            refresh_note(result.refresh, result.task.network),
        ),
    )


def _of_condition(result: Result, found: ConditionResult) -> tuple[tuple[str, str], ...]:
    """Return (what, value) of one condition, its name first."""
    high = found.cells.accuracy["high"]
    energy, budget = found.programming_energy, result.budgets.get(found.condition.name)
    bound, rates = found.cells.bound, found.cells.rates["best"]
    array = result.in_array.get(found.condition.name)
    refresh = refresh_in_words(result.refresh, found.condition.name) if result.refresh else None
    return (
        ("", found.condition.name),
        ("bit error rate of 2T2R", rate_interval(found.cells)),
        (
            "of weights of +1, of −1",
            "a bound" if bound else f"{scientific(rates.plus)}, {scientific(rates.minus)}",
        ),
        ("accuracy, mean over chips", accuracy_of(found.cells)),
        ("at the upper end of the rate", percent(high.mean)),
        *([] if found.cells.adapted is None else [("thresholds set on each chip", _adapted(found))]),
        ("energy per inference, lone reads", engineering(budget[0].total, "J") if budget else "not measured"),
        *([("energy, read in the array", engineering(array.budgets[0].total, "J"))] if array else []),
        *_of_array(result, found.condition.name),
        *([("of it refresh, half moved by a tenth", refresh)] if refresh else []),
        (
            "energy to program all weights",
            engineering(energy * result.task.network.weights, "J") if energy else "not measured",
        ),
        ("cycles to the criterion of wear", cyclability(found.condition.endurance)),
    )


def _of_array(result: Result, name: str) -> list[tuple[str, str]]:
    """Return error rate and accuracy in the array; nothing where no condition has them."""
    if not any(one.cells for one in result.in_array.values()):
        return []
    array = result.in_array.get(name)
    cells = array.cells if array else None
    return [
        ("bit error rate, read in the array", rate_interval(cells) if cells else "not simulated"),
        ("accuracy, read in the array", accuracy_of(cells) if cells else "not simulated"),
    ]


def _adapted(found: ConditionResult) -> str:
    assert found.cells.adapted is not None
    at = found.cells.adapted
    return f"at least {floored(at.interval[0])}" if found.cells.bound else percent(at.mean)


_PERMANENT = (
    "To program once: one SET and one RESET for each weight. All simulated errors are permanent, as devices and "
    "amplifiers stay what they are until the next programming; share of single reads that err besides: {:g}."
)


def _rate_note(found: ConditionResult) -> str:
    rates = found.cells.rates["best"]
    stays = (
        f"With the pair {rates.correlation:.0%} of it stays."
        if rates.correlation
        else f"Of pairs, {NOT_GATHERED}."
    )
    estimated = rates.source.startswith("rare-event estimate")
    ends = " Its ends are the means of the ends of both stored values." if estimated else ""
    amplifier = f"{rates.amplifier_share**2:.0%}"
    return (
        f"{found.condition.name}, bit error rate: {rates.source}.{ends} The amplifier makes {amplifier} of the "
        f"variance of a read's margin, so errors gather behind some amplifiers. {stays}"
    )
