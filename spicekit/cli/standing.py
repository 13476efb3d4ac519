"""Where a run stands, in words: how much is done, and what was found so far."""

from spicekit.cli.progress import Standing
from spicekit.page.numbers import probability
from spicekit.run.state import State, amounts
from spicekit.sampling.counts import Counts, error_probability


def standing(state: State) -> Standing:
    """Return the standing of a run: the first work that is not done, such as its samples, and what comes then.

    Samples and estimates are never counted together: how long an estimate takes is not known before.
    """
    work = list(amounts(state).items())
    left = [(what, done, most) for what, (done, most) in work if done < most]
    what, done, most = left[0] if left else (work[0][0], *work[0][1])
    if what != work[0][0]:
        return Standing(what, done, most)
    later = ", ".join(f"{most - done} {other}" for other, done, most in left if other != what)
    at_work = {name: progress for name, progress in state.items() if progress.counts == what}
    return Standing(what, done, most, _found(at_work), f"then {later}" if later else "")


def _found(samples: State) -> str:
    """Say of the point at work its errors and the interval they allow; all discards."""
    begun = [(name, p) for name, p in samples.items() if p.count]
    if not begun:
        return ""
    name, progress = next(((n, p) for n, p in begun if p.stopped is None), begun[-1])
    counts = Counts(progress.count, progress.errors, progress.discards)
    text = f"{name}: {progress.errors} errors, BER {probability(error_probability(counts, ''))}"
    if "/" in name:  # a point of a study, which has no errors
        text = f"{name}: {progress.count} of {progress.rule.samples} done"
    discards = sum(p.discards for p in samples.values())
    return text + (f", {discards} discards" if discards else "")
