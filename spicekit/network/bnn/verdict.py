"""What follows from a network's result, in a few sentences: which programming condition to take."""

from spicekit.network.bnn.conditions import ConditionResult
from spicekit.network.bnn.result import Result, floored
from spicekit.page.numbers import scientific
from spicekit.units import engineering

_NOTHING = 0.001  # of accuracy: a tenth of a point


def verdict(result: Result) -> str:
    """Return which condition the network asks for, or what is not known yet."""
    if result.worthless:
        return "What errors cost it says nothing."
    bounds = [found for found in result.conditions if found.cells.bound and found.loss > _NOTHING]
    harmed = [found for found in result.conditions if not found.cells.bound and found.loss > _NOTHING]
    harmless = [found for found in result.conditions if found.loss <= _NOTHING]
    said = []
    if harmless:
        said.append(
            f"{_names(harmless)} cost{'s' * (len(harmless) == 1)} the network less than a tenth of a point."
        )
    for found in harmed:
        rate = scientific(found.cells.rates["best"].mean)
        said.append(f"{found.condition.name} costs it {100 * found.loss:.2g} points (bit error rate {rate}).")
    if bounds:
        least = min(bounds, key=lambda found: found.cells.accuracy["best"].mean)
        said.append(
            f"Of {_names(bounds)} no error was seen in too few reads to judge: the accuracy is at least "
            f"{floored(least.cells.accuracy['best'].mean)}, more samples or rare-event estimates would tell."
        )
    if len(harmless) > 1:
        said.append(_choice(harmless))
    return " ".join(said)


def _choice(harmless: list[ConditionResult]) -> str:
    """Return what else there is to choose between conditions that cost the network nothing."""
    cheap = [found for found in harmless if found.programming_energy]
    lives = [found for found in harmless if found.condition.endurance and found.condition.endurance.cycles]
    said = []
    if len(cheap) > 1:
        best = min(cheap, key=lambda found: found.programming_energy or 0)
        energy = engineering(best.programming_energy or 0, "J")
        said.append(f"{best.condition.name} takes least energy to program ({energy} a weight)")
    if len(lives) > 1:
        best = max(lives, key=lambda found: found.condition.endurance.cycles)  # type: ignore[union-attr]
        said.append(f"{best.condition.name} lasts longest")
    return f"Between them other things decide: {', '.join(said)}." if said else ""


def _names(conditions: list[ConditionResult]) -> str:
    names = [found.condition.name for found in conditions]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
