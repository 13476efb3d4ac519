"""Targets of an experiment file, held against what was found."""

from spicekit.characterize.spec import SpecFile, Targets
from spicekit.statistics import Condition, Statistics, outcome_of
from spicekit.units import engineering

_MEANS = (("energy_set", "J"), ("energy_reset", "J"), ("energy_read", "J"), ("read_delay", "s"))


def missed_targets(content: SpecFile, statistics: Statistics) -> list[str]:
    """Return one line for each target that is not shown to be met; what was not measured is not met."""
    lines = []
    for asked, found in zip(content.conditions, statistics.conditions, strict=True):
        lines += [f"{asked.name}: {line}" for line in _missed(asked.targets, found)]
    return lines


def _missed(targets: Targets, found: Condition) -> list[str]:
    lines = []
    agreed = outcome_of(found.estimates, "2t2r") == "agreed"
    limit, rate = targets.ber_2t2r_below, found.ber_2t2r_estimated if agreed else found.ber_2t2r
    if limit is not None and (rate is None or rate.high >= limit):
        high = "nothing" if rate is None else f"an upper end of {rate.high:.2g}"
        lines.append(f"`ber_2t2r_below` is {limit:g}, found {high}")
    for name, unit in _MEANS:
        limit, moments = getattr(targets, f"{name}_below"), getattr(found, name)
        if limit is not None and (moments is None or moments.mean >= limit):
            mean = "nothing" if moments is None else engineering(moments.mean, unit)
            lines.append(f"`{name}_below` is {engineering(limit, unit)}, found {mean}")
    return lines
