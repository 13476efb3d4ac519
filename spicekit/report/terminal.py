"""The table of a run for the command line."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from spicekit.report import numbers
from spicekit.report.estimated import CELLS, estimated
from spicekit.statistics import Condition, Statistics
from spicekit.units import engineering

_SIDE_BY_SIDE = 4  # conditions that fit beside each other in 80 columns; more go into further tables


def terminal_table(statistics: Statistics) -> Group:
    """Return compact tables, a row per quantity; bounds read ``< 3.7e-3``, and extrapolated rates say that they are."""
    named = {condition.name: _cells(condition) for condition in statistics.conditions}
    quantities = [
        key for key in next(iter(named.values()), {}) if any(cells[key] != "–" for cells in named.values())
    ]
    notes = ["BER counted in simulated reads"]
    if any("estimated" in key for key in quantities):
        notes.append("estimated: by rare-event sampling")
    notes.append("extrapolated: from fitted log-normal laws")
    notes += sorted({f"{c.endurance.status} ageing" for c in statistics.conditions if c.endurance})
    names = list(named)
    tables = [names[first : first + _SIDE_BY_SIDE] for first in range(0, len(names), _SIDE_BY_SIDE)]
    return Group(
        *(_table(quantities, {n: named[n] for n in row}) for row in tables), Text("; ".join(notes), "italic")
    )


def _table(quantities: list[str], named: dict[str, dict[str, str]]) -> Table:
    table = Table("")
    for name in named:
        table.add_column(name, justify="right", overflow="fold")
    for key in quantities:
        table.add_row(key, *(cells[key] for cells in named.values()))
    return table


def _cells(condition: Condition) -> dict[str, str]:
    texts = {
        "LRS median": engineering(condition.lrs.median, "Ω") if condition.lrs else "–",
        "HRS median": engineering(condition.hrs.median, "Ω") if condition.hrs else "–",
        "BER 1T1R": numbers.probability(condition.ber_1t1r),
        "BER 2T2R": numbers.probability(condition.ber_2t2r),
        **{f"BER {name} estimated": _estimated(condition, cell) for cell, name in CELLS},
        "BER 1T1R extrapolated": numbers.probability(condition.ber_1t1r_lognormal),
        "BER 2T2R extrapolated": numbers.probability(condition.ber_2t2r_lognormal),
        "SET energy": numbers.mean(condition.energy_set, "J"),
        "RESET energy": numbers.mean(condition.energy_reset, "J"),
        "read energy": numbers.mean(condition.energy_read, "J"),
        "read delay": numbers.mean(condition.read_delay, "s"),
        "cycles to the criterion": numbers.cyclability(condition.endurance),
    }
    return {key: "–" if text == "not measured" else text for key, text in texts.items()}


def _estimated(condition: Condition, cell: str) -> str:
    one = estimated(condition, cell)
    if one is None:
        return "–"
    return numbers.probability(one.rate) if one.agreed else one.outcome
