"""What follows from a network's result, in a few sentences: which programming condition to take."""

from spicekit.network.bnn.conditions import ConditionResult
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
            said.append(_cost(found))
    if bounds:
        least = min(bounds, key=lambda found: found.cells.accuracy["best"].mean)
        said.append(
            f"Of {_names(bounds)} no error was seen in too few reads to judge: the accuracy is at least "
            f"{floored(least.cells.accuracy['best'].interval[0])}, more samples or rare-event estimates would tell."
        )
    unharmed = [found for found in judged if found in harmless or _lost(found)[0] <= 0]
    if len(unharmed) > 1:
        said.append(_choice(unharmed, all(found in harmless for found in unharmed)))
    return " ".join(said)


def _lost(found: ConditionResult) -> tuple[float, float, float]:
    """Return low, mean and high of the accuracy that the errors of a condition cost."""
    return found.cells.accuracy["best"].loss


def _cost(found: ConditionResult) -> str:
    low, mean, high = (round(100 * lost, 2) + 0.0 for lost in _lost(found))  # no -0
    lost = minus(f"{mean:.2g} points ({low:.2g} … {high:.2g}")
    at = f"{lost}; bit error rate {scientific(found.cells.rates['best'].mean)})"
    if low > 0:
        return f"{found.condition.name} costs it {at}."
    accuracy = found.cells.accuracy["best"]
    return (
        f"What {found.condition.name} costs is not told by {len(accuracy.of_chips)} chips and {accuracy.samples:,} "
        f"samples: {at}."
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
    names = [found.condition.name for found in conditions]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
