"""Section of the page: 2T2R against one device behind error-correcting codes."""

from spicekit.network.bnn.plots import codes_plot
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.words import accuracy_at_rate
from spicekit.network.grids import beside
from spicekit.page.numbers import scientific
from spicekit.page.section import Section
from spicekit.statistics import IDEAL

_IDEAL_NOTE = (
    "1T1R here is read by an ideal comparator, since these statistics hold no rate of it behind the real "
    "amplifier; 2T2R is read by the real one. That flatters 1T1R: the two are not compared alike."
)


def codes_section(result: Result) -> Section:
    """Return the section; one condition at least has rates of 1T1R."""
    shown = [found for found in result.conditions if found.others]
    columns = []
    for found in shown:
        every = {cells.name: cells for cells in (found.cells, *found.others)}
        columns.append(
            (("", found.condition.name), *((name, accuracy_at_rate(cells)) for name, cells in every.items()))
        )
    named_alike = len({tuple(name for name, _ in column) for column in columns}) == 1
    if not named_alike:  # some with an ideal comparator, some with the real amplifier
        columns = [
            tuple((name.replace(f", {IDEAL}", ""), said) for name, said in column) for column in columns
        ]
    values = " · ".join(
        f"{found.condition.name} {scientific(rates.plus)}, {scientific(rates.minus)}"
        for found in shown
        if not (rates := found.others[0].rates["best"]).bound
    )
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
                "Accuracy against how many devices a weight takes, one colour a condition, a little aside. "
                f"Bars: for {shown[0].cells.accuracy['best'].others} (95 %); chips, samples and weights are the same "
                "everywhere, so that differences are better known. A triangle that points up is at a bound of the "
                "rate: the accuracy is at least that.",
            ),
        ),
        grid=beside(tuple(columns)),
        sentences=f"Devices per weight: {devices}."
        + (
            f"\nError rates of one device that holds +1 (low resistance), and −1: {values}." if values else ""
        ),
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
