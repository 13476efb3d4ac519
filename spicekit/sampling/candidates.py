"""Candidate events of a process whose rate is not known before: drawn at a higher, constant rate, to be thinned.

Thinning (Lewis and Shedler, Naval Res. Logist. 26, 403, 1979): a candidate with the mark u counts as an event if
u < rate/bound. Whatever the rate does in time, and on whatever it depends, the events are then those of that rate.
"""

import math
from typing import NamedTuple

import numpy as np

from spicekit.sampling.normals import generator

_REACH = 8  # standard deviations of a Poisson number: more candidates than drawn come once in 1e15


class Candidates(NamedTuple):
    """The candidates of one sample, before `duration`."""

    times: np.ndarray  # (n,), s, rising
    marks: np.ndarray  # (n,), uniform in 0 … 1
    merged: int  # candidates that were moved, as they came within the dead time of another one


def candidates(
    seed: int, what: str, index: int, bound: float, duration: float, dead_time: float = 0.0
) -> Candidates:
    """Return the candidates of sample `index`: a function of (seed, what, index) and the numbers given alone.

    Args:
        what: name of what is drawn.
        bound: 1/s, their rate.
        duration: s.
        dead_time: s, least time between two, which the circuit needs for one; later ones are put off until then.
    """
    random = generator(seed, what, index)
    expected = bound * duration
    # Marks come first in each pair, so that a longer duration keeps the candidates of a shorter one.
    pairs = random.random((math.ceil(expected + _REACH * math.sqrt(expected) + _REACH), 2))
    gaps = -np.log1p(-pairs[:, 1]) / bound
    times = np.cumsum(np.maximum(gaps, dead_time))
    inside = times < duration
    return Candidates(times[inside], pairs[inside, 0], int((gaps[inside] < dead_time).sum()))
