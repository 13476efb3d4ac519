"""The table of a run for the command line."""

from rich.table import Table

from spicekit.report import numbers
from spicekit.statistics import Condition, Statistics
from spicekit.units import engineering


def terminal_table(statistics: Statistics) -> Table:
    """Return a compact table; bounds read ``< 3.7e-3``, and extrapolated rates say that they are."""
    table = Table(
        caption="BER: counted in simulated reads; extrap.: closed form of the fitted log-normal laws"
    )
    table.add_column("condition", overflow="fold")
    for heading in ("LRS", "HRS", "BER 1T1R", "BER 2T2R", "2T2R extrap.", "SET", "RESET", "read", "delay"):
        table.add_column(heading, justify="right")
    with_endurance = any(condition.endurance for condition in statistics.conditions)
    if with_endurance:
        table.add_column("cycles (assumed ageing)", justify="right")
    for condition in statistics.conditions:
        cells = _cells(condition)
        table.add_row(
            *cells, *([_or_dash(numbers.cyclability(condition.endurance))] if with_endurance else [])
        )
    return table


def _cells(condition: Condition) -> list[str]:
    laws = [engineering(law.median, "Ω") if law else "–" for law in (condition.lrs, condition.hrs)]
    rates = (condition.ber_1t1r, condition.ber_2t2r, condition.ber_2t2r_lognormal)
    energies = (condition.energy_set, condition.energy_reset, condition.energy_read)
    return [
        condition.name,
        *laws,
        *(_or_dash(numbers.probability(rate)) for rate in rates),
        *(_or_dash(numbers.mean(energy, "J")) for energy in energies),
        _or_dash(numbers.mean(condition.read_delay, "s")),
    ]


def _or_dash(text: str) -> str:
    return "–" if text == "not measured" else text
