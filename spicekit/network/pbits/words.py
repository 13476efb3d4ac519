"""Numbers of networks of p-bits as a reader meets them."""

import math

from spicekit.block import Share
from spicekit.network.pbits.result import PUBLISHED, Curve, Found, Solved
from spicekit.units import engineering


def percent(share: Share) -> str:
    """Return a share of runs with its interval."""
    if not share.best:
        return f"below {100 * share.high:.2g} %"
    return f"{100 * share.best:.3g} % ({100 * share.low:.3g} … {100 * share.high:.3g})"


def in_words(one: Solved) -> str:
    """Return what the solvers make of a problem, in the longest runs."""
    return "; ".join(f"{curve.name} {percent(curve.last)}" for curve in one.curves)


def products_in_words(found: Found) -> str:
    """Return how many integers the p-bits of the published network factor."""
    products = found.products
    assert products is not None
    shares = list(products.solved.values())
    all_runs = sum(s.samples for s in shares)
    right = sum(s.events for s in shares)
    none = sum(1 for s in shares if not s.events)
    return (
        f"Published: {PUBLISHED}. Here {products.bits} p-bits hold two factors of {len(shares)} odd integers up to "
        f"{products.largest}; in {shares[0].samples} runs of {products.time:g} correlation times for each, "
        f"{right:,} of {all_runs:,} runs find a pair, and {'each integer is' if not none else f'all but {none} are'} "
        "factored at least once."
    )


def to_solution(curve: Curve, one: Solved, found: Found) -> str:
    """Return the time to a solution with 99 %, and for simulated p-bits its energy."""
    known = curve.time_to_solution()
    if known is None:
        return "–"
    best, low, high = known
    law = found.asked.law
    if not curve.name.startswith("simulated p-bits"):
        return f"{best:,.0f} ({low:,.0f} … {high:,.0f})"
    ends = " … ".join(engineering(t * law.time.value, "s") if math.isfinite(t) else "?" for t in (low, high))
    energy = engineering(best * law.energy * one.problem.bits, "J")
    return f"{engineering(best * law.time.value, 's')} ({ends}), {energy}"


def size(value: float | None, unit: str) -> str:
    """Return a spread with its unit; 0 is one that the errors of the fits explain."""
    return "–" if value is None else engineering(value, unit) if value else "within the errors of the fits"
