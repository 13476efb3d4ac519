"""Sections of the page: the energy of an inference, and the network in memory blocks."""

from collections.abc import Sequence

from spicekit.network.bnn.energy import (
    BITS,
    NOT_COUNTED,
    PROCESSOR,
    Budget,
    memory_bytes,
    not_counted,
    same_neurons,
)
from spicekit.network.bnn.plots import energy_plot
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.tiling import tile
from spicekit.page.section import Grid, Section
from spicekit.units import engineering


def energy_section(result: Result) -> Section:
    """Return what one inference takes."""
    name, budgets = next(iter(result.budgets.items()), ("", ()))
    network = result.task.network.name
    if not budgets:
        return Section(
            "Energy of one inference", (), notes=("Left out: the statistics have no energy_read.",)
        )
    rows: list[tuple[str, ...]] = []
    for budget in budgets:
        rows.append((f"{budget.name}: {engineering(budget.total, 'J')}",))
        rows += [(item.name, f"{item.count:,.4g}", engineering(item.energy, "J")) for item in budget.items]
    eight = [b for b in budgets[1:] if b.name != PROCESSOR]
    others = "; ".join(f"{b.name} {_times(b.total / budgets[0].total)} times" for b in eight)
    unequal = (
        () if result.widths else (f" No 8-bit networks of other widths stand beside {network}, to make one.",)
    )
    timed = [
        f" The binarized network itself takes {_times(b.total / budgets[0].total)} times that on this processor."
        for b in budgets[1:]
        if b not in eight
    ]
    return Section(
        "Energy of one inference",
        ((energy_plot(budgets), "Parts of each budget, and its total."),),
        f"With the reads of condition {name}: {engineering(budgets[0].total, 'J')}. With 8 bits and "
        f"the same neurons, where the weights stand decides what it takes: {others}. Such a network is more accurate "
        "as a rule, so that this is no comparison at equal accuracy." + "".join([*unequal, *timed]),
        Grid(("part", "count", "energy"), tuple(rows)),
        (
            *_sources(budgets),
            f"Not counted, in any network: {not_counted(NOT_COUNTED, budgets)}.",
            "The 8-bit network sees the values themselves, no thermometer code, and fetches each weight once per "
            "inference; in 2T2R blocks a convolution reads its weights again at each place.",
        ),
    )


def _times(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 10 else f"{ratio:,.0f}"


def _sources(budgets: Sequence[Budget]) -> list[str]:
    names: dict[str, list[str]] = {}
    for item in (item for budget in budgets for item in budget.items):
        of_source = names.setdefault(item.source, [])
        if item.name not in of_source:
            of_source.append(item.name)
    return [f"{'; '.join(of_source)}: {source}." for source, of_source in names.items()]


def memory_section(result: Result) -> Section:
    """Return how the network lies in memory blocks."""
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
        f"{network.weights:,} weights, {memory_bytes(tiles):,} bytes; the same neurons with 8 bits, without a "
        f"thermometer code, {memory_bytes(same_neurons(network), BITS):,} bytes.",
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
