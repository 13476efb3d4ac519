"""Rates and accuracies in words, as all sections of the page say them."""

from decimal import ROUND_CEILING

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.conditions import Cells
from spicekit.network.bnn.gathered import percent, percents
from spicekit.network.bnn.result import floored
from spicekit.page.numbers import scientific


def with_interval(accuracy: Accuracy | None) -> str:
    """Return an accuracy with its interval; a dash for none."""
    return "–" if accuracy is None else f"{percent(accuracy.mean)} ({percents(*accuracy.interval)})"


def accuracy_of(cells: Cells) -> str:
    """Return the accuracy that cells leave, with its interval, or what it is at least."""
    at = cells.accuracy["best"]
    return f"at least {floored(at.interval[0])}" if cells.bound else with_interval(at)


def rate_of(cells: Cells) -> str:
    """Return the error rate of weights, or its bound."""
    rate = cells.rates["best"].mean
    return f"≤ {scientific(rate, ROUND_CEILING)}, no error seen" if cells.bound else scientific(rate)


def rate_interval(cells: Cells) -> str:
    """Return the error rate with its ends; a bound has none."""
    low, high = (scientific(cells.rates[end].mean) for end in ("low", "high"))
    return rate_of(cells) if cells.bound else f"{rate_of(cells)} ({low} … {high})"


def accuracy_at_rate(cells: Cells) -> str:
    """Return the accuracy, and the error rate that it is at."""
    rate, at = cells.rates["best"].mean, cells.accuracy["best"]
    if cells.bound:
        return f"≥ {floored(at.interval[0])} (BER ≤ {scientific(rate, ROUND_CEILING)})"
    return f"{percent(at.mean)} (BER {scientific(rate)})"


def points(loss: float) -> str:
    """Return a loss of accuracy, from 0 to 1, in points."""
    return f"{100 * loss:g} point{'s' if loss < 0.01 else ''}"
