"""The page of random bits of written pairs, section by section."""

from pathlib import Path

import numpy as np

from spicekit.entropy.bits.judge import Interval, Judged
from spicekit.entropy.bits.plots import maps_plot
from spicekit.entropy.bits.sections import (
    cheapest,
    in_words,
    made_up_in_words,
    streams_section,
    tests_section,
)
from spicekit.entropy.bits.shown import PUBLISHED_ENERGY
from spicekit.entropy.writes.plots import pairs_plot, reads_plot
from spicekit.entropy.writes.result import BOUNDS, AtSetting, Found, summary_of
from spicekit.entropy.writes.streams import SEARCHED
from spicekit.entropy.writes.study import balanced
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings
from spicekit.statistics import Statistics
from spicekit.studies.random_writes.section import lags, percent
from spicekit.studies.trng.result import Trng
from spicekit.units import engineering

_ROOM = 273.15
_NOTES = (
    "A pair: half of all pairs are more biased. Chosen: by test writes, as above; their cost is not in the energy of "
    "a bit. Von Neumann: of each two successive bits that differ the first. XOR: bits of pairs side by side, each "
    "behind an amplifier of its own; energy and writes of all of them count, the gates of the whitening do not.",
    "Reads of one write: a pair whose bit a trap changes is written once and read again and again; the write is not "
    "counted. All traps of the stream have the median relaxation time.",
)


def write_writes(
    found: Found, folder: Path, provenance: dict[str, str], command: str, beside: Statistics | None
) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path.

    `beside` are statistics with a junction's `trng`, whose energy stands beside.
    """
    first = found.settings[0].setting
    junction = beside.of(Trng) if beside else None
    sections = [
        _short(found, junction), _pairs(found), _choice(found), *([] if found.reads is None else [_reads(found)]),
        streams_section(found.streams, _NOTES), tests_section(found.streams), _cost(found, junction),
    ]  # fmt: skip
    page = Page(
        "True random bits from pairs of memory devices that are written again and again",
        f"{found.asked.bits:,} bits of each stream · {first.state.state} · a write every "
        f"{engineering(first.time, 's')}",
        tuple(sections),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": found.table}, summary_of(found, provenance))


def _short(found: Found, junction: Trng | None) -> Section:
    first, best = found.settings[0].setting, cheapest(found.streams)
    own = {one.stream.name: one for one in found.streams}
    ideal = next(one for one in found.streams if one.stream.made_up)
    choice = next(one for one in found.choices if one.tests == found.asked.tests)
    squares = [own["a pair"], next(one for one in found.streams if one.stream.sources > 1), ideal]
    if best is not None and all(best is not one for one in squares):
        squares.insert(1, best)
    beside = (
        ""
        if junction is None
        else f"; a read of a superparamagnetic junction takes {engineering(junction.energy.mean, 'J')}"
    )
    return Section(
        "Summary",
        ((maps_plot(squares), "First bits of streams, row after row: white 0, black 1."),),
        "Both devices of a pair are written equally, again and again. Which of them conducts better after a write is "
        "an accident of that write, and, to a larger part, of the pair: the amplifier reads a random bit that is "
        "biased.",
        points=(
            f"A write and a read take {engineering(first.energy, 'J')} and {engineering(first.time, 's')}. Published "
            f"are {engineering(PUBLISHED_ENERGY, 'J')} per bit of a junction{beside}.",
            f"From one write to the next {percent(first.state.turns[0].share)} of the bits turn, where one half "
            f"would be ideal: a bit of all pairs, whitened by von Neumann, takes {energy_in_words(found.settings[0])}. "
            f"As it is, a pair of median bias gives {in_words(own['a pair'])}.",
            f"Pairs with {50 - 100 * found.asked.bound:g} to {50 + 100 * found.asked.bound:g} % ones: "
            f"{share_in_words(balanced(first, found.asked.bound))}. {choice.tests} test writes of each keep "
            f"{choice.kept:.1%} of the pairs, with a bias of {choice.bias:.1%} (root mean square).",
            "No stream of the pairs passes."
            if best is None
            else f"The cheapest stream that passes is “{best.stream.name}”: {in_words(best)}.",
            *(
                f"Written pairs: “{one.stream.name}” gives {in_words(one)}."
                for one in [_cheapest_written(found)]
                if one is not None and one is not best
            ),
            made_up_in_words(found.streams),
        ),
    )


def _cheapest_written(found: Found) -> Judged | None:
    return cheapest([one for one in found.streams if not one.stream.name.startswith("reads")])


def share_in_words(share: Interval) -> str:
    """Return a share with its interval."""
    return f"{share.best:.1%} ({share.low:.1%} … {share.high:.1%})"


def energy_in_words(one: AtSetting) -> str:
    """Return what a bit takes of all pairs together, by von Neumann, with its interval."""
    low, best, high = one.whitened
    if not np.isfinite(high):
        return f"at least {engineering(low, 'J')}"
    return f"{engineering(best, 'J')} ({engineering(low, 'J')} … {engineering(high, 'J')})"


def _row(one: AtSetting) -> tuple[str, ...]:
    setting = one.setting
    low, high = 100 * np.quantile(one.ones, [0.05, 0.95])
    return (
        setting.name,
        f"{setting.found.supply:g} V, {setting.found.temperature - _ROOM:.0f} °C",
        str(setting.state.pairs),
        engineering(setting.state.energy_write.mean, "J"),
        engineering(setting.state.energy_read.mean, "J"),
        percent(setting.state.turns[0].share),
        percent(setting.state.constant),
        percent(setting.state.slow),
        f"{low:.2g} … {high:.3g}",
        share_in_words(one.balanced[BOUNDS.index(0.05)]),
        energy_in_words(one),
        f"{one.joined.best} ({one.joined.low} … {one.joined.high})",
    )


def _pairs(found: Found) -> Section:
    first = found.settings[0].setting
    counted = "; ".join(
        f"{lags(turn.least_lag, turn.most_lag)} {percent(turn.share)}, {turn.law:.0%}"
        for turn in first.state.turns
    )
    return Section(
        "Pairs over supply, temperature and corner",
        ((pairs_plot(found), "Left: ones of pairs in the simulated writes of the first setting, and by the law. Right: "
                             "share of ones over many writes, by the law, at each setting."),),
        "What stays with a pair, its devices and its amplifier, decides most of its bits. The rest is drawn anew in "
        "each write, but for a slow part, which is forgotten over some tens of writes.",
        grid=Grid(
            ("setting", "supply, temperature", "pairs in ngspice", "energy of a write", "of a read",
             "turn at the next write", "stays with the pair", "slow part", "ones of nine of ten pairs [%]",
             "pairs of 45 to 55 % ones",
             "a bit of all pairs, von Neumann", "pairs to join"),
            tuple(_row(one) for one in found.settings),
        ),
        notes=(
            f"Simulated in ngspice, in parentheses intervals of 95 %: {first.found.method}. Pairs, devices and "
            f"cycles are the same at all settings.",
            f"The law is fitted to what the amplifier sees, not to bits; shares are of its variance. Bits that "
            f"differ at the first setting, counted and by the law: {counted}. Ones of the simulated pairs agree with "
            f"the law with a p-value of {first.state.agreement:.2g}.",
            "A bit of all pairs, von Neumann: two writes and reads over the share of bits that turn, which is counted; "
            "no law is in it. The other numbers to the right of the slow part are the law's. Pairs to join: of so "
            "many, any ones, the XOR has a root mean square bias of 1e-3.",
        ),
    )  # fmt: skip


def _choice(found: Found) -> Section:
    first, bound = found.settings[0].setting, found.asked.bound
    rows = [
        (
            str(one.tests), f"{one.kept:.1%}", f"{one.within:.0%}" if one.kept else "–",
            f"{one.bias:.2%}" if one.kept else "–",
            engineering(one.tests * first.energy / one.kept, "J") if one.kept else "–",
            engineering(one.tests * first.time, "s"),
        )
        for one in found.choices
    ]  # fmt: skip
    shares = ", ".join(
        f"{share_in_words(share)} within {100 * b:g} %"
        for b, share in zip(BOUNDS, found.settings[0].balanced, strict=True)
    )
    return Section(
        "Pairs near balance",
        (),
        f"Pairs whose share of ones is near one half, by the law: {shares}. To find them, each is written some times "
        f"and kept if its ones are within {100 * bound:g} % of one half.",
        grid=Grid(
            ("test writes", "kept", "of them really within the bound", "bias, root mean square",
             "energy for a kept pair",
             "time, all pairs at once"),
            tuple(rows),
        ),
        notes=(
            "In parentheses the shares by laws whose part that stays with the pair is at either end of its interval of "
            f"95 %. The table is of {SEARCHED:,} pairs drawn from the law with its best numbers. Test writes follow "
            f"each other, so that the slow part misleads them: more of them help less than independent ones would.",
        ),
    )  # fmt: skip


def _reads(found: Found) -> Section:
    first = found.settings[0].setting
    noise = first.state.read_noise
    assert noise is not None
    time = noise.relaxation_time
    chosen = f"{found.interval:.2g} relaxation times"
    if time is not None:
        chosen += f", {engineering(found.interval * time, 's')} of a trap with {engineering(time, 's')}"
    patterns = ", ".join(f"{one.bits} {one.pairs}" for one in noise.patterns)
    speed = (
        "The card does not say how fast traps are."
        if time is None
        else f"The relaxation time, {engineering(time, 's')} with a standard deviation of its logarithm of "
        f"{noise.relaxation_spread:g}, is assumed by the card: rates of bits stand or fall with it."
    )
    return Section(
        "Reads of one write",
        ((reads_plot(found), "Correlation of two reads of one write, against the time between them."),),
        f"A trap beside the filament, occupied or not, changes the bit of {percent(noise.changing)} of the pairs; "
        f"two reads of any pair, far apart, differ with {percent(noise.differing)}. Read every {chosen}, such a pair "
        f"gives bits that are hardly correlated.",
        notes=(
            f"{noise.pairs} pairs were written once and read in ngspice with both traps in each of their states; "
            f"bits with (none, left, right, both) occupied, and pairs: {patterns}. The time between is a two-state "
            f"Markov chain for each trap.",
            speed
            + " A trap that is ten times slower needs ten times the interval: over all traps the correlation falls "
            "slowly (dashed).",
        ),
    )


def _cost(found: Found, junction: Trng | None) -> Section:
    first = found.settings[0].setting
    raw = found.streams[0]
    beside = "" if junction is None else (
        f" A raw bit of a superparamagnetic junction, simulated with the same transistors, takes "
        f"{engineering(junction.energy.mean, 'J')}: a written bit takes {first.energy / junction.energy.mean:,.0f} "
        "times that."
    )  # fmt: skip
    return Section(
        "Cost and published figures",
        (),
        f"Published: {engineering(PUBLISHED_ENERGY, 'J')} per bit. A write and a read take "
        f"{first.energy / PUBLISHED_ENERGY:,.0f} times that.{beside}",
        notes=(
            "The published figure is of another device, and could be read in a secondary text alone: process, "
            "supply, and whether whitening is part of it, are not known here.",
            f"Nearly all of it is the write: {engineering(first.state.energy_write.mean, 'J')} for SET and RESET of "
            f"both devices, {engineering(first.state.energy_read.mean, 'J')} for the read.",
            "Each write wears the devices: a pair gives as many raw bits as it endures cycles, and fewer whitened "
            "ones. The law holds for fresh devices.",
            f"This processor makes {raw.bits_per_second:,.0f} raw bits per second of CPU time, and tests "
            f"{raw.length / max(raw.seconds, 1e-9):,.0f} bits per second with all estimators and tests.",
            "Not counted: drivers, charge pumps, the flip-flop that keeps a bit, control, whitening.",
        ),
    )
