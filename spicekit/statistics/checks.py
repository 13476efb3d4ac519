"""What a file of statistics may not say: numbers without end, intervals turned round, more errors than samples.

Refused is what cannot be; what is odd only, such as a key that is close to a known one, is told as a doubt.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from spicekit.block import (
    OF_WHOLE,
    Block,
    Distribution,
    ErrorCorrelation,
    Estimate,
    Moments,
    Probability,
    Share,
)
from spicekit.errors import did_you_mean
from spicekit.statistics.blocks import Condition, Endurance

_COUNTED = ("ber_1t1r", "ber_2t2r", "ber_2t2r_plus", "ber_2t2r_minus")
_MOMENTS_AT_LEAST_ZERO = "a mean of energies, times or currents is above zero, and a spread is not negative"
_SLACK = 1e-6  # of rounding to the digits of a file
_MEDIANS = 0.05  # that a median and the quantile of one half may differ by
_NEVER_NEGATIVE = ("K", "Ohm", "s", "J", "W")  # units
_POSITIVE = (
    "frequency",
    "linewidth",
    "linewidth_phase",
    "relaxation_rate",
    "resolution",
    "beat",
    "power",
    "compliance",
)
_SIGNS = ("neuron_input", "weight")  # whole numbers that are +1 or -1
_SPREADS = ("sigma", "std_", "_std", "spread")  # in names of standard deviations
_SHARES = ("antiparallel", "coherence", "above", "dwell_p_value")
_PARTS = (("censored", "samples"), ("incomplete", "samples"), ("flips_resolved", "flips"),
          ("below_threshold", "devices"), ("unresolved", "devices"), ("unresolved", "sets"))  # fmt: skip
_LONGEST = 200  # characters of a name


def not_finite(tree: Any, key: str = "") -> str | None:
    """Return the first key whose number is NaN or infinite, with what it is; None if there is none."""
    if isinstance(tree, float):
        return None if math.isfinite(tree) else f"`{key}` is {tree}, expected a finite number"
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, part in parts:
        if found := not_finite(part, f"{key}.{name}" if key else str(name)):
            return found
    return None


def contradiction(conditions: tuple[Condition, ...], results: Mapping[str, Block]) -> str | None:
    """Return what no memory can be, by key; None if nothing is amiss.

    Args:
        results: blocks of studies by their key.
    """
    for key, block in results.items():
        for found in _of_block(block, key, False):
            return f"`{found}"
    names = [condition.name for condition in conditions]
    for place, condition in enumerate(conditions):
        where = f"conditions.{place}"
        if names.index(condition.name) < place:
            first = names.index(condition.name)
            return (
                f"`{where}.name` is `{condition.name}`, as `conditions.{first}.name` is: names must be unique"
            )
        if not condition.name.isprintable() or not 0 < len(condition.name) <= _LONGEST:
            return f"`{where}.name` is {condition.name[:40]!r}, expected 1 to {_LONGEST} characters that can be printed"
        for found in _of_condition(condition):
            return f"`{where}.{found}"
    return None


def _of_block(block: Block, where: str, at_least_zero: bool) -> Iterator[str]:
    """Yield what cannot be in a block of a study, by type, unit and name of its fields.

    Args:
        at_least_zero: whether that holds for the whole, of which the block has mean or value, and spread.
    """
    for name, field in type(block).model_fields.items():
        found = getattr(block, name)
        extra = field.json_schema_extra
        unit = extra.get("unit") if isinstance(extra, dict) else None
        spread = name in ("std", "error") or any(word in name for word in _SPREADS)
        either_sign = name == "frequency" and "offset" in type(block).model_fields  # from another frequency
        least = spread or (
            at_least_zero if unit == OF_WHOLE else unit in _NEVER_NEGATIVE or name in _POSITIVE
        )
        for place, one in enumerate(found) if isinstance(found, tuple | list) else ((None, found),):
            key = f"{where}.{name}" if place is None else f"{where}.{name}.{place}"
            number, place_of_number = (one.value, f"{key}.value") if isinstance(one, Estimate) else (one, key)
            if isinstance(number, int | float):
                if name in _SHARES and not -_SLACK <= number <= 1 + _SLACK:
                    yield f"{place_of_number}` is {number:g}, expected a share between 0 and 1"
                whole = isinstance(number, int) and name not in _SIGNS
                if number < 0 and (whole or (least and not either_sign)):
                    yield f"{place_of_number}` is {number:g}, expected zero or more"
            if isinstance(one, Probability | Share):
                yield from (f"{key}.{said}" for said in _of_rate(one, counted=False))
            elif isinstance(one, Distribution):
                yield from (f"{key}.{said}" for said in _of_law(one))
            elif isinstance(one, Block):
                yield from _of_block(one, key, least)
    for part, whole in _PARTS:
        fields = type(block).model_fields
        if part in fields and whole in fields and getattr(block, part) > getattr(block, whole):
            yield f"{where}.{part}` is {getattr(block, part)}, more than all {getattr(block, whole)} `{whole}`"


def _of_condition(condition: Condition) -> Iterator[str]:
    for key in ("set_compliance", "reset_voltage", "pulse_width"):
        if not getattr(condition, key) > 0:
            yield f"{key}` is {getattr(condition, key):g}, expected above zero"
    for key in type(condition).model_fields:
        value = getattr(condition, key)
        if isinstance(value, Probability):
            yield from (f"{key}.{said}" for said in _of_rate(value, counted=key in _COUNTED))
        elif isinstance(value, Distribution):
            yield from (f"{key}.{said}" for said in _of_law(value))
        elif isinstance(value, Moments) and (value.mean < 0 or value.std < 0):
            name = "mean" if value.mean < 0 else "std"
            yield f"{key}.{name}` is {getattr(value, name):g}: {_MOMENTS_AT_LEAST_ZERO}"
        elif isinstance(value, ErrorCorrelation):
            yield from (f"{key}.{said}" for said in _of_correlation(value))
        elif isinstance(value, Endurance):
            yield from (f"{key}.{said}" for said in _of_endurance(value))
    for place, estimate in enumerate(condition.estimates):
        yield from (f"estimates.{place}.rate.{said}" for said in _of_rate(estimate.rate, counted=False))
        twin = [(e.cell, e.stored) for e in condition.estimates].index((estimate.cell, estimate.stored))
        if twin < place:
            yield f"estimates.{place}` is of the same cell and stored value as `estimates.{twin}`"


def _of_rate(rate: Probability | Share, counted: bool) -> Iterator[str]:
    low, high = rate.low * (1 - _SLACK), rate.high * (1 + _SLACK)
    if low > rate.high:
        yield f"low` is {rate.low:g}, which is above `high`, {rate.high:g}"
    elif rate.best is not None and not low <= rate.best <= high:
        yield f"best` is {rate.best:g}, expected between `low` and `high`, {rate.low:g} ... {rate.high:g}"
    key, number = ("events", rate.events) if isinstance(rate, Share) else ("errors", rate.errors)
    if number + rate.discards > rate.samples:
        yield f"{key}` and `discards` are {number} and {rate.discards}, more than the {rate.samples} `samples`"
    elif counted and rate.samples:
        least, most = number / rate.samples, (number + rate.discards) / rate.samples
        if most < low or least > high:
            yield (
                f"errors` are {number} of {rate.samples} `samples`, a rate of {least:g}, "
                f"which is not within `low` ... `high`, {rate.low:g} ... {rate.high:g}"
            )
        elif rate.best is None and number:
            yield f"best` is absent, which says that no error was seen, but `errors` are {number}"
        elif rate.best is not None and not number:
            yield f"best` is {rate.best:g} with no error in {rate.samples} samples: that is a bound; leave `best` null"


def _of_correlation(found: ErrorCorrelation) -> Iterator[str]:
    if not found.low - _SLACK <= found.best <= found.high + _SLACK:
        yield f"best` is {found.best:g}, expected between `low` and `high`, {found.low:g} ... {found.high:g}"
    programmings = found.cells * found.cycles
    if found.errors + found.discards > programmings:
        yield (
            f"errors` and `discards` are {found.errors} and {found.discards}, more than the {programmings} "
            "programmings of `cells` times `cycles`"
        )
    for name in ("worst_share", "without_error"):
        share = getattr(found, name)
        if share is not None and not -_SLACK <= share <= 1 + _SLACK:
            yield f"{name}` is {share:g}, expected a share between 0 and 1"


def _of_law(law: Distribution) -> Iterator[str]:
    known: list[tuple[float, float]] = []
    for text, value in law.quantiles.items():
        try:
            share = float(text)
        except ValueError:
            share = math.nan
        if not 0 < share < 1:
            yield f"quantiles` has the key `{text}`, expected a probability between 0 and 1 as text"
        elif not value > 0:
            yield f"quantiles.{text}` is {value:g}, expected a resistance above zero"
        else:
            known.append((share, value))
    known.sort()
    for (share, value), (after, next_value) in pairwise(known):
        if next_value < value:
            yield f"quantiles.{after:g}` is {next_value:g}, below that of {share:g}, {value:g}"


def _of_endurance(endurance: Endurance) -> Iterator[str]:
    if not 0 < endurance.criterion < 1:
        yield f"criterion` is {endurance.criterion:g}, expected a bit error rate between 0 and 1"
    known = [
        value
        for value in (endurance.cycles_low, endurance.cycles, endurance.cycles_high)
        if value is not None
    ]
    if known != sorted(known) or min(known, default=0) < 0:
        said = " ... ".join(f"{value:g}" for value in known)
        yield f"cycles` with their ends are {said}, expected rising: `cycles_low`, `cycles`, `cycles_high`"
    for place, (cycles, rate) in enumerate(endurance.curve):
        if cycles < 0 or not 0 <= rate <= 1:
            yield f"curve.{place}` is [{cycles:g}, {rate:g}], expected cycles and a rate between 0 and 1"
    for place, (_, low, high) in enumerate(endurance.interval):
        if not 0 <= low <= high <= 1:
            yield f"interval.{place}` is {low:g} ... {high:g}, expected rising, between 0 and 1"
    for place, (_, samples, errors, discards) in enumerate(endurance.counted):
        if min(samples, errors, discards) < 0 or errors + discards > samples:
            yield f"counted.{place}` has more errors and discards ({errors}, {discards}) than samples ({samples})"


def doubts(tree: dict[str, Any], block: Block) -> list[str]:
    """Return what is odd in a file: keys close to known ones that are not used, states that look swapped."""
    said = list(_misspelt(tree, block, ""))
    for condition in getattr(block, "conditions", ()):
        lrs, hrs = condition.lrs, condition.hrs
        if lrs and hrs and lrs.median >= hrs.median:
            said.append(
                f"condition `{condition.name}`: `lrs.median` is {lrs.median:g} Ohm, not below `hrs.median`, "
                f"{hrs.median:g} Ohm: are the states swapped?"
            )
        for key, law in (("lrs", lrs), ("hrs", hrs)):
            half = law.quantiles.get("0.5") if law else None
            if law and half and abs(math.log(half / law.median)) > _MEDIANS:
                said.append(
                    f"condition `{condition.name}`: `{key}.median` is {law.median:g}, but `{key}.quantiles.0.5` "
                    f"is {half:g} Ohm: they are the same number"
                )
    return said


def _misspelt(tree: Any, block: Block, where: str) -> Iterator[str]:
    if not isinstance(tree, dict):
        return
    fields = type(block).model_fields
    known = {field.alias or name: name for name, field in fields.items()}
    for given, part in tree.items():
        key = type(block).renamed.get(given, given)
        place = f"{where}.{key}" if where else key
        if key not in known:
            if close := did_you_mean(key, [name for name in known if name not in tree]):
                yield f"`{place}` is not known and not used{close}"
            continue
        value = getattr(block, known[key])
        if isinstance(value, Block):
            yield from _misspelt(part, value, place)
        elif isinstance(value, tuple | list) and isinstance(part, list):
            for index, (one, inside) in enumerate(zip(part, value, strict=False)):
                if isinstance(inside, Block):
                    yield from _misspelt(one, inside, f"{place}.{index}")
