"""What follows from a network's result, in a few sentences: which programming condition to take."""

from decimal import ROUND_CEILING

from spicekit.network.bnn.conditions import Cells, ConditionResult
from spicekit.network.bnn.result import Result, floored
from spicekit.page.numbers import minus, scientific
from spicekit.units import engineering

_NOTHING = 0.001  # of accuracy: a tenth of a point


def verdict(result: Result) -> str:
    """Return which condition the network asks for, or what is not known yet."""
    if result.worthless:
        return "What errors cost it says nothing."
    bounds = [found for found in result.conditions if found.cells.bound and found.loss > _NOTHING]
    judged = [found for found in result.conditions if found not in bounds]
    harmless = [found for found in judged if _lost(found)[2] <= _NOTHING]
    said = []
    if harmless:
        said.append(
            f"{_names(harmless)} cost{'s' * (len(harmless) == 1)} the network less than a tenth of a point."
        )
    for found in judged:
        if found not in harmless:
            said.append(_cost(found.condition.name, found.cells))
    if bounds:
        least = min(bounds, key=lambda found: found.cells.accuracy["best"].mean)
        said.append(
            f"Of {_names(bounds)} no error was seen in too few reads to judge: the accuracy is at least "
            f"{floored(least.cells.accuracy['best'].interval[0])}, more samples or rare-event estimates would tell."
        )
    unharmed = [found for found in judged if found in harmless or _lost(found)[0] <= 0]
    if len(unharmed) > 1:
        said.append(_choice(unharmed, all(found in harmless for found in unharmed)))
    said += _in_array(result)
    return " ".join(said)


def _in_array(result: Result) -> list[str]:
    """Return what errors of bits in the array cost, where lone cells alone would say less; empty without an array."""
    cells = {name: found.cells for name, found in result.in_array.items() if found.cells}
    said = []
    for name, found in cells.items():
        if not found.bound:
            said.append(_cost(name, found, "Read in the array, "))
    if bounds := [name for name, found in cells.items() if found.bound]:
        least = min((cells[name] for name in bounds), key=lambda found: found.accuracy["best"].mean)
        rate = scientific(max(cells[name].rates["best"].mean for name in bounds), ROUND_CEILING)
        said.append(
            f"Read in the array, no bit of {_and(bounds)} was wrong, which says no more than bit error rates below "
            f"{rate} and an accuracy of at least {floored(least.accuracy['best'].interval[0])}."
        )
    return said


def _lost(found: ConditionResult) -> tuple[float, float, float]:
    """Return low, mean and high of the accuracy that the errors of a condition cost."""
    return found.cells.accuracy["best"].loss


def _cost(name: str, cells: Cells, where: str = "") -> str:
    """Return what errors of these cells cost the network, in a sentence that begins with `where`."""
    accuracy = cells.accuracy["best"]
    low, mean, high = (round(100 * lost, 2) + 0.0 for lost in accuracy.loss)  # no -0
    lost = minus(f"{mean:.2g} points ({low:.2g} … {high:.2g}")
    at = f"{lost}; bit error rate {scientific(cells.rates['best'].mean)})"
    if low > 0:
        return f"{where}{name} costs it {at}."
    return (
        f"{where}{'what' if where else 'What'} {name} costs is not told by {len(accuracy.of_chips)} chips and "
        f"{accuracy.samples:,} samples: {at}."
    )


def _choice(unharmed: list[ConditionResult], harmless: bool) -> str:
    """Return what else there is to choose between conditions that are not seen to cost the network anything.

    Args:
        harmless: whether they are shown to cost nothing to speak of.
    """
    cheap = [found for found in unharmed if found.programming_energy]
    lives = [found for found in unharmed if found.condition.endurance and found.condition.endurance.cycles]
    said = []
    if len(cheap) > 1:
        best = min(cheap, key=lambda found: found.programming_energy or 0)
        energy = engineering(best.programming_energy or 0, "J")
        said.append(f"{best.condition.name} takes least energy to program ({energy} a weight)")
    if len(lives) > 1:
        best = max(lives, key=lambda found: found.condition.endurance.cycles)  # type: ignore[union-attr]
        doubts = [found.condition.endurance.doubt for found in lives]  # type: ignore[union-attr]
        unsure = " (in doubt)" if any(doubts) else ""  # one in doubt may last longer
        said.append(f"{best.condition.name} lasts longest{unsure}")
    if not said:
        return ""
    doubt = "" if harmless else ", if they cost it nothing, which is not ruled out,"
    return f"Between {_names(unharmed)}{doubt} other things decide: {', '.join(said)}."


def _names(conditions: list[ConditionResult]) -> str:
    return _and([found.condition.name for found in conditions])


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
