"""What is found of a posterior in the array, in words and numbers."""

import numpy as np

from spicekit.network.mcmc.sections import percent, percent_range
from spicekit.network.posterior.judge import Judged, Mean
from spicekit.network.posterior.study import ACCURACY, LOSS, Found
from spicekit.network.posterior.ways import COPIES, POSTERIOR, RELEARNED
from spicekit.page.numbers import minus, scientific


def verdict(found: Found) -> str:
    """Return in a sentence what the spread as posterior is worth beside one network, copied, in the same memory."""
    here, other = found.judged[POSTERIOR], found.judged[COPIES]
    told = f"told_{found.kinds[0]}"
    said = [
        f"accuracy {percent(here.right.mean())} and {percent(other.right.mean())}",
        f"log loss {here.log_loss.mean():.3f} and {other.log_loss.mean():.3f}",
        f"strange samples told {here.told[found.kinds[0]].mean():.2f} and {other.told[found.kinds[0]].mean():.2f}",
    ]
    text = f"Spread as posterior beside one network in all copies: {', '.join(said)}"
    shown = {
        "accuracy": found.less(ACCURACY, COPIES),
        "log loss": found.less(LOSS, COPIES),
        "strange samples": found.less(told, COPIES),
    }
    apart = [name for name, less in shown.items() if less and (less.low > 0 or less.high < 0)]
    return text + (
        f"; shown to differ, paired by splits: {' and '.join(apart)}" if apart else "; not shown to differ"
    )


def when_old(found: Found) -> str:
    """Return what the oldest devices do, in a sentence; nothing without ages."""
    if not found.aged:
        return ""
    last = found.aged[-1]
    shown = (POSTERIOR, RELEARNED, COPIES)
    each = "; ".join(
        f"{name} {accuracy}, log loss {loss}"
        for name in shown
        for accuracy, loss, _ in (accuracy_and_loss(found, last.judged[name]),)
    )
    return f" After {scientific(last.cycles)} cycles: {each}."


def accuracy_and_loss(found: Found, one: Judged) -> tuple[str, str, str]:
    """Return accuracy and log loss with their intervals, and the calibration error, as text."""
    ends = found.mean(ACCURACY, one)
    return (
        percent(one.right.mean()) + (f" ({percent_range(ends.low, ends.high)})" if ends else ""),
        with_ends(found.mean(LOSS, one), one.log_loss.mean(), 3),
        f"{one.calibration_error:.3f}",
    )


def with_ends(ends: Mean | None, mean: float, digits: int) -> str:
    """Return a mean with its interval as text."""
    return f"{mean:.{digits}f}" + (f" ({ends.low:.{digits}f} … {ends.high:.{digits}f})" if ends else "")


def less(found: Mean | None, digits: int, factor: float = 1) -> str:
    """Return a difference with its interval as text, each in units of 1/`factor`."""
    if found is None:
        return "?"
    low, mean, high = (minus(f"{factor * v:+.{digits}f}") for v in (found.low, found.mean, found.high))
    return f"{mean} ({low} … {high})"


def temperatures(chosen: np.ndarray) -> str:
    """Return which temperatures the splits took, and how many took each."""
    values, counts = np.unique(chosen, return_counts=True)
    if len(values) == 1:
        return f"{values[0]:g}"
    return ", ".join(f"{value:g} ({count})" for value, count in zip(values, counts, strict=True))
