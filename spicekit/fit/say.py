"""A solution in words and numbers: what was fitted, and what could not be told."""

import math
from collections.abc import Sequence

from spicekit.fit.curve import BARRIER
from spicekit.fit.estimate import Estimate, Interval
from spicekit.fit.form import Formed, Forms
from spicekit.fit.measured import STATES
from spicekit.fit.rows import StateRows
from spicekit.fit.solve import Solution
from spicekit.models.population import PARTS
from spicekit.models.rram import RramModel

_SHOWN = 10  # lines that are named
_MUCH = 0.5  # of a spread, which other parameters bring, is worth a word


def estimates(base: RramModel, solution: Solution, forms: Forms | None = None) -> tuple[Estimate, ...]:
    """Return every number fitted, with its interval."""
    count = {s: len(r.table) for s, r in solution.rows.items()}
    found = []
    for p, interval in solution.choice.laws.parameters.items():
        state = "lrs" if p in ("e_set", "e_set_gap") else "hrs"
        if forms and state in forms.states and p == forms.states[state].parameter:
            interval = _moved(interval, forms.states[state].centre)
        found.append(
            Estimate(("parameters", p), base.value(p), interval, base.quantities[p].unit, count[state])
        )
    for s, formed in forms.states.items() if forms else ():
        p = formed.parameter
        for part in PARTS:
            unit = base.quantities[p].unit
            found.append(
                Estimate(("spread", p, part), base.sigma(p, part), formed.part(part), unit, count[s])
            )
    for (s, level), fit in solution.fits.items():
        if forms and s in forms.states:
            continue
        p, of = BARRIER[s], "device" if level == "device" else "slow"
        stated = "device and cycle together" if level == "total" else ""
        unit = base.quantities[p].unit
        found.append(Estimate(("spread", p, of), base.sigma(p, of), fit.sigma, unit, count[s], stated))
    if memory := forms.memory if forms else solution.memory:
        before = base.cycling.correlation_cycles.value
        told = sum(count[s] for s, r in solution.rows.items() if r.apart != "total")
        found.append(Estimate(("cycling", "correlation_cycles"), before, memory, "1", told))
    return tuple(found)


def notes(base: RramModel, solution: Solution, forms: Forms | None = None) -> list[str]:
    """Return a line on each thing that was left out, put down or could not be told."""
    found = []
    for s, rows in solution.rows.items():
        name, p = s.upper(), BARRIER[s]
        if formed := forms and forms.states.get(s):
            found.append(_of_form(name, formed))
            continue
        if rows.failed:
            count = len(rows.failed)
            found.append(
                f"{name}: {count} of {count + len(rows.table)} resistances lie more than 5 robust standard deviations "
                f"off (line {_listed(rows.failed)}): taken for pulses that did not switch, and left out"
            )
        if rows.bounded:
            found.append(
                f"{name}: at {len(rows.bounded)} of {len(rows.settings)} conditions rows only bound the resistance: "
                "their mean is that of a normal law of values and bounds; the spread is that of the other conditions"
            )
        if rows.apart == "total":
            found.append(
                f"{name}: no device was measured twice, so device and cycle cannot be told apart: all spread of "
                f"`{p}` stands under `slow`, its `device` is 0"
            )
        if rows.apart == "cycle":
            found.append(
                f"{name}: one device alone: `{p}` is that of this device and its interval says nothing of others; the "
                f"spread of `{p}` between devices is kept from the base card"
            )
        if solution.memory is None:
            found.append(f"{name}: how long cycles remember cannot be told {_why_no_memory(rows, base)}")
        for level in [at for at in ("device", "cycle", "total") if (s, at) in solution.fits]:
            fit = solution.fits[s, level]
            if fit.sigma.value == 0:
                found.append(
                    f"{name}: spreads of other parameters and of the access transistor bring {_times(fit.others)} the "
                    f"variance measured ({level}): none is left for `{p}`"
                )
    for (p, of), scale in solution.scaled.items():
        what = "put to zero" if scale == 0 else f"scaled by {scale:.2f}"
        found.append(
            f"`spread.{p}.{of}` of the base card is {what}: with it the card spreads more than measured"
        )
    absent = [s for s in STATES if s not in solution.rows]
    found += [
        f"no resistances of {s.upper()}: `{BARRIER[s]}` and its spread are kept from the base card"
        for s in absent
    ]
    return found


def _moved(interval: Interval, centre: Interval) -> Interval:
    """Return the interval of a barrier whose median device lies off the laws; errors of both add up in squares."""
    value = interval.value + centre.value
    low, high = (
        math.hypot(getattr(interval, end) - interval.value, getattr(centre, end) - centre.value)
        for end in ("low", "high")
    )
    return Interval(value, value - low, value + high)


def _of_form(name: str, formed: Formed) -> str:
    parts, shape = formed.parts, formed.parts.shape
    form = f"; the fresh part has skew {shape.skew:.2f} and tail {shape.tail:.2f}" if shape else ""
    beyond = (
        f"; {formed.beyond:,} of {formed.resistances:,} resistances lie beyond what any `{formed.parameter}` gives"
        if formed.beyond
        else ""
    )
    if formed.others > _MUCH:
        share = f"{formed.others**2:.0%} of the variance measured"
        beyond += f"; other parameters and the access transistor's mismatch bring {share}"
    told = (
        f"devices differ in the size of their fresh part by {parts.uneven:.2f} (ln)"
        if shape
        else "its cycles are too few to tell what is slow: all that differs between them is taken for fresh, and normal"
    )
    return (
        f"{name}: the distribution of `{formed.parameter}` is fitted with its tails: of its variance "
        f"{parts.device**2:.0%} is between devices, {parts.slow**2:.0%} slow, {parts.fresh**2:.0%} fresh{form}; "
        f"{told}{beyond}"
    )


def _listed(lines: Sequence[int]) -> str:
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return ", ".join(map(str, lines[:_SHOWN])) + more


def _times(ratio: float) -> str:
    return f"{ratio:.0%} of" if ratio < 1.995 else f"{ratio:.0f} times" if ratio < 10 else "over ten times"


def _why_no_memory(rows: StateRows, base: RramModel) -> str:
    if rows.apart == "total":
        return "without repeats on one device"
    if not rows.has_cycle:
        return "without a column `cycle`: repeats are taken as independent"
    return f"from these cycles: the base card's {base.cycling.correlation_cycles.value:g} cycles are taken"
