"""Estimators that predict each bit from those before it (sections 6.3.7 to 6.3.10), all bits at once.

A predictor has several sub-predictors and follows the one that has been right most often.
"""

import math

import numpy as np
from scipy.optimize import brentq

from spicekit.entropy.sp800_90b.counting import upper

_WINDOWS = (63, 255, 1023, 4095)
_LAGS = 128
_LONGEST = 16  # bits of a context
_MOST_PAIRS = 100_000  # of context and next bit, for each length
_MOST_CONTEXTS = 65_536  # of all lengths together
_NONE = 2  # no prediction
_CERTAIN = -1e3  # logarithm of next to nothing
_PART = 1 << 9  # bits whose scores are held at once: half a megabyte for 128 predictors, which a cache holds


def most_common_in_window(bits: np.ndarray) -> dict[str, float]:
    """MultiMCW: the bit that stands most often in the last 63, 255, 1023, 4095."""
    ones = np.concatenate([[0], np.cumsum(bits, dtype=np.int64)])
    predicted = np.full((len(_WINDOWS), len(bits)), _NONE, np.uint8)
    for row, window in zip(predicted, _WINDOWS, strict=True):
        row[window:] = 2 * (ones[window:-1] - ones[: -window - 1]) > window  # windows are odd: never a tie
    return {"MultiMCW": _by_score(bits[_WINDOWS[0] :], predicted[:, _WINDOWS[0] :])}


def lag(bits: np.ndarray) -> dict[str, float]:
    """Lag: the bit that stood 1 … 128 places before."""
    predicted = np.full((_LAGS, len(bits)), _NONE, np.uint8)
    for k, row in enumerate(predicted, 1):
        row[k:] = bits[:-k]
    return {"lag": _by_score(bits[1:], predicted[:, 1:])}


def markov_model_with_counting(bits: np.ndarray) -> dict[str, float]:
    """MultiMMC: what has followed most often after the last 1 … 16 bits."""
    predicted = np.full((_LONGEST, len(bits)), _NONE, np.uint8)
    for row, length in zip(predicted, range(1, _LONGEST + 1), strict=True):
        context, following = _contexts(bits, length), bits[length:]
        pair = 2 * context + following
        first = _firsts(pair)
        # pairs beyond the most are never counted
        late = np.sort(first)[_MOST_PAIRS] if len(first) > _MOST_PAIRS else len(pair)
        known = np.full(2 << length, False)
        known[pair[first[first < late]]] = True
        zeros, ones = _before(context, following, known[pair])
        row[length:] = np.where(zeros + ones == 0, _NONE, ones >= zeros)
    return {"MultiMMC": _by_score(bits[2:], predicted[:, 2:])}


def lz78y(bits: np.ndarray) -> dict[str, float]:
    """LZ78Y: of the last 16 … 1 bits, the context with the count that is highest tells what follows."""
    at = np.arange(_LONGEST, len(bits))
    following = bits[at]
    contexts = {length: _contexts(bits, length)[_LONGEST - length :] for length in range(1, _LONGEST + 1)}
    # the dictionary takes contexts in the order of their first place, longer ones first, until it is full
    firsts = [(length, _firsts(context)) for length, context in contexts.items()]
    places = np.concatenate([_LONGEST * first + _LONGEST - length for length, first in firsts])
    full = np.sort(places)[_MOST_CONTEXTS] if len(places) > _MOST_CONTEXTS else _LONGEST * len(at)
    best = np.zeros(len(at), np.int64)
    predicted = np.full(len(at), _NONE, np.uint8)
    for length, first in reversed(firsts):
        context = contexts[length]
        known = np.full(1 << length, False)
        known[context[first[_LONGEST * first + _LONGEST - length < full]]] = True
        zeros, ones = _before(context, following, known[context])
        higher = np.maximum(zeros, ones)
        predicted = np.where(higher > best, ones >= zeros, predicted).astype(np.uint8)
        best = np.maximum(best, higher)
    return {"LZ78Y": _estimate(predicted[1:] == following[1:])}


def _contexts(bits: np.ndarray, length: int) -> np.ndarray:
    """Return the number that the `length` bits before each place are, for places from `length` on."""
    found = np.zeros(len(bits) - length, np.int64)
    for k in range(length):
        found |= bits[k : k - length].astype(np.int64) << (length - 1 - k)
    return found


def _firsts(values: np.ndarray) -> np.ndarray:
    """Return where each value stands first."""
    first = np.full(int(values.max()) + 1, -1)
    first[values[::-1]] = np.arange(len(values))[::-1]
    return first[first >= 0]


def _before(context: np.ndarray, following: np.ndarray, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how often a 0 and a 1 followed each context at places before it, where the pair is counted."""
    order = np.argsort(context.astype(np.uint16), kind="stable")  # in linear time
    begins = np.concatenate([[True], np.diff(context[order]) != 0])
    start = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    found = []
    for value in (0, 1):
        seen = np.cumsum(((following == value) & counted)[order])
        earlier = np.concatenate([[0], seen[:-1]])
        result = np.empty(len(order), np.int64)
        result[order] = earlier - earlier[start]
        found.append(result)
    return found[0], found[1]


def _by_score(bits: np.ndarray, predicted: np.ndarray) -> float:
    """Return the estimate of the predictor that follows the sub-predictor with the most right predictions.

    Of equal ones it is that which was right last, and then that which comes last.
    """
    kinds = len(predicted)
    which = np.arange(kinds)[:, None]
    score = np.zeros((kinds, 1), np.int64)
    rank = (which == 0) * kinds + which  # (score, last right place, which) in one number, which never falls
    right = np.empty(len(bits), bool)
    for begin in range(0, len(bits), _PART):
        part = slice(begin, begin + _PART)
        hit = predicted[:, part] == bits[part]
        scores = score + np.cumsum(hit, axis=1)
        places = np.arange(begin, begin + hit.shape[1]) + 2
        risen = np.where(hit, (scores * (len(bits) + 2) + places) * kinds + which, 0)
        ranks = np.maximum.accumulate(np.concatenate([rank, risen], axis=1), axis=1)
        followed = ranks[:, :-1].max(axis=0) % kinds
        right[part] = hit[followed, np.arange(hit.shape[1])]
        score, rank = scores[:, -1:], ranks[:, -1:]
    return _estimate(right)


def _estimate(right: np.ndarray) -> float:
    """Return the min-entropy from which predictions were right: their share, and their longest run."""
    count = len(right)
    share = float(right.mean())
    overall = upper(share, count) if share else 1 - 0.01 ** (1 / count)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], right, [False]]).astype(np.int8)))
    longest = int((edges[1::2] - edges[::2]).max(initial=0)) + 1
    highest = max(0.5, overall)
    if highest < 1 and _no_run(highest, longest, count) > math.log(0.99):
        highest = float(brentq(lambda p: _no_run(p, longest, count) - math.log(0.99), highest, 1 - 1e-12))  # type: ignore[arg-type]
    return -math.log2(highest)


def _no_run(p: float, length: int, count: int) -> float:
    """Return the logarithm of the chance that `count` trials have no run of `length` (Feller 1950, XIII.7)."""
    q, x = 1 - p, 1.0
    for _ in range(10):
        x = 1 + q * p**length * x ** (length + 1)
        if p * x >= 1 or x * length >= length + 1:  # the root is beyond: a run is certain
            return _CERTAIN
    return math.log1p(-p * x) - math.log((length + 1 - length * x) * q) - (count + 1) * math.log(x)
