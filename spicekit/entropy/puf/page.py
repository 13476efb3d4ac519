"""The page of a physically unclonable function, section by section."""

from pathlib import Path

import numpy as np

from spicekit.block import Share
from spicekit.entropy.puf.plots import distance_plot, maps_plot, shares_plot
from spicekit.entropy.puf.result import (
    PUBLISHED_ERRORS,
    PUBLISHED_SPREAD,
    Found,
    Key,
    StateFound,
    summary_of,
)
from spicekit.page.numbers import interval, scientific
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.units import engineering

_PUBLISHED = f"about 50 % ones and {100 * PUBLISHED_ERRORS:g} ± {100 * PUBLISHED_SPREAD:g} % bit errors"


def write_puf(found: Found, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    asked = found.asked
    page = Page(
        "A physically unclonable function of pairs that are written equally",
        f"{asked.chips:,} chips of {asked.rows} × {asked.columns} pairs · {found.chosen.state.state}",
        (_short(found), _simulated(found), _chips(found), _keys(found), _cost(found)),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def percent(values: np.ndarray) -> str:
    """Return mean and standard deviation over chips in percent."""
    return f"{100 * values.mean():.2f} ± {100 * values.std(ddof=1):.2f} %"


def in_words(one: StateFound) -> str:
    """Return what chips of one state are like, in one line."""
    again = one.reliability[0]
    return (
        f"{percent(one.uniformity)} ones, two chips differ in {percent(one.uniqueness)}, read again "
        f"{percent(again.wrong)} of the bits differ, min-entropy of a column {one.column_entropy:.3f} per bit"
    )


def _length(one: Key) -> str:
    """Return the bits of a key with their interval."""
    best = 0 if one.scheme is None else one.scheme.key
    if one.interval is None or one.interval.high == 0:
        return f"{best}"
    return f"{best} ({one.interval.low} … {one.interval.high})"


def key_in_words(one: Key) -> str:
    """Return what is left for a key, in one line."""
    how = f"{one.rows} pairs behind an amplifier" if one.rows > 1 else "an amplifier for each pair"
    how += ", bits that differ at another supply masked" if one.masked else ", nothing masked"
    if one.scheme is None:
        more = f" (at most {one.interval.high} bits)" if one.interval and one.interval.high else ""
        return f"{how}: no code of the table leaves a key{more}"
    return (
        f"{how}: {_length(one)} key bits of a chip by {one.scheme.name}, {one.scheme.blocks} blocks, failure "
        f"{scientific(one.scheme.failure)}"
    )


def _short(found: Found) -> Section:
    first = found.chosen
    return Section(
        "Summary",
        ((maps_plot(found), "Chips at enrolment: a column for each amplifier, a row for each word line; white 0, "
                            "black 1."),),
        "Both devices of each pair are written into the same state. Which one conducts better is an accident of the "
        "pair, "
        "and of its amplifier: the read gives a bit that nobody has chosen, and that another chip has not.",
        points=(
            f"Pairs in {first.state.state}: {in_words(first)}. Published, of two crossbars of 10 × 10 devices: "
            f"{_PUBLISHED}.",
            *(f"{key_in_words(key)[:1].upper()}{key_in_words(key)[1:]}." for key in found.keys),
        ),
    )  # fmt: skip


def _simulated(found: Found) -> Section:
    puf, rows = found.asked.puf, []
    usable = {one.state.state: one for one in found.states}
    for state in puf.states:
        rows.append((f"{state.state}, {state.pairs} pairs",))
        decided = state.pairs - state.discards - state.undecided
        rows.append(
            ("enrolment", f"{decided} of {state.pairs - state.discards}", _share(state.ones), "–", "–", "–")
        )
        one = usable.get(state.state)
        for k, read in enumerate(state.reads):
            law = "–" if one is None else f"{one.reliability[k].law:.2g}"
            error = "" if read.correlation.error is None else f" ± {read.correlation.error:.2g}"
            decided = state.pairs - state.discards - read.undecided
            rows.append(
                (read.name, f"{decided} of {state.pairs - state.discards}", _share(read.ones),
                 interval(read.flips), law,
                 "–" if one is None else f"{read.correlation.value:.4f}{error}")
            )  # fmt: skip
    return Section(
        "What was simulated in ngspice",
        (),
        "Pairs with all their devices, traps and transistors are written, read at enrolment, and read again. Where a "
        "state "
        "is so resistive that reads do not decide within the sense time, its bits mean nothing, and no chips are "
        "made of it.",
        grid=Grid(
            (
                "read",
                "decided",
                "ones",
                "flips against enrolment",
                "flips by the law",
                "correlation of what is seen",
            ),
            tuple(rows),
        ),
        notes=(
            f"{puf.method[:1].upper()}{puf.method[1:]}.",
            f"Baked: {engineering(puf.bake_time, 's')} at {puf.bake_temperature - 273.15:.0f} °C without voltage. "
            f"Again: the "
            "same read with traps of their own. Rewritten: RESET and SET once more; such bits are no key, but random.",
            "The law is a normal one with these correlations; it is fitted. As the circuit is alike on both sides, "
            "its share of ones is one half where the interval of the count allows it. Beside it stand the flips that "
            "were "
            "counted in "
            "ngspice, with their interval: what lies outside of it is wrong in the law.",
        ),
    )


def _share(block: Share) -> str:
    return f"{100 * (block.best or 0):.0f} % ({100 * block.low:.0f} … {100 * block.high:.0f})"


def _chips(found: Found) -> Section:
    rows = []
    for one in found.states:
        worst = max(one.reliability[:-1] or one.reliability, key=lambda read: read.wrong.mean())
        rows.append(
            (
                one.state.state, percent(one.uniformity), percent(one.uniqueness), percent(one.aliasing),
                percent(one.reliability[0].wrong), f"{percent(worst.wrong)} ({worst.name})", f"{one.law.shared:.2f}",
                f"{one.column_entropy:.3f}", f"{one.aliasing_entropy:.3f}",
            )
        )  # fmt: skip
    return Section(
        "Chips",
        (
            (distance_plot(found.chosen), f"Chips whose pairs are in {found.chosen.state.state}. Filled: distance of "
                                          f"two "
             "chips; lines: of a chip from itself, by what has changed."),
            (shares_plot(found), "Left: ones of each chip; right: ones of each place over chips (bit aliasing)."),
        ),
        "",
        grid=Grid(
            ("state", "uniformity", "uniqueness", "aliasing", "errors, read again", "errors, worst", "amplifier's "
                                                                                                     "share",
             "min-entropy: column", "place"),
            tuple(rows),
        ),
        notes=(
            "Mean ± standard deviation over chips (uniqueness: over pairs of chips; aliasing: over places). Ideal: "
            "50 % of "
            "uniformity, uniqueness and aliasing, no errors.",
            f"Amplifier's share: of the variance of what is seen. All {found.asked.rows} pairs of a column have their "
            "amplifier in common, so that this part makes columns alike. Min-entropy per bit: of the likeliest "
            "column by "
            "the law; of each place over chips.",
            "No place is favoured in the simulation: position, wires and neighbours are the same for all pairs. A "
            "real array "
            "has more aliasing.",
        ),
    )  # fmt: skip


def _keys(found: Found) -> Section:
    rows = []
    for key in found.keys:
        scheme = key.scheme
        rows.append(
            (
                f"{key.rows} per amplifier, {'masked' if key.masked else 'all bits'}",
                f"{key.kept:.1%}", str(key.bits), f"{key.worst:.2%}",
                f"{key.entropy:.3f}", "none" if scheme is None else scheme.name,
                "–" if scheme is None else str(scheme.blocks), "–" if scheme is None else scientific(scheme.failure),
                _length(key),
            )
        )  # fmt: skip
    estimated = ", ".join(f"{name} {value:.3f}" for name, value in found.entropy.items())
    return Section(
        "Keys",
        (),
        f"{found.asked.bits} bits of a chip, which shall give a key with a failure of "
        f"{scientific(found.asked.failure)} at most.",
        grid=Grid(
            ("", "kept", "bits of 99 of 100 chips", "worst errors", "min-entropy per bit", "code", "blocks", "failure",
             "key bits"),
            tuple(rows),
        ),
        notes=(
            "Masking leaves bits out that another supply turns, at enrolment. Worst errors: the worst of the other "
            "reads, "
            "rewritten ones excepted. Errors are taken for independent when a code's failure is computed.",
            "Key bits: min-entropy of the bits in use, less all that helper data may tell (each repetition but one "
            "bit, n - k "
            "of each block). The min-entropy is the least of those by the law, of places, and of the estimators of "
            "SP 800-90B. In parentheses the interval of 95 %: as many pairs as were simulated are drawn from the law "
            "again and again, the law is fitted to them, and keys are made of chips of that law. A 0 alone: no key "
            "there either.",
            f"Estimators, {found.tested:,} bits of all chips, pairs of a column one after the other: {estimated}."
            if found.entropy
            else "Too few bits for the estimators of SP 800-90B.",
        ),
    )  # fmt: skip


def _cost(found: Found) -> Section:
    asked, state = found.asked, found.chosen.state
    drawn = asked.chips * asked.bits
    written = (
        "" if state.energy_write is None else f", and to write it {engineering(state.energy_write.mean, 'J')}"
    )
    return Section(
        "Cost and published figures",
        (),
        f"{state.pairs} pairs were simulated in ngspice; {drawn:,} pairs of {asked.chips:,} chips were drawn from "
        f"the law that "
        f"was fitted to them: one in {drawn // max(state.pairs, 1):,}.",
        notes=(
            f"To read a bit takes {engineering(state.energy.mean, 'J')}{written}.",
            f"This processor draws {found.bits_per_second:,.0f} bits per second of CPU time, all reads counted.",
            f"Published: {_PUBLISHED}, of crossbars of 10 × 10 devices that are another technology; what of "
            f"temperature, "
            "supply, ageing and repeated reads is in the ± is not told. Here each is a line of its own.",
        ),
    )
