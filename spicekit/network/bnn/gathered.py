"""Errors that gather in few pairs beside independent ones of the same rate: numbers, words and section."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spicekit.network.bnn.reprogram import Reprogrammed
from spicekit.network.intervals import none_changed, reach_of_mean
from spicekit.page.numbers import minus
from spicekit.page.section import Grid, Section

NOT_GATHERED = (
    "errors count as independent from one programming to the next: "
    "the statistics have no `error_correlation_2t2r`"
)


@dataclass(frozen=True)
class Gathered:
    """Errors that gather in few cells beside independent ones of the same mean rate, on the same chips."""

    correlation: float
    gathered: Reprogrammed
    independent: Reprogrammed

    @property
    def difference(self) -> tuple[float, float, float]:
        """Low, mean and high of what gathering adds to the accuracy, by chips: Student's interval, or that of none."""
        each = self.gathered.accuracy.of_chips - self.independent.accuracy.of_chips
        accuracy, confidence = self.gathered.accuracy, self.gathered.confidence
        reach = reach_of_mean(each, confidence) or none_changed(accuracy.samples, confidence)
        return float(each.mean() - reach), float(each.mean()), float(each.mean() + reach)


def gathered_in_words(found: Gathered) -> str:
    """Return the accuracy with errors that gather in few cells beside that with independent ones."""

    def of(one: Reprogrammed) -> str:
        low, high = one.accuracy.interval
        again = "" if one.wrong_again is None else f", {one.wrong_again:.1%} of the wrong weights wrong again"
        return f"{100 * one.accuracy.mean:.2f} % ({100 * low:.2f} ... {100 * high:.2f} %){again}"

    programmings = found.gathered.accuracies.shape[1]
    return (
        f"{programmings} programmings of each chip: errors as they gather (correlation {found.correlation:.2f}) "
        f"{of(found.gathered)}; independent errors of the same rate {of(found.independent)}"
    )


def summary_of_gathered(found: Gathered) -> dict[str, Any]:
    def of(one: Reprogrammed) -> dict[str, Any]:
        low, high = one.accuracy.interval
        return {"low": low, "mean": one.accuracy.mean, "high": high, "std_between_chips": one.between_chips,
                "std_between_programmings": one.between_programmings, "wrong": float(one.wrong.mean()),
                "wrong_again": one.wrong_again}  # fmt: skip

    low, mean, high = found.difference
    return {
        "error_correlation": found.correlation,
        "programmings": found.gathered.accuracies.shape[1],
        "gathered": of(found.gathered),
        "independent": of(found.independent),
        "difference": {"low": low, "mean": mean, "high": high},
    }


def gathered_section(known: Sequence[tuple[str, Gathered]]) -> Section:
    """Return the section; `known` are names of conditions with what was found of each."""
    rows = tuple(
        (f"{name}, {how}", *_of_programmings(one))
        for name, both in known
        for how, one in (
            (f"as they gather, correlation {both.correlation:.2f}", both.gathered),
            ("independent", both.independent),
        )
    )
    said = []
    for name, both in known:
        low, mean, high = both.difference
        ends = minus(f"{100 * low:+.2f} … {100 * high:+.2f}")
        said.append(
            f"{name}: gathering changes the accuracy by {minus(f'{100 * mean:+.2f}')} points ({ends})."
        )
    programmings = known[0][1].gathered.accuracies.shape[1]
    return Section(
        "Errors that gather in few pairs",
        (),
        f"Error rates differ from pair to pair, and a bad pair errs again when the chip is programmed again. Each chip "
        f"was programmed {programmings} times, with errors as they gather, and with independent ones of the same "
        f"mean rate. {' '.join(said)}",
        Grid(
            ("errors", "accuracy, mean", "interval", "σ between chips", "σ between programmings", "wrong weights",
             "of them wrong again"),
            rows,
        ),
        (
            "Each weight has a pair of its own, so that in one programming weights are wrong as often and as scattered "
            "as if all pairs were alike: the mean accuracy stays. What differs is that to program a chip again brings "
            "a part of the same errors back.",
            "As they gather: pairs differ, and amplifiers, too. Intervals are for "
            f"{known[0][1].gathered.accuracy.others}; the difference is for other chips.",
        ),
    )  # fmt: skip


def _of_programmings(found: Reprogrammed) -> tuple[str, ...]:
    again = found.wrong_again
    return (
        percent(found.accuracy.mean),
        percents(*found.accuracy.interval),
        f"{100 * found.between_chips:.3f} points",
        f"{100 * found.between_programmings:.3f} points",
        f"{found.wrong.mean():,.4g}",
        "–" if again is None else f"{again:.1%}",
    )


def percent(share: float) -> str:
    """Return a share in words."""
    return f"{100 * share:.2f} %"


def percents(low: float, high: float) -> str:
    """Return an interval of shares in words."""
    return f"{100 * low:.2f} … {100 * high:.2f} %"
