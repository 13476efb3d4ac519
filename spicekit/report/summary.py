"""The findings of a run in sentences, made from its numbers alone."""

from itertools import combinations

from spicekit.report import numbers
from spicekit.report.estimated import estimated
from spicekit.statistics import Condition, Probability, Statistics, ratio
from spicekit.units import engineering


def summary_sentences(statistics: Statistics) -> list[str]:
    """Return the one paragraph: what was run, what is known of the error rates, the order of conditions."""
    sentences = [_extent(statistics), _bounds(statistics)]
    sentences += [_estimates(statistics), _counted_order(statistics), _extrapolated_order(statistics)]
    energies = [(c.energy_set.mean, c.name) for c in statistics.conditions if c.energy_set]
    if len(energies) > 1:
        order = ", ".join(f"{name} ({engineering(value, 'J')})" for value, name in sorted(energies))
        sentences.append(f"By SET energy over the whole path, from low to high: {order}.")
    return [sentence for sentence in sentences if sentence]


def condition_sentence(condition: Condition) -> str:
    """Return what was found for one condition, without its name."""
    parts = [_rate(condition.ber_2t2r), *_estimate(condition)]
    if condition.ber_2t2r_lognormal and condition.ber_2t2r_lognormal.samples:
        extrapolated = numbers.probability(condition.ber_2t2r_lognormal)
        parts.append(f"the log-normal laws of LRS and HRS extrapolate to {extrapolated} (not counted)")
    if condition.energy_set:
        energy = f"a SET pulse takes {numbers.plus_minus(condition.energy_set, 'J')} over the whole path"
        if condition.energy_reset:
            energy += f", a RESET pulse {numbers.plus_minus(condition.energy_reset, 'J')}"
        parts.append(energy)
    if condition.endurance:
        cycles = numbers.cyclability(condition.endurance)
        if cycles != "not measured":
            parts.append(f"under {condition.endurance.status} ageing it lasts {cycles} cycles")
    return "; ".join(parts) + "."


def _extent(statistics: Statistics) -> str:
    rates = [c.ber_2t2r for c in statistics.conditions if c.ber_2t2r]
    if not statistics.conditions:
        return ""
    number = len(statistics.conditions)
    text = f"{number} programming condition{'s' if number > 1 else ''} simulated from the transistor up"
    samples, discards = sum(r.samples for r in rates), sum(r.discards for r in rates)
    return (
        f"{text}: {samples} 2T2R cells programmed and read, {discards} of them discarded."
        if rates
        else f"{text}."
    )


def _bounds(statistics: Statistics) -> str:
    rates = []
    for condition in statistics.conditions:
        block = condition.ber_2t2r
        if block and block.samples > block.discards:
            seen = "no error seen" if block.best is None else f"{block.errors} errors"
            rates.append(f"{numbers.at_most(block.high)} for {condition.name} ({seen})")
    if not rates:
        return ""
    confidence = next(c.ber_2t2r.confidence for c in statistics.conditions if c.ber_2t2r)
    return f"Counted, the 2T2R bit error rate is, at {100 * confidence:.4g} % confidence, {', '.join(rates)}."


def _rate(block: Probability | None) -> str:
    if block is None:
        return "the 2T2R bit error rate was not measured"
    valid = block.samples - block.discards
    if valid <= 0:
        return (
            f"no 2T2R read was valid ({block.discards} discarded), so nothing is known of its bit error rate"
        )
    sure = f"{100 * block.confidence:.4g} % confidence"
    if block.best is None:
        bound = numbers.at_most(block.high).removeprefix("< ")
        return f"no error was seen in {valid} 2T2R reads, so the bit error rate is below {bound} ({sure})"
    rate = numbers.interval(block)
    return f"{block.errors} of {valid} 2T2R reads were wrong, a bit error rate of {rate} ({sure})"


def _estimates(statistics: Statistics) -> str:
    found = [(c.name, one) for c in statistics.conditions if (one := estimated(c, "2t2r"))]
    agreed = [f"{one.text} for {name}" for name, one in found if one.agreed]
    doubted = [f"{name} ({one.outcome})" for name, one in found if not one.agreed]
    text = f"Estimated by rare-event sampling, it is {', '.join(agreed)}." if agreed else ""
    if doubted:
        text += f"{' ' if text else ''}The rare-event estimates of {', '.join(doubted)} are no result."
    return text


def _estimate(condition: Condition) -> list[str]:
    """Return what rare-event sampling says, and whether that fits the count."""
    one, counted = estimated(condition, "2t2r"), condition.ber_2t2r
    if one is None:
        return []
    if one.rate is None or not (one.agreed or one.excluded):
        return [f"rare-event sampling gave no result ({one.outcome})"]
    text = f"rare-event sampling gives {numbers.interval(one.rate)}"
    apart = ratio(one.rate, counted) if counted else None
    if apart:
        fits = "agrees with the count" if apart.agrees else "does NOT agree with the count"
        text += f", which {fits} (ratio {numbers.ratio_interval(apart)})"
    elif counted and counted.samples > counted.discards and one.rate.low > counted.high:
        text += ", which does NOT agree with the count: no error was seen"
    return [text]


def _counted_order(statistics: Statistics) -> str:
    rated = [
        (c.name, c.ber_2t2r)
        for c in statistics.conditions
        if c.ber_2t2r and c.ber_2t2r.samples > c.ber_2t2r.discards
    ]
    if len(rated) < 2:
        return ""
    apart = []
    for (a, first), (b, second) in combinations(rated, 2):
        if first.high < second.low:
            apart.append(f"{a} below {b}")
        elif second.high < first.low:
            apart.append(f"{b} below {a}")
    if not apart:
        return "The counted intervals of 2T2R errors overlap, so counts of this many samples give no order."
    every = len(apart) == len(rated) * (len(rated) - 1) // 2
    rest = "" if every else "; the other pairs overlap"
    return f"By counted 2T2R errors, with intervals apart: {', '.join(apart)}{rest}."


def _extrapolated_order(statistics: Statistics) -> str:
    rated = [
        (block.best, c.name)
        for c in statistics.conditions
        if (block := c.ber_2t2r_lognormal) and block.samples and block.best
        if not ((one := estimated(c, "2t2r")) and one.agreed)  # better is known
    ]
    if len(rated) < 2:
        return ""
    order = ", ".join(f"{name} ({numbers.scientific(value)})" for value, name in sorted(rated))
    return f"By extrapolated 2T2R error rate, from low to high: {order}."
