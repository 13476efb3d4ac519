"""What tests and estimators say of a stream of bits."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from spicekit.entropy import sp800_22, sp800_90b
from spicekit.entropy.bits.stream import Stream

STEPS = 1 + sp800_90b.NUMBER + sp800_22.NUMBER
"""Of which `progress` is told for each stream."""
_SHOWN = 128 * 128  # bits of a map
_LAGS = 24
_LEVEL = 1.959963984540054  # of an interval of 95 %


class Interval(NamedTuple):
    """A number with its interval of 95 %."""

    low: float
    best: float
    high: float


@dataclass(frozen=True)
class Judged:
    """A stream of bits, and what tests and estimators say of it."""

    stream: Stream
    length: int
    ones: Interval
    correlations: tuple[Interval, ...]  # at 1, 2, …
    entropy: dict[str, float]  # min-entropy per bit, by estimator
    verdict: sp800_22.Verdict
    picture: np.ndarray  # first bits
    bits_per_second: float  # made, of one processor
    seconds: float  # of this processor, tests included

    @property
    def least(self) -> tuple[str, float]:
        """The estimator that finds the least entropy, and what it finds."""
        return min(self.entropy.items(), key=lambda one: one[1])


def correlations(bits: np.ndarray, lags: int) -> tuple[Interval, ...]:
    """Return the autocorrelation of bits at 1 … `lags`, each with its interval of 95 % for independent bits."""
    centred = bits - bits.mean()
    power = float(centred @ centred)
    found = [float(centred[:-k] @ centred[k:]) / power if power else 1.0 for k in range(1, lags + 1)]
    half = _LEVEL / np.sqrt(len(bits))
    return tuple(Interval(value - half, value, value + half) for value in found)


def _share(bits: np.ndarray, neighbours: float) -> Interval:
    """Return the share of ones; correlated bits are worth fewer independent ones, by (1 - r)/(1 + r)."""
    worth = len(bits) * (1 - neighbours) / (1 + neighbours) if abs(neighbours) < 1 else 1.0
    share = float(bits.mean())
    centre = (share + _LEVEL**2 / (2 * worth)) / (1 + _LEVEL**2 / worth)  # Wilson 1927
    half = (
        _LEVEL / (1 + _LEVEL**2 / worth) * np.sqrt(share * (1 - share) / worth + _LEVEL**2 / (4 * worth**2))
    )
    return Interval(float(centre - half), share, float(centre + half))


def judge(stream: Stream, progress: Callable[[int], None], done: int) -> Judged:
    """Return what is found of a stream; `progress` is told `done` and the `STEPS` that follow."""
    begun = time.process_time()
    bits = stream.make()
    made = time.process_time() - begun
    progress(done + 1)
    lags = correlations(bits, _LAGS)
    entropy = sp800_90b.estimates(bits, progress, done + 1)
    verdict = sp800_22.run(bits, progress, done + 1 + sp800_90b.NUMBER)
    return Judged(
        stream=stream,
        length=len(bits),
        ones=_share(bits, lags[0].best),
        correlations=lags,
        entropy=entropy,
        verdict=verdict,
        picture=bits[:_SHOWN],
        bits_per_second=len(bits) / made if made > 0 else float("inf"),
        seconds=time.process_time() - begun,
    )
