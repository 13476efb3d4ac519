"""Published numbers beside the simulated ones: only compared, never mixed in."""

from dataclasses import dataclass

from spicekit.experiment.conditions import Published
from spicekit.page import numbers
from spicekit.report.estimated import estimated
from spicekit.statistics import Condition, Endurance, Probability, Statistics, known_rates
from spicekit.units import engineering

ENERGY_WITHIN = 0.30
UNDECIDED = "not decided by this many samples"


@dataclass(frozen=True)
class Comparison:
    """One row: a published number, the simulated one, and what can be said."""

    condition: str
    quantity: str
    published: str
    simulated: str
    verdict: str


def compare(statistics: Statistics, published: dict[str, Published]) -> list[Comparison]:
    """Return a row for each published number of each condition."""
    rows = []
    for condition in statistics.conditions:
        known = published.get(condition.name)
        if known:
            rows += _compare_one(condition, known)
    return rows


def _compare_one(condition: Condition, known: Published) -> list[Comparison]:
    rows = []
    if known.ber_2t2r_below is not None:
        bound = numbers.at_most(known.ber_2t2r_below)
        verdict = ber_verdict(condition.ber_2t2r, known.ber_2t2r_below)
        counted = numbers.interval(condition.ber_2t2r)
        rows.append(Comparison(condition.name, "2T2R BER, counted", bound, counted, verdict))
        law = next((one for one in known_rates(condition, "2t2r") if one.how == "extrapolated"), None)
        if law:
            verdict = ber_verdict(law.rate, known.ber_2t2r_below)
            verdict = f"{law.doubt}: no result" if law.excluded_by else f"{verdict} (extrapolated)"
            text = numbers.extrapolated(law)
            rows.append(Comparison(condition.name, "2T2R BER, extrapolated", bound, text, verdict))
        if one := estimated(condition, "2t2r"):
            verdict = (
                ber_verdict(one.rate, known.ber_2t2r_below) if one.agreed else f"{one.outcome}: no result"
            )
            rows.insert(1, Comparison(condition.name, "2T2R BER, estimated", bound, one.text, verdict))
    if known.programming_energy is not None:
        rows.append(
            Comparison(
                condition.name,
                "programming energy (SET pulse, whole path)",
                engineering(known.programming_energy, "J"),
                numbers.plus_minus(condition.energy_set, "J"),
                energy_verdict(condition, known.programming_energy),
            )
        )
    if known.cyclability_above is not None:
        rows.append(
            Comparison(
                condition.name,
                "cyclability",
                f"> {numbers.scientific(known.cyclability_above)}",
                numbers.cyclability(condition.endurance),
                cyclability_verdict(condition.endurance, known.cyclability_above),
            )
        )
    return rows


def ber_verdict(block: Probability | None, bound: float) -> str:
    """Return whether the interval lies below the bound, above it, or on both sides."""
    if block is None or not block.samples:
        return "not measured"
    if block.high <= bound:
        return "yes"
    return "no" if block.low >= bound else UNDECIDED


def energy_verdict(condition: Condition, energy: float) -> str:
    """Return whether the mean SET energy is within ±30 % of the published one, and by how much it is off."""
    if condition.energy_set is None:
        return "not measured"
    off = condition.energy_set.mean / energy - 1
    off_by = numbers.minus(f"{100 * off:+.0f} %")
    return f"{'yes' if abs(off) <= ENERGY_WITHIN else 'no'} ({off_by})"


def cyclability_verdict(endurance: Endurance | None, bound: float) -> str:
    """Return whether the crossing lies above the bound; it always rests on the ageing law's status."""
    if endurance is None or numbers.cyclability(endurance) == "not measured":
        return "not measured"
    low, high = endurance.bounds()
    undecided = "not decided by this curve" if endurance.cycles is None and endurance.curve else UNDECIDED
    said = "in doubt" if endurance.doubt else undecided
    if low is not None and low >= bound:
        said = "yes"
    elif high is not None and high <= bound:
        said = "no"
    return f"{said} ({endurance.status} ageing)"
