"""Section of the page: what stays wrong where pairs are programmed again until they read right, and what that takes."""

from collections.abc import Sequence
from decimal import ROUND_CEILING

from spicekit.network.bnn.result import floored
from spicekit.network.bnn.verify import PULSES, Verified
from spicekit.page.numbers import at_most, scientific
from spicekit.page.section import Grid, Section
from spicekit.units import engineering


def verified_section(known: Sequence[Verified]) -> Section:
    """Return the section; one entry for each condition."""
    rows = tuple(row for found in known for row in _rows(found))
    return Section(
        "Programmed until pairs read right",
        (),
        f"{in_words(_worst(known))}." + (" The others are in the table." if len(known) > 1 else ""),
        Grid(
            ("condition, programmed", "bit error rate by the law", "wrong weights on chips drawn",
             "programmings of a weight", "to program the network", "of it reads"),
            rows,
        ),
        (
            *_kept(known),
            f"A programming is {PULSES} pulses, one SET and one RESET at the energy of the first, and a cycle of wear. "
            "Each is followed by one read of the pair by its own amplifier.",
            "Law: pairs have rates of their own, p; the mean of pⁿ over pairs and amplifiers is wrong after n "
            "programmings. Ends are those of the bit error rate and of its correlation together; of chips that were "
            "drawn they are for other chips.",
            "Left out: errors of single reads, which would let some wrong weights pass and program some right ones "
            "again; and that a cycle right behind another one resembles it.",
        ),
    )  # fmt: skip


def in_words(found: Verified) -> str:
    """Return what verification leaves and takes, without a point."""
    name, law, accuracy = found.condition.name, found.law["best"], found.accuracy
    times = "once" if found.again == 1 else f"at most {found.again} times"
    said = f"{name}, programmed again where a pair reads wrong, {times}"
    if found.rates.bound:
        rate = scientific(law.rates[-1], ROUND_CEILING)
        said += (
            f": bit error rate at most {rate} by the law, accuracy at least {floored(accuracy.interval[0])}"
        )
    else:
        low, high = accuracy.interval
        said += (
            f": bit error rate {scientific(law.rates[0])} before, {_of_law(found, found.again)} after by the law, "
            f"{_drawn(found, found.again)} of the weights on {len(found.wrong)} chips; accuracy "
            f"{100 * accuracy.mean:.2f} % ({100 * low:.2f} ... {100 * high:.2f} %)"
        )
    each = ("at most " if found.rates.bound else "") + _number(law.programmings[-1])
    return f"{said}; {each} programmings and reads of a weight, {_energy_in_words(found)}"


def _energy_in_words(found: Verified) -> str:
    energy, plain = found.energy(), found.plain_energy
    if energy is None or plain is None:
        return "energy not measured"
    return (
        f"{engineering(sum(energy), 'J')} with {engineering(energy[1], 'J')} for the reads, in place of "
        f"{engineering(plain, 'J')}"
    )


def _rows(found: Verified) -> list[tuple[str, ...]]:
    rows, bound = [], found.rates.bound
    for again in range(found.again + 1):
        energy = found.energy("best", again)
        most = "≤ " if bound and again else ""
        rows.append(
            (
                f"{found.condition.name}, " + ("once" if again == 0 else f"up to {again} more"),
                _of_law(found, again),
                "a bound" if bound else _drawn(found, again),
                most + _number(found.law["best"].programmings[again]),
                "not measured" if energy is None else most + engineering(sum(energy), "J"),
                "–" if energy is None else engineering(energy[1], "J"),
            )
        )
    return rows


def _of_law(found: Verified, again: int) -> str:
    low, best, high = (found.law[end].rates[again] for end in ("low", "best", "high"))
    if found.rates.bound:
        return f"≤ {scientific(best, ROUND_CEILING)}, no error seen"
    return f"{scientific(best)} ({scientific(low)} … {scientific(high)})"


def _drawn(found: Verified, again: int) -> str:
    low, mean, high = found.drawn[again]
    if not mean:
        return at_most(high)
    return f"{scientific(mean)} ({scientific(low)} … {scientific(high)})"


def _worst(known: Sequence[Verified]) -> Verified:
    """Return the condition with most errors, of those with errors if there are any."""
    return max(known, key=lambda found: (not found.rates.bound, found.law["best"].rates[0]))


def _kept(known: Sequence[Verified]) -> list[str]:
    """Return what stays when pairs are programmed again: of each condition that says so, and of all others at once."""
    said = [
        f"{found.condition.name}: of the variance of a read's margin {found.rates.kept:.0%} stays with pair and "
        "amplifier when it is programmed again, so that bad pairs stay bad."
        for found in known
        if found.rates.correlation
    ]
    if others := [found for found in known if not found.rates.correlation]:
        low, high = (f"{end(found.rates.kept for found in others):.0%}" for end in (min, max))
        share = low if low == high else f"{low} to {high}"
        stays = (
            f", but for the {share} of a margin's variance that its amplifier makes" if high != "0%" else ""
        )
        said.append(
            f"{', '.join(found.condition.name for found in others)}: the statistics have no "
            "`error_correlation_2t2r`, so that each programming of a pair is taken as independent of the last"
            f"{stays}; pairs that differ would leave more."
        )
    return said


def _number(value: float) -> str:
    """Return programmings of a weight, with enough digits to tell them from one."""
    return f"{value:.6g}"
