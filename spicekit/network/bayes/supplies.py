"""What other supplies do: error rates of the memory and energies of a likelihood, point by point of a grid."""

from dataclasses import dataclass

from spicekit.network.bayes.energy import Circuit
from spicekit.network.bnn.rates import ErrorRates, rates_of
from spicekit.statistics import GridPoint, Statistics
from spicekit.studies.bayes_column.result import BayesColumn

_ROOM = 300.15  # K


@dataclass(frozen=True)
class Supply:
    """One supply of amplifiers and logic."""

    voltage: float  # V
    condition: str
    rates: ErrorRates
    high: ErrorRates  # upper end
    circuit: Circuit | None  # None where no likelihood was simulated there


def supplies_of(statistics: Statistics, source: str) -> tuple[Supply, ...]:
    """Return the points of a grid of supplies alone, by rising voltage; none if the statistics have no such grid.

    Raises:
        InputError: a point without an error rate that is a result.
    """
    points = [p for p in statistics.grid if p.conditions and not p.parameters and not p.memory]
    usual = next((p for p in points if p.process.endswith("tt") and abs(p.temperature - _ROOM) < 1), None)
    first = usual or (points[0] if points else None)
    kept = [p for p in points if first and _place(p) == _place(first)]
    if len({p.supply for p in kept}) < 2:
        return ()
    found = []
    for point in sorted(kept, key=lambda p: p.supply):
        condition = point.conditions[0]
        block = point.studies.get("bayes_column")
        column = BayesColumn.model_validate(block) if block else None
        circuit = Circuit(column, f"{source} at {point.supply:g} V") if column else None
        low, high = rates_of(condition), rates_of(condition, "high")
        found.append(Supply(point.supply, condition.name, low, high, circuit))
    return tuple(found)


def _place(point: GridPoint) -> tuple[str, float]:
    return point.process, point.temperature
