"""Section of the page: an inference read in the array beside lone reads, part by part."""

from spicekit.network.bnn.conditions import Cells
from spicekit.network.bnn.energy import Budget, not_counted
from spicekit.network.bnn.gathered import percent
from spicekit.network.bnn.in_array import NOT_COUNTED, PARTS, InArray
from spicekit.network.bnn.plots import energy_plot
from spicekit.network.bnn.result import Result
from spicekit.network.bnn.result import in_words as said_of
from spicekit.page.numbers import interval, plus_minus, scientific
from spicekit.page.section import Grid, Section
from spicekit.units import engineering


def array_section(result: Result) -> Section:
    """Return the first condition's inference with both figures; the result has some in the array."""
    name, found = next(iter(result.in_array.items()))
    lone = result.budgets[name]
    of_array, eight = found.budgets
    others = [(other, one) for other, one in list(result.in_array.items())[1:]]
    return Section(
        "An inference read in the array",
        (
            (
                energy_plot((lone[0], of_array, lone[1], eight)),
                "Binarized, then with 8 bits and the same neurons: lone reads, and reads in the array.",
            ),
        ),
        f"{in_words(name, found, lone[0])} {_why(found, lone[0])} With 8 bits and the same neurons in the same array "
        f"{engineering(eight.total, 'J')}, {eight.total / of_array.total:.2g} times as much as binarized; with lone "
        f"reads it was {lone[1].total / lone[0].total:.2g} times.",
        Grid(("part, binarized", "lone reads", "in the array", "difference"), tuple(_rows(found, lone[0]))),
        (
            *(f"{doubt[0].upper()}{doubt[1:]}." for doubt in found.doubts),
            *(in_words(other, one, result.budgets[other][0]) for other, one in others),
            f"In the array: {of_array.items[0].source}. Logic there: {of_array.items[len(PARTS)].source}. Both "
            "networks are read and computed with the same figures.",
            "A lone read is the plain read without the XNOR, of a cell with the lumped lines of the design file; word "
            "line and control signals are not in it.",
            *(_errors(one) for one in result.in_array.values() if one.cells or one is found),
            _LONE,
            *([_ASSUMED] if any(one.cells for one in result.in_array.values()) else []),
            f"Not counted in the array either: {not_counted(NOT_COUNTED, found.budgets)}. No array of single devices "
            "was simulated, so that 1T1R has no such figure.",
        ),
    )


def in_words(name: str, found: InArray, lone: Budget) -> str:
    """Return what an inference takes both ways, in a sentence."""
    return (
        f"{name}: an inference takes {engineering(lone.total, 'J')} with lone reads, and "
        f"{engineering(found.budgets[0].total, 'J')} read in the array ({found.point.rows} x {found.point.columns}, "
        f"{found.point.condition}), {found.budgets[0].total / lone.total:.2g} times as much."
    )


def errors_in_words(name: str, cells: Cells) -> str:
    """Return the error rate of a condition in the array, and what it leaves of the accuracy."""
    return f"{name}, read in the array: {_with_ends(cells)}"


def _with_ends(cells: Cells) -> str:
    """Return rate and accuracy, and the accuracy at the ends of the rate, as it was counted in few bits."""
    if cells.bound:
        return said_of(cells)
    ends = [(cells.rates[end].mean, cells.accuracy[end].mean) for end in ("low", "high")]
    rates, shares = (
        " and ".join(said) for said in zip(*((scientific(a), percent(b)) for a, b in ends), strict=True)
    )
    return f"{said_of(cells)}; at the ends of that rate, {rates}, the accuracy is {shares}"


def _errors(found: InArray) -> str:
    """Return how many bits of the array were wrong beside the same cells alone, and the accuracy with that rate."""
    point, cells = found.point, found.cells
    said = (
        f"Of {point.failed.samples:,} bits that were written and read with the XNOR in the array as {point.condition}, "
        f"{point.failed.errors} were wrong, bit error rate {interval(point.failed)}; of the same cells alone "
        f"{point.failed_alone.errors}, {interval(point.failed_alone)}."
    )
    if point.margin and point.margin_alone and point.margin.std and point.margin_alone.std:
        array, alone = (one.mean / one.std for one in (point.margin, point.margin_alone))
        said += (
            f" Margins of reads: {plus_minus(point.margin, 'V')} in the array, {plus_minus(point.margin_alone, 'V')} "
            f"alone, {array:.2g} and {alone:.2g} standard deviations from zero."
        )
    return said if cells is None else f"{said} With the rate of the array: {_with_ends(cells)}."


_ASSUMED = (
    "In the array each bit was read with one input: a wrong or undecided read counts as a weight that stands wrong for "
    "both inputs, equally often for both values. Its rate is counted as if bits failed independently, while those of a "
    "column share an amplifier, so that its ends are somewhat too near; errors gather behind amplifiers as those of "
    "lone reads do."
)
_LONE = (
    "All accuracies on this page but those read in the array are of cells that are read alone. Margins are not "
    "normal: how far they are from zero compares the array with the same cells alone, and is no error rate."
)


def _why(found: InArray, lone: Budget) -> str:
    """Return where the difference comes from."""
    rows = [(name, array - alone) for name, alone, array in _parts(found, lone)]
    total = sum(difference for _, difference in rows)
    said = ", ".join(
        f"{difference / total:.0%} {name}" for name, difference in rows if abs(difference) > 0.005 * total
    )
    return f"Of the difference, {said}."


def _parts(found: InArray, lone: Budget) -> list[tuple[str, float, float]]:
    """Return (part, J with lone reads, J in the array); the supply of a lone amplifier stands in one."""
    array = found.budgets[0]
    read, others = array.items[: len(PARTS)], array.items[len(PARTS) :]
    energies = dict(zip(PARTS, (item.energy for item in read), strict=True))
    supply = energies.pop("precharge") + energies.pop("sense")
    return [
        ("pre-charge and sensing", lone.items[0].energy, supply),
        *((PARTS[key], 0.0, energy) for key, energy in energies.items()),
        *(
            (b.name.partition(",")[0], a.energy, b.energy)
            for a, b in zip(lone.items[1:], others, strict=True)
        ),
    ]


def _rows(found: InArray, lone: Budget) -> list[tuple[str, ...]]:
    parts = _parts(found, lone)
    total = "together", sum(alone for _, alone, _ in parts), sum(array for *_, array in parts)
    return [
        (
            name,
            engineering(alone, "J") if alone else "not counted",
            engineering(array, "J"),
            f"{'+' if array >= alone else '−'}{engineering(abs(array - alone), 'J')}",
        )
        for name, alone, array in [*parts, total]
    ]
