"""Which condition to take: who wins in error rate, energy and life, and who is beaten in all of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from spicekit.page import numbers
from spicekit.statistics import Condition, Probability, Statistics, best_rate, known_rates

_CLOSE = 0.01  # energies nearer to each other than twice this part are called equal
_SURE = 2.0  # standard errors of a mean energy


@dataclass(frozen=True)
class Value:
    """A quantity of one condition: where it may lie, smaller is better, and how it reads."""

    low: float
    high: float
    text: str
    unseen: bool = False  # only a bound: nothing failed
    law: Probability | None = None  # what laws extrapolate to, which is no result


@dataclass(frozen=True)
class Aim:
    """What one may want of a memory."""

    best: str
    better: str
    what: str
    value: Callable[[Condition], Value | None]


def verdict(statistics: Statistics) -> str:
    """Return the answer to “which one do I take?”; empty with fewer than two conditions."""
    conditions = statistics.conditions
    if len(conditions) < 2:
        return ""
    aims = [
        (aim, values)
        for aim in _AIMS
        if len(values := {c.name: v for c in conditions if (v := aim.value(c))}) > 1
    ]
    if not aims:
        return "Nothing was measured that tells the conditions apart."
    leaders = [_leaders(values) for _, values in aims]
    alone = {names[0] for names in leaders if len(names) == 1}
    if len(aims) > 1 and len(alone) == 1 and all(len(names) == 1 for names in leaders):
        wins = [
            f"{aim.best} ({values[names[0]].text})"
            for (aim, values), names in zip(aims, leaders, strict=True)
        ]
        return f"Take {alone.pop()}: it has {' and '.join(wins)}.{_unknown(aims)}"
    # who leads alone comes first
    order = sorted(zip(aims, leaders, strict=True), key=lambda one: len(one[1]))
    said = "; ".join(_leading(aim, values, names) for (aim, values), names in order)
    start = "Which one to take depends on what counts:" if len(alone) > 1 else "Of these conditions:"
    return " ".join([f"{start} {said}.", *_beaten([c.name for c in conditions], aims, alone)]) + _unknown(
        aims
    )


def _unknown(aims: list[tuple[Aim, dict[str, Value]]]) -> str:
    """Return a sentence on what the run does not tell at all, so that nobody takes the answer for a whole one."""
    known = [aim for aim, _ in aims]
    rest = [aim.what for aim in _AIMS if aim not in known]
    return f" This run does not compare their {' and '.join(rest)}." if rest else ""


def _leaders(values: dict[str, Value]) -> list[str]:
    """Return who is not surely beaten by anybody."""
    return [name for name, v in values.items() if not any(o.high < v.low for o in values.values())]


def _leading(aim: Aim, values: dict[str, Value], names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} has {aim.best} ({values[names[0]].text})"
    everybody = len(names) == len(values)
    if all(values[name].unseen for name in names):
        which = "any of them" if everybody else " or ".join(names)
        return f"this run does not tell which has {aim.best}, as no read failed with {which}{_extrapolated(values)}"
    which = "they" if everybody else " and ".join(names)
    return f"{which} do not surely differ in {aim.what}"


def _extrapolated(values: dict[str, Value]) -> str:
    laws = {name: Value(v.law.low, v.law.high, "") for name, v in values.items() if v.law}
    leaders = _leaders(laws)
    if len(laws) < len(values) or len(leaders) > 1:
        return ""
    return f" (extrapolated, which is no result: {leaders[0]})"


def _beaten(names: list[str], aims: list[tuple[Aim, dict[str, Value]]], leaders: set[str]) -> list[str]:
    """Return a sentence on the conditions that another one surely beats in everything known of both."""
    beaten: dict[tuple[str, str], list[str]] = {}
    for name in names:
        for other in sorted(names, key=lambda one: one not in leaders):
            pairs = [(aim, v[other], v[name]) for aim, v in aims if other in v and name in v]
            if len(pairs) > 1 and all(a.high < b.low for _, a, b in pairs):
                wins = " and ".join(aim.better for aim, _, _ in pairs)
                beaten.setdefault((other, wins), []).append(name)
                break
    return [
        f"Nothing measured here speaks for {' or '.join(those)}: {other} has {wins}."
        for (other, wins), those in beaten.items()
    ]


def _errors(c: Condition) -> Value | None:
    known = best_rate(c, "2t2r")
    if known is None:
        return None
    how = f"no error in {known.rate.samples} reads" if known.bound and known.how == "counted" else known.how
    doubt = "" if known.result or known.doubt == known.how else f", {known.doubt}"
    text = f"{numbers.probability(known.rate)}, {how}{doubt}"
    law = next(
        (one for one in known_rates(c, "2t2r") if one.how == "extrapolated" and not one.excluded_by), None
    )
    return Value(known.rate.low, known.rate.high, text, known.bound, law.rate if law else None)


def _energy(c: Condition) -> Value | None:
    block = c.energy_pair or c.energy_set
    if block is None:
        return None
    samples = (c.ber_2t2r.samples - c.ber_2t2r.discards) if c.ber_2t2r else 1
    wide = max(_SURE * block.std / math.sqrt(max(samples, 1)), _CLOSE * block.mean)
    pulses = "SET + RESET" if c.energy_pair else "SET"
    return Value(block.mean - wide, block.mean + wide, f"{numbers.mean(block, 'J')} for {pulses}")


def _life(c: Condition) -> Value | None:
    endurance = c.endurance
    text = numbers.cyclability(endurance).split(" (")[0]  # without the interval
    if endurance is None or text == "not measured":
        return None
    low, high = endurance.bounds()
    if low is None and high is None:
        return None
    # more is better here
    return Value(-(high or math.inf), -(low or 0.0), f"{text} cycles, {endurance.status} ageing")


_AIMS = (
    Aim("the fewest errors", "fewer errors", "errors", _errors),
    Aim("the least energy", "less energy", "energy", _energy),
    Aim("the longest life", "a longer life", "life", _life),
)
