"""The page of a network on simulated devices, section by section."""

import json
from collections.abc import Sequence
from decimal import ROUND_CEILING
from pathlib import Path

from spicekit.network.bnn.conditions import Cells, ConditionResult
from spicekit.network.bnn.energy import Budget, memory_bytes
from spicekit.network.bnn.gathered import NOT_GATHERED, gathered_section, percent, percents
from spicekit.network.bnn.plots import accuracy_plot, codes_plot, energy_plot
from spicekit.network.bnn.refresh import refresh_note
from spicekit.network.bnn.result import Result, floored, summary_of
from spicekit.network.bnn.sweep import LOSSES
from spicekit.network.bnn.tiling import tile
from spicekit.network.bnn.verdict import verdict
from spicekit.network.grids import beside
from spicekit.page.numbers import cyclability, scientific
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, carried, write_page
from spicekit.run_folder import write_text
from spicekit.statistics import IDEAL
from spicekit.units import engineering


def write_result(result: Result, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    write_text(folder / "table.csv", result.table.to_csv(index=False, lineterminator="\n"))
    write_text(folder / "summary.json", json.dumps(summary_of(result, provenance), indent=2) + "\n")
    network = result.task.network
    page = Page(
        f"Binarized network {network.name} on simulated memory",
        f"{network.weights:,} weights · {result.data} · {result.task.chips} chips, {len(result.task.labels):,} samples",
        tuple(_sections(result)),
        tuple(provenance.items()),
        command,
        files=carried(folder, "table.csv", "summary.json"),
    )
    write_page(page, folder / "report.html")
    return folder / "report.html"


def _sections(result: Result) -> list[Section]:
    sections = [_short(result), _conditions(result), _accuracy(result)]
    if known := [(found.condition.name, found.gathered) for found in result.conditions if found.gathered]:
        sections.append(gathered_section(known))
    if any(found.others for found in result.conditions):
        sections.append(_codes(result))
    return [*sections, _energy(result), _memory(result)]


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
        f"{len(result.task.labels):,} test samples are right.",
        warning=_WORTHLESS.format(percent(result.majority)) if result.worthless else "",
    )


_WORTHLESS = (
    "This network is no better than always saying the most frequent class ({}): it has not learned these data, or "
    "they are scaled or ordered in another way than in its training."
)


def _accuracy(result: Result) -> Section:
    sweep = result.sweep
    losses = []
    for loss in LOSSES:
        low, best, high = sweep.rate_at(loss)
        said = "beyond this sweep" if best is None else f"{scientific(best)} ({_or(low)} … {_or(high)})"
        losses.append(f"{100 * loss:g} point{'s' if loss < 0.01 else ''} at {said}")
    return Section(
        "Accuracy against bit error rate",
        (
            (
                accuracy_plot(sweep, result.conditions),
                "Weights stand wrong at random, equally often for both values, new for each chip. Middle: the same "
                "curve, only its first lost points. Below: where the programming conditions lie, with the interval of "
                "their rate; an arrow is a bound: no error was seen, the rate lies to its left.",
            ),
        ),
        f"Without errors {percent(sweep.without_errors)} of the test samples are right; the most frequent class alone "
        f"would be {percent(result.majority)}. The mean over chips has lost {'; '.join(losses)}.",
        Grid(
            ("bit error rate", "accuracy, mean", "interval of the mean", "90 % of the chips"),
            tuple(
                (scientific(rate), percent(a.mean), percents(*a.interval), percents(*a.band))
                for rate, a in zip(sweep.rates, sweep.found, strict=True)
            ),
        ),
        (
            "Published tolerances: up to 1e-4 … 1e-3 with usual training, 4e-2 with training adapted to errors "
            "(Hirtzlin et al., AICAS 2019; Querlioz et al., BioCAS 2019).",
            "The interval is over chips and says nothing of other test samples; rates of loss are read from straight "
            "lines between the points.",
        ),
    )  # fmt: skip


def _conditions(result: Result) -> Section:
    return Section(
        "What each programming condition is worth",
        (),
        grid=beside(tuple(_of_condition(result, found) for found in result.conditions)),
        notes=(
            *(_rate_note(found) for found in result.conditions),
            _PERMANENT.format(result.task.transient),
            refresh_note(result.refresh, result.conditions, result.task.network),
        ),
    )


def _of_condition(result: Result, found: ConditionResult) -> tuple[tuple[str, str], ...]:
    """Return (what, value) of one condition, its name first."""
    at, high = found.cells.accuracy["best"], found.cells.accuracy["high"]
    energy, budget = found.programming_energy, result.budgets.get(found.condition.name)
    bound = found.cells.bound
    return (
        ("", found.condition.name),
        ("bit error rate of 2T2R", _interval(found.cells)),
        (
            "accuracy, mean over chips",
            f"at least {floored(at.mean)}" if bound else f"{percent(at.mean)} ({percents(*at.interval)})",
        ),
        ("at the upper end of the rate", percent(high.mean)),
        ("energy per inference", engineering(budget[0].total, "J") if budget else "not measured"),
        (
            "energy to program all weights",
            engineering(energy * result.task.network.weights, "J") if energy else "not measured",
        ),
        ("cycles to the criterion of wear", cyclability(found.condition.endurance)),
    )


_IDEAL_NOTE = (
    "1T1R here is read by an ideal comparator, since these statistics hold no rate of it behind the real "
    "amplifier; 2T2R is read by the real one. That flatters 1T1R: the two are not compared alike."
)
_PERMANENT = (
    "To program once: one SET and one RESET for each weight. All simulated errors are permanent, as devices and "
    "amplifiers stay what they are until the next programming; share of single reads that err besides: {:g}."
)


def _rate_note(found: ConditionResult) -> str:
    rates = found.cells.rates["best"]
    stays = (
        f"Of the variance of a read's margin {rates.correlation:.0%} stays with the pair."
        if rates.correlation
        else f"Of pairs, {NOT_GATHERED}."
    )
    return (
        f"{found.condition.name}, bit error rate: {rates.source}. The amplifier makes {rates.amplifier_share:.0%} of "
        f"a read's standard deviation, so errors gather behind some amplifiers. {stays}"
    )


def _rate(cells: Cells) -> str:
    rate = cells.rates["best"].mean
    return f"≤ {scientific(rate, ROUND_CEILING)}, no error seen" if cells.bound else scientific(rate)


def _accuracy_at_rate(cells: Cells) -> str:
    rate, mean = cells.rates["best"].mean, cells.accuracy["best"].mean
    if cells.bound:
        return f"≥ {floored(mean)} (BER ≤ {scientific(rate, ROUND_CEILING)})"
    return f"{percent(mean)} (BER {scientific(rate)})"


def _interval(cells: Cells) -> str:
    low, high = (scientific(cells.rates[end].mean) for end in ("low", "high"))
    return _rate(cells) if cells.bound else f"{_rate(cells)} ({low} … {high})"


def _codes(result: Result) -> Section:
    shown = [found for found in result.conditions if found.others]
    columns = []
    for found in shown:
        every = {cells.name: cells for cells in (found.cells, *found.others)}
        columns.append(
            (("", found.condition.name), *((name, _accuracy_at_rate(cells)) for name, cells in every.items()))
        )
    named_alike = len({tuple(name for name, _ in column) for column in columns}) == 1
    if not named_alike:  # some with an ideal comparator, some with the real amplifier
        columns = [
            tuple((name.replace(f", {IDEAL}", ""), said) for name, said in column) for column in columns
        ]
    devices = " · ".join(
        f"{cells.name.replace(f', {IDEAL}', '')}: {cells.devices:.3g}"
        for cells in (shown[0].cells, *shown[0].others)
    )
    bounds_alone = all(cells.bound for found in shown for cells in found.others)
    ideal = any(cells.rates["best"].ideal for found in shown for cells in found.others)
    return Section(
        "2T2R against error-correcting codes",
        ()
        if bounds_alone
        else (
            (
                codes_plot(shown),
                "Accuracy against how many devices a weight takes, one colour a condition; a triangle that points "
                "up is at a bound of the rate: the accuracy is at least that.",
            ),
        ),
        grid=beside(tuple(columns)),
        sentences=f"Devices per weight: {devices}.",
        notes=(
            "SECDED(8,4) takes the same area as 2T2R; the other codes take less, 1T1R alone half. Decoders and their "
            "energy are not counted, which favours the codes; they would also have to decode before every XNOR.",
            "Chips are simulated word by word: each cell errs at the rate of what it stores, check bits as well, and "
            "the decoder does what it would do, mistaken corrections included. What it leaves errs mostly in the "
            "direction in which cells do, and comes together in words. The rates in brackets are the mean over both "
            "values, in closed form.",
            *([_IDEAL_NOTE] if ideal else []),
            "≤ is a bound of the rate, ≥ the accuracy at that bound: bounds say how many chains were counted, not "
            "which cell is better.",
        ),
    )


def _energy(result: Result) -> Section:
    name, budgets = next(iter(result.budgets.items()), ("", ()))
    if not budgets:
        return Section(
            "Energy of one inference", (), notes=("Left out: the statistics have no energy_read.",)
        )
    rows: list[tuple[str, ...]] = []
    for budget in budgets:
        rows.append((f"{budget.name}: {engineering(budget.total, 'J')}",))
        rows += [(item.name, f"{item.count:,.4g}", engineering(item.energy, "J")) for item in budget.items]
    others = "; ".join(f"{b.name} {b.total / budgets[0].total:,.0f} times" for b in budgets[1:])
    return Section(
        "Energy of one inference",
        ((energy_plot(budgets), "Parts of each budget, and its total."),),
        f"With the reads of condition {name}: {engineering(budgets[0].total, 'J')}. Beside it: {others}.",
        Grid(("part", "count", "energy"), tuple(rows)),
        (
            *_sources(budgets),
            "Drivers of lines beyond the cell, control and clock are not counted, in none of the networks.",
        ),
    )


def _sources(budgets: Sequence[Budget]) -> list[str]:
    names: dict[str, list[str]] = {}
    for item in (item for budget in budgets for item in budget.items):
        of_source = names.setdefault(item.source, [])
        if item.name not in of_source:
            of_source.append(item.name)
    return [f"{'; '.join(of_source)}: {source}." for source, of_source in names.items()]


def _memory(result: Result) -> Section:
    network = result.task.network
    tiles = tile(network)
    rows = tuple(
        (f"{place + 1}, {t.kind}", str(t.outputs), str(t.inputs), str(t.places), str(t.blocks), f"{t.utilisation:.0%}",
         f"{t.reads:,}", f"{t.partial_sums:,}", str(t.sum_width))
        for place, t in enumerate(tiles)
    )  # fmt: skip
    return Section(
        "The network in memory blocks",
        (),
        f"{sum(t.blocks for t in tiles)} blocks of {tiles[0].block.rows} x {tiles[0].block.columns} cells hold "
        f"{network.weights:,} weights, {memory_bytes(network):,} bytes; {memory_bytes(network, 8):,} bytes at 8 bits.",
        Grid(
            (
                "layer",
                "neurons",
                "weights each",
                "places",
                "blocks",
                "used",
                "reads",
                "partial sums",
                "sum, bits",
            ),
            rows,
        ),
        (
            "A row of a block is 32 weights of one neuron, read at once; reads and partial sums are per inference.",
        ),
    )


def _or(rate: float | None) -> str:
    return "?" if rate is None else scientific(rate)
