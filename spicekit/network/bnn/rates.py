"""Error rates of the cells that hold weights, from statistics or by hand, and their spread over sense amplifiers."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

from spicekit.errors import InputError
from spicekit.statistics import Cell, Condition, Probability, best_rate

_COIN = 0.5
End = Literal["low", "best", "high"]


@dataclass(frozen=True)
class ErrorRates:
    """How often a weight stands wrong in the memory, averaged over all cells and amplifiers."""

    plus: float  # +1 that reads as -1
    minus: float  # -1 that reads as +1
    amplifier_share: float = (
        0.0  # of the standard deviation of a read, what its amplifier's offset makes: 0 ... <1
    )
    correlation: float = 0.0
    """Of the variance of a read's margin, what stays with the cell when it is programmed again, amplifier included."""
    source: str = "given"
    bound: bool = False  # nothing erred: the rate is an upper end
    ideal: bool = False  # of reads with an ideal comparator, which no amplifier is as good as

    def __post_init__(self) -> None:
        """Raise InputError for rates that are none."""
        for key in ("plus", "minus"):
            rate = getattr(self, key)
            if not 0 <= rate <= 0.5:
                raise InputError(f"error rate `{key}` is {rate:g}, expected 0 ... 0.5")
        if not 0 <= self.amplifier_share < 1:
            raise InputError(
                f"`amplifier_share` is {self.amplifier_share:g}, expected 0 or more, and below 1"
            )

        if not 0 <= self.correlation <= 1:
            raise InputError(f"`correlation` is {self.correlation:g}, expected 0 ... 1")

    @property
    def independent(self) -> "ErrorRates":
        """The same rates, of cells that are all alike and forget everything when they are programmed again."""
        return replace(self, amplifier_share=0.0, correlation=0.0)

    @property
    def own_share(self) -> float:
        """Of the variance of a read's margin, what stays with the two devices alone."""
        return max(self.correlation - self.amplifier_share**2, 0.0)

    @property
    def kept(self) -> float:
        """Of the variance of a read's margin, what stays when the cell is programmed again: its amplifier at least."""
        return max(self.correlation, self.amplifier_share**2)

    @property
    def mean(self) -> float:
        """Mean of both values."""
        return (self.plus + self.minus) / 2

    def behind(self, offsets: np.ndarray, own: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Return the rates of +1 and of -1 of cells with these offsets of their amplifiers and parts of their own.

        A read errs when its margin, the sum of normal laws, changes sign. Given the amplifier's part z with share k and
        the devices' own part y with the variance s, that is Q((b - k z - sqrt(s) y) / sqrt(1 - k² - s)) with Q(b) the
        mean rate; for -1 both parts have the other sign, as a pair and its amplifier lean to one of the values. Over
        normal z and y its mean is the mean rate.

        Args:
            offsets, own: in standard deviations; shapes that go together.
        """
        k, s = self.amplifier_share, self.own_share
        with np.errstate(
            divide="ignore"
        ):  # nothing is left of the margin but what stays: a cell errs always or never
            plus, minus = (
                ndtr((ndtri(rate) + sign * (k * offsets + np.sqrt(s) * own)) / np.sqrt(1 - k * k - s))
                for rate, sign in ((self.plus, 1), (self.minus, -1))
            )
        return plus, minus


def rates_of(condition: Condition, end: End = "best", cell: Cell = "2t2r") -> ErrorRates:
    """Return the error rates of a programming condition's cells; of 1T1R, +1 is the low resistance state.

    Taken is the surest result: estimates of both stored values that are agreed on, then counts. Where no error was
    counted there is no best value: it is then the upper end, and `source` says so. Counts of 1T1R with an ideal
    comparator are taken only where nothing else is known of it, and are named so.

    Raises:
        InputError: the statistics have no error rate of this condition.
    """
    known = best_rate(condition, cell)
    if (known is None or not known.result) and cell == "1t1r":
        known = best_rate(condition, cell, ideal=True)
    if known is None or not known.result:
        raise InputError(
            f"condition `{condition.name}` has no `ber_{cell}` that is a result: run a sweep that counts or estimates "
            "it, or write one by hand"
        )
    share = amplifier_share(condition) if cell == "2t2r" else 0.0
    stays = condition.error_correlation_2t2r if cell == "2t2r" else condition.error_correlation_1t1r
    correlation = stays.best if stays else 0.0
    if known.how == "estimated":
        agreed = {e.stored: e.rate for e in condition.estimates if e.cell == cell}
        plus, minus = (agreed.get(value) or agreed[-value] for value in (1, -1))  # one alone stands for both
        return ErrorRates(
            _end(plus, end), _end(minus, end), share, correlation, f"rare-event estimate, {end}"
        )
    rate = _end(known.rate, end)
    if rate > _COIN:
        raise InputError(
            f"condition `{condition.name}`: `ber_{cell}` is {rate:g}, expected at most 0.5, a coin's"
        )
    return replace(
        counted(known.rate, end), amplifier_share=share, correlation=correlation, ideal=known.ideal
    )


def counted(rate: Probability, end: End, samples: str = "chains") -> ErrorRates:
    """Return the error rates of cells that were counted, at most a coin's; without errors "best" is the bound.

    Separate counts of few errors each would be noise: the two values share their count.

    Args:
        samples: what was counted, for the source.
    """
    at = min(_end(rate, end), _COIN)
    if end == "best" and rate.best is None:
        return ErrorRates(at, at, source=f"upper end, no error in {rate.samples} {samples}", bound=True)
    said = f"counted, {end} ({rate.errors} errors of {rate.samples})" if rate.samples else rate.method
    return ErrorRates(at, at, source=said)


def amplifier_share(condition: Condition) -> float:
    """Return the share of a read's standard deviation in ln R that its amplifier's offset makes; 0 if not measured."""
    offset, lrs, hrs = condition.sense_offset, condition.lrs, condition.hrs
    if offset is None or lrs is None or hrs is None:
        return 0.0
    return float(offset.sigma_ln / np.sqrt(offset.sigma_ln**2 + lrs.sigma_ln**2 + hrs.sigma_ln**2))


def _end(rate: Probability, end: End) -> float:
    found = getattr(rate, end)
    found = float(rate.high if found is None else found)
    return (
        min(found, _COIN) if end == "high" else found
    )  # few samples allow any rate; worse than a coin is none
