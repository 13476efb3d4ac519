"""Targets of an experiment file, held against what was found."""

from spicekit.experiment.conditions import Targets
from spicekit.experiment.file import SpecFile
from spicekit.statistics import Condition, Statistics, best_rate
from spicekit.units import engineering

_MEANS = (("energy_set", "J"), ("energy_reset", "J"), ("energy_read", "J"), ("read_delay", "s"))


def missed_targets(content: SpecFile, statistics: Statistics) -> list[str]:
    """Return one line for each target that is not shown to be met, also at each point of the grid.

    What was not measured is not met.
    """
    lines = []
    for asked, found in zip(content.conditions, statistics.conditions, strict=True):
        lines += [f"{asked.name}: {line}" for line in _missed(asked.targets, found)]
    for point in statistics.grid:
        if point.conditions and point.conditions != statistics.conditions:
            for asked, found in zip(content.conditions, point.conditions, strict=True):
                lines += [f"{asked.name} at {point.name}: {line}" for line in _missed(asked.targets, found)]
    return lines


def _missed(targets: Targets, found: Condition) -> list[str]:
    lines = []
    limit, known = targets.ber_2t2r_below, best_rate(found, "2t2r")
    if limit is not None and (known is None or not known.result or known.rate.high >= limit):
        high = f"an upper end of {known.rate.high:.2g}" if known and known.result else "nothing"
        lines.append(f"`ber_2t2r_below` is {limit:g}, found {high}")
    for name, unit in _MEANS:
        limit, moments = getattr(targets, f"{name}_below"), getattr(found, name)
        if limit is not None and (moments is None or moments.mean >= limit):
            mean = "nothing" if moments is None else engineering(moments.mean, unit)
            lines.append(f"`{name}_below` is {engineering(limit, unit)}, found {mean}")
    return lines
