"""Where a run stands, in words: how much is done, and what was found so far."""

from spicekit.characterize.estimates.gather import ESTIMATES
from spicekit.characterize.run import State
from spicekit.cli.progress import Standing
from spicekit.page.numbers import probability
from spicekit.sampling.counts import Counts, error_probability


def standing(state: State) -> Standing:
    """Return the standing of a run: its samples, and when they are done its rare-event estimates.

    They are never counted together: how long an estimate takes is not known before, least of all in samples.
    """
    estimates = [p for name, p in state.items() if name.startswith(ESTIMATES)]
    samples = {name: p for name, p in state.items() if not name.startswith(ESTIMATES)}
    made = sum(p.stopped is not None for p in estimates)
    if made < len(estimates) and all(p.stopped for p in samples.values()):
        return Standing("rare-event estimates", made, len(estimates))
    # what a stop rule has made superfluous is not to be waited for
    total = sum(p.rule.samples if p.stopped is None else p.received for p in samples.values())
    later = f"then {len(estimates) - made} rare-event estimates" if made < len(estimates) else ""
    return Standing("samples", sum(p.received for p in samples.values()), total, _found(samples), later)


def _found(samples: State) -> str:
    """Say of the chain at work its errors and the interval they allow; all discards."""
    begun = [(name, p) for name, p in samples.items() if p.count]
    if not begun:
        return ""
    name, progress = next(((n, p) for n, p in begun if p.stopped is None), begun[-1])
    counts = Counts(progress.count, progress.errors, progress.discards)
    text = f"{name}: {progress.errors} errors, BER {probability(error_probability(counts, ''))}"
    if "/" in name:  # a point of a study, which has no errors
        text = f"{name}: {progress.count} of {progress.rule.samples}"
    discards = sum(p.discards for p in samples.values())
    return text + (f", {discards} discards" if discards else "")
