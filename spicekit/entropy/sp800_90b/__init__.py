"""Min-entropy of a bit sequence, after NIST SP 800-90B (2018), section 6.3: estimators that need no independent bits.

The standard asks for a million bits; fewer give lower estimates, since each is the lower end of an interval of 99 %.
"""

from collections.abc import Callable

import numpy as np

from spicekit.entropy.sp800_90b import counting, predictors, tuples

LEAST_BITS = 6_100
"""The compression estimate sets a thousand blocks of six bits aside before it measures."""


def estimates(
    bits: np.ndarray, progress: Callable[[int], None] = lambda _: None, done: int = 0
) -> dict[str, float]:
    """Return the min-entropy per bit by each of the ten estimators; the least of them is the assessed one.

    `bits` (n,) are 0 or 1; `progress` is told `done` + how many of the `NUMBER` steps are made.

    Raises:
        ValueError: fewer than `LEAST_BITS` bits.
    """
    s = np.ascontiguousarray(bits, np.uint8)
    if len(s) < LEAST_BITS:
        raise ValueError(f"got {len(s)} bits, expected {LEAST_BITS} at least")
    if s.min() == s.max():
        return dict.fromkeys(NAMES, 0.0)
    found: dict[str, float] = {}
    for step, part in enumerate(_PARTS, 1):
        found |= part(s)
        progress(done + step)
    return {name: max(found[name], 0.0) for name in NAMES}


_PARTS: tuple[Callable[[np.ndarray], dict[str, float]], ...] = (
    counting.estimates, tuples.estimates, predictors.most_common_in_window, predictors.lag,
    predictors.markov_model_with_counting, predictors.lz78y,
)  # fmt: skip
NUMBER = len(_PARTS)
"""Steps of `estimates`."""
NAMES = (
    "most common value", "collision", "Markov", "compression", "t-tuple", "longest repeated substring", "MultiMCW",
    "lag", "MultiMMC", "LZ78Y",
)  # fmt: skip
