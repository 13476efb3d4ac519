"""Sections of streams of random bits, whatever their source."""

from collections.abc import Sequence

from spicekit.entropy.bits.judge import Judged
from spicekit.entropy.bits.plots import entropy_plot
from spicekit.entropy.sp800_22 import LEVEL
from spicekit.page.section import Grid, Section
from spicekit.units import engineering


def in_words(one: Judged) -> str:
    """Return what a stream is worth, in one line."""
    cost = "" if one.stream.energy is None or one.stream.rate is None else (
        f"{engineering(one.stream.energy, 'J')} a bit, {engineering(one.stream.rate, 'bit/s')}, "
    )  # fmt: skip
    return f"{cost}{100 * one.ones.best:.2f} % ones, min-entropy {one.least[1]:.3f}, {verdict_of(one)}"


def verdict_of(one: Judged) -> str:
    """Return whether a stream passes SP 800-22."""
    if one.verdict.passed:
        return "passes SP 800-22"
    return f"fails {len(one.verdict.failed)} of {len(one.verdict.tests)} tests of SP 800-22"


def made_up_in_words(streams: Sequence[Judged]) -> str:
    """Return the verdicts of the made-up sources, in one line."""
    return (
        "Made-up sources as a check: "
        + "; ".join(
            f"{o.stream.name.removeprefix('made up: ')} {verdict_of(o)}" for o in streams if o.stream.made_up
        )
        + "."
    )


def cheapest(streams: Sequence[Judged]) -> Judged | None:
    """Return the stream that passes for the least energy, None if no stream of the source passes."""
    good = [one for one in streams if not one.stream.made_up and one.verdict.passed]
    return min(good, key=lambda one: one.stream.energy or 0, default=None)


def streams_section(streams: Sequence[Judged], notes: tuple[str, ...]) -> Section:
    """Return the section of all streams; `notes` say what they are."""
    rows = []
    for one in streams:
        low, best, high = (100 * value for value in one.ones)
        rows.append(
            (
                one.stream.name,
                "–" if one.stream.energy is None else engineering(one.stream.energy, "J"),
                "–" if one.stream.rate is None else engineering(one.stream.rate, "bit/s"),
                f"{best:.2f} ({low:.2f} … {high:.2f})",
                f"{one.correlations[0].best:.1g}",
                f"{one.least[1]:.3f} ({one.least[0]})",
                verdict_of(one),
            )
        )
    return Section(
        "Bits before and after whitening",
        ((entropy_plot(streams), "Min-entropy per bit, by the ten estimators of SP 800-90B; the least one counts."),),
        "",
        grid=Grid(
            ("stream", "energy of a bit", "bit rate", "ones [%], 95 %", "correlation", "least min-entropy", "verdict"),
            tuple(rows),
        ),
        notes=(
            *notes,
            "An estimator gives the lower end of an interval of 99 %: even ideal bits get less than 1, most of all "
            "by the "
            "compression estimate. Compare with the made-up ideal source.",
            "Correlated bits are worth fewer independent ones: the interval of their ones is wider by that.",
        ),
    )  # fmt: skip


def tests_section(streams: Sequence[Judged]) -> Section:
    """Return the section of the tests of SP 800-22."""
    names = [test.name for test in streams[0].verdict.tests]
    rows = []
    for k, name in enumerate(names):
        cells = []
        for one in streams:
            smallest = one.verdict.tests[k].smallest
            text = "–" if smallest is None else f"{smallest:.2g}"
            cells.append(text + (" ✗" if name in one.verdict.failed else ""))
        rows.append((name, *cells))
    below = tuple("{} of {}".format(*one.verdict.below) for one in streams)
    rows.append(("p-values below 0.01", *below))
    return Section(
        "SP 800-22",
        (),
        "Smallest p-value of each test, times how many it has; ✗: fails.",
        grid=Grid(("test", *(one.stream.name for one in streams)), tuple(rows), folded=True),
        notes=(
            f"A stream fails where Holm's rule over all tests rejects it, with {100 * LEVEL:g} % false alarms for "
            f"all of "
            f"them "
            "together. The standard's own count, p-values below 0.01, is in the last row: one in a hundred of a good "
            "source is there. A dash: too few bits, or too few returns to zero.",
        ),
    )
