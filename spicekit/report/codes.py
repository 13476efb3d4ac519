"""2T2R against 1T1R, with and without error-correcting codes: what does the second device buy?"""

from dataclasses import replace

from markupsafe import Markup

from spicekit.page import numbers
from spicekit.page.section import Grid, Section
from spicekit.report.estimated import word
from spicekit.report.pairs import Pair, pairs
from spicekit.report.plots_codes import codes_plot
from spicekit.run_folder import RunFolder
from spicekit.sampling.probit_normal import both, worst_share
from spicekit.statistics import KnownRate, Ratio, Statistics, ratio
from spicekit.statistics.codes import CODES
from spicekit.units import engineering

_SAME = CODES[0]  # the code with the redundancy of 2T2R


def codes_section(statistics: Statistics, run: RunFolder) -> Section | None:  # noqa: ARG001
    """Return the comparison, or None if no condition has both rates."""
    found = pairs(statistics)
    if not found:
        return None
    caption = (
        "Each mark is one condition, with intervals both ways: filled where both rates are estimates that are "
        "agreed on or counts, hollow where one is extrapolated or in doubt. Lines: what each code "
        "leaves of the 1T1R rate."
    )
    return Section(
        title="2T2R against 1T1R and error correction",
        pictures=((codes_plot(found), caption),),
        sentences="\n".join(filter(None, (_finding(found, len(statistics.conditions)), _gathered(found)))),
        summary=_summary(found, len(statistics.conditions)),
        grid=_grid(found),
        notes=_notes(found),
    )


def _finding(found: list[Pair], conditions: int) -> str:
    sure = [(p, gain) for p in found if p.result and (gain := _gain(p))]
    published = (
        "Published: 2T2R helps about as much as a single-error-correcting code, without a decoder (Bocquet et al., "
        "IEDM 2018; Querlioz et al., BioCAS 2019)."
    )
    if not sure:
        return (
            f"No condition has both rates as results; what follows is extrapolated or in doubt. {published}"
        )
    factors = sorted(gain.best for _, gain in sure)
    spread = " … ".join(dict.fromkeys(numbers.factor(value) for value in (factors[0], factors[-1])))
    text = (
        f"{_SAME.name}, with two bits stored for one as in 2T2R, leaves {spread} times the error rate of 2T2R"
    )
    sides = (
        ("2T2R is ahead", [p.condition.name for p, gain in sure if gain.low > 1]),
        (f"{_SAME.name} is ahead", [p.condition.name for p, gain in sure if gain.high < 1]),
        ("within the joint interval they are equal", [p.condition.name for p, gain in sure if gain.agrees]),
    )
    said = "; ".join(f"{what} in {', '.join(names)}" for what, names in sides if names)
    judged = f"{len(sure)} condition{'s' if len(sure) > 1 else ''}"
    if len(sure) < conditions:
        judged = f"{len(sure)} of {conditions} conditions, the others’ rates are not both results"
    return f"{text} ({judged}): {said}. {published}"


def _gathered(found: list[Pair]) -> str:
    """What becomes of both where errors gather in few cells; empty where the statistics do not say by how much."""
    said = [text for p in found if p.result and (text := _of_gathered(p))]
    if not said:
        return ""
    return (
        "Error rates differ from cell to cell. In the mean over words that changes nothing: a word fails as often as "
        "with cells that are all alike, since each of its bits has a cell of its own. What differs is where the errors "
        "lie, and whether to program again helps. " + " ".join(said)
    )


def _of_gathered(p: Pair) -> str:
    one, two = p.condition.error_correlation_1t1r, p.condition.error_correlation_2t2r
    single, double = p.single.rate.best, p.double.rate.best
    if one is None or two is None or not single or not double:
        return ""
    again = both(double, two.best) / double, _SAME.wrong_again(single, one.best)
    worst = worst_share(double, two.best), _SAME.worst_words(single, one.best)
    left = again[1] * float(_SAME.uncorrected(single)) / (again[0] * double)
    return (
        f"{p.condition.name} (correlation {one.best:.2f} of one device, {two.best:.2f} of a pair): the worst 5 % of "
        f"the pairs have {worst[0]:.0%} of the errors of 2T2R, the worst 5 % of the words {worst[1]:.0%} of the "
        f"failures of {_SAME.name}. Programmed again, {again[0]:.1%} of the wrong bits of 2T2R are wrong again (if "
        f"errors were independent, {numbers.scientific(double)} of them), {again[1]:.1%} of those behind {_SAME.name} "
        f"({numbers.scientific(float(_SAME.uncorrected(single)))}); the code then leaves {numbers.factor(left)} times "
        "the error rate of 2T2R."
    )


def _summary(found: list[Pair], conditions: int) -> str:
    sure = [(p, gain) for p in found if p.result and (gain := _gain(p))]
    if not sure:
        return ""
    ahead = [p.condition.name for p, gain in sure if gain.low > 1]
    open_ = conditions - len(sure)
    where = "every condition" if len(ahead) == conditions else ", ".join(ahead)
    same = f"1T1R behind {_SAME.name}, with as many devices per bit"
    said = (
        f"2T2R makes fewer errors than {same}, in {where}."
        if ahead
        else f"in no condition does 2T2R surely make fewer errors than {same}."
    )
    if open_:
        said += f" Not judged, as their rates are not both results: {open_} of {conditions} conditions."
    return said


def _gain(p: Pair) -> Ratio | None:
    """What the code of the same redundancy leaves of 1T1R, over 2T2R."""
    return ratio(_SAME.behind(p.single.rate), p.double.rate)


def _grid(found: list[Pair]) -> Grid:
    head = ("condition", "1T1R", "2T2R", *(code.name for code in CODES))
    costs = ("devices per bit of data", "1", "2", *(f"{code.redundancy:.4g}" for code in CODES))
    rows = []
    for p in found:
        codes = tuple(_cell(replace(p.single, rate=code.behind(p.single.rate))) for code in CODES)
        rows.append((p.condition.name, _cell(p.single), _cell(p.double), *codes))
    return Grid(head, (costs, *rows))


def _cell(known: KnownRate) -> Markup:
    """The rate above its interval, and how it is known if that is not an agreed estimate."""
    rate = known.rate
    plain = known.result and known.how == "estimated"
    said = Markup("") if plain else Markup("<br>{}").format(word(known.doubt or known.how))
    if not rate.best:
        return Markup("{}{}").format(numbers.probability(rate), said)
    low, best, high = numbers.ends(rate)
    if (
        known.how == "extrapolated"
    ):  # in the one digit that it is worth, as everywhere; `said` has what excludes it
        best = numbers.extrapolated(known).partition(" (")[0]
    return Markup("{}<br><small>{} … {}</small>{}").format(best, low, high, said)


def _notes(found: list[Pair]) -> tuple[str, ...]:
    notes = []
    trimmed = [
        f"{p.condition.name}: {engineering(ohm, 'Ω')}" for p in found if (ohm := p.condition.reference)
    ]
    if any(p.single.how == "estimated" for p in found):
        notes.append(
            "1T1R, estimated: one device against an ideal resistor, trimmed for about equal error rates of both states "
            f"({'; '.join(trimmed) or 'not given'}), read by the same sense amplifier with the spread of all its "
            "transistors. The counted 1T1R rates further up have an ideal comparator, and are not used here."
        )
    if any(p.single.how == "extrapolated" for p in found):
        notes.append(
            "1T1R, extrapolated: from the log-normal laws of both states, with the amplifier’s offset (where measured) "
            "and the best reference; counts of 1T1R have an ideal comparator, and are not used here."
        )
    if not any(p.condition.error_correlation_2t2r for p in found):
        notes.append(
            "How error rates differ from pair to pair is not in these statistics (`error_correlation_2t2r`); the mean "
            "rates here do not depend on it."
        )
    return (
        *notes,
        "Codes: closed form of the 1T1R rate, low, best and high each. Bits fail independently; a word with more "
        "errors than the code corrects is made worse where it is taken for another word, and else stays as it was "
        "read, so errors that are only detected still count. "
        + "; ".join(f"{code.name}: {code.source}" for code in CODES)
        + ". Decoders cost area, energy and time that are not counted.",
        "Closed form, equal σ: log-normal states of equal spread s at the distance D in ln R, ideal comparator: "
        "1T1R Q(D/2s), 2T2R Q(D/(√2 s)).",
    )
